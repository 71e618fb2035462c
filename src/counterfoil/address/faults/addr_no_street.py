"""ADDR_NO_STREET: A number is given without the street."""

from __future__ import annotations

from counterfoil.address.model import Form
from counterfoil.address.sight import Sight, names_no_street
from counterfoil.address.tables import BIG_CITY


def addr_no_street(sight: Sight) -> bool:
    """A number is given without the street."""
    address = sight.address
    if sight.blank or sight.zip_alone or sight.not_a_place:
        return False
    if sight.delivery:
        return not address.city and not address.suffix and address.stem in BIG_CITY
    if "NUMBER_ALONE" in address.marks or (address.number.strip("0") and not address.stem):
        return True
    if names_no_street(address):
        return True
    if address.number and address.stem and not address.suffix and len(address.stem) < 6 and not sight.delivery:
        return True
    return bool(address.units) and not address.street and not address.box and address.form is Form.UNREADABLE
