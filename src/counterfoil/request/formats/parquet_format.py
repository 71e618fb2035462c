"""Parquet, read in batches. Text columns are read as dictionaries: a repeated value is held once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.request.columns import LIST_COLUMNS, Header
from counterfoil.request.formats.source import Source
from counterfoil.request.limits import MAX_CELL_CHARS, longest
from counterfoil.request.model import COLUMNS, Request

BATCH_ROWS: Final = 4_096
MAX_UNPACKED_BYTES: Final = 4 * 1024 * 1024 * 1024
"""What the file's own footer says that its columns unpack to."""

MAX_LIST: Final = 64
"""Values a row, on average over a row group, in a column of lists."""

_TOO_LONG: Final = 3

_Cell = tuple[str, str]  # the text, and what is wrong with it


def requests(source: Source) -> Iterator[Request]:
    """The requests of a Parquet file, one at a time; InputError where it is broken or too big unpacked."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    position = 0
    with source.open() as file:
        try:
            metadata = pq.read_metadata(file)
            _check_size(metadata, source.label)
            leaves = [metadata.schema.column(i) for i in range(metadata.num_columns)]
            if any(leaf.max_repetition_level for leaf in leaves):
                _check_lists(source)
            file.seek(0)
            table = pq.ParquetFile(
                file, read_dictionary=[leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
            )
            header = Header.of(table.schema_arrow.names, source.label)
            for batch in table.iter_batches(batch_size=BATCH_ROWS):
                batch.validate(full=True)  # a damaged file can point outside its own dictionary
                yield from _of_batch(header, batch, position)
                position += batch.num_rows
        except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
            raise _broken(source.label, position) from error


def _broken(label: str, rows: int = 0) -> InputError:
    return InputError(
        f"{label} is not a Parquet file that can be read to its end.",
        "Write it again; a file cut short in transfer gives this error.",
        [f"after {rows:,} rows"] if rows else (),
    )


def _check_size(metadata: Any, label: str) -> None:
    """Refuse by the footer alone what unpacks to too much."""
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if unpacked > MAX_UNPACKED_BYTES:
        raise InputError(
            f"{label} unpacks to {unpacked:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read.",
            "Split it into several batches.",
        )


_COUNT_VALUES: Final = f"""
import sys
import pyarrow as pa
import pyarrow.parquet as pq
file = sys.stdin.buffer
metadata = pq.read_metadata(file if file.seekable() else pa.BufferReader(file.read()))
for i in range(metadata.num_row_groups):
    group = metadata.row_group(i)
    values = max(group.column(j).num_values for j in range(group.num_columns))
    if values > {MAX_LIST} * (group.num_rows + 1):
        sys.exit({_TOO_LONG})
"""


def _check_lists(source: Source) -> None:
    """Refuse by the footer rows that hold endless lists: a few bytes can stand for a billion values.

    In a process of its own: reading a column's footer ends the whole process where the footer is damaged
    (pyarrow 26: an exception that its Python layer does not catch).
    """
    command = [sys.executable, "-I", "-c", _COUNT_VALUES]
    with source.open() as file:
        where = {"input": source.data} if source.data is not None else {"stdin": file}
        try:
            ended = subprocess.run(command, capture_output=True, timeout=120, check=False, **where)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise _broken(source.label) from None
    if ended.returncode == _TOO_LONG:
        raise InputError(
            f"{source.label} has lists of more than {MAX_LIST} values in its rows.",
            "Write tax years and recipients as text with spaces between.",
        )
    if ended.returncode != 0:
        raise _broken(source.label)


def _of_batch(header: Header, batch: Any, start: int) -> Iterator[Request]:
    faults: dict[int, list[str]] = {}
    columns: list[list[str]] = []
    for name in COLUMNS:
        at = header.known.get(name)
        columns.append([""] * batch.num_rows if at is None else _texts(batch.column(at), name, faults))
    extra: dict[int, list[str]] = {}
    for i, shown in header.unknown:
        for row in _filled(batch.column(i)):
            extra.setdefault(row, []).append(shown)
    for row, cells in enumerate(zip(*columns, strict=True)):
        values: tuple[Any, ...] = (*cells, tuple(extra.get(row, ())), "; ".join(faults.get(row, ())))
        yield Request(start + row, *values)


def _texts(column: Any, name: str, faults: dict[int, list[str]]) -> list[str]:
    """The column as texts, one a row; what is wrong with a row's value goes to `faults`."""

    if _is_text_dictionary(column):
        distinct = [as_text(value, name) for value in column.dictionary.to_pylist()]
        distinct.append(("", ""))
        cells = [distinct[-1 if code is None else code] for code in column.indices.to_pylist()]
    elif _is_scalar(column.type) or (name in LIST_COLUMNS and _is_short_list(column)):
        cells = [as_text(value, name) for value in column.to_pylist()]
    else:
        no_text = ("", "is of a type that is no text")
        cells = [no_text if valid else ("", "") for valid in column.is_valid().to_pylist()]
    for row, (_, fault) in enumerate(cells):
        if fault:
            faults.setdefault(row, []).append(f"{name} {fault}")
    return [text for text, _ in cells]


def _filled(column: Any) -> list[int]:
    """The rows in which an unknown column has a value; its values are looked at, never kept."""
    if _is_text_dictionary(column):
        some = [value is not None and bool(value.strip()) for value in column.dictionary.to_pylist()]
        return [row for row, code in enumerate(column.indices.to_pylist()) if code is not None and some[code]]
    return [row for row, valid in enumerate(column.is_valid().to_pylist()) if valid]


def _is_text_dictionary(column: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_dictionary(column.type)) and _is_text(column.type.value_type)


def _is_short_list(column: Any) -> bool:
    """A list of scalars whose distinct texts, if it has texts, are each short enough for a cell."""
    import pyarrow as pa

    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
        return False
    values = column.flatten()
    if _is_text_dictionary(values):
        return all(len(text or "") <= MAX_CELL_CHARS for text in values.dictionary.to_pylist())
    return _is_scalar(values.type)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_scalar(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):  # of numbers or dates; texts are met before
        kind = kind.value_type
    tests = ("is_boolean", "is_integer", "is_floating", "is_decimal", "is_date", "is_timestamp", "is_null")
    return _is_text(kind) or any(getattr(pa.types, test)(kind) for test in tests)


def as_text(value: object, name: str) -> _Cell:
    """A Parquet value as the text of a cell: whole numbers without a fraction, dates as YYYY-MM-DD."""
    if isinstance(value, list):
        parts = [as_text(item, name) for item in value]
        if fault := next((fault for _, fault in parts if fault), ""):
            return "", fault
        text = " ".join(part for part, _ in parts)
    else:
        text = _scalar(value)
    if len(text) > longest(name):
        return "", f"is longer than {longest(name):,} characters"
    if "\0" in text:
        return "", "holds a NUL character"
    return text, ""


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second or value.microsecond)
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if value != value:  # NaN is how data frames write an absent number
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
