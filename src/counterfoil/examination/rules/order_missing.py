"""A request under a final order of removal gives the order's date and case number.

8 USC 1253(a)(1); Memorandum of Understanding of 7 April 2025.
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.examination.texts import says_nothing
from counterfoil.law import Finding


def order_missing(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if "removal_order" not in reading.facts:
        return None
    if not reading.ordered.given or reading.ordered.stand_in:
        return Finding("ORDER_MISSING", "removal_order_date", "The date of the order is missing.")
    if says_nothing(reading.request.removal_order_case):
        return Finding("ORDER_MISSING", "removal_order_case", "The case number is missing.")
    return None
