"""The request shows the facts that the statute asks for.

8 USC 1326: a removal before the day found; 8 USC 1325(a): an entry within the limitation period of 18 USC 3282(a).
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.dates import years_before
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def _reentry(reading: Reading) -> str:
    """8 USC 1326(a): removed, and thereafter enters or is found. The day of re-entry serves as the day found."""
    removed, found = reading.prior_removal.day, reading.found.day
    if not reading.found.given:
        found = reading.entry.day
    if removed is None:
        return "prior_removal_date is missing, or no date in the form YYYY-MM-DD."
    if found is None:
        return "found_date is missing, or no date in the form YYYY-MM-DD."
    if removed > reading.today or found > reading.today:
        return "A date lies in the future."
    if removed >= found:
        return "prior_removal_date is not before found_date."
    if reading.born.day is not None and removed <= reading.born.day:
        return "prior_removal_date is not after date_of_birth."
    return ""


def _entry(reading: Reading, limitation: int) -> str:
    entered = reading.entry.day
    if entered is None:
        return "entry_date is missing, or no date in the form YYYY-MM-DD."
    if entered > reading.today:
        return "entry_date lies in the future."
    if entered < years_before(reading.today, limitation):
        return f"entry_date lies more than {limitation} years back."
    if reading.born.day is not None and entered < reading.born.day:
        return "entry_date lies before date_of_birth."
    return ""


def statute_facts(reading: Reading, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    if not reading.facts & {"prior_removal", "found_date", "entry_date"}:
        return None
    detail = _reentry(reading) if reading.facts & {"prior_removal", "found_date"} else ""
    if not detail and "entry_date" in reading.facts:
        detail = _entry(reading, int(context.law.value("improper_entry_limitation_years")))
    return Finding("STATUTE_FACTS", "statute", detail) if detail else None
