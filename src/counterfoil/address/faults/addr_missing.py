"""ADDR_MISSING: There is nothing in any of the address columns but blanks and invisible characters."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_missing(sight: Sight) -> bool:
    """There is nothing in any of the address columns but blanks and invisible characters."""
    return sight.blank
