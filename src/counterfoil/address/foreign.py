"""Signs of an address abroad: postal codes of Canada and Britain, provinces, states of Mexico, countries."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.address.tables import COUNTRY

_CANADIAN: Final = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[A-Z]-?(?:\d[A-Z]\d)?")
_BRITISH: Final = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
PROVINCES: Final = frozenset("ON QC BC AB MB SK NS NB NL PE YT NT NU ONT QUE".split())  # noqa: SIM905
_MEXICAN_STATES: Final = frozenset(
    "DF CDMX JAL NL NLE BCN BCS GTO MICHOACAN OAX PUE QRO QROO SIN SON TAMPS VER YUC ZAC CHIS CHIH COAH DGO GRO HGO"  # noqa: SIM905
    " MEX EDOMEX MOR NAY SLP TAB TLAX AGS CAMP COL".split()
)
CANADA: Final = frozenset({"BC", "QC", "AB", "MB", "SK"})
"""Provinces whose letters mean nothing else at the end of an address without a ZIP Code."""


def is_abroad(words: list[str]) -> bool:
    """Whether the column of the state names a province, a state of Mexico or a country."""
    name = " ".join(words)
    return name in PROVINCES or name in _MEXICAN_STATES or tuple(words) in COUNTRY


def foreign_code(tokens: list[str]) -> bool:
    """Whether tokens are a postal code of Canada or Britain."""
    if not tokens or not tokens[-1][0].isalnum() or not tokens[0][0].isalpha() or tokens[0].isalpha():
        return False
    if _CANADIAN.fullmatch(tokens[0]) and (
        (len(tokens) == 1 and len(tokens[0]) >= 6) or (len(tokens) == 2 and re.fullmatch(r"\d[A-Z]\d", tokens[1]))
    ):
        return True
    return len(tokens) == 2 and bool(_BRITISH.fullmatch(tokens[0])) and bool(re.fullmatch(r"\d[A-Z]{2}", tokens[1]))
