"""Two peers of the verification step, on the same files and requests: plain SQL, and Splink."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import SEED, load, peer
from counterfoil.bench.courses.verify import (
    ONE,
    WRONG_HOUSE,
    cold_and_warm,
    some_of,
)
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed

TRAIN = "train the model"
SINGLES, LONGEST = 40, 20  # single requests at most, and seconds for them
LEAST = 0.999  # probability from which Splink is taken to confirm

PARTS = ("given_name", "surname", "address_line1", "address_line2", "city", "state", "postal_code")
_EXACT = f"""
    SELECT DISTINCT asked.request_id
    FROM asked JOIN read_parquet($files) AS filed
      ON filed.tax_year = asked.tax_year
     AND {" AND ".join(f"upper(filed.{part}) = asked.{part}" for part in PARTS)}
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


def _by_year(rows: Iterable[dict[str, str]]) -> Any:
    """One line a request and year, in capitals."""
    import pyarrow

    return pyarrow.Table.from_pylist(
        [
            {"request_id": row["request_id"], "tax_year": int(year), **{part: row[part].upper() for part in PARTS}}
            for row in rows
            for year in row["tax_years"].split()
        ]
    )


def plain_sql(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """An exact join in capitals over the full rows, as one would write it in a minute."""
    import duckdb

    rows, files = load(folder / "lawful.json"), files_of(folder)
    connection = duckdb.connect()

    def ask(some: Iterable[dict[str, str]]) -> set[str]:
        connection.register("asked", _by_year(some))
        return {found[0] for found in connection.execute(_EXACT, {"files": files}).fetchall()}

    taken = cold_and_warm(folder / "registry", rows, lambda: ask(rows))
    return [*taken, each(ONE, [partial(ask, [row]) for row in some_of(rows, SINGLES)], LONGEST)]


def splink(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """A Fellegi-Sunter model over name, birth, number, house, street, ZIP and town, trained on the same files."""
    rows = load(folder / "lawful.json")
    model, training = timed(TRAIN, len(rows), lambda: _trained(folder, rows))
    best: dict[str, float] = {}

    def ask() -> set[str]:
        best.update(_scored(folder, rows, model))
        return {id for id, probability in best.items() if probability >= LEAST}

    cold, warm = cold_and_warm(folder / "registry", rows, ask)
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
