"""The reason states no purpose beside the investigation. 26 USC 6103(i)(2)(A), 'solely for the use'."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def reason_other_purpose(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REASON_OTHER_PURPOSE", "reason") if reading.reason is not None and reading.reason.other else None
