"""A CSV payload in parts, which several processes can read at once, each as it would be read within the whole.

Where a part begins and how many rows it has is a guess from its quotation marks and line ends. The guess is right
where every part, read by itself, ends with a row that is whole and has so many rows: the first begins where the rows
do, so the second begins with a row, and so on. Whoever reads a part says whether that is so; if it is not, the
payload is read from its beginning, which finds its way through broken rows.
"""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

from counterfoil.errors import InputError
from counterfoil.request.columns import Header
from counterfoil.request.limits import MAX_COLUMNS, MAX_LINE_CHARS, MAX_RECORD_LINES

SIZE = 1 << 20
"""Bytes of a part, about: some two thousand rows."""


class Part(NamedTuple):
    """Some rows, as bytes below the bytes of the header row; and how many they seem to be."""

    expected: int
    header: bytes
    rows: bytes


def divided(payload: bytes) -> list[Part]:
    """The payload in parts; none where it is better read from its beginning."""
    end = payload.find(b"\n") + 1
    header = payload[:end]
    if len(header) >= MAX_LINE_CHARS or header.count(b",") >= MAX_COLUMNS or b'"' in header or not _names(header):
        return []
    parts: list[Part] = []
    while end < len(payload):
        start, end = end, _boundary(payload, end)
        rows = payload[start:end]
        if len(rows) >= MAX_LINE_CHARS:
            return []
        parts.append(Part(_lines(rows), header, rows))
    return parts


def values_of(part: Part) -> list[tuple[Any, ...]] | None:
    """What `Request` takes for each row, its position left 0; None where the part is not what it seems to be."""
    try:
        text = (part.header + part.rows).decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    suspect = "\0" in text
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = Header.of(next(reader), "")
    found: list[tuple[Any, ...]] = []
    lines = reader.line_num
    try:
        for row in reader:
            if reader.line_num - lines > MAX_RECORD_LINES:
                return None
            lines = reader.line_num
            if len(row) > 1 or (row and row[0].strip()):
                found.append(header.values(0, row, suspect))
    except csv.Error:
        return None
    return found if len(found) == part.expected else None


def _names(header: bytes) -> bool:
    """Whether this is a header row by which rows can be read."""
    try:
        names = next(csv.reader([header.decode("utf-8-sig")], strict=True), [])
        return len(names) > 1 and bool(Header.of(names, ""))
    except (UnicodeDecodeError, csv.Error, InputError):
        return False


def _boundary(payload: bytes, start: int) -> int:
    """The end of a line, about SIZE on, before which every quotation mark is closed."""
    end, marks = start, 0
    while end < len(payload):
        begun, end = end, payload.find(b"\n", max(end, start + SIZE)) + 1 or len(payload)
        marks += payload.count(b'"', begun, end)
        if marks % 2 == 0:
            break
    return end


def _lines(rows: bytes) -> int:
    """How many lines end outside quotation marks; the last may lack its end."""
    outside = b"".join(rows.split(b'"')[::2]) if b'"' in rows else rows
    return outside.count(b"\n") + (not rows.endswith(b"\n"))
