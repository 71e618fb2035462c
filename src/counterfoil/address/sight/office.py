"""Places that are not the person's own: of custody, of a government, of another person or a representative."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from counterfoil.address.sight.another import is_anothers
from counterfoil.address.sight.statement import has_phrase
from counterfoil.address.tables import WORDS

_CUSTODY_UNITS: Final = WORDS["custodyunit"]
_CUSTODY_END: Final = WORDS["custodyend"]
_CERTAIN_UNITS: Final = frozenset({"BED", "CELL", "BUNK", "POD", "CAGE", "INMATE", "CELLBLOCK"})
_OFFICIAL: Final = frozenset((word,) for word in ("US", "S", "STATES", "DISTRICT", "COUNTY", "CITY"))
_ELSEWHERE: Final = frozenset({"FILE", "ATTACHED", "ARCHIVO", "EXPEDIENTE"})
_POINTING: Final = frozenset({"PER", "SEE", "REFER", "ASK", "CHECK", "CALL", "CONTACT", "VER"})


def is_custody(words: Sequence[str]) -> bool:
    """A jail, prison, detention or processing centre, or a bed or cell in one."""
    present = set(words)
    if present & WORDS["custody"]:
        return not present & WORDS["residential"]
    if has_phrase(words, "custodyphrase") or any(
        one == "DOC" and (two == "#" or two[0].isdigit()) for one, two in pairwise(words)
    ):
        return True  # DOC # 12345 is an inmate's number
    if (words[-1] in _CUSTODY_END or words[0] == "SCI") and all(word.isalpha() for word in words):
        return len(words) > 1 or words[0] == "RRC"  # KROME SPC: a service processing centre; SCI ROE; ROE CF
    return any(
        word in _CUSTODY_UNITS and i + 1 < len(words) and words[i + 1][0].isdigit() for i, word in enumerate(words)
    ) and bool(present & _CERTAIN_UNITS)


def is_agency(words: Sequence[str]) -> bool:
    """A court, police, immigration or other office of a government; but not a file that one keeps."""
    present = set(words)
    if present & WORDS["residential"] or present & _ELSEWHERE or words[0] in _POINTING:
        return False
    if words[-1] in WORDS["agencyend"] and len(words) < 5 and all(word.isalpha() for word in words):
        return len(words) > 1 or words[0] == "PD"
    return bool(present & WORDS["agency"]) or has_phrase(words, "agencyphrase")


def is_third_party(words: Sequence[str]) -> bool:
    """Care of another person, or the office of a representative."""
    if any(
        word in ("ATTORNEY", "ATTORNEYS")
        and (words[at - 1 : at] in _OFFICIAL or words[at + 1 : at + 2] == ("GENERAL",))
        for at, word in enumerate(words)
    ):
        return False  # a prosecutor's office
    if any(one == "ESQ" and two in WORDS["street"] for one, two in pairwise(words)):
        return False  # esquina: the corner of
    if set(words) & WORDS["thirdparty"] or has_phrase(words, "thirdpartyphrase"):
        return True
    if is_anothers(words):
        return True
    return any(one in WORDS["kin"] and two in WORDS["theirs"] for one, two in pairwise(words))
