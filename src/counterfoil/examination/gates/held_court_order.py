"""A court order in force stops the answer; the strictest is followed. 28 USC 1651; 5 USC 705."""

from __future__ import annotations

from counterfoil.agreement import forbidden, orders_in_force
from counterfoil.examination.context import Context
from counterfoil.examination.statutes import Cited
from counterfoil.law import Finding


def held_court_order(context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    total = [order for order in orders_in_force(context.orders, context.on) if not order.statutes]
    return _finding([order.id for order in total]) if total else None


def held_request(cited: tuple[Cited, ...], context: Context) -> Finding | None:
    """An order that exempts some statutes stops a request unless it exempts every statute cited."""
    citations = [c.citation for c in cited if c.kind == "designated"]
    for citation in citations or [None]:
        stopping = forbidden(context.orders, context.on, citation)
        if stopping:
            return _finding([order.id for order in stopping])
    return None


def _finding(orders: list[str]) -> Finding:
    return Finding("HELD_COURT_ORDER", "court_order", f"Order: {', '.join(orders[:5])}.")
