"""The street books of all buckets as one: for a cluster as Parquet, and for one machine to be found in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterfoil.verification import columns
from counterfoil.verification.columns import SEPARATOR
from counterfoil.verification.files.manifest import BOOK, STREETS
from counterfoil.verification.files.sorted import StreetsWriter

_BATCH = 65_536

_MERGED = f"""
    WITH rows AS (SELECT kind, zone, key, value FROM read_parquet($1)),
    streets AS (
        SELECT DISTINCT zone, key, regexp_extract(value, '^(.*)[|]', 1) AS variant,
               regexp_extract(value, '[|]([^|]*)$', 1) AS number
        FROM rows WHERE kind = 'street'
    ),
    merged AS (
        SELECT 'street' AS kind, zone, key, variant || '|' || unnest(list(number ORDER BY number)[:2]) AS value
        FROM streets GROUP BY zone, key, variant
        UNION ALL SELECT kind, zone, key, max(value) FROM rows WHERE kind = 'building' GROUP BY kind, zone, key
        UNION ALL SELECT DISTINCT kind, zone, key, value FROM rows WHERE kind NOT IN ('street', 'building')
    )
    SELECT kind, zone, key, value, concat_ws(chr({ord(SEPARATOR)}), kind, zone, key, value) AS line
    FROM merged ORDER BY line
"""  # noqa: S608 - only column names of our own


def merge_books(connection: Any, books: list[str], generation: Path) -> None:
    """Merge the books, each key's rows as a `Places` would keep them, into the two files in order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with (
        pq.ParquetWriter(generation / BOOK, columns.book(), compression="zstd", compression_level=1) as book,
        StreetsWriter(generation / STREETS) as streets,
    ):
        for batch in connection.sql(_MERGED, params=[books]).to_arrow_reader(_BATCH):
            table = pa.Table.from_batches([batch])
            book.write_table(table.select(columns.BOOK).cast(columns.book()))
            streets.write(table.column("line"))
