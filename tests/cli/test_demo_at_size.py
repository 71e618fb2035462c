"""The demo at any size: killed anywhere it goes on, it says what each step took, and asks for room beforehand."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from counterfoil.cli.demo import made_up, room
from counterfoil.cli.demo.account import Account
from counterfoil.cli.demo.scene import EXCHANGE_2025, PEOPLE_AT_FULL_SIZE, Scenario, Stage, scene_of
from counterfoil.errors import UnavailableError

from .conftest import SOURCE, Call

SMALL = ("--people", 300, "--requests", 90)
STEPS = (
    "synth_registry synth_requests synth_keys init registry seal receive examine approve verify release export audit "
    "open"
)
SAME = ("received", "refused", "held", "confirmed", "no_confirmation", "refused_by_code", "ledger_entries", "batches")
KILLED = """
from counterfoil.cli.demo import made_up
made_up.rows_a_batch = lambda: 25
from counterfoil.cli.main import main
main()
"""


def test_a_demo_killed_at_random_moments_comes_to_the_same_end(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up, "rows_a_batch", lambda: 25)
    whole = call("demo", *SMALL, "--data", tmp_path / "whole", "--json").json
    words = [sys.executable, "-c", KILLED, "demo", *map(str, SMALL), "--data", str(tmp_path / "killed"), "--json"]
    chance, kills = random.Random(7), 0
    for _ in range(9):
        running = subprocess.Popen(words, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": SOURCE})
        time.sleep(chance.uniform(0.4, 1.9))
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        if running.wait() == 0:
            break
    assert kills > 2
    told = call("demo", *SMALL, "--data", tmp_path / "killed", "--json")
    assert told.code == 0
    assert {name: told.json[name] for name in SAME} == {name: whole[name] for name in SAME}
    assert told.json["audit"] == "ok" and told.json["unlawful"] == told.json["wrongly_refused"] == 0
    states = [
        batch["state"] for batch in call("--data", tmp_path / "killed", "batch", "list", "--json").json["batches"]
    ]
    assert states == ["released"] * 4


def test_time_processor_and_memory_are_told_for_each_step(call: Call, tmp_path: Path) -> None:
    told = call("demo", *SMALL, "--data", tmp_path / "d", "--json").json
    for figure in ("seconds", "cpu_seconds", "peak_mib"):
        assert set(STEPS.split()) <= set(told[figure]), figure
        assert all(value >= 0 for value in told[figure].values())
    assert all(20 < value < 4_000 for value in told["peak_mib"].values())
    assert told["seconds"]["synth"] == pytest.approx(
        sum(value for name, value in told["seconds"].items() if name.startswith("synth_")), abs=0.05
    )
    assert told["runs"] == 1


def test_what_a_run_that_was_cut_off_took_is_counted(tmp_path: Path) -> None:
    first = Account(tmp_path)
    with pytest.raises(KeyboardInterrupt), first.step("seal"):
        time.sleep(0.05)
        raise KeyboardInterrupt
    second = Account(tmp_path)
    with second.step("seal"):
        time.sleep(0.05)
    assert second.runs == 2
    assert 0.1 <= second.steps["seal"].seconds < 5
    assert Account(tmp_path).as_dict()["seconds"]["seal"] == round(second.steps["seal"].seconds, 2)


@pytest.mark.parametrize("left", ["", "{", '{"runs": 1}', '{"runs": 1, "steps": {"seal": {"hours": 1}}}', "[]"])
def test_an_account_that_a_kill_cut_off_begins_anew(tmp_path: Path, left: str) -> None:
    (tmp_path / "steps.json").write_text(left, encoding="utf-8")
    assert Account(tmp_path).steps == {}


def test_a_disk_without_room_is_said_before_anything_is_made(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 40, 0, 1 << 20))
    told = call("demo", "--scenario", "exchange-2025", "--scale", 1, "--data", tmp_path / "d")
    assert told.code == 2
    assert "of disk" in told.err and "--data" in told.err
    assert not (tmp_path / "d").exists()


def test_what_is_there_already_counts_for_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, stage = scene_of(Scenario.EVERYDAY, 200, 60, 1, None), Stage(tmp_path)
    Usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 40, 0, room.needed(scene) - 1_000))
    with pytest.raises(UnavailableError):
        room.require_room(stage, scene)
    (tmp_path / "made").write_bytes(bytes(2_000))
    assert str(tmp_path) in room.require_room(stage, scene)


def test_a_real_demo_stays_within_the_room_that_was_said(call: Call, tmp_path: Path) -> None:
    words = ("--people", 20_000, "--requests", 2_000, "--data", tmp_path / "d")
    assert call("demo", *words, "--json").code == 0
    held = sum(path.stat().st_size for path in (tmp_path / "d").rglob("*") if path.is_file())
    said = room.needed(scene_of(Scenario.EVERYDAY, 20_000, 2_000, 1, None))
    assert held < said


def test_a_demo_that_is_not_kept_leaves_nothing(call: Call, tmp_path: Path) -> None:
    told = call("demo", *SMALL, "--data", tmp_path / "d", "--no-keep")
    assert told.code == 0 and "the export is whole" in told.out and "To try next" not in told.out
    assert not (tmp_path / "d").exists()


def test_the_whole_exchange_has_twenty_million_people_and_a_share_of_it_their_share() -> None:
    whole = scene_of(Scenario.EXCHANGE_2025, None, None, 1, 1.0)
    assert (whole.requests, whole.people) == (EXCHANGE_2025, PEOPLE_AT_FULL_SIZE) == (1_280_000, 20_000_000)
    assert scene_of(Scenario.EXCHANGE_2025, None, None, 1, 0.05).people == 1_000_000
    assert scene_of(Scenario.EXCHANGE_2025, 150_000_000, None, 1, 1.0).people == 150_000_000
