"""The request names an investigation and says whether it is open. 26 USC 6103(i)(2)(A)(i) to (iii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.examination.texts import says_nothing
from counterfoil.law import Finding


def no_investigation(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if not reading.investigation.id:
        return Finding("NO_INVESTIGATION", "investigation_id", "No investigation is named.")
    if says_nothing(reading.request.investigation_status):
        return Finding("NO_INVESTIGATION", "investigation_status", "Its status is not given.")
    return None
