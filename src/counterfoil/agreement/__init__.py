"""Agreements as data: terms with their provenance, officials, safeguard status, court orders."""

from counterfoil.agreement.compare import differences, public_form
from counterfoil.agreement.model import Agreement, Official, Term, unsafe_in_force
from counterfoil.agreement.orders import Order, forbidden, orders_in_force, read_order
from counterfoil.agreement.read import DEFAULT, as_mapping, built_in, read
from counterfoil.agreement.safeguards import (
    SafeguardFinding,
    SafeguardStatus,
    read_safeguards,
    safeguards_unmet,
)

__all__ = [
    "DEFAULT",
    "Agreement",
    "Official",
    "Order",
    "SafeguardFinding",
    "SafeguardStatus",
    "Term",
    "as_mapping",
    "built_in",
    "differences",
    "forbidden",
    "orders_in_force",
    "public_form",
    "read",
    "read_order",
    "read_safeguards",
    "safeguards_unmet",
    "unsafe_in_force",
]
