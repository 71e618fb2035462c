"""ADDR_FOREIGN: The address lies outside the United States."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_foreign(sight: Sight) -> bool:
    """The address lies outside the United States."""
    return sight.foreign
