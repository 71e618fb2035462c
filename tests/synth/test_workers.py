"""A big country is made by several processes: what they make is what one would make, and a killed run goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from counterfoil.errors import UnavailableError
from counterfoil.synth import crew, make_registry, make_requests, requests
from counterfoil.synth.country.country import Country, maker

PEOPLE, SIZE = 3_000, 700


def rows_of(folder: Path) -> list[dict[str, object]]:
    return [row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def in_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parts") / "registry"
    make_registry(PEOPLE, 3, folder, people_a_file=SIZE)
    return folder


def test_several_files_hold_the_rows_of_one_in_the_same_order(tmp_path: Path, in_parts: Path) -> None:
    whole = make_registry(PEOPLE, 3, tmp_path / "one")
    assert whole.files == ("registry-0000.parquet",)
    assert len(list(in_parts.glob("*.parquet"))) == 5
    assert rows_of(in_parts) == rows_of(tmp_path / "one")
    assert whole.rows == len(rows_of(in_parts))


def test_progress_ends_at_the_number_of_people(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    make_registry(PEOPLE, 3, tmp_path / "r", lambda done, total: told.append((done, total)), people_a_file=SIZE)
    assert told[-1] == (PEOPLE, PEOPLE)
    assert told == sorted(told)


def test_a_run_killed_at_any_moment_goes_on_and_gives_the_same_bytes(tmp_path: Path, in_parts: Path) -> None:
    code = (
        "from pathlib import Path; from counterfoil.synth import make_registry;"
        f"make_registry({PEOPLE}, 3, Path({str(tmp_path / 'r')!r}), people_a_file={SIZE})"
    )
    for wait in (0.5, 0.7, 0.9, 1.2):
        running = subprocess.Popen([sys.executable, "-c", code])
        time.sleep(wait)
        running.send_signal(signal.SIGKILL)
        running.wait()
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "r").glob("*.parquet")}
    finished = (tmp_path / "r" / "made-up-country.json").exists()
    make_registry(PEOPLE, 3, tmp_path / "r", people_a_file=SIZE)
    assert bytes_of(tmp_path / "r") == bytes_of(in_parts)
    if not finished:
        assert all(file.stat().st_mtime_ns == made for file, made in before.items())


def test_files_of_the_unfinished_country_are_kept_and_those_of_another_are_not(tmp_path: Path, in_parts: Path) -> None:
    folder = tmp_path / "r"
    make_registry(PEOPLE, 3, folder, people_a_file=SIZE)
    (folder / "made-up-country.json").unlink()
    (folder / "registry-0001.parquet").unlink()
    (folder / "made-up-country.json.part").write_text(
        f"{Country(PEOPLE, 3, (2022, 2023, 2024), maker()).facts()}{SIZE}\n", encoding="utf-8"
    )
    (folder / "registry-0001.parquet.77.part").write_bytes(b"half")
    kept = (folder / "registry-0000.parquet").stat().st_mtime_ns
    make_registry(PEOPLE, 3, folder, people_a_file=SIZE)
    assert (folder / "registry-0000.parquet").stat().st_mtime_ns == kept
    assert bytes_of(folder) == bytes_of(in_parts)
    make_registry(200, 4, folder)
    assert {file.name for file in folder.iterdir()} == {"made-up-country.json", "registry-0000.parquet"}


def test_a_worker_that_dies_is_an_error_and_not_a_smaller_country(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew.sys, "executable", "/bin/false")
    with pytest.raises(UnavailableError, match="before its time"):
        make_registry(PEOPLE, 3, tmp_path / "r", people_a_file=SIZE)
    assert not (tmp_path / "r" / "made-up-country.json").exists()


def test_requests_planned_beside_are_the_requests_planned_here(
    tmp_path: Path, in_parts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    for name, least in (("here", 10_000), ("beside", 1)):
        monkeypatch.setattr(requests, "_ROWS_FOR_A_WORKER", least)
        monkeypatch.setattr(requests, "cores", lambda: 2)
        made[name] = make_requests(
            in_parts, 900, 5, "exchange-2025", tmp_path / f"{name}.csv", tmp_path / f"{name}-truth.csv"
        )
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "beside.csv").read_bytes()
    assert (tmp_path / "here-truth.csv").read_bytes() == (tmp_path / "beside-truth.csv").read_bytes()
    assert made["here"].replaced == made["beside"].replaced


def test_a_planner_that_dies_leaves_no_file_of_requests(
    tmp_path: Path, in_parts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "_ROWS_FOR_A_WORKER", 1)
    monkeypatch.setattr(requests, "cores", lambda: 2)
    monkeypatch.setattr(crew.sys, "executable", "/bin/false")
    with pytest.raises(UnavailableError, match="plans the requests"):
        make_requests(in_parts, 900, 5, "everyday", tmp_path / "r.csv", tmp_path / "t.csv")
    assert list(tmp_path.iterdir()) == []
