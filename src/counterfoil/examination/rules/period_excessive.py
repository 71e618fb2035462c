"""The years are within the floor and the number of years that the agreement sets. 26 USC 6103(i)(2)(B)(ii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def period_excessive(reading: Reading, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    years = reading.period.years
    most, floor = int(context.agreement.value("tax_years_max")), int(context.agreement.value("tax_year_floor"))
    if len(years) > most:
        return Finding("PERIOD_EXCESSIVE", "tax_years", f"{len(years)} years are named; the agreement allows {most}.")
    if years and years[0] < floor:
        return Finding("PERIOD_EXCESSIVE", "tax_years", f"The year {years[0]} lies before {floor}.")
    return None
