"""The reason states no civil purpose such as to locate, arrest, detain or remove.

26 USC 6103(i)(2)(A), 'solely'; 8 USC 1231.
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def reason_civil(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REASON_CIVIL", "reason") if reading.reason is not None and reading.reason.civil else None
