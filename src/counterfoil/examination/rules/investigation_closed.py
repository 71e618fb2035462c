"""The investigation is open: from a closed one no proceeding may result. 26 USC 6103(i)(2)(A)(ii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.examination.texts import fold, says_nothing
from counterfoil.law import Finding


def investigation_closed(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    status = reading.request.investigation_status
    if says_nothing(status) or fold(status).strip(" .") == "open":
        return None
    return Finding("INVESTIGATION_CLOSED", "investigation_status")
