"""Reading a file of requests, whatever its format: one Request a row, in order, none dropped.

    path or bytes -> formats/source.py (what is it?) -> formats/<format>.py -> Request

Only a file that is unusable as a whole raises; a row that is broken becomes a Request with `malformed` set.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from counterfoil.errors import InputError, UnavailableError
from counterfoil.request.formats.source import Source, from_bytes, from_path, sniff
from counterfoil.request.limits import MAX_FILE_BYTES
from counterfoil.request.model import Request

if TYPE_CHECKING:
    from counterfoil.request.formats.csv_parts import Part

FORMATS: Final = ("csv", "jsonl", "parquet")
_BY_SUFFIX: Final = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_NAMES: Final = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}


def format_of(path: Path, max_bytes: int = MAX_FILE_BYTES) -> str:
    """`csv`, `jsonl` or `parquet`: by the file's extension, and by content where that says nothing.

    InputError where the file is missing, a directory, empty, or plainly something else than its name says.
    """
    return _checked_format(from_path(path, max_bytes), _BY_SUFFIX.get(path.suffix.lower()))


def read_file(path: Path, limit: int | None = None, max_bytes: int = MAX_FILE_BYTES) -> Iterator[Request]:
    """The requests of the file at `path`, streamed.

    `limit`: stop after so many rows (a caller that accepts 100,000 asks for 100,001). `max_bytes`: the
    biggest file that is opened. A file that cannot be used raises InputError here, at the call, or, where
    the fault lies deeper in, while it is read.
    """
    source = from_path(path, max_bytes)
    return _read(source, _checked_format(source, _BY_SUFFIX.get(path.suffix.lower())), limit)


def read_bytes(
    data: bytes,
    format: str,
    limit: int | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    label: str = "The payload",
) -> Iterator[Request]:
    """The requests of a payload in memory, whose format (`csv`, `jsonl`, `parquet`) the manifest names."""
    if format not in FORMATS:
        raise InputError(f"There is no format {format!r}.", f"Use one of: {', '.join(FORMATS)}.")
    source = from_bytes(data, label, max_bytes)
    return _read(source, _checked_format(source, format), limit)


def parts_of(data: bytes, format: str) -> list[Part]:
    """A payload in parts, for `csv_parts.values_of` in several processes; none where `read_bytes` is to read it.

    Raises InputError as `read_bytes` does for what is plain before any row is read.
    """
    if format != "csv":
        return []
    from counterfoil.request.formats.csv_parts import divided

    _checked_format(from_bytes(data, "The payload", MAX_FILE_BYTES), format)
    return divided(data)


def _checked_format(source: Source, named: str | None) -> str:
    found = sniff(source)
    if named is None or named == found:
        return found
    raise InputError(
        f"{source.label} is said to be {_NAMES[named]}, but its content is {_NAMES[found]}.",
        f"Give it the extension .{found}, or write it as {_NAMES[named]}.",
    )


def _read(source: Source, format: str, limit: int | None) -> Iterator[Request]:
    if format == "csv":
        from counterfoil.request.formats import csv_format as reader
    elif format == "jsonl":
        from counterfoil.request.formats import jsonl_format as reader  # type: ignore[no-redef]
    else:
        from counterfoil.request.formats import parquet_format as reader  # type: ignore[no-redef]
    rows = _with_disk_errors(reader.requests(source), source.label)
    first = next(rows, None)  # so that an unusable file is refused at the call
    if first is None:
        raise InputError(f"{source.label} has no request in it.", "Give at least one row below the header.")
    return islice(chain((first,), rows), limit)


def _with_disk_errors(rows: Iterator[Request], label: str) -> Iterator[Request]:
    try:
        yield from rows
    except OSError as error:
        raise UnavailableError(
            f"{label} cannot be read to its end: {error.strerror}.", "Check the disk, then try again."
        ) from error
