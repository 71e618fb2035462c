"""The reason states no tax matter. 26 USC 6103(i)(1)(A)(i), 'not involving tax administration'."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def reason_tax(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REASON_TAX", "reason") if reading.reason is not None and reading.reason.tax else None
