"""A tax number or date of birth that is given is one that can exist. 26 USC 6109; 26 USC 6103(i)(2)(B)(i)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from counterfoil.examination.context import Context
from counterfoil.examination.dates import OLDEST_YEARS, years_before
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding

_NUMBER: Final = re.compile(r"([0-9]{3})(?:-|\s|\.)?([0-9]{2})(?:-|\s|\.)?([0-9]{4})")
# Middle digits of numbers that the Internal Revenue Service issues to individuals: 26 CFR 301.6109-1(d)(3).
_INDIVIDUAL: Final = frozenset({*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)})
# Numbers that the Social Security Administration declared void after they were printed as samples.
_VOID: Final = frozenset({"078051120", "219099999"})


def _impossible_number(text: str) -> bool:
    bare = text.strip().replace("\u2013", "-").replace("\u2011", "-")
    if not bare:
        return False
    match = _NUMBER.fullmatch(bare)
    if match is None:
        return True
    area, group, serial = match.groups()
    digits = area + group + serial
    if len(set(digits)) == 1 or digits in _VOID or serial == "0000":
        return True
    if area[0] == "9":
        return int(group) not in _INDIVIDUAL
    return area in ("000", "666") or group == "00"


def _impossible_birth(reading: Reading) -> bool:
    """No date, in the future, more than 120 years back, or after the last year that is asked about."""
    born = reading.born
    if not born.given:
        return False
    if born.day is None or born.day > reading.today or born.day < years_before(reading.today, OLDEST_YEARS):
        return True
    years = reading.period.years
    return bool(years) and born.day > date(max(min(years[-1], 9999), 1), 12, 31)


def id_malformed(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if _impossible_number(reading.request.tin):
        return Finding("ID_MALFORMED", "tin")
    if _impossible_birth(reading):
        return Finding("ID_MALFORMED", "date_of_birth")
    return None
