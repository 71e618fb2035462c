"""From buckets to the registry's form: one row a person, name and address, in order of place.

DuckDB merges and sorts within a fixed memory, on disk where it must. The files are written in one fixed order and
grouping, so that the same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from counterfoil.verification import columns
from counterfoil.verification.columns import FILED, TEXTS
from counterfoil.verification.files.database import MEMORY, database
from counterfoil.verification.files.durable import sync
from counterfoil.verification.files.manifest import BOOK, RECORDS, ROWS, SIEVE, STREETS
from counterfoil.verification.files.sieve import SieveWriter
from counterfoil.verification.files.sorted import RecordsWriter
from counterfoil.verification.loading.streets import merge_books

GROUP = 32_768  # rows of a row group
_BATCH = 65_536

_SAME = ("place", "surnames", "givens", "person", "tin", "born", *TEXTS)
_IDENTITY = ", ".join(("person", "tin", "born", *TEXTS))
_HELD = """
    CREATE TEMP TABLE held AS
    SELECT person, bit_or(hold) AS hold FROM read_parquet($1) WHERE hold <> 0 GROUP BY person
"""
_SORTED = f"""
    SELECT {", ".join(f"part.{name}" for name in FILED if name != "hold")},
           coalesce(held.hold, 0)::INTEGER AS hold
    FROM ({{}}) AS part LEFT JOIN held USING (person)
    ORDER BY part.place NULLS LAST, hash({_IDENTITY})
"""  # noqa: S608 - only column names of our own
_ALL = f"SELECT {', '.join(FILED)} FROM read_parquet($1)"  # noqa: S608 - only column names of our own
_TOGETHER = f"""
    SELECT {", ".join(_SAME)}, bit_or(years) AS years, first(packed) AS packed
    FROM read_parquet($1) GROUP BY {", ".join(_SAME)}
"""  # noqa: S608


def merge(
    parts: Sequence[Path], books: Sequence[Path], generation: Path, memory: str = MEMORY, *, again: bool = False
) -> dict[str, Any]:
    """Write the registry's files into the folder `generation`; returns the counts for the manifest.

    `again`: the parts may have rows of the same person, name and address, whose years are to be joined.
    """
    with database(generation.with_name("spill"), memory) as connection:
        paths = [str(path) for path in parts]
        connection.execute(_HELD, [paths])
        query = _SORTED.format(_TOGETHER if again else _ALL)
        counts = _write(connection.sql(query, params=[paths]), generation)
        counts |= _count(connection, str(generation / ROWS))
        merge_books(connection, [str(path) for path in books], generation)
    for path in (ROWS, BOOK, RECORDS, STREETS, SIEVE):
        sync(generation / path)
    sync(generation)
    return counts


def _count(connection: Any, rows: str) -> dict[str, Any]:
    counted = f"count(DISTINCT person), count(DISTINCT hash({', '.join(columns.ADDRESS)})), bit_or(years)"
    ((people, addresses, years),) = connection.execute(
        f"SELECT {counted} FROM read_parquet($1) WHERE years <> 0",  # noqa: S608
        [rows],
    ).fetchall()
    ((held,),) = connection.execute("SELECT count(*) FROM held").fetchall()
    return {"people": people, "addresses": addresses, "year_bits": years or 0, "held_people": held}


def _write(result: Any, generation: Path) -> dict[str, Any]:
    """Stream the sorted rows into their files: all of them, and those that have a place to be found in memory."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    full = columns.schema(*FILED, "row")
    done = placed = holds = 0
    with (
        pq.ParquetWriter(generation / ROWS, full, compression="zstd", compression_level=1) as rows,
        RecordsWriter(generation / RECORDS) as records,
        SieveWriter(generation / SIEVE) as sieve,
    ):
        for table in _groups(result):
            numbers = pa.array(range(done, done + table.num_rows), pa.int64())
            table = table.append_column(full.field("row"), numbers)
            rows.write_table(table, row_group_size=GROUP)
            kept = table.filter(table.column("place").is_valid())
            if kept.num_rows:
                records.write(kept)
                sieve.write(kept)
            done += table.num_rows
            placed += kept.num_rows
            holds += pc.sum(pc.equal(table.column("years"), 0)).as_py() or 0  # rows that say a person's hold alone
    return {"index_rows": placed, "rows_without_place": done - placed - holds}


def _groups(result: Any) -> Iterator[Any]:
    """The rows as tables of GROUP rows each, whatever the size of the batches that DuckDB gives."""
    import pyarrow as pa

    waiting: list[Any] = []
    count = 0
    schema = columns.schema(*FILED)
    for batch in result.to_arrow_reader(_BATCH):
        waiting.append(pa.Table.from_batches([batch]).select(schema.names).cast(schema))
        count += batch.num_rows
        while count >= GROUP:
            together = pa.concat_tables(waiting)
            yield together.slice(0, GROUP).combine_chunks()
            waiting, count = [together.slice(GROUP)], count - GROUP
    if count:
        yield pa.concat_tables(waiting).combine_chunks()
