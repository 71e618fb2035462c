"""ADDR_WILDCARD: A part is masked or left open: ?, *, XX."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_wildcard(sight: Sight) -> bool:
    """A part is masked or left open: ?, *, XX."""
    return bool(sight.address.marks & {"WILD", "MASK"}) and not sight.placeholder
