"""A recipient is personally and directly engaged in the matter. 26 USC 6103(i)(2)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def roster_not_engaged(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    shown = reading.recipients.faults.get("not_engaged")
    return Finding("ROSTER_NOT_ENGAGED", "recipients", f"{shown[:120]}.") if shown is not None else None
