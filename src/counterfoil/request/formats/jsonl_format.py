"""JSON Lines: one object a line, UTF-8. A line that cannot be read is a malformed Request, not a gap."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NoReturn

from counterfoil.request.columns import LIST_COLUMNS, normal, readable_id, shown
from counterfoil.request.formats.source import Source, bad_byte
from counterfoil.request.limits import MAX_CELL_CHARS, MAX_COLUMNS, MAX_LINE_CHARS, longest
from counterfoil.request.model import COLUMNS, Request

_KNOWN = frozenset(COLUMNS)
_ID_IN_BAD_LINE = re.compile(r'"request_id"\s*:\s*"([A-Za-z0-9._-]{1,40})"')
_SEARCHED = 65_536


class _Pairs(list[tuple[str, Any]]):
    """An object's members as they stand in the text, so that a member given twice is seen."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Numbers keep their own digits: 02134 is refused by JSON itself, 1e400 and huge integers cost nothing.
_decode = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=_refuse_constant
).decode


def requests(source: Source) -> Iterator[Request]:
    """The requests of a JSON Lines file, one at a time; InputError where it is not UTF-8."""
    with source.open() as file:
        position = 0
        for offset, line, whole in _lines(file):
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                if not whole:
                    text = line.decode(errors="replace")
                else:
                    raise bad_byte(source.label, offset + error.start) from None
            if not text.strip():
                continue
            if whole:
                yield _request(position, text)
            else:
                yield _broken(position, text, f"the line is longer than {MAX_LINE_CHARS:,} bytes")
            position += 1


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """(offset, line, whole): a line that is too long is cut, the rest of it skipped."""
    offset = 0
    while line := file.readline(MAX_LINE_CHARS):
        start, offset = offset, offset + len(line)
        whole = len(line) < MAX_LINE_CHARS or line.endswith(b"\n")
        if not whole:
            line = line[:_SEARCHED]
            while more := file.readline(MAX_LINE_CHARS):
                offset += len(more)
                if more.endswith(b"\n"):
                    break
        if start == 0 and line.startswith(codecs.BOM_UTF8):
            start, line = start + 3, line[3:]
        yield start, line, whole


def _request(position: int, text: str) -> Request:
    try:
        members = _decode(text)
    except RecursionError:
        return _broken(position, text, "the line is nested too deeply")
    except ValueError:
        return _broken(position, text, "the line is not JSON")
    if not isinstance(members, _Pairs):
        return _broken(position, "", "the line is not a JSON object")
    values: dict[str, str] = {}
    seen: set[str] = set()
    oversupplied: dict[str, None] = {}  # dicts, as sets that keep their order
    faults: dict[str, None] = {}
    for key, value in members:
        name = key if key in _KNOWN else normal(key)
        if name not in _KNOWN:
            if len(oversupplied) < MAX_COLUMNS and holds_something(value):
                oversupplied[shown(name)] = None
            continue
        if name in seen:
            faults[f"{name} is given more than once"] = None
            values[name] = ""
            continue
        seen.add(name)
        if type(value) is str and len(value) <= MAX_CELL_CHARS and value.isascii() and "\0" not in value:
            values[name] = value
            continue
        values[name], fault = cell(name, value)
        if fault:
            faults[fault] = None
    return Request(position, **values, oversupplied=tuple(oversupplied), malformed="; ".join(faults))


def _broken(position: int, text: str, why: str) -> Request:
    found = _ID_IN_BAD_LINE.search(text[:_SEARCHED])
    return Request(position, request_id=readable_id(found[1]) if found else "", malformed=why)


def cell(name: str, value: object) -> tuple[str, str]:
    """A JSON value as the text of a cell, and what is wrong with it ("" where nothing is)."""
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return ("true" if value else "false"), ""
    if isinstance(value, _Pairs) or (isinstance(value, list) and name not in LIST_COLUMNS):
        return "", f"{name} is nested"
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            return "", f"{name} is a list of something other than texts and numbers"
        value = " ".join(value)
    text = str(value)
    if len(text) > longest(name):
        return "", f"{name} is longer than {longest(name):,} characters"
    if "\0" in text:
        return "", f"{name} holds a NUL character"
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        return "", f"{name} holds half of a character"
    return text, ""


def holds_something(value: object) -> bool:
    """Whether an unknown member carries a value: null, blanks and empty lists or objects do not."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list | Mapping):
        return len(value) > 0
    return value is not None
