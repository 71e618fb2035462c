"""No tax year lies in the future. 26 USC 6103(i)(2)(B)(ii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def period_future(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    last = max(reading.period.years, default=0)
    return (
        Finding("PERIOD_FUTURE", "tax_years", f"The year {last} has not begun.") if last > reading.today.year else None
    )
