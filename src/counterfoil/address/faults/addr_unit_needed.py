"""ADDR_UNIT_NEEDED: A unit designator that asks for a number stands without one."""

from __future__ import annotations

from counterfoil.address.sight import Sight
from counterfoil.address.tables import UNIT, WORDS


def _unknown_unit(words: tuple[str, ...]) -> bool:
    """UNKNOWN APT, beside an address."""
    return not WORDS["unknown"].isdisjoint(words) and any(word in UNIT and UNIT[word][2] == "strong" for word in words)


def addr_unit_needed(sight: Sight) -> bool:
    """A unit designator that asks for a number stands without one."""
    marks = sight.address.marks
    needed = "UNIT_NEEDED" in marks or any(_unknown_unit(words) for words in sight.address.leftover)
    return needed and not (sight.placeholder or marks & {"WILD", "FORM_NO_NUMBER"})
