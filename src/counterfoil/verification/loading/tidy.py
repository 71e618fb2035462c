"""The first pass over a chunk of a registry file: bad rows out, one row a person, name and address, by buckets.

What is plainly in order, nearly every row, is checked and grouped in columns; the others are read one by one
(row.py), which says what is wrong with them. A bucket has all rows of some towns from all files, so that the
second pass reads each different address once, however many years and people have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from counterfoil.verification import columns, keys
from counterfoil.verification.columns import SEPARATOR, TEXTS
from counterfoil.verification.files.database import database
from counterfoil.verification.loading.row import COLUMNS, LONGEST_CELL, NO_HOLD, Facts, Raw, read_row
from counterfoil.verification.loading.source import Chunk

BAD_SHOWN = 20

_TEXT_COLUMNS = (*COLUMNS[1:5], *COLUMNS[7:12])  # in the order of TEXTS
_YEARS = ", ".join(f"'{year}'" for year in range(keys.FIRST_YEAR, keys.LAST_YEAR + 1))
_NONE = ", ".join(f"'{word}'" for word in sorted(NO_HOLD))
_ALL = " || ".join(name for name in COLUMNS if name != "tax_year")
_PLAIN_YEAR = f"tax_year IN ({_YEARS})"
_PLAIN = f"""
    (tin = '' OR regexp_full_match(tin, '[0-9]{{9}}') AND tin <> repeat(left(tin, 1), 9))
    AND (date_of_birth = '' OR regexp_full_match(date_of_birth, '[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'))
    AND regexp_matches(given_name, '[A-Za-z]') AND regexp_matches(surname, '[A-Za-z]')
    AND (address_line1 <> '' OR address_line2 <> '') AND lower(hold) IN ({_NONE})
    AND length({_ALL}) <= {LONGEST_CELL} AND NOT contains({_ALL}, chr({ord(SEPARATOR)}))
"""
_CELLS = ", ".join(name for name in COLUMNS if name != "tax_year")
_GROUP = f"""
    CREATE OR REPLACE TEMP TABLE grouped AS
    SELECT {_CELLS}, bit_or(1::BIGINT << (tax_year::INTEGER - {keys.FIRST_YEAR})) AS years, {_PLAIN} AS plain
    FROM chunk WHERE {_PLAIN_YEAR} GROUP BY {_CELLS}
"""  # noqa: S608 - only column names of our own
_OTHERS = f"SELECT number, {', '.join(COLUMNS)} FROM chunk WHERE NOT ({_PLAIN_YEAR} AND {_PLAIN}) ORDER BY number"  # noqa: S608
_BUCKETS = f"""
    SELECT hash(left(postal_code, 5), upper(city)) % $1 AS bucket, {", ".join(columns.TIDY)} FROM (
        SELECT tin, date_of_birth AS born, years, 0::INTEGER AS hold,
               {", ".join(f"{old} AS {new}" for old, new in zip(_TEXT_COLUMNS, TEXTS, strict=True))}
        FROM grouped WHERE plain
        UNION ALL SELECT {", ".join(columns.TIDY)} FROM others
    ) ORDER BY bucket
"""  # noqa: S608


def tidy(chunk: Chunk, name: str, buckets: int, path: Path, memory: str) -> Mapping[str, Any]:
    """Write the chunk's usable rows to `path`, an Arrow file with a batch a bucket; returns the counts."""
    with database(path.parent, memory, threads=1) as connection:
        connection.register("chunk", chunk.table)
        connection.execute(_GROUP)
        ((plain,),) = connection.execute("SELECT coalesce(bool_and(plain), true) FROM grouped").fetchall()
        ((dated,),) = connection.execute(f"SELECT count(*) FROM chunk WHERE {_PLAIN_YEAR}").fetchall()  # noqa: S608
        others, bad = _read(() if plain and dated == len(chunk.table) else connection.execute(_OTHERS).fetchall())
        bad = sorted([*bad, *chunk.unread])
        connection.register("others", others)
        _write(connection.sql(_BUCKETS, params=[buckets]).to_arrow_table(), buckets, path)
    shown = [f"{name}, row {number:,}: {reason}" for number, reason in bad[:BAD_SHOWN]]
    return {"rows": len(chunk.table) + len(chunk.unread), "bad_rows": len(bad), "bad": shown}


def _read(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, list[tuple[int, str]]]:
    """The rows one by one: a table of those that can be used, and why the others cannot."""
    import pyarrow as pa

    found: list[tuple[Any, ...]] = []
    bad = []
    for number, *cells in rows:
        facts = read_row(Raw(*(cell.replace(SEPARATOR, " ") for cell in cells)))
        if isinstance(facts, Facts):
            found.append((facts.tin, facts.date_of_birth, facts.years, facts.hold, *facts.texts))
        else:
            bad.append((number, facts))
    each = list(zip(*found, strict=True)) or [()] * len(columns.TIDY)
    return pa.table([list(column) for column in each], schema=columns.schema(*columns.TIDY)), bad


def _write(table: Any, buckets: int, path: Path) -> None:
    import pyarrow as pa

    counts = dict.fromkeys(range(buckets), 0)
    for line in table.column("bucket").value_counts().to_pylist():
        counts[line["values"]] = line["counts"]
    rows = table.select(columns.TIDY).cast(columns.schema(*columns.TIDY)).combine_chunks()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(path, rows.schema, options=options) as writer:
        done = 0
        for bucket in range(buckets):
            part = rows.slice(done, counts[bucket]).to_batches() or pa.Table.from_batches([], rows.schema).to_batches()
            writer.write_batch(part[0] if part else pa.RecordBatch.from_pylist([], rows.schema))
            done += counts[bucket]
