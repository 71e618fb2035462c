"""From parts to the registry's form: one row a person, name and address, in order of place.

DuckDB merges and sorts within a fixed memory, on disk where it must. The files are written row by row
in one fixed order and grouping, so that the same parts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from counterfoil.errors import UnavailableError
from counterfoil.verification.book import merge_books
from counterfoil.verification.columns import TEXTS
from counterfoil.verification.durable import sync
from counterfoil.verification.manifest import BOOK, INDEX, ROWS
from counterfoil.verification.part import schema

MEMORY = "1GB"
GROUP = 8_192  # rows of a row group: small, so that a single request reads little
_BATCH = 65_536

_KEYS = ("place", "years", "surnames", "givens")
_SAME = ("place", "surnames", "givens", "person", "tin", "born", *TEXTS)


def connect(spill: Path, memory: str = MEMORY) -> Any:
    """A DuckDB of our own: in memory, bounded, spilling to `spill`, never reaching for the net."""
    import duckdb

    database = duckdb.connect(":memory:")
    database.execute(f"SET memory_limit = '{memory}'")
    database.execute(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
    database.execute("SET preserve_insertion_order = false")
    database.execute("SET autoinstall_known_extensions = false")
    database.execute("SET autoload_known_extensions = false")
    return database


def merge(parts: Sequence[Path], books: Sequence[Path], generation: Path, memory: str = MEMORY) -> dict[str, Any]:
    """Write the registry's files into the folder `generation`; returns the counts for the manifest."""
    import duckdb

    spill = generation.with_name("spill")
    database = connect(spill, memory)
    try:
        counts = _merge(database, [str(path) for path in parts], generation)
        merge_books(database, [str(path) for path in books], generation / BOOK)
    except duckdb.Error as error:
        raise UnavailableError(
            f"The registry could not be sorted: {str(error).splitlines()[0]}",
            "Free some disk space and memory, then load again: what is done is kept.",
        ) from error
    finally:
        database.close()
    for path in (ROWS, INDEX, BOOK):
        sync(generation / path)
    sync(generation)
    return counts


def _merge(database: Any, parts: list[str], generation: Path) -> dict[str, Any]:
    columns = ", ".join(schema().names)
    database.execute(
        "CREATE TEMP TABLE held AS SELECT person, bit_or(hold) AS hold"
        " FROM read_parquet($1) WHERE hold <> 0 GROUP BY person",
        [parts],
    )
    same = ", ".join(f"part.{name}" for name in _SAME)
    query = f"""
        SELECT part.place, bit_or(part.years) AS years, part.surnames, part.givens, part.person,
               coalesce(any_value(held.hold), 0)::INTEGER AS hold, part.tin, part.born,
               {", ".join(f"part.{name}" for name in TEXTS)}
        FROM (SELECT {columns} FROM read_parquet($1)) AS part LEFT JOIN held USING (person)
        GROUP BY {same}
        ORDER BY part.place NULLS LAST, part.person, part.tin, part.born, {", ".join(f"part.{n}" for n in TEXTS)}
    """  # noqa: S608 - only column names of our own
    rows = _write_rows(database.sql(query, params=[parts]), generation)
    return {**rows, **_count(database, str(generation / ROWS))}


def _count(database: Any, rows: str) -> dict[str, Any]:
    where = ", ".join(TEXTS[4:])
    ((people, addresses, years),) = database.execute(
        f"SELECT count(DISTINCT person), count(DISTINCT hash({where})), bit_or(years) FROM read_parquet($1)",  # noqa: S608
        [rows],
    ).fetchall()
    ((held,),) = database.execute("SELECT count(*) FROM held").fetchall()
    return {"people": people, "addresses": addresses, "year_bits": years or 0, "held_people": held}


def _write_rows(result: Any, generation: Path) -> dict[str, Any]:
    """Stream the sorted rows into the two files: all columns, and the narrow ones of rows that have a place."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    full = schema().append(pa.field("row", pa.int64()))
    narrow = pa.schema([*(full.field(name) for name in _KEYS), full.field("row")])
    done = placed = 0
    with (
        pq.ParquetWriter(generation / ROWS, full, compression="zstd") as rows,
        pq.ParquetWriter(generation / INDEX, narrow, compression="zstd") as index,
    ):
        for table in _groups(result):
            numbers = pa.array(range(done, done + table.num_rows), pa.int64())
            table = table.append_column(full.field("row"), numbers)
            rows.write_table(table, row_group_size=GROUP)
            kept = table.select(narrow.names).filter(table.column("place").is_valid())
            if kept.num_rows:
                index.write_table(kept, row_group_size=GROUP)
            done += table.num_rows
            placed += kept.num_rows
    return {"index_rows": placed, "rows_without_place": done - placed}


def _groups(result: Any) -> Any:
    """The rows as tables of GROUP rows each, whatever the size of the batches that DuckDB gives."""
    import pyarrow as pa

    waiting: list[Any] = []
    count = 0
    for batch in result.to_arrow_reader(_BATCH):
        waiting.append(pa.Table.from_batches([batch]).cast(schema()))
        count += batch.num_rows
        while count >= GROUP:
            together = pa.concat_tables(waiting)
            yield together.slice(0, GROUP).combine_chunks()
            waiting, count = [together.slice(GROUP)], count - GROUP
    if count:
        yield pa.concat_tables(waiting).combine_chunks()
