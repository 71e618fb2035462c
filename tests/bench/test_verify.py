"""The contestants of the verification step: both ways of ours give one answer, and each is held against the truth."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.bench.courses.verify import data, ours, sql

PEOPLE = 6_000
MIXES = {"exchange": data.prepare, "everyday": data.prepare_everyday}


@pytest.fixture(scope="module", params=MIXES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp(request.param)
    MIXES[request.param](made, n=PEOPLE)
    ours.clues(made, n=PEOPLE)
    return made


def truth(folder: Path) -> dict[str, bool]:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return {row["request_id"]: row["confirm"] == "true" for row in csv.DictReader(file) if row["lawful"] == "true"}


def test_both_ways_of_ours_confirm_the_same_requests(folder: Path) -> None:
    confirmed, left = ours.by_clues(folder)
    assert set(confirmed) == ours.read_anew(folder)
    assert list(confirmed.values()) == data.ids_at(folder, confirmed).to_pylist()
    assert confirmed
    assert len(confirmed) <= left < data.count_of(folder)


def test_a_clue_is_left_for_each_lawful_request(folder: Path) -> None:
    from counterfoil.verification import CLUE_SIZE

    assert data.count_of(folder) == len(truth(folder))
    assert (folder / ours.CLUES).stat().st_size == CLUE_SIZE * data.count_of(folder)


def test_verdicts_are_counted_against_the_truth(folder: Path) -> None:
    due = {id for id, confirm in truth(folder).items() if confirm}
    other = sorted(set(truth(folder)) - due)[:3]
    some = sorted(due)[1:]
    told = data.against_truth(folder, pa.array([*some, *other]))
    assert told == {"confirmed": len(some) + 3, "wrong": 3, "missed": 1}
    assert data.against_truth(folder, pa.array([], pa.string())) == {"confirmed": 0, "wrong": 0, "missed": len(due)}


def test_the_two_forms_of_sql_find_some_of_the_requests_to_be_confirmed(folder: Path) -> None:
    connection = sql.connected(folder)
    exact = set(sql._ask(connection, folder, sql._ASKED_EXACT, sql._EXACT).to_pylist())
    same = set(sql._ask(connection, folder, sql._ASKED_IN_FULL, sql._SAME_QUESTION).to_pylist())
    due = {id for id, confirm in truth(folder).items() if confirm}
    assert same <= exact
    assert exact
    assert exact <= set(truth(folder))
    assert len(same - due) <= len(exact - due)


@given(st.data())
def test_rows_are_read_by_position_whatever_the_positions(shared: Path, drawn: st.DataObject) -> None:
    count = data.count_of(shared)
    positions = sorted(drawn.draw(st.sets(st.integers(0, count - 1))))
    ids = [id for batch in data.portions(shared, "request_id") for id in batch.column(0).to_pylist()]
    assert data.ids_at(shared, positions).to_pylist() == [ids[at] for at in positions]
    every = list(ours._questions(shared))
    assert [one.position for one in every] == list(range(count))


def test_the_requests_that_the_sieve_leaves_are_read_from_where_they_stand(shared: Path) -> None:
    from counterfoil.verification import Registry

    ours.clues(shared, n=1_000)
    every = list(ours._questions(shared))
    with Registry.open(shared / data.INDEX) as registry:
        asked = list(ours._questions_left(registry, shared, ids := {}))
        passed = registry.sift((shared / ours.CLUES).read_bytes())
    assert asked == [every[at] for at in passed]
    assert [*ids.values()] == data.ids_at(shared, passed).to_pylist()
    assert 0 < len(asked) < len(every)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Requests in several row groups and portions."""
    import pyarrow.parquet as pq

    made = tmp_path_factory.mktemp("shared")
    data.prepare_everyday(made, n=1_000)
    table = pq.read_table(made / data.REQUESTS)
    pq.write_table(pa.concat_tables([table] * 3), made / data.REQUESTS, row_group_size=17)
    return made


def test_some_rows_are_always_the_same_and_none_comes_twice(shared: Path) -> None:
    some = data.some_rows(shared, 20, "request_id", "confirm")
    assert some == data.some_rows(shared, 20, "request_id", "confirm")
    assert len(some) == 20
    assert len(data.some_rows(shared, 10_000, "request_id")) == data.count_of(shared)
