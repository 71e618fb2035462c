"""Writing a file of requests: what the made-up country and the tests hand in."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Final

from counterfoil.errors import InputError, UnavailableError
from counterfoil.request.model import COLUMNS, Request

_values = attrgetter(*COLUMNS)
_GROUP_ROWS: Final = 20_000


def write_file(requests: Iterable[Request], path: Path) -> None:
    """Write `requests` to `path`: CSV, JSON Lines or Parquet by its extension; an existing file is replaced.

    Only the columns of a request are written; `position` follows from the order of the rows.
    """
    writer = {".csv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".parquet": _parquet, ".pq": _parquet}.get(
        path.suffix.lower()
    )
    if writer is None:
        raise InputError(
            f"The format of {path} cannot be told from its name.",
            "Use the extension .csv, .jsonl or .parquet.",
        )
    try:
        writer(requests, path)
    except OSError as error:
        raise UnavailableError(
            f"{path} cannot be written: {error.strerror or error}.", "Check the folder and the disk."
        ) from error


def _csv(requests: Iterable[Request], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)  # CRLF, as RFC 4180 has it
        writer.writerow(COLUMNS)
        writer.writerows(map(_values, requests))


def _jsonl(requests: Iterable[Request], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for request in requests:
            members = {name: value for name, value in zip(COLUMNS, _values(request), strict=True) if value}
            file.write(json.dumps(members, ensure_ascii=False) + "\n")


def _parquet(requests: Iterable[Request], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _groups(requests):
            columns = zip(*map(_values, rows), strict=True)
            writer.write_table(pa.table([pa.array(column, pa.string()) for column in columns], schema=schema))


def _groups(requests: Iterable[Request]) -> Iterator[list[Request]]:
    remaining = iter(requests)
    while rows := list(islice(remaining, _GROUP_ROWS)):
        yield rows
