"""ADDR_MALFORMED: Not written as an address: control characters, no such state or ZIP Code, shifted columns."""

from __future__ import annotations

from typing import Final

from counterfoil.address.sight import Sight
from counterfoil.address.tables import zip_states

_BROKEN: Final = frozenset({"CONTROL", "MIXED", "CONTACT", "CODE", "LONG", "ZIP_BAD"})


def addr_malformed(sight: Sight) -> bool:
    """Not written as an address: control characters, no such state or ZIP Code, shifted columns."""
    address = sight.address
    broken = address.marks & _BROKEN
    if len(broken) == 1 and "ZIP_BAD" in broken and ("WILD" in address.marks or "MASK" in address.marks):
        broken = frozenset()  # a ZIP Code with a part left open
    if broken and sight.foreign:
        broken -= {"ZIP_BAD"}
    if broken or sight.shifted or sight.town == "code":
        return True
    if sight.placeholder or sight.blank:
        return False
    if (
        "STATE_BAD" in address.marks
        and "WILD" not in address.marks
        and not (sight.custody or sight.agency or sight.foreign)
    ):
        return True
    return bool(address.zip5) and not zip_states(address.zip5)
