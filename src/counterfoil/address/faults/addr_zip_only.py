"""ADDR_ZIP_ONLY: A ZIP Code, and nothing else, is given."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_zip_only(sight: Sight) -> bool:
    """A ZIP Code, and nothing else, is given."""
    return sight.zip_alone
