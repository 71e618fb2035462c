"""Splink: a Fellegi-Sunter model over both sides, in a DuckDB that reads the files itself."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import SEED, peer
from counterfoil.bench.courses.verify.asking import cold_and_warm
from counterfoil.bench.courses.verify.data import REGISTRY, REQUESTS, count_of, portions
from counterfoil.bench.courses.verify.sql import connected, files_of
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed

TRAIN = "train the model"
LEAST = 0.999  # probability from which Splink is taken to confirm
WRONG_HOUSE = ("neighbour_number", "mistyped_number")  # the right person, and not the right number

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
_ASKED = f"CREATE TABLE asked AS SELECT request_id AS unique_id, {_WORDS} FROM read_parquet(?)"  # noqa: S608
_ASKED_YEARS = """
    CREATE TABLE asked_years AS
    SELECT request_id AS id, unnest(string_split(tax_years, ' ')::INTEGER[]) AS year FROM read_parquet(?)
"""


def splink(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """A Fellegi-Sunter model over name, birth, number, house, street, ZIP and town, trained on the same files."""
    model, training = timed(TRAIN, count_of(folder), lambda: _trained(folder))
    found: dict[str, Any] = {}

    def ask() -> Any:
        found["ids"] = _scored(folder, model)
        return found["ids"]

    return [training, *cold_and_warm(folder, folder / REGISTRY, ask, lambda: _trap(folder, found["ids"]))]


def _trap(folder: Path, confirmed: Any) -> dict[str, int]:
    """How many requests have the right person and a wrong house number, and how many of these were confirmed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    asked = above = 0
    for batch in portions(folder, "request_id", "way"):
        wrong = batch.filter(pc.is_in(batch.column("way"), value_set=pa.array(WRONG_HOUSE))).column("request_id")
        asked += len(wrong)
        above += pc.sum(pc.is_in(wrong, value_set=confirmed)).as_py() or 0
    return {"wrong_house_number": asked, "wrong_house_number_confirmed": above}


def _linker(folder: Path, settings: Any) -> tuple[Any, Any]:
    """The two sides in a DuckDB of Splink's, each person's address once with its years."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = connected(folder)
    connection.execute(_FILED, [files_of(folder)])
    connection.execute(_ASKED, [str(folder / REQUESTS)])
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


def _trained(folder: Path) -> Any:
    block_on = peer("splink").block_on
    linker, connection = _linker(folder, _settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("tin", "surname"), block_on("given_name", "surname", "date_of_birth")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for rule in (block_on("surname", "zip"), block_on("given_name", "date_of_birth")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    model = linker.misc.save_model_to_json()
    connection.close()
    return model


def _scored(folder: Path, model: Any) -> Any:
    """The ids of the requests to which a row of a year asked is linked with a probability that suffices."""
    linker, connection = _linker(folder, model)
    pairs = linker.inference.predict(threshold_match_probability=LEAST)
    connection.execute(_ASKED_YEARS, [str(folder / REQUESTS)])
    found = connection.sql(
        f"""
        SELECT DISTINCT pair.unique_id_l
        FROM {pairs.physical_name} AS pair
        JOIN filed ON filed.unique_id = pair.unique_id_r::BIGINT
        JOIN asked_years ON asked_years.id = pair.unique_id_l AND list_contains(filed.years, asked_years.year)
        """  # noqa: S608 - a table's name that Splink chose
    ).to_arrow_table()
    connection.close()
    return found.column(0).combine_chunks()
