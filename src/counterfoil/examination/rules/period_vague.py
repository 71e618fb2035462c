"""The period is named by years, not by words such as all or current. 26 USC 6103(i)(2)(B)(ii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def period_vague(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if reading.period.problem != "vague":
        return None
    shown = f"The cell says {reading.period.shown!r}." if reading.period.shown else ""
    return Finding("PERIOD_VAGUE", "tax_years", shown)
