"""The Spark engine says what the engine in this process says, of everyday and of crowded registries, and closes on
whatever is not whole."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from counterfoil.errors import InputError, IntegrityError, NotFoundError, UnavailableError
from counterfoil.verification import Verdict
from counterfoil.verification.spark import Cluster, SparkEngine, session
from counterfoil.verification.spark.files import open_registry, url_of
from tests.spark import made
from tests.spark.conftest import Case, needs_spark


@needs_spark
def test_outcomes_are_those_of_the_engine_in_this_process(local: SparkEngine, country: Case) -> None:
    registry, asked = country
    said = local.verify(asked)
    assert said == made.in_process(registry, asked)
    assert len(said.confirmed) > 500 and said.looked_up == len(asked)


@needs_spark
def test_the_order_of_the_questions_changes_nothing(local: SparkEngine, country: Case) -> None:
    some = country[1][:400]
    assert local.verify(reversed(some)) == local.verify(some)


@needs_spark
def test_nothing_asked_is_nothing_looked_up(local: SparkEngine) -> None:
    assert local.verify([]) == Verdict(frozenset(), 0)


@needs_spark
def test_a_crowded_place_is_decided_alike(local: SparkEngine, crowded: Case) -> None:
    registry, asked = crowded
    at = open_registry(local._spark, registry)
    usual, local._registry = local._registry, at
    try:
        said = local.verify(asked)
    finally:
        local._registry = usual
    assert said == made.in_process(registry, asked)
    assert 100 < len(said.confirmed) < len(asked)


@needs_spark
def test_a_url_and_a_path_are_one_registry(local: SparkEngine, country: Case) -> None:
    by_path, by_url = (open_registry(local._spark, place) for place in (country[0], country[0].as_uri() + "/"))
    assert by_path == by_url
    assert by_path.facts["id"].startswith("registry-")


@needs_spark
@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "manifest", "other rules"])
def test_a_registry_that_is_not_whole_is_found_at_open(
    local: SparkEngine, country: Case, tmp_path: Path, harm: str
) -> None:
    shutil.copytree(country[0], tmp_path / "copy")
    largest = max((tmp_path / "copy").rglob("*.parquet"), key=lambda file: file.stat().st_size)
    whole = largest.read_bytes()
    if harm == "cut":
        largest.write_bytes(whole[:-1])
    elif harm == "changed":
        largest.write_bytes(whole[:1_000] + bytes([whole[1_000] ^ 1]) + whole[1_001:])
    elif harm == "gone":
        largest.unlink()
    else:
        manifest = tmp_path / "copy" / "manifest.json"
        manifest.write_bytes(manifest.read_bytes()[:-2] if harm == "manifest" else b"{}\n")
    with pytest.raises(IntegrityError):
        open_registry(local._spark, tmp_path / "copy")


@needs_spark
def test_no_registry_and_a_file_system_that_is_not_there_are_said(local: SparkEngine, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no registry"):
        open_registry(local._spark, tmp_path)
    with pytest.raises(UnavailableError, match="S3A"):
        open_registry(local._spark, "s3a://bucket/registry")


@needs_spark
def test_rows_that_vanish_after_opening_are_an_error_and_not_no_match(
    local: SparkEngine, country: Case, tmp_path: Path
) -> None:
    shutil.copytree(country[0], tmp_path / "copy")
    usual, local._registry = local._registry, open_registry(local._spark, tmp_path / "copy")
    for file in (tmp_path / "copy").rglob("*.parquet"):
        file.unlink()
    try:
        with pytest.raises(UnavailableError, match="could not verify"):
            local.verify(country[1][:50])
    finally:
        local._registry = usual


def test_without_pyspark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(UnavailableError) as caught:
        SparkEngine(tmp_path)
    assert "counterfoil[spark]" in caught.value.do


@needs_spark
def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(UnavailableError, match="Java 17") as caught:
        SparkEngine(tmp_path)
    assert "jre" in caught.value.do


@needs_spark
def test_a_java_home_without_java_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UnavailableError, match="there is no Java in it"):
        SparkEngine(tmp_path)


@pytest.mark.parametrize("master", ["nonsense", "local[", "http://host", "spark://", "local[2] --conf x"])
def test_what_is_no_master_is_refused_before_java_is_started(master: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no master of Spark"):
        SparkEngine(tmp_path, session.Cluster(master))


@needs_spark
def test_an_older_pyspark_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyspark

    monkeypatch.setattr(pyspark, "__version__", "3.5.1")
    with pytest.raises(UnavailableError, match=r"4\.1 or newer"):
        session._require()


def test_a_place_becomes_a_url(tmp_path: Path) -> None:
    assert url_of("s3a://bucket/registry/") == "s3a://bucket/registry"
    assert url_of("hdfs:///registry") == "hdfs:///registry"
    assert url_of(tmp_path) == tmp_path.as_uri()


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@needs_spark
def test_two_hundred_thousand_requests_and_a_million_people_are_decided_alike(tmp_path: Path) -> None:
    registry, asked = made.country(tmp_path, 1_000_000, 200_000)
    with SparkEngine(registry, Cluster("local[2]", {"spark.driver.memory": "4g"})) as engine:
        said = engine.verify(asked)
    assert said == made.in_process(registry, asked)
    assert len(said.confirmed) > 30_000
