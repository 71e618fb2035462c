"""A delivery line with a house number and a street (Publication 28, sections 23 and 234, Appendices B to F)."""

from __future__ import annotations

from typing import Final

from counterfoil.address.numbers import JOINERS, number_at, standard_name, stem_of, without_d
from counterfoil.address.special import numbered_road
from counterfoil.address.street.end import BEFORE_SECOND, MOVED, NOTE, SECOND, TO, end_of_name
from counterfoil.address.street.parts import (
    NAMED,
    big_city_at,
    is_lone_unit,
    lone_unit,
    predirectional,
    suffix_index,
)
from counterfoil.address.street.remark import is_loose
from counterfoil.address.tables import (
    CARDINAL,
    COMMON_FORM,
    DIRECTION,
    HIGHWAY_FIRST,
    HIGHWAY_SAME,
    OMITTED,
    ORDINAL,
    QUADRANT,
    SUFFIX,
    SUFFIX_NAME,
    UNIT,
)
from counterfoil.address.unit import LABELS, bare_unit, floor_before, read_units, unit_number, unit_within

_NUMBERED: Final = frozenset({
    "CALLE", "CARR", "CAMINO", "AVENIDA", "BELT", "BELTWAY", "DISTRICT", "LATERAL", "MILE", "NORTH",
    "SOUTH", "EAST", "WEST", "PARCELAS", "SECTOR", "TRACT",
})  # fmt: skip
"""Words behind which a number is part of the name."""

_MOUNT: Final = frozenset({"MOUNT"})  # written out; MT may be a mountain
_BEFORE_LETTER: Final = frozenset({"ST", "STS", "STREET", "STREETS", "RD", "ROAD", "DR", "BLVD", "LN", "PL"})


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
        self.loose: list[str] = []  # a remark that may name a dwelling
        self.remark: list[str] = []  # what stands of a cross street or of a road's other name
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
    cut = end_of_name(tokens, at)
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
    last = next((j for j in range(len(tokens) - 1, 0, -1) if tokens[j] in COMMON_FORM), 0)
    for k in range(1, last):
        piece = tokens[k]
        if not piece[0].isdigit() or tokens[k - 1] in UNIT or tokens[k - 1] in ("#", "NO", "BOX"):
            continue
        before = HIGHWAY_SAME.get(tokens[k - 1], tokens[k - 1])
        if before in ("HWY", "RTE", "ROAD") or tokens[k - 1] in HIGHWAY_FIRST or before in SUFFIX:
            continue
        number, at = number_at(tokens, k)
        if number and at < last:
            return number, at, tokens[:k]
    return "", 0, []


def _list_of_numbers(tokens: list[str], at: int, line: Street) -> int:
    """Passes over 12 & 14, 100 TO 200, 12, 14 and marks them: a list or a range names no one place."""
    while at + 1 < len(tokens) and (tokens[at] in JOINERS or tokens[at] in TO or tokens[at] in ("/", "-")):
        number, after = number_at(tokens, at + 1)
        if not number:
            break
        line.marks.add("LIST")
        at = after
    return at


def _read_after(tokens: list[str], cut: int, line: Street) -> None:
    """What stands after the street: units, a second street, a note, other words."""
    piece = tokens[cut]
    if piece == "#" or piece in UNIT or piece in LABELS or floor_before(tokens, cut):
        found = read_units(tokens, cut)
        line.units += found.units
        line.marks |= found.marks
        line.trailing = tokens[found.end :]
        return
    if piece in JOINERS or piece in SECOND or piece in BEFORE_SECOND or piece in ("/", ";"):
        beyond = cut + 1
        while beyond < len(tokens) and tokens[beyond] in MOVED:
            beyond += 1  # AND ALSO 99 OAK ST, THEN MOVED TO 99 OAK ST
        number, after = number_at(tokens, beyond)
        if (number and after < len(tokens)) or "OR" in tokens[cut:beyond]:
            line.marks.add("MULTIPLE")  # OR ELSEWHERE is a second place too
        else:
            line.marks.add("CROSS")
            line.remark += tokens[cut + 1 :]
            _unit_behind(tokens, cut + 1, line)
        return
    if piece in NOTE:
        line.marks.add("NOTE")
        line.remark += tokens[cut + 1 :]
        _unit_behind(tokens, cut + 1, line)
        return
    line.trailing = tokens[cut:]


def _unit_behind(tokens: list[str], at: int, line: Street) -> None:
    """The unit behind a remark: 12 OAK ST AT 5TH AVE APT 4."""
    start = unit_within(tokens, at)
    if is_loose(tokens[:start], at):
        line.loose = tokens[at - 1 : start]
    if start < len(tokens):
        found = read_units(tokens, start)
        line.units += found.units
        line.marks |= found.marks
        line.trailing = tokens[found.end :]
    elif len(tokens) > at + 1 and len(tokens[-1]) == 1 and tokens[-2] in _BEFORE_LETTER and tokens[-1] not in DIRECTION:
        line.units += (("#", tokens[-1], "any"),)  # AT CANAL ST B; but AT AVE A


def _is_named_road(words: list[str]) -> bool:
    return len(words) > 1 and SUFFIX.get(words[-1]) in NAMED and all(word.isalpha() for word in words)


def _read_road(region: list[str], line: Street, state: str, town_within: bool) -> bool:
    """Reads US HWY 160 E, COUNTY ROAD ABC, I-35 FRONTAGE RD; False if the region names no numbered road."""
    road = numbered_road(region, state)
    if road is None:
        return False
    if not (road.post or town_within) and _is_named_road(road.rest):
        line.marks.add("NOTE")  # ROUTE 108 CLARKSVILLE PIKE: the number is the road's other name
        line.remark += region[: len(region) - len(road.rest)]
        _read_name(road.rest, line, town_within, state)
        return True
    line.pre, line.road, line.post, line.name, line.stem = road.pre, road.network, road.post, road.name, road.stem
    line.strong = True
    line.trailing = road.rest + line.trailing
    return True


def _read_name(region: list[str], line: Street, town_within: bool, state: str) -> None:
    start, line.pre = predirectional(region, town_within)
    words = region[start:]
    words, beyond = _cut_after_suffix(words, line, town_within)
    if town_within and not beyond and words[-1] not in COMMON_FORM:
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
        elif len(words) == 1 and words[0][-1] == "D" and words[0][0].isdigit():
            words = [without_d(words[0])]
    line.name = standard_name(words)
    line.suffix = suffix
    line.stem = stem_of(line.name)
    if "MOUNT" in line.stem:
        line.marks |= {"MOUNTAIN"} if "MOUNTAIN" in line.name else _MOUNT.intersection(words)
    if suffix and suffix not in OMITTED:
        line.stem += SUFFIX_NAME[suffix]
    if line.post or (line.pre and line.name and line.name[0][0].isdigit()):
        line.strong = True


def _cut_after_suffix(words: list[str], line: Street, town_within: bool) -> tuple[list[str], list[str]]:
    """Splits the words after the street's suffix off: a directional stays, a lone number is a unit."""
    words = _without_lone_unit(words, line)
    at = suffix_index(words, town_within)
    if at < 0 or at >= len(words) - 1:
        return words, []
    tail = words[at + 1 :]
    if SUFFIX.get(words[at]) in ("HWY", "RTE") and tail[0].isdigit() and len(tail) == 1:
        return words, []  # SIMPSON HIGHWAY 149: a name, not a unit
    kept = words[: at + 1]
    if tail[-1].isdigit() and len(tail) > 1:
        behind = _behind_road(tail)
        if behind is not None:
            line.marks.add("NOTE")  # MAIN ST STATE ROUTE 300: the road's other name
            line.remark += tail
            return kept, behind  # HWY 50 4: a unit behind it
    if tail[0] in DIRECTION:
        quadrant = len(tail) > 1 and QUADRANT.get((DIRECTION[tail[0]], DIRECTION.get(tail[1], "")))
        if quadrant:
            line.post, tail = quadrant, tail[2:]
        else:
            if town_within and len(tail) > 1 and len(tail[0]) > 2:
                line.marks.add("TOWN_OR_DIRECTION")
            line.post, tail = DIRECTION[tail[0]], tail[1:]
    width = lone_unit(tail, town_within)
    if width:
        if floor_before(tail, 0):
            return kept, tail
        line.units += (bare_unit(tail[:width]),)
        tail = tail[width:]
    return kept, tail


def _behind_road(tail: list[str]) -> list[str] | None:
    """What follows a road's other name behind the street's suffix: STATE ROUTE 300; None if there is no such road.

    A letter, TR, CO and ST with a number are a unit: MAIN ST C 7 is MAIN ST # C7, and TR is a trailer as well.
    """
    if len(tail) == 2 and (len(tail[0]) == 1 or tail[0] == "TR"):
        return None
    road = numbered_road(tail, "")
    if road is None or road.pre or road.post or len(road.rest) > 1:
        return None
    return road.rest


def _without_lone_unit(words: list[str], line: Street) -> list[str]:
    """Takes a unit's number off the end of a street without a suffix: LA SALLE N201, LA SALLE N 201."""
    if len(words) < 2 or not words[-1][-1].isdigit() or any(word in SUFFIX for word in words):
        return words
    if words[-1][0].isalpha() and is_lone_unit(words[-1]):
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


def _strip_postdirectional(words: list[str], line: Street) -> None:
    if line.post or len(words) < 2:
        return
    last = DIRECTION.get(words[-1])
    if last is None or (len(words) == 2 and words[0] in COMMON_FORM):
        return
    before = DIRECTION.get(words[-2])
    if before is not None and len(words) > 2 and (before, last) in QUADRANT:
        line.post = QUADRANT[before, last]
        del words[-2:]
        return
    line.post = last
    del words[-1]
