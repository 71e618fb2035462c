"""The request sets forth the taxable period or periods. 26 USC 6103(i)(2)(B)(ii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def period_missing(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("PERIOD_MISSING", "tax_years") if reading.period.problem == "missing" else None
