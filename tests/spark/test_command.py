"""`batch verify --engine spark`: the same answer, the same record, and nothing from a copy that is out of date."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.cli.conftest import call, new_office, set_up_world, world  # noqa: F401 - fixtures
from tests.spark.conftest import needs_spark
from tests.spark.made import LIGHT


def approved(world: Any) -> str:  # noqa: F811
    id = str(world.do("batch", "receive", world.seal(world.requests()))["id"])
    world.do("batch", "examine", id)
    for officer in ("alba", "boris"):
        world.do("batch", "approve", id, "--as", officer)
    return id


def on_spark(id: str, *more: object) -> tuple[object, ...]:
    settings = [word for name, value in LIGHT.items() for word in ("--spark-conf", f"{name}={value}")]
    return ("batch", "verify", id, "--engine", "spark", "--master", "local[2]", *settings, *more)


@needs_spark
def test_a_batch_verified_on_spark_from_a_copy_gets_the_answer_of_any_other(world: Any) -> None:  # noqa: F811
    id = approved(world)
    copy = world.folder / "copy"
    shutil.copytree(world.data / "registry", copy)
    later = world.folder / "later.csv"
    later.write_text(
        (world.folder / "registry.csv").read_text(encoding="utf-8").replace(",2023,", ",2024,"), encoding="utf-8"
    )
    world.do("registry", "load", later)
    refused = world.do(*on_spark(id, "--registry", copy.as_uri()), code=1)
    assert "the one that is loaded" in refused["error"]["message"]
    shutil.rmtree(copy)
    shutil.copytree(world.data / "registry", copy)
    assert world.do(*on_spark(id, "--registry", copy.as_uri()))["looked_up"] == 5
    world.do("batch", "release", id, "-o", world.folder / "answer.jwe")
    opened = world.do("answer", "open", world.folder / "answer.jwe", "--key", world.folder / "officer-1.jwk")
    assert [row["outcome"] for row in opened["rows"]] == [
        *("CONFIRMED", "NO_CONFIRMATION", "CONFIRMED", "NO_CONFIRMATION", "NO_CONFIRMATION"),
    ]
    assert world.do("ledger", "verify")["ok"]


@pytest.mark.parametrize(
    "words", [("--master", "local[2]"), ("--registry", "s3a://b/r"), ("--spark-conf", "spark.a=b"), ("--engine", "x")]
)
def test_words_for_spark_without_spark_cannot_be_used(world: Any, words: tuple[str, ...]) -> None:  # noqa: F811
    assert world.do("batch", "verify", "b-1", *words, code=2)["error"]


def test_a_setting_that_is_none_is_refused(world: Any) -> None:  # noqa: F811
    told = world.do("batch", "verify", "b-1", "--engine", "spark", "--spark-conf", "memory=4g", code=2)
    assert "NAME=VALUE" in told["error"]["next"]


def test_the_engine_here_has_two_names(world: Any) -> None:  # noqa: F811
    id = approved(world)
    assert world.do("batch", "verify", id, "--engine", "duckdb")["looked_up"] == 5
