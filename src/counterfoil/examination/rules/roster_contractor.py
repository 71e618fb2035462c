"""A recipient is an officer or employee of the agency, not a contractor. 26 USC 6103(i)(2)(A), (p)(9)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def roster_contractor(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    shown = reading.recipients.faults.get("contractor")
    return Finding("ROSTER_CONTRACTOR", "recipients", f"{shown[:120]}.") if shown is not None else None
