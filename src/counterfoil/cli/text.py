"""Text for people and for spreadsheets: aligned, and safe to show whatever a file holds.

A request may carry terminal control sequences or a spreadsheet formula; neither may act on who reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

# C0 and C1 controls but newline and tab, and the marks that turn the direction of text (CVE-2021-42574).
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """The text without characters that could act on a terminal; each becomes U+FFFD."""
    return _UNSHOWABLE.sub("\ufffd", text)


def cell(value: object) -> str:
    """A value as a spreadsheet cell that no spreadsheet takes for a formula (OWASP: a leading quote)."""
    text = str(value)
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as lines of CSV (RFC 4180 with plain newlines), every cell safe in a spreadsheet."""
    yield ",".join(_quoted(value) for value in header) + "\n"
    for row in rows:
        yield ",".join(_quoted(cell(value)) for value in row) + "\n"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """`csv_lines` in one piece."""
    return "".join(csv_lines(header, rows))


def _quoted(text: str) -> str:
    """Quoted where it must be; the csv module leaves a lone carriage return bare."""
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def table(header: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> list[str]:
    """Rows as aligned lines; the columns numbered in `right` are set to the right. No rows: no lines."""
    body = [[_one_line(str(value)) for value in row] for row in rows]
    if not body:
        return []
    every = [list(header), *body] if any(header) else body
    widths = [max(len(row[column]) for row in every) for column in range(len(header))]
    return [_aligned(row, widths, right) for row in every]


def pairs(items: Iterable[tuple[str, object]]) -> list[str]:
    """Names and values, one a line, the values aligned. Empty values are left out."""
    kept = [(name, value) for name, value in items if value not in (None, "")]
    width = max((len(name) for name, _ in kept), default=0)
    return [f"{name.ljust(width)}  {_one_line(str(value))}" for name, value in kept]


def _one_line(text: str) -> str:
    return re.sub(r"[\n\r\t]+", " ", text)


def _aligned(row: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    parts = [
        text.rjust(widths[column]) if column in right else text.ljust(widths[column]) for column, text in enumerate(row)
    ]
    return "  ".join(parts).rstrip()


def utc(seconds: int) -> str:
    """Seconds since 1970 as a moment in UTC; their number where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return str(seconds)
