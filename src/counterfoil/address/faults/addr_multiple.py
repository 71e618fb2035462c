"""ADDR_MULTIPLE: More than one address, a list or a range is given."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from counterfoil.address.model import Address
from counterfoil.address.numbers import JOINERS
from counterfoil.address.sight import Sight, names_two_streets
from counterfoil.address.tables import UNIT, WORDS
from counterfoil.address.unit import WITHIN, is_unit_number


def addr_multiple(sight: Sight) -> bool:
    """More than one address, a list or a range is given."""
    if sight.placeholder:
        return False
    address = sight.address
    if "MULTIPLE" in address.marks or "LIST" in address.marks or sight.town == "two" or _is_two_towns(address):
        return True
    if " " in address.street and names_two_streets(address):
        return True
    if address.units and (_is_unit_list(address) or any(_lists_units(words) for words in address.leftover)):
        return True
    if "-" in address.number and (_is_range(address) or any("RANGE" in words for words in address.leftover)):
        return True  # 100-120 MAIN ST RANGE
    return any(_all_units(words) for words in address.leftover) or (
        "UNIT_NEEDED" in address.marks and _all_units(address.words)
    )


def _is_two_towns(address: Address) -> bool:
    """DALLAS OR AUSTIN; but TRUTH OR CONSEQUENCES is one."""
    return " OR " in address.city and address.town != "TRUTHORCONSEQUENCES"


_OF_A_BUILDING: Final = frozenset({"building", "floor", "wing", "mailbox"})


def _is_unit_list(address: Address) -> bool:
    """APT 2,4 and #2 #4 and APT A,B; but BLDG 2, 4 is one dwelling, and so may UNIT 5 #204 be."""
    if len(address.units) != 2:
        return False
    (one, first), (two, second) = address.units
    if not ((first.isdigit() and second.isdigit()) or (len(first) == len(second) == 1 and (first + second).isalpha())):
        return False
    if one == two == "any":
        return True
    other = two if one == "any" else one if two == "any" else ""
    return other != "" and other not in _OF_A_BUILDING and "#" not in address.words


def _lists_units(words: tuple[str, ...]) -> bool:
    """B AND C, behind UNITS A and a comma; & LOWER, behind UPPER."""
    if len(words) == 2 and (words[0] in JOINERS or words[0] == "/"):
        return words[1] in WITHIN or (words[1] in UNIT and UNIT[words[1]][1] != "yes")
    return len(words) == 3 and words[1] in JOINERS and is_unit_number(words[0]) and is_unit_number(words[2])


def _all_units(words: tuple[str, ...]) -> bool:
    """ALL UNITS, EVERY APARTMENT."""
    return any(one in WORDS["open"] and two in UNIT for one, two in pairwise(words))


_HYPHENATED: Final = frozenset({"074", "110", "111", "112", "113", "114", "116", "967", "968"})
"""Where a hyphen is part of an ordinary house number: Queens, Fair Lawn, Hawaii (Publication 28, section 232)."""


def _is_range(address: Address) -> bool:
    """Whether a hyphenated number spans a block or more: 100-198; not 12-34 (Queens) or 940-980 (one building)."""
    first, _, second = address.number.partition("-")
    if not (first.isdigit() and second.isdigit()) or address.zip5[:3] in _HYPHENATED:
        return False
    low, high = int(first[:9]), int(second[:9])
    if address.region == "NY" and len(second) == 2:  # 2-94 is a house in much of New York; 1-99 is a block
        return high - low >= 98
    return high - low >= 90 and (low % 100 < 3 or len(first) == len(second) > 2)
