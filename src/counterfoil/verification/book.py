"""The street book on disk: the custodian's own streets, which supply what an address leaves out.

It is kept in order of its keys, and of a big book only the rows are read that a comparison can ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from counterfoil.address import Address, Places
from counterfoil.address.places import Row, wanted

COLUMNS = ("kind", "zone", "key", "value")
_BATCH = 65_536


def schema() -> Any:
    """The columns of a book's file."""
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in COLUMNS])


def table_of(rows: Iterable[Row]) -> Any:
    """Rows of a book as an Arrow table."""
    import pyarrow as pa

    listed = list(rows)
    return pa.table([[row[at] for row in listed] for at in range(len(COLUMNS))], schema=schema())


def merge_books(database: Any, books: list[str], path: Path) -> None:
    """Merge the books of all parts into one file, in order; each key's rows as a Places would keep them."""
    import pyarrow.parquet as pq

    result = database.sql(
        "SELECT DISTINCT kind, zone, key, value FROM read_parquet($1) ORDER BY kind, zone, key, value",
        params=[books],
    )
    with pq.ParquetWriter(path, schema(), compression="zstd") as writer:
        waiting: list[Row] = []
        for _, same in groupby(_stream(result), key=lambda row: row[:3]):
            waiting += Places.from_rows(same).to_rows()
            if len(waiting) >= _BATCH:
                writer.write_table(table_of(waiting))
                waiting = []
        writer.write_table(table_of(waiting))


def read_wanted(cursor: Any, path: Path, addresses: Iterable[Address]) -> Places:
    """All of the book that a comparison of these addresses may look up."""
    import pyarrow as pa

    keys = sorted({key for address in addresses for key in wanted(address)})
    if not keys:
        return Places()
    cursor.register("wanted_streets", pa.table(list(zip(*keys, strict=True)), names=list(COLUMNS[:3])))
    try:
        result = cursor.sql(
            "SELECT book.* FROM wanted_streets JOIN read_parquet($1) AS book USING (kind, zone, key)",
            params=[str(path)],
        )
        return Places.from_rows(_stream(result))
    finally:
        cursor.unregister("wanted_streets")


def _stream(result: Any) -> Iterator[Row]:
    for batch in result.to_arrow_reader(_BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
