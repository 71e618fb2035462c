"""The request sets forth the specific reason or reasons. 26 USC 6103(i)(2)(B)(iv)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def reason_missing(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REASON_MISSING", "reason") if reading.reason is None else None
