"""A delivery line with a house number and a street (Publication 28, sections 23 and 234, Appendices B to F)."""

from __future__ import annotations

from typing import Final

from counterfoil.address.numbers import JOINERS, ORDINAL_NUMBER, number_at, standard_name, stem_of
from counterfoil.address.special import numbered_road
from counterfoil.address.tables import (
    BIG_CITY,
    CARDINAL,
    COMMON,
    DIRECTION,
    HIGHWAY_FIRST,
    HIGHWAY_SAME,
    OMITTED,
    ORDINAL,
    QUADRANT,
    SUFFIX,
    SUFFIX_NAME,
    UNIT,
    WORDS,
)
from counterfoil.address.unit import LABELS, floor_before, labelled, read_units, starts_unit, unit_number

_NOTE: Final = frozenset("NEAR AT @ BETWEEN BTWN BTW BETW BEHIND ACROSS OPPOSITE OPP CORNER EXIT OFF".split())  # noqa: SIM905
_SECOND: Final = frozenset({"AKA", "ALSO", "FORMERLY", "PREVIOUSLY", "PREV", "PLUS", "THEN", "FKA"})
_TO: Final = frozenset({"TO", "THRU", "THROUGH"})
_NUMBERED: Final = frozenset({
    "CALLE", "CARR", "CAMINO", "AVENIDA", "BELT", "BELTWAY", "DISTRICT", "LATERAL", "MILE", "NORTH",
    "SOUTH", "EAST", "WEST", "PARCELAS", "SECTOR", "TRACT",
})  # fmt: skip
"""Words behind which a number is part of the name."""
_STREETS_ONLY: Final = frozenset("ALY AVE BLVD BYP CIR CT DR EXPY FWY HWY LN PKWY RD RTE ST TPKE".split())  # noqa: SIM905
_NAMED: Final = frozenset(OMITTED) | {"PIKE", "TPKE"}
"""Suffixes with which a numbered road's own name ends."""


class Street:
    """The parts of one delivery line, and the words beside it in the same phrase."""

    def __init__(self, number: str, leading: list[str]) -> None:
        self.number = number
        self.leading = leading  # words before the line
        self.pre = ""
        self.name: tuple[str, ...] = ()
        self.suffix = ""
        self.post = ""
        self.road = ""
        self.stem = ""
        self.units: tuple[tuple[str, str, str], ...] = ()
        self.trailing: list[str] = []  # words after it: a town, a building
        self.marks: set[str] = set()
        self.strong = False  # ends in a suffix or a direction, or is a numbered road: it looks like a street


def read_street(tokens: list[str], town_within: bool = False, state: str = "") -> Street | None:
    """The delivery line in one phrase, or None if there is none.

    `town_within`: the phrase also holds the town, without a comma before it. `state` helps to read
    `KY 15` and `TEXAS 349`. A phrase without a number is read only where it clearly is a street.
    """
    if state == "WI" and len(tokens) > 2 and tokens[0] in ("N", "S", "E", "W") and tokens[1].isdigit():
        tokens = [tokens[0] + tokens[1], *tokens[2:]]  # N 4231 HWY 57, by the county's grid
    number, at = number_at(tokens, 0)
    leading: list[str] = []
    if not number:
        number, at, leading = _number_later(tokens)
    line = Street(number, leading)
    if number:
        at = _list_of_numbers(tokens, at, line)
    if at >= len(tokens):
        return line if number else None
    cut = _end_of_name(tokens, at)
    region = tokens[at:cut]
    if cut < len(tokens) and cut >= at:
        _read_after(tokens, cut, line)
    if not region or not any(piece[0].isalnum() for piece in region):
        return line if number else None
    if not _read_road(region, line, state, town_within):
        _read_name(region, line, town_within, state)
    return line if number or line.strong else None


def _number_later(tokens: list[str]) -> tuple[str, int, list[str]]:
    """A house number after other words, as in COUNTY JAIL 100 MAIN ST; only before what looks like a street."""
    for k in range(1, len(tokens) - 1):
        piece = tokens[k]
        if not piece[0].isdigit() or tokens[k - 1] in UNIT or tokens[k - 1] in ("#", "NO", "BOX"):
            continue
        before = HIGHWAY_SAME.get(tokens[k - 1], tokens[k - 1])
        if before in ("HWY", "RTE", "ROAD") or tokens[k - 1] in HIGHWAY_FIRST or before in SUFFIX:
            continue
        number, at = number_at(tokens, k)
        if number and any(SUFFIX.get(t) in COMMON for t in tokens[at + 1 :]):
            return number, at, tokens[:k]
    return "", 0, []


def _list_of_numbers(tokens: list[str], at: int, line: Street) -> int:
    """Passes over 12 & 14, 100 TO 200, 12, 14 and marks them: a list or a range names no one place."""
    while at + 1 < len(tokens) and (tokens[at] in JOINERS or tokens[at] in _TO or tokens[at] in ("/", "-")):
        number, after = number_at(tokens, at + 1)
        if not number:
            break
        line.marks.add("LIST")
        at = after
    return at


def _end_of_name(tokens: list[str], at: int) -> int:
    """The index at which the street's name and suffix end: a unit, a note or a second street begins there."""
    suffixed = False
    for j in range(at, len(tokens)):
        piece = tokens[j]
        if piece.isdigit():
            continue
        if suffixed and piece in LABELS and j > at + 1 and labelled(tokens, j):
            return j
        if j > at and (piece == "#" or piece in UNIT or (suffixed and floor_before(tokens, j))):
            if starts_unit(tokens, j, suffixed):
                return j
        elif suffixed and (piece in _SECOND or (piece in _TO and j + 2 < len(tokens) and tokens[j + 1].isdigit())):
            return j
        elif piece in JOINERS and not _is_letter_street(tokens, j, suffixed):
            if j + 1 < len(tokens) and tokens[j + 1][0].isdigit() and not ORDINAL_NUMBER.fullmatch(tokens[j + 1]):
                return j
            if suffixed or j == at:
                return j
        elif (j > at and piece in _NOTE and _is_note(tokens, j, at, suffixed)) or (
            not piece[0].isalnum() and piece != "-"
        ):
            return j
        if j > at and SUFFIX.get(piece) in COMMON:
            suffixed = True
    return len(tokens)


def _is_letter_street(tokens: list[str], j: int, suffixed: bool) -> bool:
    """O STREET and Y AVENUE: the letter is the name, not the Spanish for or and and."""
    return tokens[j] in ("O", "Y") and not suffixed and j + 1 < len(tokens) and SUFFIX.get(tokens[j + 1]) in COMMON


def _is_note(tokens: list[str], j: int, at: int, suffixed: bool) -> bool:
    if tokens[j] in ("CORNER", "OFF", "OPP"):
        return suffixed
    return suffixed or (j + 1 < len(tokens) and SUFFIX.get(tokens[j + 1]) is None and j >= at + 1)


def _read_after(tokens: list[str], cut: int, line: Street) -> None:
    """What stands after the street: units, a second street, a note, other words."""
    piece = tokens[cut]
    if piece == "#" or piece in UNIT or piece in LABELS or floor_before(tokens, cut):
        found = read_units(tokens, cut)
        line.units += found.units
        line.marks |= found.marks
        line.trailing = tokens[found.end :]
        return
    if piece in JOINERS or piece in _SECOND or piece in _TO or piece in ("/", ";"):
        beyond = cut + 1
        while beyond < len(tokens) and tokens[beyond] in _SECOND:
            beyond += 1  # AND ALSO 99 OAK ST
        number, after = number_at(tokens, beyond)
        if number and after < len(tokens):
            line.marks.add("MULTIPLE")
        else:
            line.marks.add("CROSS")
        return
    if piece in _NOTE:
        line.marks.add("NOTE")
        return
    line.trailing = tokens[cut:]


def _is_named_road(words: list[str]) -> bool:
    return len(words) > 1 and SUFFIX.get(words[-1]) in _NAMED and all(word.isalpha() for word in words)


def _read_road(region: list[str], line: Street, state: str, town_within: bool) -> bool:
    """Reads US HWY 160 E, COUNTY ROAD ABC, I-35 FRONTAGE RD; False if the region names no numbered road."""
    road = numbered_road(region, state)
    if road is None:
        return False
    if not (road.post or town_within) and _is_named_road(road.rest):
        line.marks.add("NOTE")  # ROUTE 108 CLARKSVILLE PIKE: the number is the road's other name
        _read_name(road.rest, line, town_within, state)
        return True
    line.pre, line.road, line.post, line.name, line.stem, line.strong = *road[:5], True
    line.trailing = road.rest + line.trailing
    return True


def _read_name(region: list[str], line: Street, town_within: bool, state: str) -> None:
    start, line.pre = _predirectional(region, town_within)
    words = region[start:]
    words, beyond = _cut_after_suffix(words, line, town_within)
    if town_within and not beyond and SUFFIX.get(words[-1]) not in COMMON:
        at = big_city_at(words, state)
        words, beyond = words[:at], words[at:]
    if beyond:
        line.trailing = beyond + line.trailing
    _strip_postdirectional(words, line)
    suffix = SUFFIX.get(words[-1], "") if len(words) > 1 else ""
    if suffix:
        words = words[:-1]
        line.strong = True
        if (
            len(words) == 2
            and not line.post
            and words[1] in DIRECTION
            and (words[0][0].isdigit() or words[0] in ORDINAL)
        ):
            line.post = DIRECTION[words[1]]  # 100 NORTH STREET, 6TH W ST
            words = words[:1]
        elif len(words) == 1 and words[0] in CARDINAL and suffix in ("ST", "AVE"):
            words = [str(CARDINAL[words[0]])]  # EIGHT STREET is 8TH ST
    line.name = standard_name(words)
    line.suffix = suffix
    line.stem = stem_of(line.name)
    if suffix and suffix not in OMITTED:
        line.stem += SUFFIX_NAME[suffix]
    if line.post or (line.pre and line.name and line.name[0][0].isdigit()):
        line.strong = True


def _predirectional(region: list[str], town_within: bool) -> tuple[int, str]:
    """How many tokens the directional before the name takes, and which it is; a name must be left."""
    first = DIRECTION.get(region[0])
    if first is None or len(region) < 2:
        return 0, ""
    second = DIRECTION.get(region[1])
    if second is not None and len(region) > 2:
        quadrant = QUADRANT.get((first, second))
        if quadrant and not _only_suffix(region[2:]):
            return 2, quadrant
    if _is_initials(region) or _only_suffix(region[1:]) or (town_within and _suffix_then_town(region)):
        return 0, ""
    return 1, first


def _is_initials(region: list[str]) -> bool:
    """A person's initials, of which the first happens to be a directional: W G ACKER DR is WG ACKER DR."""
    if len(region) < 4 or len(region[0]) + len(region[1]) > 2 or not region[1].isalpha() or region[1] in DIRECTION:
        return False
    return region[2].isalpha() and region[2] not in SUFFIX and len(region[2]) > 2 and region[-1] in SUFFIX


def _suffix_then_town(region: list[str]) -> bool:
    """NORTH AVE GRAND JUNCTION, E ST SAN DIEGO: the directional is the name; but S ST LOUIS AVE is not."""
    if SUFFIX.get(region[1]) not in COMMON or (region[1] == "ST" and len(region[0]) > 1):
        return False
    return not any(SUFFIX.get(word) in COMMON for word in region[2:])


def _only_suffix(words: list[str]) -> bool:
    """Whether nothing but a suffix (and directions after it) is left, so that the word before is the name."""
    return SUFFIX.get(words[0]) in COMMON and all(word in DIRECTION for word in words[1:])


def _cut_after_suffix(words: list[str], line: Street, town_within: bool) -> tuple[list[str], list[str]]:
    """Splits the words after the street's suffix off: a directional stays, a lone number is a unit."""
    words = _without_lone_unit(words, line)
    at = _suffix_index(words, town_within)
    if at < 0 or at >= len(words) - 1:
        return words, []
    tail = words[at + 1 :]
    if SUFFIX.get(words[at]) in ("HWY", "RTE") and tail[0].isdigit() and len(tail) == 1:
        return words, []  # SIMPSON HIGHWAY 149: a name, not a unit
    kept = words[: at + 1]
    if tail[-1].isdigit() and HIGHWAY_SAME.get(tail[0], tail[0]) in HIGHWAY_FIRST and len(tail) > 1:
        line.marks.add("NOTE")  # MAIN ST STATE ROUTE 300: the road's other name
        return kept, []
    if tail[0] in DIRECTION:
        quadrant = len(tail) > 1 and QUADRANT.get((DIRECTION[tail[0]], DIRECTION.get(tail[1], "")))
        if quadrant:
            line.post, tail = quadrant, tail[2:]
        else:
            if town_within and len(tail) > 1 and len(tail[0]) > 2:
                line.marks.add("TOWN_OR_DIRECTION")
            line.post, tail = DIRECTION[tail[0]], tail[1:]
    if tail and (len(tail) == 1 or town_within) and _is_lone_unit(tail[0]):
        if floor_before(tail, 0):
            return kept, tail
        line.units += (("#", unit_number(tail[0]), "any"),)
        tail = tail[1:]
    return kept, tail


def _without_lone_unit(words: list[str], line: Street) -> list[str]:
    """Takes a unit's number off the end of a street without a suffix: LA SALLE N201, LA SALLE N 201."""
    if len(words) < 2 or not words[-1][-1].isdigit() or any(word in SUFFIX for word in words):
        return words
    if words[-1][0].isalpha() and _is_lone_unit(words[-1]):
        line.units += (("#", unit_number(words[-1]), "any"),)
        return words[:-1]
    if line.pre and words[-1].isdigit() and words[-2].isalpha() and _is_plain(words[-2]):
        line.units += (("#", unit_number(words[-1]), "any"),)
        return words[:-1]  # W BRYN MAWR 211
    if len(words) > 2 and words[-1].isdigit() and len(words[-2]) == 1 and words[-2] in DIRECTION:
        line.units += (("#", unit_number(words[-2] + words[-1]), "any"),)
        return words[:-2]
    return words


def _is_plain(word: str) -> bool:
    """A word that opens no numbered road and no numbered street: not STATE 211, CALLE 5, SECTOR 9."""
    return len(word) > 2 and HIGHWAY_SAME.get(word, word) not in HIGHWAY_FIRST and word not in _NUMBERED


def _is_lone_unit(word: str) -> bool:
    """Whether a word right after the street can only be a unit's number: 1608, C1S, C-134, B; not a town."""
    return len(word) == 1 or (len(word) <= 6 and any(char.isdigit() for char in word))


def _suffix_index(words: list[str], town_within: bool) -> int:
    """Where the suffix stands: the last one, or the first one where a town follows in the same phrase."""
    end = len(words)
    if town_within and (SUFFIX.get(words[-1]) in COMMON or words[-1] in DIRECTION):
        town_within = _town_of_two_words(words)  # no town follows in 3750 PRIORITY WAY SOUTH DR
    if not town_within:
        early = _suffix_before_more(words)
        if early:
            return early
        if words[-1] in SUFFIX or (words[-1] in DIRECTION and end > 1 and words[-2] in SUFFIX):
            return end - 1 if words[-1] in SUFFIX else end - 2
        for j in range(end - 1, 0, -1):
            if SUFFIX.get(words[j]) in COMMON:
                return j
        return -1
    if end > 2 and words[0][0].isdigit() and words[1] in DIRECTION and words[2] not in SUFFIX:
        return 0  # 100 WEST CEDAR CITY: a street of a grid, and a town
    for weak in (False, True):
        for j in range(1, end):
            standard = SUFFIX.get(words[j])
            if standard is None or (not weak and standard not in COMMON):
                continue
            while j + 1 < end and SUFFIX.get(words[j + 1]) in COMMON:
                j += 1
            if not weak or j < end - 1:
                return j
    return -1


def _suffix_before_more(words: list[str]) -> int:
    """A suffix after which something other than the street follows: STATE ROUTE 300, RIO SHOPPING MALL; or 0."""
    for j in range(1, len(words) - 2):
        if SUFFIX.get(words[j]) not in _NAMED:
            continue
        rest = words[j + 1 :]
        if rest[-1].isdigit() and HIGHWAY_SAME.get(rest[0], rest[0]) in HIGHWAY_FIRST:
            return j
        if not WORDS["building"].isdisjoint(rest) and all(SUFFIX.get(word) not in OMITTED for word in rest):
            return j
    return 0


def _town_of_two_words(words: list[str]) -> bool:
    """Whether two words or more follow an earlier suffix, the last of them one as well: MOUNTLAKE TERRACE."""
    if SUFFIX.get(words[-1]) in _STREETS_ONLY:
        return False  # no town is called GATE BOULEVARD
    for j in range(1, len(words) - 2):
        if SUFFIX.get(words[j]) in COMMON:
            rest = [word for word in words[j + 1 :] if word not in DIRECTION]
            return len(rest) > 1 and SUFFIX.get(rest[0]) not in COMMON
    return False


def big_city_at(words: list[str], state: str) -> int:
    """The index where a large city of the state begins at the end of words without a suffix, or the end."""
    for length in (1, 2, 3):
        if len(words) > length and any(s == state for s, _, _ in BIG_CITY.get("".join(words[-length:]), ())):
            return len(words) - length
    return len(words)


def _strip_postdirectional(words: list[str], line: Street) -> None:
    if line.post or len(words) < 2:
        return
    last = DIRECTION.get(words[-1])
    if last is None or (len(words) == 2 and SUFFIX.get(words[0]) in COMMON):
        return
    before = DIRECTION.get(words[-2])
    if before is not None and len(words) > 2 and (before, last) in QUADRANT:
        line.post = QUADRANT[before, last]
        del words[-2:]
        return
    line.post = last
    del words[-1]
