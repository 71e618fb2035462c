"""ADDR_UNIT_NEEDED: A unit designator that asks for a number stands without one."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_unit_needed(sight: Sight) -> bool:
    """A unit designator that asks for a number stands without one."""
    marks = sight.address.marks
    return "UNIT_NEEDED" in marks and not (sight.placeholder or marks & {"WILD", "FORM_NO_NUMBER"})
