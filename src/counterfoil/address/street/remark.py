"""A remark beside the street, and whether it ends in what may be a dwelling: BETWEEN 5TH AND 6TH AVE B."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counterfoil.address.numbers import JOINERS, ORDINAL_NUMBER, standard_name
from counterfoil.address.street.end import NOTE
from counterfoil.address.tables import (
    CARDINAL,
    COMMON,
    DIRECTION,
    FORM_FIRST,
    HIGHWAY_FIRST,
    HIGHWAY_SAME,
    SUFFIX,
    UNIT,
    WORDS,
)
from counterfoil.address.unit import WITHIN

_HOUSES: Final = frozenset({
    "HOUSE", "HOME", "HOMES", "BUILDING", "RESIDENCE", "TRAILER", "SHED", "BARN", "CAMPER", "RV", "CARRIAGE", "ANNEX",
    "DWELLING", "SHACK", "POOLHOUSE", "ADU", "ROOM", "MOBILE", "YURT", "TENT",
})  # fmt: skip
_DOORS: Final = frozenset({"ENTRANCE", "ENTR", "ENTRY"})
_BEFORE_NUMBER: Final = (frozenset({"EXIT", "MILE", "MM", "KM", "MC", "M/C", "CODE"}) | FORM_FIRST) - {"UNIT"}
_AVENUES: Final = frozenset({"AVE", "AV", "AVENUE", "AVENUES", "AVES"})


def loose_end(words: Sequence[str], at: int) -> list[str]:
    """The end of a remark that may name a dwelling, and so may not be left out; [] where it cannot.

    The remark is `words[at:]`; what opens it (NEAR, AND, a bracket) stands before it. A letter, a number or a place
    in the building at the end may be a unit; but not in AT AVE A, NEAR EXIT 4, BETWEEN 5 AND 6, @ ELM ST N. And who
    lives behind the main house does not live in it.
    """
    if at >= len(words):
        return []
    last, before = words[-1], words[-2] if len(words) - 1 > at else ""
    if len(last) == 1 and last.isalpha():
        loose = last not in DIRECTION and not _is_lettered(words, at, before)
    elif any(char.isdigit() for char in last):
        loose = not ORDINAL_NUMBER.fullmatch(last) and not _counts_a_street(words, at, before)
    else:
        loose = last in WITHIN or (last in CARDINAL and before != "" and before not in JOINERS)
    if loose:
        return [last]
    if last in _DOORS:
        return []  # LOWER LEVEL ENTRANCE
    return [word for word in words[at:] if word in _HOUSES or (word in UNIT and _is_dwelling(UNIT[word]))][:1]


def _is_dwelling(row: tuple[str, str, str, str]) -> bool:
    """A designator that is no word of other remarks, as SIDE, FRONT and STOP are."""
    return row[2] == "strong" or row[0] in ("FL", "TRLR", "SPC", "LOT", "UPPR", "LOWR")


_NOT_SAID: Final = (
    NOTE | JOINERS | WORDS["crossing"] | WORDS["landmark"] | frozenset(HIGHWAY_FIRST)
    | {"OF", "THE", "FROM", "TO", "ON", "IN", "STS", "AVES", "STREETS", "AVENUES", "SIDE", "ENTRANCE", "NO", "#", "/"}
)  # fmt: skip


def remark_of(words: Sequence[str]) -> frozenset[str]:
    """The names and numbers in a remark: what two remarks on one house must agree in, as far as both say it."""
    said = [word for word in words if word not in _NOT_SAID and SUFFIX.get(word) not in COMMON and word[0].isalnum()]
    return frozenset(word.rstrip("STNDRH") if word[0].isdigit() else word for word in standard_name(said))


def _is_lettered(words: Sequence[str], at: int, before: str) -> bool:
    """AT AVE A, BETWEEN AVENUE B AND C: the letter is the street's name; but not AND 6TH AVE B."""
    if before in JOINERS:
        return any(word in _AVENUES for word in words[at:])
    if before not in _AVENUES:
        return False
    return len(words) - 2 == at or words[-3] in JOINERS or words[-3] in NOTE


def _counts_a_street(words: Sequence[str], at: int, before: str) -> bool:
    """NEAR 5, BETWEEN 5 AND 6, NEAR HWY 50: the number of a street, a road or an exit."""
    if not before:
        return at > 0 and words[at - 1] in NOTE
    if before in JOINERS or before in _BEFORE_NUMBER:
        return True
    return HIGHWAY_SAME.get(before, before) in HIGHWAY_FIRST and SUFFIX.get(before) not in COMMON
