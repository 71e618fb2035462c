"""CSV by RFC 4180: comma, quotation marks doubled inside quoted cells, UTF-8, a header row.

A broken row never takes its neighbours along: it becomes one malformed Request, and reading goes on at
the next physical line (a quotation mark that is never closed would otherwise swallow all that follows).
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from counterfoil.errors import InputError
from counterfoil.request.columns import Header, normal
from counterfoil.request.formats.source import Guarded, Source, not_utf8
from counterfoil.request.limits import MAX_LINE_CHARS, MAX_RECORD_LINES, MAX_REREAD_LINES
from counterfoil.request.model import Request

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class _BrokenRecordError(Exception):
    """A record that cannot be read to its end; the text says why."""


class _Lines(Iterator[str]):
    """The physical lines of the text; those of the present record are kept, in case it is broken."""

    def __init__(self, text: TextIO, label: str) -> None:
        self._text = text
        self._label = label
        self._back: deque[str] = deque()
        self._reread = 0
        self.record: list[str] = []

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._text.readline(MAX_LINE_CHARS)
        if not line:
            raise StopIteration
        self.record.append(line)
        if len(line) >= MAX_LINE_CHARS and line[-1] not in "\r\n":
            self._skip_rest_of_line()
            raise _BrokenRecordError(f"the line is longer than {MAX_LINE_CHARS:,} characters")
        if len(self.record) > MAX_RECORD_LINES:
            raise _BrokenRecordError("a quotation mark is never closed")
        return line

    def give_back(self) -> str:
        """The first line of the broken record; the others will be read again as records of their own."""
        first, *rest = self.record
        self._back.extendleft(reversed(rest))
        self._reread += len(rest)
        if self._reread > MAX_REREAD_LINES:
            raise InputError(
                f"{self._label} has too many quotation marks that are never closed.",
                "Write it again with a CSV library, which closes every quotation mark.",
            )
        return first

    def _skip_rest_of_line(self) -> None:
        while True:
            more = self._text.readline(MAX_LINE_CHARS)
            if not more or more[-1] in "\r\n":
                return


def requests(source: Source) -> Iterator[Request]:
    """The requests of a CSV file, one at a time; InputError when the file as a whole cannot be used."""
    guarded = Guarded(source.open())
    with io.TextIOWrapper(io.BufferedReader(guarded, 1 << 18), encoding="utf-8-sig", newline="") as text:
        try:
            yield from _rows(_Lines(text, source.label), guarded, source.label)
        except UnicodeDecodeError:
            raise not_utf8(source) from None


def _rows(lines: _Lines, guarded: Guarded, label: str) -> Iterator[Request]:
    reader = csv.reader(lines, strict=True)
    header = _header(reader, label)
    make, kept = header.request, lines.record
    position = 0
    while True:
        kept.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _BrokenRecordError) as error:
            first = lines.give_back()
            yield header.broken(position, _loosely(first), _why(error))
            position += 1
            continue
        if len(row) <= 1 and not (row and row[0].strip()):
            continue  # a blank line
        yield make(position, row, guarded.saw_nul)
        position += 1


def _header(reader: Iterator[list[str]], label: str) -> Header:
    try:
        names = next((row for row in reader if any(cell.strip() for cell in row)), None)
    except (csv.Error, _BrokenRecordError) as error:
        raise InputError(
            f"The header row of {label} cannot be read: {_why(error)}.",
            "Write the file again with a CSV library.",
        ) from error
    if names is None:
        raise InputError(f"{label} holds only blank lines.", "Give a file with a header and at least one request.")
    if len(names) == 1:
        _refuse_other_delimiters(names[0], label)
    return Header.of(names, label)


def _refuse_other_delimiters(line: str, label: str) -> None:
    for mark, name in _DELIMITERS.items():
        if "request_id" in [normal(cell.strip('"')) for cell in line.split(mark)] and mark in line:
            raise InputError(
                f"{label} has {name} between its columns.",
                "Save it with commas (RFC 4180); a guess at the separator could shift a person's data.",
            )


def _why(error: Exception) -> str:
    if isinstance(error, _BrokenRecordError):
        return str(error)
    text = str(error)
    if "unexpected end" in text:
        return "a quotation mark is never closed"
    if "expected after" in text:
        return "text follows a closing quotation mark"
    if "field larger" in text:
        return "a cell is far too long"
    return "the row is not CSV"


def _loosely(line: str) -> list[str]:
    """The first cells of a broken line, as far as they can be read; the last of them is not to be trusted."""
    try:
        return next(csv.reader([line[:8_192].rstrip("\r\n")]), [])[:-1]
    except csv.Error:
        return line[:8_192].split(",")[:-1]
