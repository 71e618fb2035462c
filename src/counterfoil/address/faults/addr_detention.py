"""ADDR_DETENTION: The address is a place of custody: a jail, prison, detention or processing centre."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_detention(sight: Sight) -> bool:
    """The address is a place of custody: a jail, prison, detention or processing centre."""
    return sight.custody
