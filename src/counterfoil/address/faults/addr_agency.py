"""ADDR_AGENCY: The address is an office of a government: a court, police, immigration or other agency."""

from __future__ import annotations

from counterfoil.address.sight import Sight


def addr_agency(sight: Sight) -> bool:
    """The address is an office of a government: a court, police, immigration or other agency."""
    return sight.agency and not sight.placeholder
