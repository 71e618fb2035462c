"""The first pass over a chunk of a registry file: bad rows out, one row a person, name and address, by buckets.

What is plainly in order, nearly every row, is checked and grouped in columns; the others are read one by one
(row.py), which says what is wrong with them. The hold of a bad row counts all the same; where it cannot be told whose
it is, nothing is loaded. A bucket has all rows of some towns from all files, so that the
second pass reads each different address once, however many years and people have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from counterfoil.errors import InputError
from counterfoil.verification import columns, keys
from counterfoil.verification.columns import SEPARATOR, TEXTS
from counterfoil.verification.files.database import database
from counterfoil.verification.loading.row import (
    COLUMNS,
    LONGEST_CELL,
    NO_HOLD,
    Facts,
    Raw,
    held_by,
    read_hold,
    read_row,
)
from counterfoil.verification.loading.source import Chunk

BAD_SHOWN = 20

_TEXT_COLUMNS = (*COLUMNS[1:5], *COLUMNS[7:12])  # in the order of TEXTS
_YEARS = ", ".join(f"'{year}'" for year in range(keys.FIRST_YEAR, keys.LAST_YEAR + 1))
_NONE = ", ".join(f"'{word}'" for word in sorted(NO_HOLD))
_ALL = " || ".join(name for name in COLUMNS if name != "tax_year")
_DAY = (  # of the years from 1900 to 2099; row.py reads the others
    "(19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
    "|((19|20)(0[48]|[2468][048]|[13579][26])|2000)-02-29"
)
_PLAIN_YEAR = f"tax_year IN ({_YEARS})"
_PLAIN = f"""
    (tin = '' OR regexp_full_match(tin, '[0-9]{{9}}') AND tin <> repeat(left(tin, 1), 9))
    AND (date_of_birth = '' OR regexp_full_match(date_of_birth, '{_DAY}'))
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
    """Write the chunk's usable rows to `path`, an Arrow file with a batch a bucket; returns the counts.

    InputError for a bad row that has, or may have, a hold whose person cannot be told.
    """
    with database(path.parent, memory, threads=1) as connection:
        connection.register("chunk", chunk.table)
        connection.execute(_GROUP)
        ((plain,),) = connection.execute("SELECT coalesce(bool_and(plain), true) FROM grouped").fetchall()
        ((dated,),) = connection.execute(f"SELECT count(*) FROM chunk WHERE {_PLAIN_YEAR}").fetchall()  # noqa: S608
        read = _read(() if plain and dated == len(chunk.table) else connection.execute(_OTHERS).fetchall())
        _refuse([*read.untold, *((row.number, row.reason) for row in chunk.unread if row.hold)], name)
        bad = sorted([*read.bad, *((row.number, row.reason) for row in chunk.unread)])
        connection.register("others", read.rows)
        _write(connection.sql(_BUCKETS, params=[buckets]).to_arrow_table(), buckets, path)
    shown = [f"{name}, row {number:,}: {reason}" for number, reason in bad[:BAD_SHOWN]]
    return {"rows": len(chunk.table) + len(chunk.unread), "bad_rows": len(bad), "bad": shown}


class _Read(NamedTuple):
    """What rows read one by one say: the usable ones, why others are not, which have a hold on nobody knows whom."""

    rows: Any
    bad: list[tuple[int, str]]
    untold: list[tuple[int, str]]


def _read(rows: Sequence[tuple[Any, ...]]) -> _Read:
    import pyarrow as pa

    found: list[tuple[Any, ...]] = []
    bad: list[tuple[int, str]] = []
    untold: list[tuple[int, str]] = []
    for number, *cells in rows:
        raw = Raw(*(cell.replace(SEPARATOR, " ") for cell in cells))
        read = read_row(raw)
        facts = read if isinstance(read, Facts) else None
        if isinstance(read, str):
            holds = read_hold(raw.hold) != 0
            facts = held_by(raw) if holds else None
            bad.append((number, f"{read}; its hold counts" if facts else read))
            if holds and facts is None:
                untold.append((number, read))
        if facts is not None:
            found.append((facts.tin, facts.date_of_birth, facts.years, facts.hold, *facts.texts))
    each = list(zip(*found, strict=True)) or [()] * len(columns.TIDY)
    return _Read(pa.table([list(column) for column in each], schema=columns.schema(*columns.TIDY)), bad, untold)


def _refuse(untold: list[tuple[int, str]], name: str) -> None:
    if not untold:
        return
    raise InputError(
        f"{name}: {len(untold):,} bad rows carry a hold, or may, and whose it is cannot be told. Nothing was loaded.",
        "Write the taxpayer number in these rows (or name and date of birth, where there is none), and their cells as "
        "in the header. Nothing else in them need be right; without them a person who is held would be confirmed.",
        [f"{name}, row {number:,}: {reason}" for number, reason in sorted(untold)[:BAD_SHOWN]],
    )


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
