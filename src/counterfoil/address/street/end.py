"""Where a street's name and suffix end: a unit, a remark or a second street begins there."""

from __future__ import annotations

from typing import Final

from counterfoil.address.numbers import JOINERS, ORDINAL_NUMBER
from counterfoil.address.tables import COMMON_FORM, DIRECTION, HIGHWAY, HIGHWAY_SAME, STATE, SUFFIX, UNIT
from counterfoil.address.unit import LABELS, floor_before, is_unit_number, labelled, starts_unit

NOTE: Final = frozenset("NEAR AT @ BETWEEN BTWN BTW BETW BEHIND ACROSS OPPOSITE OPP CORNER EXIT OFF".split())  # noqa: SIM905
SECOND: Final = frozenset("AKA ALSO FORMERLY PREVIOUSLY PREV PLUS THEN FKA F/K/A A/K/A N/K/A VS VERSUS".split())  # noqa: SIM905
MOVED: Final = SECOND | {"MOVED", "TO", "NOW", "AT", "/", "OR", "AND"}
TO: Final = frozenset({"TO", "THRU", "THROUGH"})
BEFORE_SECOND: Final = TO | {"WORK", "HOME", "NOW", "MAILING", "NEW", "OLD"}
"""Words that begin a second address if its number follows at once."""
_MAY_END: Final = frozenset(UNIT) | SECOND | BEFORE_SECOND | JOINERS | NOTE | LABELS
"""Words at which a name may end; it never ends at any other."""


def end_of_name(tokens: list[str], at: int) -> int:
    """The index at which the street's name and suffix end: a unit, a note or a second street begins there."""
    suffixed = False
    for j in range(at, len(tokens)):
        piece = tokens[j]
        if piece.isdigit():
            if suffixed and floor_before(tokens, j):
                return j
            continue
        if piece.isalpha() and piece not in _MAY_END and not (suffixed and floor_before(tokens, j)):
            suffixed = suffixed or (j > at and piece in COMMON_FORM)
            continue
        if suffixed and piece in LABELS and j > at + 1 and labelled(tokens, j):
            return j
        if j > at and (piece == "#" or piece in UNIT or (suffixed and floor_before(tokens, j))):
            if piece == "#" and _counts_road(tokens, at, j):
                continue
            if starts_unit(tokens, j, suffixed) and not _is_named_building(tokens, j):
                return j
        elif suffixed and (piece in SECOND or (piece in BEFORE_SECOND and _number_follows(tokens, j))):
            return j
        elif piece in JOINERS and not _is_letter_street(tokens, j, suffixed):
            if j + 1 < len(tokens) and tokens[j + 1][0].isdigit() and not ORDINAL_NUMBER.fullmatch(tokens[j + 1]):
                return j
            if suffixed or j == at:
                return j
        elif (j > at and piece in NOTE and _is_note(tokens, j, at, suffixed)) or (
            not piece[0].isalnum() and piece != "-"
        ):
            return j
        if j > at and piece in COMMON_FORM:
            suffixed = True
    return len(tokens)


def _counts_road(tokens: list[str], at: int, j: int) -> bool:
    """COUNTY ROAD # 12, US HWY # 20: the sign belongs to the road's number; but OAK HWY # 4 has a unit."""
    if j + 1 == len(tokens) or not tokens[j + 1][0].isdigit():
        return False
    words = tuple(HIGHWAY_SAME.get(word, word) for word in tokens[at:j])
    while words[1:] and words not in HIGHWAY and (words[0] in DIRECTION or words[0] in STATE or words[0] == "OLD"):
        words = words[1:]
    return words in HIGHWAY


def _is_named_building(tokens: list[str], j: int) -> bool:
    """BRANDYWINE BUILDING: a name stands before the word and no number behind it."""
    if UNIT.get(tokens[j], ("",))[0] != "BLDG" or (j + 1 < len(tokens) and is_unit_number(tokens[j + 1])):
        return False
    before = tokens[j - 1]
    return before.isalpha() and len(before) > 2 and before not in COMMON_FORM and before not in DIRECTION


def _number_follows(tokens: list[str], j: int) -> bool:
    return j + 2 < len(tokens) and tokens[j + 1].isdigit()


def _is_letter_street(tokens: list[str], j: int, suffixed: bool) -> bool:
    """O STREET and Y AVENUE: the letter is the name, not the Spanish for or and and."""
    return tokens[j] in ("O", "Y") and not suffixed and j + 1 < len(tokens) and tokens[j + 1] in COMMON_FORM


def _is_note(tokens: list[str], j: int, at: int, suffixed: bool) -> bool:
    if tokens[j] in ("CORNER", "OFF", "OPP"):
        return suffixed
    return suffixed or (j + 1 < len(tokens) and SUFFIX.get(tokens[j + 1]) is None and j >= at + 1)
