"""The 90 days for departure have ended: counted from the final order, or from the court's final order where there
was review. 8 USC 1253(a)(1)(A).
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def statute_facts_90day(reading: Reading, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    if "ninety_days" not in reading.facts:
        return None
    if reading.review.stand_in:
        return Finding(
            "STATUTE_FACTS_90DAY", "judicial_review_decided", "The judicial review is not decided by a date."
        )
    days = [day for day in (reading.ordered.day, reading.review.day) if day is not None]
    if not days or max(days) > reading.today:
        return None  # no date to count from: ORDER_MISSING or ORDER_MALFORMED says so
    period, elapsed = int(context.law.value("departure_days")), (reading.today - max(days)).days
    if elapsed > period:
        return None
    return Finding("STATUTE_FACTS_90DAY", "removal_order_date", f"{elapsed} days have run since {max(days)}.")
