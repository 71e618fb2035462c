"""ADDR_NO_NUMBER: A street or box is named without its number."""

from __future__ import annotations

from counterfoil.address.model import Form
from counterfoil.address.sight import Sight


def addr_no_number(sight: Sight) -> bool:
    """A street or box is named without its number."""
    if sight.delivery or sight.blank or sight.zip_alone or sight.not_a_place:
        return False
    address = sight.address
    if address.marks & {"WILD", "MASK"}:
        return False
    if "NUMBER_ALONE" in address.marks or address.number.strip("0"):
        return False
    if (
        not (address.street or address.leftover or address.box)
        and address.unit_designator == "#"
        and address.unit.isdigit()
    ):
        return False  # "#1450": the number is there, the street is not
    return bool(address.street or address.units or address.leftover or address.form is not Form.UNREADABLE)
