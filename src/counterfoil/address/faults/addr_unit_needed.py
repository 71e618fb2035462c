"""ADDR_UNIT_NEEDED: A unit designator that asks for a number stands without one."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_unit_needed(sight: Sight) -> bool:
    """A unit designator that asks for a number stands without one."""
    return "UNIT_NEEDED" in sight.address.marks and not sight.placeholder
