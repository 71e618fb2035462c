"""One made-up country and two files of requests about it, made once and read by every test of the room."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from counterfoil.synth import RequestsMade, make_registry, make_requests

PEOPLE = 12_000


@dataclass(frozen=True)
class Made:
    """A file of requests as plain rows, each with its truth and the way it was asked."""

    made: RequestsMade
    rows: list[dict[str, str]]

    def where(self, **wanted: str) -> list[dict[str, str]]:
        return [row for row in self.rows if all(row[name] == value for name, value in wanted.items())]


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country") / "registry"
    make_registry(PEOPLE, 7, folder)
    return folder


@pytest.fixture(scope="session")
def registry(country: Path) -> list[dict[str, object]]:
    return [row for file in sorted(country.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]


@pytest.fixture(scope="session")
def everyday(country: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(country, tmp_path_factory.mktemp("everyday"), 3_000, "everyday")


@pytest.fixture(scope="session")
def exchange(country: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return made(country, tmp_path_factory.mktemp("exchange"), 4_000, "exchange-2025")


def made(country: Path, folder: Path, count: int, mix: str, **more: bool) -> Made:
    made = make_requests(country, count, 3, mix, folder / "r.csv", folder / "t.csv", ways=folder / "w.csv", **more)
    rows, truth, ways = (read(folder / name) for name in ("r.csv", "t.csv", "w.csv"))
    assert len(rows) == len(truth) == len(ways) == count
    assert [row["request_id"] for row in rows] == [row["request_id"] for row in truth]
    return Made(made, [row | label | way for row, label, way in zip(rows, truth, ways, strict=True)])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
