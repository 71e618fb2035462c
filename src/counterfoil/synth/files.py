"""Writes rows to CSV, JSON Lines or Parquet as they come, and puts the file in its place when it is whole."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from counterfoil.errors import InputError, UnavailableError

FORMATS = (".csv", ".jsonl", ".parquet")
_ROWS_A_GROUP = 20_000


class Sink(Protocol):
    """Takes one row after the other."""

    def write(self, row: Mapping[str, str]) -> None:
        """Add a row; a column that it lacks is empty."""

    def close(self) -> None:
        """No more rows."""


def check_output(path: Path) -> None:
    """InputError when the name's ending is none that can be written, or a folder has that name."""
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path} ends in none of {', '.join(FORMATS)}.", "Choose the form by the ending of the name.")
    if path.is_dir():
        raise InputError(f"{path} is a directory.", "Name a file in it.")


@contextmanager
def whole_file(path: Path, columns: Sequence[str]) -> Iterator[Sink]:
    """A sink for the file at `path`, which is there only when everything was written."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = _SINKS[path.suffix.lower()](part, columns)
        try:
            yield sink
        finally:
            sink.close()
        part.replace(path)
    except OSError as error:
        raise UnavailableError(
            f"{path} cannot be written: {error.strerror or error}.", "Free some room there, or choose another place."
        ) from error
    finally:
        part.unlink(missing_ok=True)


class _Csv:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.DictWriter(self._file, columns, restval="", lineterminator="\n")
        self._writer.writeheader()

    def write(self, row: Mapping[str, str]) -> None:
        self._writer.writerow(row)

    def close(self) -> None:
        self._file.close()


class _Jsonl:
    def __init__(self, path: Path, _columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")

    def write(self, row: Mapping[str, str]) -> None:
        self._file.write(json.dumps({k: v for k, v in row.items() if v != ""}, ensure_ascii=False) + "\n")

    def close(self) -> None:
        self._file.close()


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._schema = pa.schema([(c, pa.string()) for c in columns])
        self._writer: Any = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[Mapping[str, str]] = []

    def write(self, row: Mapping[str, str]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = [[row.get(name, "") for row in self._rows] for name in self._schema.names]
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema))
        self._rows = []

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._writer.close()


_SINKS: Mapping[str, Any] = {".csv": _Csv, ".jsonl": _Jsonl, ".parquet": _Parquet}
