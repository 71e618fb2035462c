"""One row of a registry file: what it must have, and how it is read. A row that lacks it is never loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from counterfoil.verification import keys
from counterfoil.verification.rule import digits

COLUMNS = (
    "tin", "given_name", "middle_name", "surname", "name_suffix", "date_of_birth", "tax_year",
    "address_line1", "address_line2", "city", "state", "postal_code", "hold",
)  # fmt: skip
"""The columns of a registry file; `hold` may be absent."""

REQUIRED = COLUMNS[:-1]

LONGEST_CELL = 1_000

_HOLDS = {"informant": 1, "impairment": 2, "protected": 4}
HOLD_WORDS = tuple(_HOLDS)
_OTHER_HOLD = 8  # a word that is not known holds as well: closed by default
NO_HOLD = frozenset({"", "0", "no", "none", "false", "n"})
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]*Z?)?|(\d{4})(\d\d)(\d\d)|(\d\d?)/(\d\d?)/(\d{4})")
_YEAR = re.compile(r"(\d{4})(?:\.0)?")


class Raw(NamedTuple):
    """The cells of a row, as text without blanks around it."""

    tin: str
    given: str
    middle: str
    surname: str
    suffix: str
    date_of_birth: str
    year: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str
    hold: str


class Facts(NamedTuple):
    """What one row says of a person; `years` and `hold` are bits, `texts` name and address as written."""

    tin: str
    date_of_birth: str
    years: int
    hold: int
    texts: tuple[str, ...]  # given, middle, surname, suffix, line1, line2, city, state, postal code


def read_row(raw: Raw) -> Facts | str:
    """The row's facts, or in words why it cannot be used (never with a value of the row in it)."""
    year = read_year(raw.year)
    if isinstance(year, str):
        return year
    if max(map(len, raw)) > LONGEST_CELL:
        return f"a cell has more than {LONGEST_CELL:,} characters"
    if not _has_letter(raw.given):
        return "no given name"
    if not _has_letter(raw.surname):
        return "no surname"
    if not raw.line1 and not raw.line2:
        return "no address"
    tin = digits(raw.tin)
    if tin and not _is_tin(tin):
        return "a taxpayer number that is not nine digits, or nine times the same"
    birth = read_date(raw.date_of_birth)
    if birth is None:
        return "a date of birth that cannot be read"
    return Facts(tin, birth, keys.year_bits((year,)), read_hold(raw.hold), (*raw[1:5], *raw[7:12]))


def held_by(raw: Raw) -> Facts | None:
    """What a row that cannot be used still says: whom its hold is about; None where that cannot be told.

    The person is told by the taxpayer number, or where none is written by name and date of birth (keys.person_key).
    No year and no address: nothing finds the row, and it counts for its person's holds alone.
    """
    tin, birth = digits(raw.tin), read_date(raw.date_of_birth)
    name = raw[1:5] if max(map(len, raw[1:5])) <= LONGEST_CELL else ("", "", "", "")
    known = _is_tin(tin) if tin else bool(birth) and _has_letter(name[0]) and _has_letter(name[2])
    if not known:
        return None
    return Facts(tin, birth or "", 0, read_hold(raw.hold), (*name, "", "", "", "", ""))


def _has_letter(text: str) -> bool:
    return text.isalpha() or any(letter.isalpha() for letter in text)


def _is_tin(text: str) -> bool:
    return len(text) == 9 and text.isascii() and text.isdigit() and len(set(text)) > 1


@lru_cache(1024)
def read_year(text: str) -> int | str:
    """A tax year, or in words why it cannot be one."""
    if not text:
        return "no tax year"
    found = _YEAR.fullmatch(text)
    if not found or not keys.FIRST_YEAR <= int(found[1]) <= keys.LAST_YEAR:
        return f"a tax year that is not between {keys.FIRST_YEAR} and {keys.LAST_YEAR}"
    return int(found[1])


@lru_cache(65_536)
def read_date(text: str) -> str | None:
    """A date as YYYY-MM-DD, "" for none, None for what is not a date. Reads 2001-02-03, 20010203, 2/3/2001."""
    if not text:
        return ""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    iso, plain, american = found.group(1, 2, 3), found.group(4, 5, 6), found.group(9, 7, 8)
    year, month, day = next(parts for parts in (iso, plain, american) if parts[0])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:  # such as 30 February
        return None


@lru_cache(1024)
def read_hold(text: str) -> int:
    """The holds as bits; any word but a plain no holds."""
    bits = 0
    for word in re.split(r"[;,|\s]+", text.lower()):
        if word not in NO_HOLD:
            bits |= _HOLDS.get(word, _OTHER_HOLD)
    return bits


_SAYS_HOLD = re.compile(rf"(?<![a-z])(?:{'|'.join(_HOLDS)})(?![a-z])", re.IGNORECASE)


def says_hold(text: str) -> bool:
    """Whether one of the known words of a hold is in the text."""
    return _SAYS_HOLD.search(text) is not None


def may_hold(cells: Sequence[str], place: int, width: int) -> bool:
    """Whether a row whose cells are not the header's says a hold, as far as one can tell.

    `place` is the hold's in the header of `width` cells, -1 where there is none. From the first place that the hold
    can have moved to, anything but a plain no, a number of several digits (a ZIP Code) or a state is taken for one.
    """
    if says_hold(" ".join(cells)):
        return True
    if place < 0:
        return False
    first = max(0, place - max(0, width - len(cells)))
    return len(cells) > place and any(read_hold(cell.strip()) and not _is_postal(cell) for cell in cells[first:])


def _is_postal(cell: str) -> bool:
    """A ZIP Code or a state, which stand before the hold and may have come to its place."""
    text = cell.strip()
    return (len(text) > 3 and not _has_letter(text)) or (len(text) == 2 and text.isalpha())
