"""ADDR_MULTIPLE: More than one address, a list or a range is given."""

from __future__ import annotations

from counterfoil.address.model import Address
from counterfoil.address.sight import Sight


def addr_multiple(sight: Sight) -> bool:
    """More than one address, a list or a range is given."""
    if sight.placeholder:
        return False
    return bool(sight.address.marks & {"MULTIPLE", "LIST"}) or _is_range(sight.address)


def _is_range(address: Address) -> bool:
    """Whether a hyphenated number spans a block or more: 100-198; not 12-34 (Queens) or 940-980 (one building)."""
    first, _, second = address.number.partition("-")
    if not (first.isdigit() and second.isdigit()) or len(first) != len(second) or len(first) < 3:
        return False
    return int(second) - int(first) >= 90
