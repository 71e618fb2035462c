"""ADDR_INCOMPLETE: City, state or ZIP Code is missing, or no delivery point is named: a crossing, a block, a town."""

from __future__ import annotations

from counterfoil.address.faults.addr_no_number import addr_no_number
from counterfoil.address.faults.addr_no_street import addr_no_street
from counterfoil.address.sight import Sight


def addr_incomplete(sight: Sight) -> bool:
    """City, state or ZIP Code is missing, or no delivery point is named: a crossing, a block, a town."""
    address = sight.address
    if sight.crossing or sight.town == "none":
        return True
    if sight.blank or sight.zip_alone or sight.shifted or sight.not_a_place:
        return False
    state = address.state or "STATE_BAD" in address.marks
    zip5 = address.zip5 or address.marks & {"ZIP_BAD", "ZIP_OPEN"}
    if not (address.city and state and zip5):
        return not addr_no_street(sight) or not sight.delivery
    if sight.delivery or address.marks & {"WILD", "MASK"}:
        return False
    return not addr_no_number(sight) and not addr_no_street(sight)
