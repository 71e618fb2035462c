"""Registry files as they come, Parquet or CSV, in units that worker processes share and chunks that memory holds.

A unit and a chunk of a file have the same rows in every run, so that a load that was cut off goes on where it was.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from counterfoil.errors import InputError, NotFoundError, UnavailableError
from counterfoil.verification.loading.row import COLUMNS, REQUIRED, says_hold

CHUNK = 250_000  # rows
_READ = 1 << 20  # bytes


@dataclass(frozen=True)
class Source:
    """One file to load: where it is, its SHA-256, and how many rows it is likely to have."""

    path: Path
    sha256: str
    rows: int


class Unit(NamedTuple):
    """What one worker reads at a time: some row groups of a Parquet file, or a whole CSV file (then none)."""

    path: Path
    number: int
    groups: tuple[int, ...]
    first: int  # rows before it


class Unread(NamedTuple):
    """A row whose cells cannot be told apart: its number, why, and whether a word of a hold is in it."""

    number: int
    reason: str
    hold: bool


@dataclass(frozen=True)
class Chunk:
    """Rows as texts without blanks around them, with their `number` (the line in a CSV file, else from 1)."""

    table: Any  # COLUMNS and number
    unread: tuple[Unread, ...]


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
    if is_parquet(path) or path.suffix.lower() == ".parquet":
        with _open_parquet(path) as file:
            return Source(path, digest, file.metadata.num_rows)
    with _open_csv(path) as file:
        _csv_columns(path, file)
    return Source(path, digest, max(0, lines - 1))


def _hash(path: Path) -> tuple[str, int, int]:
    digest, lines, size = hashlib.sha256(), 0, 0
    text = not is_parquet(path)
    with path.open("rb") as file:
        while block := file.read(_READ):
            digest.update(block)
            lines += block.count(b"\n") if text else 0
            size += len(block)
    return digest.hexdigest(), lines, size


def is_parquet(path: Path) -> bool:
    """By the first four bytes, not by the name."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def units_of(path: Path) -> list[Unit]:
    """The file's units, in order; at least one."""
    if not is_parquet(path):
        return [Unit(path, 0, (), 0)]
    units: list[Unit] = []
    with _open_parquet(path) as file:
        groups: list[int] = []
        first = rows = 0
        for group in range(file.num_row_groups):
            groups.append(group)
            rows += file.metadata.row_group(group).num_rows
            if rows - first >= CHUNK or group == file.num_row_groups - 1:
                units.append(Unit(path, len(units), tuple(groups), first))
                groups, first = [], rows
    return units or [Unit(path, 0, (), 0)]


def read_unit(unit: Unit) -> Iterator[Chunk]:
    """The unit's rows in chunks."""
    return _parquet_chunks(unit) if is_parquet(unit.path) else _csv_chunks(unit.path)


def _open_parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, memory_map=True)
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


def _parquet_chunks(unit: Unit) -> Iterator[Chunk]:
    import pyarrow as pa

    done = unit.first
    try:
        with _open_parquet(unit.path) as file:
            wanted = [name for name in COLUMNS if name in file.schema_arrow.names]
            for batch in file.iter_batches(CHUNK, row_groups=list(unit.groups), columns=wanted, use_threads=False):
                yield Chunk(
                    _table([_texts(batch, name) for name in COLUMNS], range(done + 1, done + 1 + len(batch))), ()
                )
                done += len(batch)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{unit.path} cannot be read after row {done:,}.", "Get the file again; it was cut off or changed."
        ) from error


def _texts(batch: Any, name: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in batch.schema.names:
        return pa.repeat("", len(batch))
    column = batch.column(name)
    is_number = pa.types.is_integer(column.type)
    texts = column.cast(pa.string())
    if name == "tin" and is_number:
        texts = pc.utf8_lpad(texts, 9, "0")
    return pc.utf8_trim_whitespace(pc.fill_null(texts, ""))


def _table(texts: Sequence[Any], numbers: Sequence[int]) -> Any:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) if isinstance(column, list) else column for column in texts]
    return pa.table([*columns, pa.array(numbers, pa.int64())], names=[*COLUMNS, "number"])


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
            f"{path} is not a CSV file: {_why(error)}.", "Save the file as CSV in UTF-8, or as Parquet."
        ) from error
    _check_columns(path, header)
    return [header.index(name) if name in header else -1 for name in COLUMNS] + [len(header)]


def _csv_chunks(path: Path) -> Iterator[Chunk]:
    rows = _csv_rows(path)
    while lines := list(islice(rows, CHUNK)):
        good = [line for line in lines if not isinstance(line, Unread)]
        bad = tuple(line for line in lines if isinstance(line, Unread))
        each: list[list[str]] = [list(column) for column in zip(*(cells for _, cells in good), strict=True)]
        yield Chunk(_table(each or [[] for _ in COLUMNS], [number for number, _ in good]), bad)


class _Lines:
    """The lines of a file, the last one still known: the CSV reader does not say what it stumbled over."""

    def __init__(self, file: Iterator[str]) -> None:
        self.last = ""
        self._file = file

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.last = line
            yield line


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]] | Unread]:
    """Each row's line and its cells, or why they cannot be read."""
    with _open_csv(path) as file:
        *places, width = _csv_columns(path, file)
        file.seek(0)
        lines = _Lines(file)
        reader = csv.reader(lines, strict=True)
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
                _refuse_swallowed(path, before + 1, reader.line_num, _why(error))
                yield Unread(before + 1, f"the line is not CSV ({_why(error)})", says_hold(lines.last))
                continue
            except OSError as error:
                raise UnavailableError(f"{path} cannot be read: {error.strerror}.", "Try again.") from error
            if reader.line_num > before + 1 and (len(cells) != width or max(c.count(",") for c in cells) >= width - 1):
                _refuse_swallowed(path, before + 1, reader.line_num, "rows between two quotation marks")
            if len(cells) == width:
                yield before + 1, ["" if at < 0 else cells[at].strip() for at in places]
            elif cells:
                reason = f"{len(cells)} cells where the header has {width}"
                yield Unread(before + 1, reason, places[-1] >= 0 and says_hold(" ".join(cells)))


def _refuse_swallowed(path: Path, first: int, last: int, why: str) -> None:
    """What is between two quotation marks is one cell: nobody can say which of these lines are rows, and hold."""
    if last > first:
        raise InputError(
            f"{path} is not CSV in the lines {first:,} to {last:,}: {why}. Nothing was loaded.",
            f"Mend line {first:,} or what is before it: the {last - first + 1:,} lines would be taken for one row.",
        )


def _why(error: csv.Error) -> str:
    """What the CSV reader stumbled over, for a person."""
    told = str(error)
    return next((said for part, said in _CSV_FAULTS.items() if part in told), told)


_CSV_FAULTS = {
    "unexpected end of data": "a quotation mark is never closed",
    "field larger than field limit": f"a cell has more than {csv.field_size_limit():,} characters",
    "expected after": "text follows a closing quotation mark",
}
