"""Plain SQL over the full rows, in two forms: the lower limit of work, and the question that is to be answered."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.verify.asking import ONE, cold_and_warm
from counterfoil.bench.courses.verify.data import ADDRESS, REGISTRY, REQUESTS, some_rows
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each

SINGLES, LONGEST = 40, 20  # single requests at most, and seconds for them
PARTS = ("given_name", "surname", *ADDRESS)
MORE = ("middle_name", "name_suffix")

_ASKED = """
    CREATE OR REPLACE TEMP TABLE asked AS
    SELECT request_id, string_split(tax_years, ' ')::INTEGER[] AS years, {columns}
    FROM read_parquet($requests) WHERE $one = '' OR request_id = $one
"""
_SAME_TEXTS = f"""
     {" AND ".join(f"upper(filed.{part}) = asked.{part}" for part in PARTS)}
     AND list_contains(asked.years, filed.tax_year)
"""
_ASKED_EXACT = _ASKED.format(columns=", ".join(f"upper({part}) AS {part}" for part in PARTS))
_EXACT = f"""
    SELECT DISTINCT asked.request_id FROM asked JOIN read_parquet($files) AS filed ON {_SAME_TEXTS}
"""  # noqa: S608 - only column names of our own
_ASKED_IN_FULL = _ASKED.format(
    columns=", ".join(f"upper({part}) AS {part}" for part in (*PARTS, *MORE))
    + ", date_of_birth, replace(tin, '-', '') AS tin"
)
_PERSON = "CASE WHEN tin <> '' THEN tin ELSE concat_ws('|', upper(given_name), upper(surname), date_of_birth) END"
_SAME_QUESTION = f"""
    WITH found AS (
        SELECT asked.request_id, filed.tin, filed.given_name, filed.surname, filed.date_of_birth
        FROM asked JOIN read_parquet($files) AS filed ON {_SAME_TEXTS}
         AND upper(filed.name_suffix) = asked.name_suffix
         AND (asked.middle_name = '' OR filed.middle_name = '' OR upper(filed.middle_name) = asked.middle_name)
         AND (asked.tin = '' OR filed.tin = '' OR filed.tin = asked.tin)
         AND (asked.date_of_birth = '' OR filed.date_of_birth = '' OR filed.date_of_birth = asked.date_of_birth)
    ),
    held AS (SELECT DISTINCT {_PERSON} AS person FROM read_parquet($files) WHERE hold <> '')
    SELECT request_id FROM (SELECT request_id, {_PERSON} AS person FROM found)
    GROUP BY request_id HAVING count(DISTINCT person) = 1 AND min(person) NOT IN (SELECT person FROM held)
"""  # noqa: S608 - only column names of our own


def connected(folder: Path) -> Any:
    """A DuckDB in memory that may use a folder where its memory does not suffice; four fifths of the machine's."""
    import duckdb

    return duckdb.connect(config={"temp_directory": str(folder / "spilled")})


def files_of(folder: Path) -> list[str]:
    """The registry's files, as DuckDB is given them."""
    return [str(path) for path in sorted((folder / REGISTRY).glob("*.parquet"))]


def plain_sql(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """An exact join in capitals over the full rows, as one would write it in a minute: less than is to be answered."""
    ask = partial(_ask, connected(folder), folder, _ASKED_EXACT, _EXACT)
    rows = some_rows(folder, SINGLES, "request_id")
    single = partial(each, ONE, [partial(ask, row["request_id"]) for row in rows], LONGEST)
    return [*cold_and_warm(folder, folder / REGISTRY, ask, dict), single()]


def same_question(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The question that is to be answered, on exact texts: one person alone, nothing that contradicts, no hold."""
    ask = partial(_ask, connected(folder), folder, _ASKED_IN_FULL, _SAME_QUESTION)
    return cold_and_warm(folder, folder / REGISTRY, ask, dict)


def _ask(connection: Any, folder: Path, asked: str, query: str, one: str = "") -> Any:
    """The ids that the query finds, of all requests or of one."""
    connection.execute(asked, {"requests": str(folder / REQUESTS), "one": one})
    found = connection.sql(query, params={"files": files_of(folder)}).to_arrow_table()
    return found.column(0).combine_chunks()
