"""Whether an address names a place to deliver to: a number and street, a box, a route; not a block or a distance."""

from __future__ import annotations

from typing import Final

from counterfoil.address.model import Address, Form
from counterfoil.address.tables import COMMON, DIRECTION, PHRASES, UNIT

_FACILITY_SUFFIX: Final = frozenset({"CTR", "STA", "CP", "PLZ", "SQ"})
_DIRECTION_NAMES: Final = frozenset(DIRECTION.values()) | {"NORTH", "SOUTH", "EAST", "WEST"}
_BARE_SUFFIXES: Final = frozenset({"ST", "STREET", "AVE", "AVENUE", "RD", "ROAD", "LN", "LANE", "DR", "DRIVE"})
_ENDS: Final = frozenset("ST STREET AVE AVENUE DR DRIVE LN LANE BLVD BOULEVARD CT COURT PL PLACE CIR CIRCLE".split())  # noqa: SIM905
"""Words that end a street's name and open no numbered road's."""
_ONE_NAME: Final = PHRASES["onename"]
_MEASURES: Final = frozenset(
    {"BLOCKS", "BLKS", "MILE", "MILES", "MI", "KILOMETERS", "YARDS", "FEET", "DOORS", "HOUSES", "MINUTES"}
)
_ONWARD: Final = frozenset({"FROM", "OF", "OFF", "PAST", "DOWN", "UP", "AWAY", "OUTSIDE", "BEYOND", "BEFORE", "AFTER"})


def has_delivery(address: Address) -> bool:
    """Whether there is a number and street, a box, a route and box, general delivery or a military address."""
    form = address.form
    if form is Form.STREET or form is Form.PUERTO_RICO:
        if not (address.number and address.stem):
            return False
        if form is Form.STREET and (
            (address.stem in _DIRECTION_NAMES and not (address.suffix or address.predirectional))
            or _is_block(address)
            or _is_all_figures(address)
            or names_no_street(address)
        ):
            return False
        return address.number.strip("0") != "" or form is Form.PUERTO_RICO
    if form is Form.UNREADABLE:
        return False
    if form is Form.PO_BOX or form is Form.RURAL_ROUTE or form is Form.HIGHWAY_CONTRACT:
        return address.box.strip("0") != ""
    return True


def names_no_street(address: Address) -> bool:
    """A number followed by a bare suffix (742 AVE), a unit (742 APT 4) or a fraction (12 1/2), and no name."""
    name = address.street.split()
    if not (address.number and name) or address.suffix or address.predirectional or address.postdirectional:
        return False
    if len(name) == 1:
        return (name[0] in _BARE_SUFFIXES and "." not in address.number) or "/" in name[0]  # 39.2 RD is a road
    unit = UNIT.get(name[0])
    return unit is not None and unit[2] == "strong" and len(name) == 2 and (len(name[1]) < 3 or name[1][0].isdigit())


def names_two_streets(address: Address) -> bool:
    """900 OAK OR ELM ST, 900 N/S OAK ST, 900 OAK ST 12 ELM AVE; but TRUTH OR CONSEQUENCES BLVD is one street."""
    name = address.street.split()
    if "OR" in name and name[-1] != "OR" and not address.road:
        at = name.index("OR")
        return bool(at or address.predirectional) and (*name[max(0, at - 1) : at], name[at + 1]) not in _ONE_NAME
    return any("/" in word and _is_choice(word) for word in name) or _holds_second_house(address, name)


def _is_choice(word: str) -> bool:
    one, _, two = word.partition("/")
    return one.isalpha() and two.isalpha() and one != two


def _holds_second_house(address: Address, name: list[str]) -> bool:
    """A street's end and a second number and street within a name; but 100 HIGHWAY 12 ELM ST is one road."""
    if not address.suffix or address.road:
        return False
    return any(
        name[at] in _ENDS and name[at - 1].isalpha() and name[at + 1][0].isdigit() and name[at + 2].isalpha()
        for at in range(1, len(name) - 2)
    )


def _is_all_figures(address: Address) -> bool:
    """192.168.1.1: a name of several numbers and no word; but 100 42 (100 42ND) and 515 28.5 RD are houses."""
    words = address.street.split()
    return not address.suffix and len(words) > 1 and all(word[0].isdigit() for word in words)


def is_distance(address: Address) -> bool:
    """So far from somewhere: TWO BLOCKS NORTH OF THE SCHOOL, 2 MILES N OF TOWN ON ELM RD; but 7 MILE RD is a street."""
    words = address.words
    return any(
        words[at] in _MEASURES and _leads_on(words, at + 1, address.suffix != "")
        for at in range(1, min(len(words) - 1, 3))
    )


def _leads_on(words: tuple[str, ...], at: int, suffixed: bool) -> bool:
    if suffixed:
        away = words[at] in ("FROM", "AWAY", "OUTSIDE") and words[at - 1] != "MILE"
        down = words[at] in ("UP", "DOWN", "OVER") and words[at + 1 : at + 2] == ("FROM",)
        return away or down or (at + 2 < len(words) and words[at] in DIRECTION and words[at + 1] in _ONWARD)
    return words[at] in DIRECTION or words[at] in _ONWARD


def _is_block(address: Address) -> bool:
    """A block instead of a house: 1200 BLOCK OF MAIN ST, 100 BLK W MAIN; but 100 BLOCK ST is a house."""
    words = address.words
    if is_distance(address):
        return True
    for at in range(1, min(len(words) - 1, 3)):
        if words[at] in ("BLK", "CUADRA"):
            return True
        if words[at] == "BLOCK" and (words[at + 1] in DIRECTION or words[at + 1] == "OF" or _is_hundred(address)):
            return True
    return False


def _is_hundred(address: Address) -> bool:
    """400 BLOCK ELM ST; but 400 BLOCK ST, 412 BLOCK PARK DR and 400 BLOCK HOUSE RD are houses."""
    name = address.street.split()
    return address.number.endswith("00") and len(name) > 1 and name[1] not in ("HOUSE", "ISLAND")


def looks_like_street(address: Address) -> bool:
    """Whether a suffix, a directional or a road's number shows that the name is a street's."""
    return (
        address.suffix in COMMON or (bool(address.suffix) and address.suffix not in _FACILITY_SUFFIX)
        or address.stem.startswith("*") or bool(address.predirectional or address.postdirectional)
    )  # fmt: skip
