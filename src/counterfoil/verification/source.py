"""Registry files as they come: Parquet or CSV, read as a stream of rows in chunks of one fixed size.

A chunk of a file has the same rows in every run, so that a load that was cut off goes on where it was.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from counterfoil.errors import InputError, NotFoundError, UnavailableError
from counterfoil.verification.row import COLUMNS, REQUIRED, Raw

CHUNK = 100_000  # rows
_READ = 1 << 20  # bytes

Line = Raw | str
"""A row, or in words why its cells cannot be read."""


@dataclass(frozen=True)
class Source:
    """One file to load: where it is, its SHA-256, and how many rows it is likely to have."""

    path: Path
    sha256: str
    rows: int


def find_sources(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files named, and for a folder all its .parquet and .csv files in order of name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in (".parquet", ".csv") and p.is_file())
            if not inside:
                raise InputError(f"{path} has no Parquet or CSV file.", "Name the registry's files, or their folder.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise NotFoundError(f"There is no file {path}.", "Check the name.")
    if not found:
        raise InputError("No registry file was named.", "Name one or more Parquet or CSV files.")
    return tuple(dict.fromkeys(found))


def describe(path: Path) -> Source:
    """Hash the file and check that it has the columns of a registry; InputError if it cannot be one."""
    try:
        digest, lines, size = _hash(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check the file and its permissions.") from error
    if not size:
        raise InputError(f"{path} is empty.", "Load the custodian's file again; it was cut off.")
    if is_parquet(path):
        return Source(path, digest, _open_parquet(path).metadata.num_rows)
    with _open_csv(path) as file:
        _csv_columns(path, file)
    return Source(path, digest, max(0, lines - 1))


def _hash(path: Path) -> tuple[str, int, int]:
    digest, lines, size = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while block := file.read(_READ):
            digest.update(block)
            lines += block.count(b"\n")
            size += len(block)
    return digest.hexdigest(), lines, size


def is_parquet(path: Path) -> bool:
    """By the first four bytes, not by the name."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def read_chunks(source: Source) -> Iterator[Iterator[tuple[int, Line]]]:
    """The file's rows in chunks, each row with its number: the line in a CSV file, else from 1."""
    if is_parquet(source.path):
        yield from _parquet_chunks(source.path)
    else:
        yield from _csv_chunks(source.path)


def _open_parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path} is not a readable Parquet file.", "Get the file again; it was cut off or changed."
        ) from error
    _check_columns(path, file.schema_arrow.names)
    return file


def _check_columns(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    double = sorted({name for name in names if name in COLUMNS and list(names).count(name) > 1})
    if missing:
        raise InputError(
            f"{path} lacks the columns {', '.join(missing)}.",
            "A registry file has the columns " + ", ".join(REQUIRED) + " and, if wanted, hold.",
        )
    if double:
        raise InputError(f"{path} has the column {', '.join(double)} twice.", "Keep one of them.")


def _parquet_chunks(path: Path) -> Iterator[Iterator[tuple[int, Line]]]:
    import pyarrow as pa

    file = _open_parquet(path)
    wanted = [name for name in COLUMNS if name in file.schema_arrow.names]
    done = 0
    try:
        for batch in file.iter_batches(CHUNK, columns=wanted):
            yield _parquet_rows(batch, done)
            done += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path} cannot be read after row {done:,}.", "Get the file again; it was cut off or changed."
        ) from error


def _parquet_rows(batch: Any, done: int) -> Iterator[tuple[int, Line]]:
    columns = [_texts(batch, name) for name in COLUMNS]
    for at, cells in enumerate(zip(*columns, strict=True), start=done + 1):
        yield at, Raw(*cells)


def _texts(batch: Any, name: str) -> list[str]:
    import pyarrow as pa

    if name not in batch.schema.names:
        return [""] * int(batch.num_rows)
    column = batch.column(name)
    is_number = pa.types.is_integer(column.type)
    texts = column.cast(pa.string()).to_pylist()
    if name == "tin" and is_number:
        return ["" if text is None else text.zfill(9) for text in texts]
    return ["" if text is None else text.strip() for text in texts]


def _open_csv(path: Path) -> Any:
    return path.open(encoding="utf-8-sig", newline="")


def _csv_columns(path: Path, file: Any) -> list[int]:
    """Where each of COLUMNS stands in the header (-1: not there), and at the end the header's width."""
    try:
        header = [name.strip() for name in next(csv.reader(file), [])]
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text.", "Save the file as CSV in UTF-8, or as Parquet.") from error
    except csv.Error as error:
        raise InputError(
            f"{path} is not a CSV file: {error}.", "Save the file as CSV in UTF-8, or as Parquet."
        ) from error
    _check_columns(path, header)
    return [header.index(name) if name in header else -1 for name in COLUMNS] + [len(header)]


def _csv_chunks(path: Path) -> Iterator[Iterator[tuple[int, Line]]]:
    rows = _csv_rows(path)
    while True:
        chunk = list(islice(rows, CHUNK))
        if not chunk:
            return
        yield iter(chunk)


def _csv_rows(path: Path) -> Iterator[tuple[int, Line]]:
    with _open_csv(path) as file:
        *places, width = _csv_columns(path, file)
        file.seek(0)
        reader = csv.reader(file, strict=True)
        next(reader)
        while True:
            before = reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path} is not UTF-8 text after line {before:,}.", "Save the file as CSV in UTF-8."
                ) from error
            except csv.Error as error:
                yield before + 1, f"the lines {before + 1:,} to {reader.line_num:,} are not CSV ({error})"
                continue
            except OSError as error:
                raise UnavailableError(f"{path} cannot be read: {error.strerror}.", "Try again.") from error
            if cells:
                yield before + 1, _csv_line(cells, places, width)


def _csv_line(cells: list[str], places: list[int], width: int) -> Line:
    if len(cells) != width:
        return f"{len(cells)} cells where the header has {width}"
    return Raw(*("" if at < 0 else cells[at].strip() for at in places))
