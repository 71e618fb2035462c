"""ADDR_PLACEHOLDER: A phrase, a sign or a stock text stands where the address should be."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_placeholder(sight: Sight) -> bool:
    """A phrase, a sign or a stock text stands where the address should be."""
    return sight.placeholder or sight.town == "same"
