"""A reason in two forms: the normal form that is read, and the mask that is compared across a batch.

The normal form is lower case, words only; `@` stands for the subject's name, `#` for a number or a date,
`zcite`, `zcivil`, `ztax` and `zlaw` for citations by kind, `zcase` for an investigation or docket number,
`|` for the end of a sentence. The mask also hides every other name, so that one text filled in for many
people is one mask.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

_PATH: Final = r"(?:\s?\((?:[0-9]{1,3}[a-z]?|[a-z]{1,5})\))*"
_SECTION: Final = r"[0-9]{1,5}[a-z]{0,2}(?:-[0-9]{1,2})?" + _PATH
_MARK: Final = r"(?:§+|\bsections?\b|\bsecs?\b\.?|\bss?\b\.?)"
_CITE: Final = re.compile(
    rf"\b(?:title\s+)?[0-9]{{1,2}},?\s?u\.?\s?s\.?\s?c(?:ode\b|\.)?(?:\s?a\b\.?)?,?\s*{_MARK}?\s*{_SECTION}"
    rf"|\btitle\s+[0-9]{{1,2}},?\s+(?:u\.?\s?s\.?\s?c\.?,?\s+)?{_MARK}\s*{_SECTION}"
    rf"|\b(?:i\.?n\.?a\.?|immigration and nationality act)\s*{_MARK}?\s*{_SECTION}"
    rf"|{_MARK}\s*{_SECTION}\s*(?:of|,)\s*(?:the\s+)?(?:title\s+[0-9]{{1,2}}|i\.?n\.?a\b\.?|immigration and nationality act)"
    rf"|{_MARK}\s*{_SECTION}",
    re.IGNORECASE,
)
_MAYBE_CITE: Final = re.compile(r"§|[cC]\b|[cC]\.|code|sec|title|\bina\b|\bact\b|\bs\b", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"(?P<n>\$?(?:[^\W\d_]{1,12}[-/])*[^\W\d_]{0,6}[0-9][\w/-]*(?:[.,:][0-9]+)*)"
    r"|(?P<w>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<b>[;!?\n]|\.(?=\s|$))"
    r"|(?P<c>,|:|\s-+\s)"
)
_UNITED: Final = re.compile(r"\bU\.\s?S\.(?:\s?A\.)?")
_DOCKET: Final = re.compile(r"(?=.*[a-z])(?=.*[0-9].*[0-9])[a-z0-9]+(?:[-/][a-z0-9]+)+|[a-z]{2,}[0-9]{4,}")
_REGISTRATION: Final = re.compile(r"a-?[0-9]{3}-?[0-9]{3}-?[0-9]{2,3}")
_ORDINAL: Final = re.compile(r"[0-9]+(?:st|nd|rd|th|s|k)?")
_MONTHS: Final = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
)
_MAY: Final = frozenset({"may", "march"})
_KINDS: Final = {"criminal": "zcite", "civil": "zcivil", "tax": "ztax", "law": "zlaw"}


class Wording(NamedTuple):
    """A reason's normal form and its mask."""

    normal: str
    mask: str


def wording(text: str, names: frozenset[str], investigation: str, kind_of: Callable[[str], str]) -> Wording:
    """Both forms of a reason.

    `names` are the folded words of the subject's name, `investigation` the row's own investigation id, and
    `kind_of` tells for a citation's text "criminal", "civil", "tax" or "law" (a provision that is no ground).
    """
    if not text.isascii():
        text = (
            unicodedata.normalize("NFKC", text)
            .replace("’", "'")
            .replace("‘", "'")
            .replace("–", "-")
            .replace("—", " - ")
        )
    if len(investigation) > 2:
        text = re.sub(re.escape(investigation), " zcase ", text, flags=re.IGNORECASE)
    if _MAYBE_CITE.search(text):
        text = _UNITED.sub("US", _CITE.sub(lambda match: f" {_KINDS.get(kind_of(match[0]), 'zcite')} ", text))
    shouted = text.isupper()
    normal: list[str] = []
    mask: list[str] = []
    start = True
    for match in _TOKEN.finditer(text):
        group, token = match.lastgroup, match[0]
        if group == "w":
            _word(token, names, start or shouted, normal, mask)
            start = False
        elif group == "n":
            _number(token, normal, mask)
            start = False
        elif group == "b":
            normal.append("|")
            start = True
        else:
            normal.append(",")
    return Wording(" ".join(normal), " ".join(mask))


def _word(token: str, names: frozenset[str], plain: bool, normal: list[str], mask: list[str]) -> None:
    low = token.casefold()
    if "'" in low:
        low, negated = _uncontracted(low)
        if negated:
            normal.append(low)
            mask.append(low)
            low = "not"
    if low in names:
        _push("@", normal)
        _push("@", mask)
    elif low in _MONTHS and (low not in _MAY or (normal and normal[-1] == "#") or token[0].isupper()):
        _push("#", normal)
        _push("#", mask)
    else:
        normal.append(low)
        named = not plain and token[0].isupper() and not token.isupper()
        _push("@", mask) if named else mask.append(low)


def _number(token: str, normal: list[str], mask: list[str]) -> None:
    low = token.casefold()
    if _REGISTRATION.fullmatch(low):
        normal.append("zid")
    elif _DOCKET.fullmatch(low) and not _ORDINAL.fullmatch(low):
        normal.append("zcase")
    else:
        _push("#", normal)
    _push("#", mask)


def _push(mark: str, onto: list[str]) -> None:
    if not onto or onto[-1] != mark:
        onto.append(mark)


def _uncontracted(low: str) -> tuple[str, bool]:
    """ "didn't" as ("did", True); "subject's" as ("subject", False)."""
    if low.endswith("n't"):
        stem = low[:-3]
        return {"ca": "can", "wo": "will", "sha": "shall"}.get(stem, stem), True
    return low.split("'", 1)[0], False
