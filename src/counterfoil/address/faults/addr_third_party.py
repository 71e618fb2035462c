"""ADDR_THIRD_PARTY: The address is another person's: care of somebody, a representative's office."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_third_party(sight: Sight) -> bool:
    """The address is another person's: care of somebody, a representative's office."""
    return sight.third_party
