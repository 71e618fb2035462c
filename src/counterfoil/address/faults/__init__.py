"""Is it an address? One fault a file, named as its code; all the faults of an address are reported at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from counterfoil.address.faults.addr_agency import addr_agency
from counterfoil.address.faults.addr_contradictory import addr_contradictory
from counterfoil.address.faults.addr_detention import addr_detention
from counterfoil.address.faults.addr_foreign import addr_foreign
from counterfoil.address.faults.addr_incomplete import addr_incomplete
from counterfoil.address.faults.addr_malformed import addr_malformed
from counterfoil.address.faults.addr_missing import addr_missing
from counterfoil.address.faults.addr_multiple import addr_multiple
from counterfoil.address.faults.addr_no_number import addr_no_number
from counterfoil.address.faults.addr_no_street import addr_no_street
from counterfoil.address.faults.addr_placeholder import addr_placeholder
from counterfoil.address.faults.addr_third_party import addr_third_party
from counterfoil.address.faults.addr_unit_needed import addr_unit_needed
from counterfoil.address.faults.addr_wildcard import addr_wildcard
from counterfoil.address.faults.addr_zip_only import addr_zip_only
from counterfoil.address.model import Address
from counterfoil.address.sight import Sight, look

RULES: Final[dict[str, Callable[[Sight], bool]]] = {
    "ADDR_MISSING": addr_missing,
    "ADDR_PLACEHOLDER": addr_placeholder,
    "ADDR_ZIP_ONLY": addr_zip_only,
    "ADDR_NO_NUMBER": addr_no_number,
    "ADDR_NO_STREET": addr_no_street,
    "ADDR_INCOMPLETE": addr_incomplete,
    "ADDR_MALFORMED": addr_malformed,
    "ADDR_CONTRADICTORY": addr_contradictory,
    "ADDR_MULTIPLE": addr_multiple,
    "ADDR_WILDCARD": addr_wildcard,
    "ADDR_UNIT_NEEDED": addr_unit_needed,
    "ADDR_FOREIGN": addr_foreign,
    "ADDR_THIRD_PARTY": addr_third_party,
    "ADDR_DETENTION": addr_detention,
    "ADDR_AGENCY": addr_agency,
}
"""Every fault by its code, in the order in which they are reported."""


def faults(address: Address) -> tuple[str, ...]:
    """The codes of all that keeps an address from being one; () when it is sufficient.

    Decided on the address alone: 26 U.S.C. 6103(i)(2)(B)(i) asks that the address be set forth.
    """
    sight = look(address)
    return tuple(code for code, rule in RULES.items() if rule(sight))
