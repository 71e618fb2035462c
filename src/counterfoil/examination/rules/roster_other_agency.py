"""A recipient belongs to the agency that asks. 26 USC 6103(i)(2)(A), 'of such agency'."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def roster_other_agency(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    shown = reading.recipients.faults.get("other_agency")
    return Finding("ROSTER_OTHER_AGENCY", "recipients", f"{shown[:120]}.") if shown is not None else None
