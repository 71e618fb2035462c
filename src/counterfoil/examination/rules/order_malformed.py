"""The dates of a removal order exist, are past, and fit each other and the date of birth.

8 USC 1253(a)(1); Memorandum of Understanding of 7 April 2025.
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.dates import OLDEST_YEARS, years_before
from counterfoil.examination.reading import Reading
from counterfoil.examination.texts import says_nothing
from counterfoil.law import Finding


def _dates(reading: Reading) -> str:
    ordered, reviewed, today = reading.ordered.day, reading.review.day, reading.today
    if reading.ordered.malformed:
        return "removal_order_date is no date."
    if reading.review.malformed:
        return "judicial_review_decided is no date."
    if (ordered and ordered > today) or (reviewed and reviewed > today):
        return "A date lies in the future."
    if ordered and ordered < years_before(today, OLDEST_YEARS):
        return "removal_order_date lies too far back."
    born = reading.born.day
    if ordered and born and born <= today and ordered <= born:
        return "removal_order_date is not after date_of_birth."
    if ordered and reviewed and reviewed < ordered:
        return "judicial_review_decided lies before removal_order_date."
    return ""


def _case(text: str) -> str:
    """A case number has a digit other than zero, and no wildcard."""
    if not text.strip() or says_nothing(text):
        return ""
    if any(mark in text for mark in "*?%") or not any(c.isdigit() for c in text) or not text.strip("aA0 -_./#"):
        return "removal_order_case is no case number."
    return ""


def order_malformed(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    detail = _dates(reading) or _case(reading.request.removal_order_case)
    return Finding("ORDER_MALFORMED", "removal_order", detail) if detail else None
