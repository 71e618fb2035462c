"""Parquet, read in batches. Text columns are read as dictionaries: a repeated value is held once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.request.columns import LIST_COLUMNS, Header
from counterfoil.request.formats.source import Source
from counterfoil.request.limits import MAX_CELL_CHARS
from counterfoil.request.model import Request

BATCH_ROWS: Final = 4_096
MAX_UNPACKED_BYTES: Final = 4 * 1024 * 1024 * 1024
"""What the file's own footer says that its columns unpack to."""

_Cell = tuple[str, str]  # the text, and what is wrong with it


def requests(source: Source) -> Iterator[Request]:
    """The requests of a Parquet file, one at a time; InputError where it is broken or too big unpacked."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    position = 0
    with source.open() as file:
        try:
            schema = pq.read_schema(file)
            text = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
            header = Header.of(schema.names, source.label)
            file.seek(0)
            table = pq.ParquetFile(file, read_dictionary=text)
            _check_size(table.metadata, source.label)
            for batch in table.iter_batches(batch_size=BATCH_ROWS):
                for request in _of_batch(header, batch, position):
                    yield request
                    position += 1
        except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as error:
            raise InputError(
                f"{source.label} is not a Parquet file that can be read to its end.",
                "Write it again; a file cut short in transfer gives this error.",
                [f"after {position:,} rows"] if position else (),
            ) from error


def _check_size(metadata: Any, label: str) -> None:
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if unpacked > MAX_UNPACKED_BYTES:
        raise InputError(
            f"{label} unpacks to {unpacked:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read.",
            "Split it into several batches.",
        )


def _of_batch(header: Header, batch: Any, start: int) -> Iterator[Request]:
    names = list(header.known)
    columns = [_texts(batch.column(header.known[name]), name) for name in names]
    unknown = [(_filled(batch.column(i)), shown) for i, shown in header.unknown]
    for row in range(batch.num_rows):
        cells = [column(row) for column in columns]
        values = {name: text for name, (text, _) in zip(names, cells, strict=True) if text}
        faults = "; ".join(f"{name} {fault}" for name, (_, fault) in zip(names, cells, strict=True) if fault)
        oversupplied = tuple(shown for filled, shown in unknown if filled(row))
        yield Request(start + row, **values, oversupplied=oversupplied, malformed=faults)


def _texts(column: Any, name: str) -> Callable[[int], _Cell]:
    """The column as a function from row to cell."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
        distinct = [as_text(value, name) for value in column.dictionary.to_pylist()]
        codes = column.indices.to_pylist()
        return lambda row: distinct[codes[row]] if codes[row] is not None else ("", "")
    if _is_scalar(column.type) or (name in LIST_COLUMNS and pa.types.is_list(column.type)):
        cells = [as_text(value, name) for value in column.to_pylist()]
        return cells.__getitem__
    present = column.is_valid().to_pylist()
    return lambda row: ("", "is of a type that is no text") if present[row] else ("", "")


def _filled(column: Any) -> Callable[[int], bool]:
    """Whether an unknown column has a value in a row; its values are looked at, never kept."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
        some = [value is not None and bool(value.strip()) for value in column.dictionary.to_pylist()]
        codes = column.indices.to_pylist()
        return lambda row: codes[row] is not None and some[codes[row]]
    return column.is_valid().to_pylist().__getitem__  # type: ignore[no-any-return]


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_scalar(kind: Any) -> bool:
    import pyarrow as pa

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
    if len(text) > MAX_CELL_CHARS:
        return "", f"is longer than {MAX_CELL_CHARS:,} characters"
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
