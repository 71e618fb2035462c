"""Secondary units: APT 4, # 4B, BLDG 3 FL 2, 2ND FLOOR, REAR (Publication 28, section 213 and Appendix C2)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from counterfoil.address.tables import (
    CARDINAL,
    DIRECTION,
    HIGHWAY,
    HIGHWAY_SAME,
    HIGHWAY_WORDS,
    ORDINAL,
    SUFFIX,
    UNIT,
    WORDS,
)

_ORDINAL: Final = re.compile(r"0*(0|[1-9]\d*)(?:ST|ND|RD|TH)")
_SEAM: Final = re.compile(r"(?<=\d)[-/](?=[A-Z])|(?<=[A-Z])[-/](?=\d)|(?<=[A-Z])-(?=[A-Z])")
_NEVER_A_NAME: Final = frozenset({"FRNT", "LOWR", "UPPR", "LBBY", "OFC", "REAR"})
_LEVELS: Final = frozenset({"GROUND", "MAIN", "TOP", "GARDEN"})
"""Words for a floor without a number: GROUND FLOOR."""
_SIDES: Final = frozenset({"LEFT", "RIGHT", "GARDEN", "TOP", "MIDDLE"})
"""Words that stand for the number of a dwelling: APT LEFT."""
WITHIN: Final = frozenset({
    "UPSTAIRS", "DOWNSTAIRS", "ATTIC", "BACK", "LEFT", "RIGHT", "MIDDLE", "TOP", "COTTAGE", "GARAGE", "STUDIO", "CABIN",
    "CASITA", "DUPLEX", "FLAT", "LOFT", "UP", "DOWN", "BACKYARD", "POOLHOUSE", "GUESTHOUSE",
    "ABAJO", "ARRIBA", "ATRAS", "ALTOS", "BAJOS", "FONDO",
})  # fmt: skip
"""Words for a place in a building that are no designators of the Postal Service."""
_ALONE: Final = WITHIN.union(word for word, row in UNIT.items() if row[1] != "yes")
_FLOORS: Final = frozenset(word for word, row in UNIT.items() if row[0] == "FL")
_DWELLINGS: Final = frozenset({"APT", "APARTMENT", "UNIT", "SUITE", "STE", "FLOOR", "FLR", "LEVEL"})
_AFTER_DESIGNATOR: Final = _LEVELS | {"", "#", "NO"}
DWELLING: Final = frozenset({"APT", "APARTMENT", "UNIT"})
"""Words for a dwelling that may stand beside a designator without number: REAR APT, UPPER UNIT."""
_FLATS: Final = frozenset({"LEVEL", "FLAT"})
_PLURAL: Final = frozenset({"APTS", "APARTMENTS"})  # a number must follow, or it is a building's name
_GENERAL: Final = frozenset({"APT", "UNIT", "STE", "RM", "HSE", "#"})
"""Designators that say no more than the one behind them: APT PH 1."""
_PENTHOUSE: Final = frozenset({"PH", "PENTHOUSE", "PNTHSE"})
_INNER: Final = _PENTHOUSE | {"PMB"}
_MANY: Final = frozenset({"APTS", "APARTMENTS", "UNITS", "SUITES", "STES", "FLOORS"})
_SPAN: Final = re.compile(r"\d+-\d+")
_SAY_NO: Final = frozenset().union(*(WORDS[kind] for kind in ("negation", "unknown", "refusing", "later"))) - {"NO"}
LABELS: Final = frozenset({"NO", "NUM", "NUMBER", "NUMERO"})
"""Words that stand for the sign #."""
_BEFORE_NUMBER: Final = LABELS | {"#", "BOX"}
_NAMED: Final = frozenset(word for word in DIRECTION if len(word) > 3) | {
    "ADU", "JADU", "CARETAKER", "CARETAKERS", "CONCIERGE", "CUSTODIAN", "GUEST", "INLAW", "JANITOR", "JANITORS",
    "MANAGER", "MANAGERS", "MGR", "OWNER", "OWNERS", "SUPER", "SUPERS", "SUPERINTENDENT",
}  # fmt: skip
"""Words for a dwelling by whose it is, what it is, or its side of the house: APT MANAGER, UNIT ADU, APT NORTH."""
_NONE_WORDS: Final = frozenset({"NONE", "N/A", "NA", "NIL"})
_UNKNOWN_WORDS: Final = frozenset({"UNK", "UNKNOWN", "?", "TBD", "UNKN", "N/K", "DESCONOCIDO"})
_COMPATIBLE: Final = {
    "any": frozenset({"home", "unit", "suite", "room", "space", "lot", "trailer", "mailbox"}),
    "unit": frozenset({"home", "suite", "room", "space", "lot", "trailer"}),
}


class Units:
    """What stands after the delivery line's street: units, the index after them, and what was noticed."""

    def __init__(self, units: tuple[tuple[str, str, str], ...], end: int, marks: set[str]) -> None:
        self.units = units  # each (designator, number, group)
        self.end = end
        self.marks = marks


@lru_cache(maxsize=65536)
def unit_number(text: str) -> str:
    """The number of a unit in one spelling: "04-B" and "4B" give "4B"; "1-11" keeps its hyphen."""
    text = _SEAM.sub("", text)
    stripped = text.lstrip("0")
    return stripped if stripped and stripped[0].isdigit() else text


def is_unit_number(piece: str) -> bool:
    """Whether a piece can be the number of a unit: it has a digit, or is one or two letters."""
    return piece[0].isdigit() or (len(piece) <= 2 and piece.isalpha()) or (
        piece[0].isalpha() and not piece.isalpha() and piece[-1].isalnum()
    )  # fmt: skip


def bare_unit(words: list[str]) -> tuple[str, str, str]:
    """The unit that a number alone names (4B, C 7), and TR 7, a trailer."""
    if len(words) == 2 and words[0] == "TR":
        return "TRLR", unit_number(words[1]), "trailer"
    return "#", unit_number("".join(words)), "any"


def is_in_building(words: list[str]) -> bool:
    """REAR, UPSTAIRS, GROUND FLOOR: a place in the building, where a town's name would stand as a rule."""
    if len(words) == 1:
        return words[0] in _ALONE
    return words[-1] in _DWELLINGS


def unit_within(tokens: list[str], at: int) -> int:
    """Where a unit begins among words beside the street, such as a cross street; the end if none does."""
    for j in range(at, len(tokens)):
        if tokens[j] == "#" or tokens[j] in UNIT:
            following = tokens[j + 1] if j + 1 < len(tokens) else ""
            if not following or following in UNIT or (is_unit_number(following) and following not in SUFFIX):
                return j
    return len(tokens)


def floor_before(tokens: list[str], at: int) -> str:
    """The number of a floor or dwelling written before its word (2ND FLOOR, SECOND FL, GARDEN APT), or ""."""
    if at + 1 >= len(tokens):
        return ""
    if tokens[at + 1] in _FLOORS:
        if tokens[at].isdigit():
            return tokens[at].lstrip("0") if _counts_floor(tokens, at) else ""
        found = _ORDINAL.fullmatch(tokens[at])
        if found:
            return found[1]
        if tokens[at] in ORDINAL:
            return str(ORDINAL[tokens[at]])
        if tokens[at] in _LEVELS:
            return tokens[at]
    elif tokens[at + 1] in DWELLING and at + 2 == len(tokens) and _is_place(tokens[at]):
        return tokens[at]
    return ""


def _counts_floor(tokens: list[str], at: int) -> bool:
    """Whether a plain number is that of the floor behind it: 2 FLOOR; but not HWY 2 FLOOR 3, APT 2 FL, 2 FLOOR ST."""
    if len(tokens[at]) > 3 or (at + 2 < len(tokens) and tokens[at + 2] not in UNIT and tokens[at + 2] != "#"):
        return False
    return at == 0 or not (tokens[at - 1] in UNIT or tokens[at - 1] in _BEFORE_NUMBER or behind_road_words(tokens, at))


def behind_road_words(tokens: list[str], at: int) -> bool:
    """Whether the words that open a numbered road stand right before `at`: COUNTY ROAD, HWY."""
    before = tuple(HIGHWAY_SAME.get(word, word) for word in tokens[max(0, at - HIGHWAY_WORDS) : at])
    return any(before[start:] in HIGHWAY for start in range(len(before))) or before == ("ROAD",)


def _is_place(word: str) -> bool:
    return word in _SIDES or word in _LEVELS or word in WITHIN


def labelled(tokens: list[str], at: int) -> bool:
    """Whether NO 4 or NUM 4 stands here, which after a street is # 4; a road's number is no unit (HWY NO 4)."""
    following = tokens[at + 1] if tokens[at] in LABELS and at + 1 < len(tokens) else ""
    letter = len(following) == 1 and following.isalpha() and at + 2 == len(tokens)
    if not (letter or any(char.isdigit() for char in following)):
        return False
    return not behind_road_words(tokens, at)


def starts_unit(tokens: list[str], at: int, after_suffix: bool) -> bool:
    """Whether a secondary unit begins at this piece of a street line (never its number or first name word)."""
    piece = tokens[at]
    if piece == "#":
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    row = UNIT.get(piece)
    if row is None:
        return after_suffix and floor_before(tokens, at) != ""
    if piece in _PLURAL:
        return is_unit_number(following) if following else False
    if piece == "LEVEL":
        return after_suffix and following[:1].isdigit()  # not POPLAR LEVEL RD, nor STREET LEVEL
    if piece == "STE" and not after_suffix and _is_name(following):
        return False  # RUE STE CATHERINE
    if row[2] == "strong":
        if following not in SUFFIX or following in ("", "LOT", "KEY") or is_unit_number(following):
            return True
        return after_suffix and _is_place(following) and at + 2 == len(tokens)  # APT GARDEN
    if following in SUFFIX and not is_unit_number(following):
        return after_suffix and following in _FLATS and row[0] in ("LOWR", "UPPR") and at + 2 == len(tokens)
    if after_suffix:
        return following in _AFTER_DESIGNATOR or row[1] != "yes" or is_unit_number(following)
    if not following:
        return piece in _NEVER_A_NAME  # 4256 WESTWING FRNT
    number = at + 2 if following == "#" else at + 1  # SPC # 3 is SPC 3
    return number + 1 == len(tokens) and row[1] == "yes" and (following == "#" or following[0].isdigit())


def _is_name(word: str) -> bool:
    """A word that can be no unit's number, nor say that there is none."""
    return word.isalpha() and len(word) > 2 and not (
        word in UNIT or word in CARDINAL or word in _SAY_NO or word in _NONE_WORDS or _is_place(word)
    )  # fmt: skip


def read_units(tokens: list[str], at: int) -> Units:
    """The secondary units that begin at `at`, as far as they go."""
    units: list[tuple[str, str, str]] = []
    marks: set[str] = set()
    end = len(tokens)
    while at < end:
        floor = floor_before(tokens, at)
        if floor:
            units.append(("APT", floor, "home") if tokens[at + 1] in DWELLING else ("FL", floor, "floor"))
            at += 2
            if at + 1 == end and tokens[at] in DWELLING:
                at += 1  # 2ND FLOOR APT
            continue
        piece = tokens[at]
        row = UNIT.get(piece)
        if row is None and piece != "#" and not labelled(tokens, at):
            break
        if piece == "LEVEL" and not starts_unit(tokens, at, True):
            break
        designator, needs, _, group = row if row else ("#", "yes", "strong", "any")
        at += 1
        if designator == "APT" and floor_before(tokens, at) and tokens[at + 1] not in DWELLING:
            continue  # APT 2ND FLOOR
        if designator == "#" and _names_unit(tokens, at):
            continue  # # APT 4, # BSMT
        if needs == "yes" and at < end and _says_no_number(tokens, at):
            marks.add("UNIT_NEEDED")  # APT NO, and nothing behind it; APT NOT KNOWN
            at = end
            break
        if piece in _MANY and at < end and (_SPAN.fullmatch(tokens[at]) or _two_letters(tokens, at)):
            marks.add("LIST")  # APTS 1-12, APTS A-F
        if (designator != "#" and at < end and tokens[at] == "#") or (
            at + 1 < end and tokens[at] in LABELS and is_unit_number(tokens[at + 1])
        ):
            at += 1
        if at < end and tokens[at] in _INNER and _is_within(tokens, at, designator):
            continue  # APT PH B, APT PH, APT # PH 1, # PMB 1151
        at = _number_of(tokens, at, units, marks, (designator, needs, group))
    return Units(tuple(units), at, marks)


def _names_unit(tokens: list[str], at: int) -> bool:
    """Whether a designator stands behind the sign #, with its number or without one that it needs."""
    row = UNIT.get(tokens[at]) if at < len(tokens) else None
    if row is None:
        return False
    return row[1] != "yes" or (at + 1 < len(tokens) and is_unit_number(tokens[at + 1]))


def _is_within(tokens: list[str], at: int, designator: str) -> bool:
    """Whether a designator stands behind another that only says that it is a dwelling: APT PH 1, # PMB 1151."""
    return designator in _GENERAL and (at + 1 == len(tokens) or is_unit_number(tokens[at + 1]))


def _says_no_number(tokens: list[str], at: int) -> bool:
    """Whether words stand here that say that there is no number: APT NO, APT NUMBER UNKNOWN, APT NOT GIVEN."""
    labelled_so = tokens[at] in LABELS
    rest = tokens[at + labelled_so :]
    if not rest:
        return labelled_so
    return len(rest) < 5 and all(word.isalpha() for word in rest) and not _SAY_NO.isdisjoint(rest[:2])


def _two_letters(tokens: list[str], at: int) -> bool:
    return at + 1 < len(tokens) and len(tokens[at]) == len(tokens[at + 1]) == 1


def _number_of(
    tokens: list[str],
    at: int,
    units: list[tuple[str, str, str]],
    marks: set[str],
    kind: tuple[str, str, str],
) -> int:
    designator, needs, group = kind
    piece = tokens[at] if at < len(tokens) else ""
    if needs == "no":
        units.append((designator, "", group))
        beside = piece in DWELLING or piece == "LEVEL" or (piece in _FLATS and designator in ("LOWR", "UPPR"))
        return at + (beside and at + 1 == len(tokens))  # REAR APT, LOWER LEVEL
    if designator in ("APT", "UNIT") and piece in UNIT and UNIT[piece][1] == "no" and at + 1 == len(tokens):
        return at  # APT REAR
    if piece in _NONE_WORDS:
        return at + 1
    if piece in _UNKNOWN_WORDS:
        marks.add("UNIT_NEEDED")
        return at + 1
    if (
        (piece in _SIDES or piece in WITHIN or (piece in _LEVELS and designator != "BLDG"))
        and needs == "yes"
        and _ends_unit(tokens, at + 1)
    ):
        units.append((designator, piece, group))
        return at + 1
    if piece in _PENTHOUSE and needs == "yes":
        number, at = "PH", at + 1  # FL PH, BLDG PH 1
        if at < len(tokens) and is_unit_number(tokens[at]) and tokens[at] not in UNIT:
            number, at = number + unit_number(tokens[at]), at + 1
        units.append((designator, number, group))
        return at
    width = _named(tokens, at) if len(piece) > 2 and designator in _GENERAL else 0
    if width:
        named = "".join(tokens[at : at + width])
        units.append((designator, DIRECTION.get(named, named), group))  # APT NORTH is APT N
        return at + width
    if piece in CARDINAL:
        piece = str(CARDINAL[piece])
    if piece and piece not in UNIT and is_unit_number(piece):
        number = piece
        at += 1
        following = tokens[at] if at < len(tokens) and _ends_unit(tokens, at + 1) else ""
        if len(following) == 1 and following.isalnum() and number[-1].isdigit() != following.isdigit():
            number += following  # APT 4 B
            at += 1
        units.append((designator, unit_number(number), group))
        return _list_of_units(tokens, at, marks, group)
    if piece.isalpha() and piece not in UNIT and _ends_unit(tokens, at + 1) and designator in ("BLDG", "TOWER", "WING"):
        units.append((designator, piece, group))  # named buildings: BUILDING MAGNOLIA
        return at + 1
    if needs == "yes":
        marks.add("UNIT_NEEDED")
    else:
        units.append((designator, "", group))
    return at


def _named(tokens: list[str], at: int) -> int:
    """How many words at `at` name a dwelling where its number would stand: ADU, CARRIAGE HOUSE; 0 if none do."""
    if at < len(tokens) and tokens[at] in _NAMED and _ends_unit(tokens, at + 1):
        return 1
    width = 2 if tokens[at + 1 : at + 2] == ["HOUSE"] else 1
    words = tokens[at : at + width]
    house = bool(words) and words[-1].endswith("HOUSE") and words != ["HOUSE"] and _ends_unit(tokens, at + width)
    return width if house and all(word.isalpha() and word not in _SAY_NO for word in words) else 0


def _ends_unit(tokens: list[str], at: int) -> bool:
    return at >= len(tokens) or tokens[at] in UNIT or not tokens[at].isalnum()


def _list_of_units(tokens: list[str], at: int, marks: set[str], group: str) -> int:
    """Marks a list or range of units: APT 1 OR 2, UNITS 1 & 2, APT 1 THRU 9, APT 1 AND APT 2."""
    while (
        at + 1 < len(tokens)
        and tokens[at] in ("&", "OR", "AND", "/", "TO", "THRU", "THROUGH")
        and is_unit_number(tokens[at + 1])
        and tokens[at + 1] not in UNIT
    ):
        marks.add("LIST")
        at += 2
    if at + 1 < len(tokens) and tokens[at] in ("&", "OR", "AND") and _group(tokens[at + 1]) == group:
        marks.add("LIST")
        at += 1
    return at


def _group(word: str) -> str:
    return UNIT[word][3] if word in UNIT else ""


def same_units(a: tuple[tuple[str, str], ...], b: tuple[tuple[str, str], ...]) -> bool | None:
    """True when both name the same units, None when one side says less, False when they contradict."""
    if a == b:
        return True
    small, large = (a, list(b)) if len(a) <= len(b) else (b, list(a))
    for group, number in small:
        for other in large:
            if other[1] == number and (other[0] == group or _may_stand_for(other[0], group)):
                large.remove(other)
                break
        else:
            return False
    return None if large else True


def _may_stand_for(one: str, other: str) -> bool:
    return other in _COMPATIBLE.get(one, ()) or one in _COMPATIBLE.get(other, ())
