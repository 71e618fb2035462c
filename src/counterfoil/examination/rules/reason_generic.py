"""The reason names facts of this person's investigation and why the address bears on it.

26 USC 6103(i)(2)(B)(iv), 'specific reason'.
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def reason_generic(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REASON_GENERIC", "reason") if reading.reason is not None and reading.reason.generic else None
