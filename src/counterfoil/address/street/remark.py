"""A remark beside the street: what it says, and whether it may name a dwelling (BETWEEN 5TH AND 6TH AVE B)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counterfoil.address.numbers import JOINERS, ORDINAL_NUMBER, standard_name
from counterfoil.address.street.end import NOTE, SECOND
from counterfoil.address.tables import (
    CARDINAL,
    COMMON,
    COMMON_FORM,
    DIRECTION,
    HIGHWAY_FIRST,
    HIGHWAY_SAME,
    ORDINAL,
    SUFFIX,
    UNIT,
    WORDS,
)
from counterfoil.address.unit import WITHIN

_HOUSES: Final = frozenset({
    "ADU", "ANNEX", "ATTIC", "BACKYARD", "BARN", "BARRACKS", "BASEMENT", "BOAT", "BUILDING", "BUNGALOW", "BUNK",
    "BUS", "CABANA", "CABIN", "CAMPER", "CARRIAGE", "CASA", "CASITA", "CELLAR", "CHALET", "COACH", "COTTAGE",
    "COURTYARD", "DECK", "DOOR", "DORM", "DUPLEX", "DWELLING", "FLAT", "GARAGE", "GARDEN", "HALF", "HALLWAY", "HOME",
    "HOMES", "HOUSE", "HUT", "INLAW", "KITCHEN", "LAUNDRY", "LAW", "LOBBY", "LODGE", "LOFT", "MAISONETTE", "MOBILE",
    "PATIO", "PENTHOUSE", "POOL", "PORCH", "QUARTERS", "RESIDENCE", "ROOM", "RV", "SHACK", "SHED", "STABLE",
    "STABLES", "STAIRS", "STAIRWELL", "STUDIO", "SUITE", "TENT", "TRAILER", "TRIPLEX", "VAN", "VILLA", "WORKSHOP",
    "YARD", "YURT",
})  # fmt: skip
"""Words for a dwelling, a part of one, or what a dwelling is told by; and every word that ends in HOUSE."""
_KIN: Final = WORDS["kin"] | {"MOTHER", "MOM", "MOMS", "DAD", "DADS", "MAMA", "WAGON", "AIRSTREAM", "SKOOLIE", "PAD"}
_NO_HOUSES: Final = frozenset({"COURTHOUSE", "FIREHOUSE", "STEAKHOUSE", "SCHOOLHOUSE", "LIGHTHOUSE", "WAREHOUSE"})
_DOORS: Final = frozenset({"ENTRANCE", "ENTR", "ENTRY", "DOOR"})
_PARTS: Final = (WITHIN | frozenset(UNIT) | {"LEVEL"}) - {"SIDE"}
_ENTRANCE: Final = _DOORS | {
    "LOWER",
    "UPPER",
    "LEVEL",
    "REAR",
    "FRONT",
    "BACK",
    "LEFT",
    "RIGHT",
    "SIDE",
    "TOP",
    "MIDDLE",
}
_BETWEEN: Final = frozenset({"BETWEEN", "BTWN", "BTW", "BETW", "ENTRE"})
_BEFORE_NUMBER: Final = frozenset({"EXIT", "MILE", "MM", "KM", "MC", "M/C", "CODE", "BOX"})
_ROADS: Final = (HIGHWAY_FIRST - {"RM", "TR", "ST", "STRT", "S", "C", "F", "U"}) | {"HC", "HCR", "RR", "RTE"}
_ROAD: Final = frozenset({"RD", "ROAD"})
_NO_ROADS: Final = frozenset({"FARM", "RANCH", "FOREST", "INDIAN"})
_AVENUES: Final = frozenset({"AVE", "AV", "AVENUE", "AVENUES", "AVES"})
_STREETS: Final = frozenset({"STS", "AVES", "STREETS", "AVENUES"})
_DIRECTION: Final = frozenset(DIRECTION)
_WHICH: Final = _DIRECTION | {"OLD", "NEW", "MAIN"}
_LINKS: Final = JOINERS | NOTE | {"OF", "THE", "FROM", "TO", "ON", "IN", "/", "-", "IS", "BY"}
_ON_THE_LOT: Final = frozenset({"OVER", "UNDER", "UNDERNEATH", "DEBAJO", "BEHIND", "DETRAS", "/"})
"""Words behind which a dwelling may stand, over or behind something at the house's own number; or another street."""
_OPENS: Final = (NOTE | WORDS["landmark"] | WORDS["crossing"]) - _ON_THE_LOT
"""Words behind which a name may be any cross street's or landmark's."""
_PREPOSITIONS: Final = (NOTE | WORDS["landmark"]) - {"CORNER", "EXIT"}
_NO_NAME: Final = _PREPOSITIONS | {"OF", "THE", "FROM", "TO", "ON", "IN", "BY", "DE", "LA", "EL", "A", "AL"}
_ANY_STREET: Final = frozenset({"STREET", "ST", "ROAD", "RD", "WAY", "HIGHWAY", "CORNER"})
_KNOWN: Final = _OPENS | _LINKS | SECOND | {
    "#", "A", "AIRPORT", "AUDITORIUM", "BLANK", "CAFETERIA", "CHAMBERS", "CHAPEL", "CHURCH", "COUNCIL", "DRIVEWAY",
    "ENTR", "ENTRANCE", "ENTRY", "FALSE", "GYM", "GYMNASIUM", "HOSPITAL", "LIBRARY", "MAIN", "MALL", "MUSEUM", "N/A",
    "NA", "NEW", "NIL", "NO", "NONE", "NULL", "OLD", "PARISH", "PARKING", "SANCTUARY", "SCHOOL", "SIDE", "STATION",
}  # fmt: skip


def is_loose(words: Sequence[str], at: int) -> bool:
    """Whether a remark may name a dwelling, and so may not be left out of a comparison.

    The remark is `words[at:]`; what opens it (NEAR, AND) stands before it, and nothing does in a bracket. Behind
    NEAR, AT or CORNER OF any name may stand; elsewhere only known words and roads. A dwelling, a door of a part of
    the house, and a letter, number or ordinal that no street is called by are loose anywhere: AT ELM ST 2ND.
    """
    if _names_nothing(words, at):
        return True
    if at >= len(words):
        return False
    if _names_dwelling(words, at) or _only_directions(words, at) or _ends_loose(words, at) or _is_near(words, at):
        return True
    return at == 0 and not _is_known(words)


def _names_nothing(words: Sequence[str], at: int) -> bool:
    """A preposition alone, or with no name behind it: (BEHIND), NEXT TO, ACROSS THE STREET; but not AT THE CORNER."""
    said = words[max(0, at - 1) :] if at else words
    if _PREPOSITIONS.isdisjoint(said):
        return False
    rest = {word for word in said if word not in _NO_NAME}
    return not rest or (rest <= _ANY_STREET and (rest != {"CORNER"} or "AROUND" in said))


def _is_near(words: Sequence[str], at: int) -> bool:
    """BEHIND STORE: something else at the same number; / ELM ST: another street. But / HWY 50 is the road's number."""
    first = words[at - 1] if at else words[0]
    if first == "/" and at:
        rest = words[at:]
        return not (_KNOWN.issuperset(rest) or (rest[-1].isdigit() and any(map(_is_road_word, rest))))
    return first in _ON_THE_LOT


def _names_dwelling(words: Sequence[str], at: int) -> bool:
    for k in range(at, len(words)):
        if _is_dwelling(words[k]) and not (k + 1 < len(words) and _is_street_name(words, at, k)):
            return True
        if words[k] in ("HALL", "ALLEY") and (k == at or words[k - 1] in _LINKS):
            return True  # ACROSS THE HALL; but not NEAR CITY HALL
    rest = words[at:]
    return not _DOORS.isdisjoint(rest) and not _PARTS.isdisjoint(rest)


def _is_dwelling(word: str) -> bool:
    """BUNKHOUSE, CASA; and a designator that is no word of other remarks, as SIDE, FRONT and STOP are."""
    if word in _HOUSES or word in _KIN or (word.endswith("HOUSE") and word not in _NO_HOUSES):
        return True
    row = UNIT.get(word)
    return row is not None and (row[2] == "strong" or row[0] in ("FL", "TRLR", "SPC", "LOT", "UPPR", "LOWR"))


def is_entrance(words: Sequence[str]) -> bool:
    """An entrance of a part of the house, told by its place alone: LOWER LEVEL ENTR; as good as a unit REAR."""
    return len(words) > 1 and not _DOORS.isdisjoint(words) and _ENTRANCE.issuperset(words)


def _is_street_name(words: Sequence[str], at: int, k: int) -> bool:
    """AT COTTAGE ST: the whole name of a street."""
    return at > 0 and words[k + 1] in COMMON_FORM and _opens_name(words, at, k)


def _only_directions(words: Sequence[str], at: int) -> bool:
    """(E), & N, (MAIN): a unit's letter as likely as a direction, the main house as likely as a street."""
    which = _DIRECTION if at else _WHICH
    return words[-1] in which and all(word in which or word in _LINKS for word in words[at:])


def _opens_name(words: Sequence[str], at: int, k: int) -> bool:
    """Whether a street's name may begin at `k`: AT 5TH, AT W 5TH, CORNER OF 5TH, ELM AND 5TH."""
    while k > at and words[k - 1] in DIRECTION:
        k -= 1
    return k == at or words[k - 1] in _LINKS or words[k - 1] in _OPENS


def _ends_loose(words: Sequence[str], at: int) -> bool:
    last, before = words[-1], words[-2] if len(words) - 1 > at else ""
    if any(_is_ordinal(words[k]) and words[k - 1] in COMMON_FORM for k in range(at + 1, len(words))):
        return True  # AT ELM ST 2ND
    if len(last) == 1 and last.isalpha():
        if last in DIRECTION:
            return before in _DOORS or before in _OPENS  # ENTRANCE E; but AT ELM ST E
        return not _is_lettered(words, at, before)
    if _is_ordinal(last):
        return before == "THE" or not _opens_name(words, at, len(words) - 1)
    if last in CARDINAL or any(char.isdigit() for char in last):
        return not _counts_a_street(words, at, before)
    return last in WITHIN


def _is_ordinal(word: str) -> bool:
    return word in ORDINAL or ORDINAL_NUMBER.fullmatch(word) is not None


def _is_lettered(words: Sequence[str], at: int, before: str) -> bool:
    """AT AVE A, BETWEEN AVENUE B AND C: the letter is the street's name; but not AND 6TH AVE B."""
    if before in JOINERS:
        return any(word in _AVENUES for word in words[at:])
    if before not in _AVENUES:
        return False
    return len(words) - 2 == at or words[-3] in JOINERS or words[-3] in NOTE


def _counts_a_street(words: Sequence[str], at: int, before: str) -> bool:
    """BETWEEN 5 AND 6, NEAR HWY 50, EXIT 4: the number of a street, a road or an exit."""
    if before in _BEFORE_NUMBER:
        return True
    if not before or before in JOINERS:
        return (at > 0 and words[at - 1] == "EXIT") or not _BETWEEN.isdisjoint(words)
    if before in _NO_ROADS:
        return False
    k = len(words) - 1
    while k > at and (_is_road_word(words[k - 1]) or (words[k - 1] in _ROAD and _is_road_word(words[k - 2]))):
        k -= 1  # NEAR COUNTY ROAD 4
    return k < len(words) - 1 and (_opens_name(words, at, k) or words[k - 1] in ("OLD", "NEW"))


def _is_road_word(word: str) -> bool:
    return HIGHWAY_SAME.get(word, word) in _ROADS and word not in _ROAD


def _is_known(words: Sequence[str]) -> bool:
    """Nothing but known words and roads, up to a word behind which any name may stand."""
    name = False  # words of what must become a road's name
    for k, word in enumerate(words):
        if word in _OPENS and not name:
            return True
        if word in COMMON_FORM and name:
            name = False
        elif word[0].isdigit() and not _is_ordinal(word):
            if not _counts_a_street(words[: k + 1], 0, words[k - 1] if k else ""):
                return False
            name = False
        elif word in DIRECTION:
            continue
        elif word not in _KNOWN:
            if word in _PARTS or word in CARDINAL or len(word) == 1:
                return False  # (REAR ST), (B ST)
            name = True
        elif name and word not in ("OLD", "NEW", "MAIN") and word not in JOINERS:
            return False
        elif word == "MAIN":
            name = name or (k + 1 < len(words) and words[k + 1] in COMMON_FORM)
    return not name


_NOT_SAID: Final = (
    NOTE | JOINERS | _STREETS | WORDS["crossing"] | WORDS["landmark"] | frozenset(HIGHWAY_FIRST)
    | {"OF", "THE", "FROM", "TO", "ON", "IN", "SIDE", "ENTRANCE", "NO", "#", "/"}
) - frozenset(DIRECTION)  # fmt: skip
_FILLERS: Final = frozenset({"OLD", "NEW", "FORMERLY"}) | SECOND


def remark_of(words: Sequence[str]) -> frozenset[str]:
    """The names, directions and numbers in a remark."""
    said = [word for word in words if word not in _NOT_SAID and SUFFIX.get(word) not in COMMON and word[0].isalnum()]
    said = [word for word in said if word not in _FILLERS] or said
    return frozenset(word.rstrip("STNDRH") if word[0].isdigit() else word for word in standard_name(said))


def agree(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether two remarks on one house may be of one place: a name in common, and no other number or direction.

    BETWEEN 5TH AND 6TH agrees with NEAR 5TH AVE; NEAR N MAIN not with NEAR N ELM, nor NEAR 5 MAIN with NEAR 6 MAIN.
    """
    if one == two:
        return True
    kinds = [(_numbers(one), _numbers(two)), (one & _DIRECTIONS, two & _DIRECTIONS)]
    if any(a and b and not (a <= b or b <= a) for a, b in kinds):
        return False
    one, two = one - _DIRECTIONS or one, two - _DIRECTIONS or two
    names = one - _numbers(one), two - _numbers(two)
    if names[0] and names[1]:
        return not names[0].isdisjoint(names[1])
    return not one.isdisjoint(two)


_DIRECTIONS: Final = frozenset(DIRECTION) | frozenset(DIRECTION.values())


def _numbers(remark: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in remark if word[0].isdigit())
