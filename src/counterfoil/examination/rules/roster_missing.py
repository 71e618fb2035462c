"""Each request names officers of the roster who may read the answer. 26 USC 6103(i)(2)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def roster_missing(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    shown = reading.recipients.faults.get("missing")
    return Finding("ROSTER_MISSING", "recipients", f"{shown[:120]}.") if shown is not None else None
