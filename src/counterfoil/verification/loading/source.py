"""Registry files as they come, Parquet or CSV, in units that worker processes share and chunks that memory holds.

A unit and a chunk of a file have the same rows in every run, so that a load that was cut off goes on where it was.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from counterfoil.errors import InputError, UnavailableError
from counterfoil.verification.files.blocks import State, state_of
from counterfoil.verification.loading import header
from counterfoil.verification.loading.row import COLUMNS, HOLD_WORDS, may_hold, says_hold

CHUNK = 250_000  # rows
PARQUET = (".parquet", ".pq")
_READ = 1 << 20  # bytes


@dataclass(frozen=True)
class Source:
    """One file to load: where it is, its SHA-256, how many rows it is likely to have, and what reports call it.

    `state` is the file's before its hash was taken, `ignored` the columns that are left out, `watched` where those of
    them stand that nobody named: a value that is a hold's refuses the file.
    """

    path: Path
    sha256: str
    rows: int
    name: str
    state: State
    ignored: tuple[str, ...] = ()
    watched: tuple[int, ...] = ()


class Unit(NamedTuple):
    """What one worker reads at a time: some row groups of a Parquet file, or a whole CSV file (then none)."""

    path: Path
    number: int
    groups: tuple[int, ...]
    first: int  # rows before it
    watched: tuple[int, ...] = ()  # places of columns that no value of a hold may stand in


class Unread(NamedTuple):
    """A row whose cells cannot be told apart: its number, why, and whether it may have a hold in it."""

    number: int
    reason: str
    hold: bool


@dataclass(frozen=True)
class Chunk:
    """Rows as texts without blanks around them, with their `number` (the line in a CSV file, else from 1)."""

    table: Any  # COLUMNS and number
    unread: tuple[Unread, ...]


def describe(path: Path, name: str = "", ignore: Collection[str] = ()) -> Source:
    """Hash the file and check that it has the columns of a registry and rows; InputError if it cannot be one.

    `name` is what reports call it, `ignore` the columns that are left out.
    """
    try:
        state = state_of(path.stat())
        digest, lines, size = _hash(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check the file and its permissions.") from error
    if not size:
        raise InputError(f"{path} is empty.", "Load the custodian's file again; it was cut off.")
    if is_parquet(path) or path.suffix.lower() in PARQUET:
        with _open_parquet(path) as file:
            rows = int(file.metadata.num_rows)
            names = list(file.schema_arrow.names)
            ignored = header.check(str(path), names, ignore)
            _check_types(path, file.schema_arrow)
    else:
        rows = max(1, lines - 1)
        with _open_csv(path) as file:
            names = _csv_header(path, file)
        ignored = header.check(str(path), names, ignore)
    source = Source(path, digest, rows, name or path.name, state, ignored, header.watched(names, ignore))
    require_rows(source, rows)
    return source


def require_rows(source: Source, rows: int) -> None:
    """InputError for a file that has no row: of nobody in it may be said that there is no match."""
    if not rows:
        raise InputError(f"{source.path} has no rows.", "Load the custodian's file again; it was cut off.")


def require_same(path: Path, state: State) -> None:
    """InputError where the file is not as it was when its hash was taken."""
    try:
        same = state_of(path.stat()) == state
    except OSError:
        same = False
    if not same:
        raise InputError(
            f"{path} was changed while it was loaded. Nothing was loaded.", "Wait until it is whole, then load again."
        )


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


def units_of(path: Path, watched: tuple[int, ...] = ()) -> list[Unit]:
    """The file's units, in order; at least one."""
    if not is_parquet(path):
        return [Unit(path, 0, (), 0, watched)]
    units: list[Unit] = []
    with _open_parquet(path) as file:
        groups: list[int] = []
        first = rows = 0
        for group in range(file.num_row_groups):
            groups.append(group)
            rows += file.metadata.row_group(group).num_rows
            if rows - first >= CHUNK or group == file.num_row_groups - 1:
                units.append(Unit(path, len(units), tuple(groups), first, watched))
                groups, first = [], rows
    return units or [Unit(path, 0, (), 0, watched)]


def read_unit(unit: Unit) -> Iterator[Chunk]:
    """The unit's rows in chunks."""
    return _parquet_chunks(unit) if is_parquet(unit.path) else _csv_chunks(unit.path, unit.watched)


def _open_parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path} is not a readable Parquet file.", "Get the file again; it was cut off or changed."
        ) from error
    return file


def _check_types(path: Path, schema: Any) -> None:
    """InputError for a column whose values are no texts, numbers or dates."""
    for name, at in zip(COLUMNS, header.places_of(schema.names), strict=True):
        if at >= 0 and not _is_plain(schema.field(at).type):
            raise InputError(
                f"{path}: the column {name} is of the type {schema.field(at).type}.",
                "Write it as text; whole numbers, dates, and true and false are read too.",
            )


def _is_plain(kind: Any) -> bool:
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return any(
        test(kind)
        for test in (
            types.is_string, types.is_large_string, types.is_string_view, types.is_binary, types.is_large_binary,
            types.is_integer, types.is_floating, types.is_decimal, types.is_boolean, types.is_date,
            types.is_timestamp, types.is_null,
        )
    )  # fmt: skip


def _parquet_chunks(unit: Unit) -> Iterator[Chunk]:
    import pyarrow as pa

    done = unit.first
    try:
        with _open_parquet(unit.path) as file:
            names = file.schema_arrow.names
            called = [names[at] if at >= 0 else "" for at in header.places_of(names)]
            wanted = None if unit.watched else [name for name in called if name]
            for batch in file.iter_batches(CHUNK, row_groups=list(unit.groups), columns=wanted, use_threads=False):
                for at in unit.watched:
                    if _column_says_hold(batch.column(at)):
                        raise header.may_say_hold(str(unit.path), [names[at]])
                texts = [_texts(batch, known, name) for known, name in zip(COLUMNS, called, strict=True)]
                yield Chunk(_table(texts, range(done + 1, done + 1 + len(batch))), ())
                done += len(batch)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{unit.path} cannot be read after row {done:,}.", "Get the file again; it was cut off or changed."
        ) from error


def _column_says_hold(column: Any) -> bool:
    """Whether a value of a column that is not known, of whatever type, has a word of a hold in it."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as types

    kind = column.type
    if types.is_dictionary(kind):
        return _column_says_hold(column.dictionary_decode())
    if types.is_primitive(kind) or types.is_null(kind) or types.is_decimal(kind):
        return False  # numbers, dates, true and false
    if types.is_string_view(kind):
        column = column.cast(pa.large_string())
    if types.is_string(column.type) or types.is_large_string(column.type):
        column = column.filter(pc.match_substring_regex(column, "|".join(HOLD_WORDS), ignore_case=True))
    return any(says_hold(str(value)) for value in column.to_pylist() if value is not None)


def _texts(batch: Any, known: str, name: str) -> Any:
    """The column, one of COLUMNS, that the file calls `name`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not name:
        return pa.repeat("", len(batch))
    column = batch.column(name)
    is_number = pa.types.is_integer(column.type)
    texts = column.cast(pa.string())
    if known == "tin" and is_number:
        texts = pc.utf8_lpad(texts, 9, "0")
    return pc.utf8_trim_whitespace(pc.fill_null(texts, ""))


def _table(texts: Sequence[Any], numbers: Sequence[int]) -> Any:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) if isinstance(column, list) else column for column in texts]
    return pa.table([*columns, pa.array(numbers, pa.int64())], names=[*COLUMNS, "number"])


def _open_csv(path: Path) -> Any:
    return path.open(encoding="utf-8-sig", newline="")


def _csv_header(path: Path, file: Any) -> list[str]:
    try:
        return next(csv.reader(file), [])
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text.", "Save the file as CSV in UTF-8, or as Parquet.") from error
    except csv.Error as error:
        raise InputError(
            f"{path} is not a CSV file: {_why(error)}.", "Save the file as CSV in UTF-8, or as Parquet."
        ) from error


def _csv_chunks(path: Path, watched: Sequence[int]) -> Iterator[Chunk]:
    rows = _csv_rows(path, watched)
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


def _csv_rows(path: Path, watched: Sequence[int]) -> Iterator[tuple[int, list[str]] | Unread]:
    """Each row's line and its cells, or why they cannot be read."""
    with _open_csv(path) as file:
        names = _csv_header(path, file)
        places, width = header.places_of(names), len(names)
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
                cut = lines.last.replace('"', "").split(",")  # where the quotation marks mean nothing sure
                yield _unread(before + 1, f"the line is not CSV ({_why(error)})", cut, places[-1], width)
                continue
            except OSError as error:
                raise UnavailableError(f"{path} cannot be read: {error.strerror}.", "Try again.") from error
            if reader.line_num > before + 1 and (len(cells) != width or max(c.count(",") for c in cells) >= width - 1):
                _refuse_swallowed(path, before + 1, reader.line_num, "rows between two quotation marks")
            if len(cells) == width:
                for at in watched:
                    if says_hold(cells[at]):
                        raise header.may_say_hold(str(path), [names[at]])
                yield before + 1, ["" if at < 0 else cells[at].strip() for at in places]
            elif cells:
                reason = f"{len(cells)} cells where the header has {width}"
                yield _unread(before + 1, reason, cells, places[-1], width)


def _unread(number: int, reason: str, cells: Sequence[str], place: int, width: int) -> Unread:
    return Unread(number, reason, may_hold(cells, place, width))


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
