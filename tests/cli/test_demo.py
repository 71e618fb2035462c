"""The demo: the main job end to end, checked against the truth, and going on after it was stopped."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from counterfoil.cli.demo import made_up, steps
from counterfoil.cli.demo.explain import Missed, explain
from counterfoil.cli.demo.scene import EXCHANGE_2025, Scenario, Stage, prepare, scene_of
from counterfoil.errors import InputError

from .conftest import SOURCE, Call

SMALL = ("--people", 200, "--requests", 60)
COUNTS = (
    "received refused held confirmed no_confirmation unlawful wrongly_refused missed refused_by_code audit seconds "
    "lifted_holds"
)


def good(document: dict[str, Any]) -> bool:
    return document["unlawful"] == document["wrongly_refused"] == 0 and document["audit"] == "ok"


@pytest.mark.parametrize("scenario", ["everyday", "exchange-2025"])
def test_a_demo_answers_lawfully_and_its_ledger_is_whole(call: Call, tmp_path: Path, scenario: str) -> None:
    told = call("demo", "--scenario", scenario, *SMALL, "--data", tmp_path / "d", "--json")
    assert told.code == 0, told.out
    document = json.loads(told.out)
    assert told.err == "" and document["data"] == str(tmp_path / "d")
    assert set(COUNTS.split()) <= set(document)
    assert good(document)
    assert document["received"] == 60
    outcomes = ("refused", "held", "confirmed", "no_confirmation")
    assert sum(document[name] for name in outcomes) == 60
    assert document["confirmed"] > 0 and document["refused"] > 0


@pytest.mark.parametrize("made_before", [False, True])
def test_the_doctor_finds_nothing_wrong_with_a_demo(call: Call, tmp_path: Path, made_before: bool) -> None:
    before = os.umask(0o022)
    try:
        if made_before:
            (tmp_path / "d").mkdir()
        assert call("demo", *SMALL, "--data", tmp_path / "d").code == 0
        told = call("doctor", "--data", tmp_path / "d")
    finally:
        os.umask(before)
    assert told.code == 0, told.out


def test_the_exchange_as_it_was_sent_is_refused_or_held_whole(call: Call, tmp_path: Path) -> None:
    words = ("--scenario", "exchange-2025-as-sent", "--people", 600, "--requests", 150)
    document = call("demo", *words, "--data", tmp_path / "d", "--json").json
    assert document["refused"] + document["held"] == 150
    assert document["confirmed"] == document["no_confirmation"] == 0
    assert document["unlawful"] == 0 and document["audit"] == "ok"


def test_the_words_for_people_hold_the_funnel_and_what_to_try_next(call: Call, tmp_path: Path) -> None:
    told = call("demo", *SMALL, "--data", tmp_path / "d")
    assert told.code == 0
    for words in ("received", "unlawful confirmations", "lawful requests refused", "the export is whole"):
        assert words in told.out
    tried = [line.strip() for line in told.out.split("To try next:")[1].strip().splitlines()]
    assert len(tried) >= 4
    for line in tried:
        assert call(*line.split()[1:]).code in (0, 1), line


def test_several_batches_are_made_where_the_cap_asks_for_them(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up, "rows_a_batch", lambda: 25)
    told = call("demo", *SMALL, "--data", tmp_path / "d", "--json")
    assert told.code == 0, told.out
    assert told.json["batches"] == 3 and told.json["received"] == 60
    assert good(told.json)


def test_a_run_stopped_anywhere_goes_on_and_does_nothing_twice(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before its next act again and again, each time one act later, until it comes to the end."""
    whole = call("demo", *SMALL, "--data", tmp_path / "whole", "--json").json
    real, done = steps.now, 0
    left = 0

    def stopping() -> Any:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        return real()

    monkeypatch.setattr(steps, "now", stopping)
    monkeypatch.setattr(made_up, "now", stopping)
    told = None
    for done in range(1, 40):
        left = done
        told = call("demo", *SMALL, "--data", tmp_path / "stopped", "--json")
        if told.code != 130:
            break
    assert told is not None and told.code == 0 and done > 5
    same = ("refused", "confirmed", "no_confirmation", "ledger_entries", "refused_by_code", "audit")
    assert {name: told.json[name] for name in same} == {name: whole[name] for name in same}


def test_a_killed_run_goes_on_and_does_nothing_twice(call: Call, tmp_path: Path) -> None:
    whole = call("demo", *SMALL, "--data", tmp_path / "whole", "--json").json
    words = [sys.executable, "-m", "counterfoil.cli.main", "demo", *map(str, SMALL), "--data", str(tmp_path / "k")]
    for wait in (0.6, 1.1):
        running = subprocess.Popen(
            [*words, "--json"], stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": SOURCE}
        )
        time.sleep(wait)
        running.send_signal(signal.SIGKILL)
        running.wait()
    told = call("demo", *SMALL, "--data", tmp_path / "k", "--json")
    assert told.code == 0
    assert told.json["ledger_entries"] == whole["ledger_entries"]
    assert told.json["confirmed"] == whole["confirmed"]
    batches = call("--data", tmp_path / "k", "batch", "list", "--json").json["batches"]
    assert [batch["state"] for batch in batches] == ["released"]


def test_a_folder_that_no_demo_made_is_left_alone(call: Call, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me", encoding="utf-8")
    told = call("demo", *SMALL, "--data", tmp_path / "letters")
    assert told.code == 2 and "left alone" in told.err
    assert (tmp_path / "letters" / "dear.txt").read_text(encoding="utf-8") == "keep me"
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert call("demo", *SMALL, "--data", tmp_path / "file").code == 2


def test_an_offices_own_data_is_left_alone(call: Call, tmp_path: Path) -> None:
    assert call("--data", tmp_path / "d", "init").code == 0
    assert call("demo", *SMALL, "--data", tmp_path / "d").code == 2
    assert call("--data", tmp_path / "d", "ledger", "verify").code == 0


def test_a_finished_demo_is_replaced_and_an_unfinished_one_is_gone_on_with(tmp_path: Path) -> None:
    from counterfoil.cli.demo.scene import write_mark

    stage, scene = Stage(tmp_path / "d"), scene_of(Scenario.EVERYDAY, 400, 60, 1, None)
    assert prepare(stage, scene) is False
    (stage.folder / "registry").mkdir()
    assert prepare(stage, scene) is True
    assert (stage.folder / "registry").exists()
    assert prepare(stage, scene_of(Scenario.EVERYDAY, 400, 60, 2, None)) is False
    assert not (stage.folder / "registry").exists()
    write_mark(stage, scene, finished=True)
    (stage.data / "counterfoil.sqlite3").write_bytes(b"")
    assert prepare(stage, scene) is False
    assert not (stage.data / "counterfoil.sqlite3").exists()


def test_a_scene_is_chosen_by_what_was_given() -> None:
    assert scene_of(Scenario.EVERYDAY, None, None, 1, None).requests == 2_000
    assert scene_of(Scenario.EXCHANGE_2025, None, None, 1, 0.01).requests == EXCHANGE_2025 // 100
    assert scene_of(Scenario.EXCHANGE_2025, None, 2_000, 1, None).requests == 2_000
    assert scene_of(Scenario.EXCHANGE_2025, None, None, 1, 0.01).people >= 2 * 12_800
    for scenario, requests, scale in (
        (Scenario.EVERYDAY, None, 0.5),
        (Scenario.EXCHANGE_2025, 10, 0.5),
        (Scenario.EXCHANGE_2025, None, 0.0),
        (Scenario.EXCHANGE_2025, None, 2.0),
        (Scenario.EXCHANGE_2025, None, float("nan")),
    ):
        with pytest.raises(InputError):
            scene_of(scenario, None, requests, 1, scale)


def test_an_unlawful_confirmation_is_seen_and_named(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo's own check can fail: a truth that denies every confirmation makes each one unlawful."""
    real = made_up._make_requests

    def with_a_stricter_truth(run: Any, folder: Path) -> None:
        real(run, folder)
        truth = folder / "truth.csv"
        truth.write_text(truth.read_text(encoding="utf-8").replace(",true,true,", ",true,false,"), encoding="utf-8")

    monkeypatch.setattr(made_up, "_make_requests", with_a_stricter_truth)
    told = call("demo", *SMALL, "--data", tmp_path / "d", "--json")
    assert told.code == 1
    assert told.json["unlawful"] == told.json["confirmed"] > 0
    assert told.json["unlawful_requests"]


def test_what_differs_from_the_file_is_named(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stage = Stage(tmp_path)
    for folder in (stage.registry, stage.requests):
        folder.mkdir(parents=True)
    facts = {"given_name": "Ada", "middle_name": "", "surname": "Quillobar", "name_suffix": "", "city": "Dunmarrow"}
    place = {"address_line2": "", "state": "IL", "postal_code": "62701"}
    on_file = {**facts, **place, "tin": "900700001", "tax_year": 2023, "address_line1": "12 Fernwick Ave"}
    pq.write_table(pa.Table.from_pylist([on_file]), stage.registry / "registry-0000.parquet")
    asked = {**facts, **place, "address_line1": "12 Fernwick Ct", "tax_years": "2023"}
    with (stage.requests / "requests-001.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(asked))
        writer.writeheader()
        writer.writerow(asked)
    [explained] = explain(stage, [Missed(0, "r-1", "spelled")])
    assert explained["request_id"] == "r-1" and "suffix" in explained["why"]


def test_a_lawful_request_refused_is_seen_and_named(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = made_up._make_requests

    def with_a_laxer_truth(run: Any, folder: Path) -> None:
        real(run, folder)
        truth = folder / "truth.csv"
        truth.write_text(truth.read_text(encoding="utf-8").replace(",false,false,", ",true,false,"), encoding="utf-8")

    monkeypatch.setattr(made_up, "_make_requests", with_a_laxer_truth)
    told = call("demo", *SMALL, "--data", tmp_path / "d", "--json")
    assert told.code == 1
    assert told.json["wrongly_refused"] == told.json["refused"] > 0


def test_too_few_people_are_said_before_any_is_made() -> None:
    with pytest.raises(InputError, match="1,280,000 requests"):
        scene_of(Scenario.EXCHANGE_2025, 1_000_000, None, 1, 1.0)
    assert scene_of(Scenario.EVERYDAY, 1, 1, 1, None).people == 1
