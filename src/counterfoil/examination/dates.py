"""Dates as a request writes them: YYYY-MM-DD, and nothing that could be read in two ways."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from counterfoil.examination.texts import says_nothing

_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?")
_NOTHING_BEFORE: Final = 1901  # earlier days are what tables write for none: 0001-01-01, 1899-12-30, 1900-01-01
OLDEST_YEARS: Final = 120
"""No living person's date lies further back (years)."""


class Day(NamedTuple):
    """One date of a request. `given` is False for a blank cell; `day` is None where it cannot be read."""

    given: bool
    day: date | None
    stand_in: bool = False  # words such as "unknown" instead of a date

    @property
    def malformed(self) -> bool:
        """Something is written, and it is neither a date nor a plain stand-in."""
        return self.given and self.day is None and not self.stand_in


BLANK: Final = Day(given=False, day=None)


def read_day(text: str) -> Day:
    """Read a cell that should hold a date; midnight behind the date (as spreadsheets write) is allowed."""
    return BLANK if not text else _read_day(text)


@lru_cache(maxsize=65536)
def _read_day(text: str) -> Day:
    bare = text.strip()
    if not bare:
        return BLANK
    match = _DAY.fullmatch(bare)
    if match is None:
        return Day(given=True, day=None, stand_in=says_nothing(bare))
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        return Day(given=True, day=None)
    return Day(given=True, day=day if day.year >= _NOTHING_BEFORE else None)


def years_before(day: date, years: int) -> date:
    """The same day `years` years earlier; 29 February becomes 1 March."""
    if day.year - years < 1:
        return date.min
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def read_instant(text: str) -> datetime | None:
    """The instant of an RFC 3339 text, in UTC; a text without a zone is taken as UTC; None if unreadable."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
