"""Peers of the verification step, on the same files and requests: plain SQL in two forms, and Splink."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import SEED, peer
from counterfoil.bench.courses.verify import ADDRESS, ONE, REQUESTS, WRONG_HOUSE, cold_and_warm, lawful, some_of
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed

TRAIN = "train the model"
SINGLES, LONGEST = 40, 20  # single requests at most, and seconds for them
LEAST = 0.999  # probability from which Splink is taken to confirm

PARTS = ("given_name", "surname", *ADDRESS)
_SAME_TEXTS = f"""
     filed.tax_year = asked.tax_year
     AND {" AND ".join(f"upper(filed.{part}) = asked.{part}" for part in PARTS)}
"""
_ASKED_BY_YEAR = f"""
    CREATE OR REPLACE TEMP TABLE asked AS
    SELECT request_id, unnest(string_split_regex(trim(tax_years), '\\s+'))::INTEGER AS tax_year, date_of_birth,
           replace(tin, '-', '') AS tin, upper(middle_name) AS middle_name, upper(name_suffix) AS name_suffix,
           {", ".join(f"upper({part}) AS {part}" for part in PARTS)}
    FROM read_parquet($requests) WHERE $one = '' OR request_id = $one
"""  # noqa: S608 - only column names of our own
_EXACT = f"""
    SELECT DISTINCT asked.request_id FROM asked JOIN read_parquet($files) AS filed ON {_SAME_TEXTS}
"""  # noqa: S608 - only column names of our own
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

_WORDS = """
    strip_accents(upper(given_name)) AS given_name, strip_accents(upper(surname)) AS surname,
    nullif(date_of_birth, '') AS date_of_birth, nullif(replace(tin, '-', ''), '') AS tin,
    regexp_extract(address_line1, '[0-9]+') AS house, left(postal_code, 5) AS zip, upper(city) AS city,
    regexp_replace(upper(address_line1 || ' ' || address_line2), '[^A-Z0-9 ]', '', 'g') AS line
"""
_FILED = f"""
    CREATE TABLE filed AS
    SELECT row_number() OVER () AS unique_id, * FROM (
        SELECT {_WORDS}, list(DISTINCT tax_year) AS years
        FROM read_parquet(?) GROUP BY ALL
    )
"""  # noqa: S608 - only column names of our own


def files_of(folder: Path) -> list[str]:
    """The registry's files, as DuckDB is given them."""
    return [str(path) for path in sorted((folder / "registry").glob("*.parquet"))]


def plain_sql(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """An exact join in capitals over the full rows, as one would write it in a minute: less than is to be answered."""
    taken, ask = _sql(folder, _EXACT)
    rows = some_of(lawful(folder, "request_id"), SINGLES)
    return [*taken, each(ONE, [partial(ask, row["request_id"]) for row in rows], LONGEST)]


def same_question(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The question that is to be answered, on exact texts: one person alone, nothing that contradicts, no hold."""
    return _sql(folder, _SAME_QUESTION)[0]


def _sql(folder: Path, query: str) -> tuple[list[Taken], Callable[..., set[str]]]:
    """The query over all requests, with cold files and with warm ones; and what asks it."""
    import duckdb

    connection, files = duckdb.connect(), files_of(folder)

    def ask(one: str = "") -> set[str]:
        connection.execute(_ASKED_BY_YEAR, {"requests": str(folder / REQUESTS), "one": one})
        return {found[0] for found in connection.execute(query, {"files": files}).fetchall()}

    return cold_and_warm(folder, folder / "registry", ask), ask


def splink(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """A Fellegi-Sunter model over name, birth, number, house, street, ZIP and town, trained on the same files."""
    rows = lawful(folder)
    model, training = timed(TRAIN, len(rows), lambda: _trained(folder, rows))
    best: dict[str, float] = {}

    def ask() -> set[str]:
        best.update(_scored(folder, rows, model))
        return {id for id, probability in best.items() if probability >= LEAST}

    cold, warm = cold_and_warm(folder, folder / "registry", ask)
    wrong_house = [row["request_id"] for row in rows if row["way"] in WRONG_HOUSE]
    above = sum(best.get(id, 0.0) > LEAST for id in wrong_house)
    trap = {"wrong_house_number": len(wrong_house), "wrong_house_number_above_0_999": above}
    return [training, cold.noting({**cold.facts, **trap}), warm.noting({**warm.facts, **trap})]


def _linker(folder: Path, rows: list[dict[str, str]], settings: Any) -> tuple[Any, Any]:
    """The two sides in a DuckDB of Splink's, each person's address once with its years."""
    import duckdb
    import pyarrow

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute(_FILED, [files_of(folder)])
    connection.register("given", pyarrow.Table.from_pylist(rows))
    connection.execute(f"CREATE TABLE asked AS SELECT request_id AS unique_id, {_WORDS} FROM given")  # noqa: S608
    connection.execute(
        "CREATE VIEW on_file AS SELECT * EXCLUDE (years) REPLACE (unique_id::VARCHAR AS unique_id) FROM filed"
    )
    api = peer("splink").DuckDBAPI(connection=connection)
    sides = [api.register(name, dataset_display_name=f"side_{name}") for name in ("asked", "on_file")]
    return peer("splink").Linker(sides, settings, log_level=None), connection


def _settings() -> Any:
    block_on, library = peer("splink").block_on, peer("splink.comparison_library")
    return peer("splink").SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.NameComparison("given_name"),
            library.NameComparison("surname"),
            library.DateOfBirthComparison("date_of_birth", input_is_string=True),
            library.ExactMatch("tin"),
            library.ExactMatch("house"),
            library.JaroWinklerAtThresholds("line", [0.95, 0.88]),
            library.ExactMatch("zip"),
            library.JaroWinklerAtThresholds("city", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("surname", "zip"),
            block_on("surname", "date_of_birth"),
            block_on("tin"),
            block_on("given_name", "house", "zip"),
        ],
        retain_matching_columns=False,
    )


def _trained(folder: Path, rows: list[dict[str, str]]) -> Any:
    block_on = peer("splink").block_on
    linker, connection = _linker(folder, rows, _settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("tin", "surname"), block_on("given_name", "surname", "date_of_birth")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for rule in (block_on("surname", "zip"), block_on("given_name", "date_of_birth")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    model = linker.misc.save_model_to_json()
    connection.close()
    return model


def _scored(folder: Path, rows: list[dict[str, str]], model: Any) -> dict[str, float]:
    """For each request the highest probability among the rows that share a tax year with it."""
    import pyarrow

    linker, connection = _linker(folder, rows, model)
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    years = [{"id": row["request_id"], "year": int(year)} for row in rows for year in row["tax_years"].split()]
    connection.register("asked_years", pyarrow.Table.from_pylist(years))
    found = connection.execute(
        f"""
        SELECT pair.unique_id_l, max(pair.match_probability)
        FROM {pairs.physical_name} AS pair
        JOIN filed ON filed.unique_id = pair.unique_id_r::BIGINT
        JOIN asked_years ON asked_years.id = pair.unique_id_l AND list_contains(filed.years, asked_years.year)
        GROUP BY ALL
        """  # noqa: S608 - a table's name that Splink chose
    ).fetchall()
    connection.close()
    return dict(found)
