"""Invariant 3: killed at any moment and started again, a run ends with the same ledger and the same answer.

Whole processes, from the making of the office on; `tests/faults/test_kills.py` kills ten thousand times.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from counterfoil import answer, cases, request
from counterfoil.office import place
from tests.cases.killed_run import ROWS, prepare

ROOT = Path(__file__).parents[2]
EXPECTED = {
    "request": ROWS,
    "answer": ROWS,
    "receipt": 1,
    "approval": 2,
    "release": 1,
    "verification": 1,
    "examination": 1,
}


def start(folder):
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cases.killed_run", str(folder)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def run_with_kills(folder, kills, rng, longest):
    """Kill the run `kills` times at random moments, then let it finish. Returns what it printed on failing."""
    for _ in range(kills):
        process = start(folder)
        try:
            _out, error = process.communicate(timeout=rng.uniform(0.2, longest))
            assert process.returncode == 0, error.decode()
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    process = start(folder)
    _out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error.decode()


def check(folder):
    office = cases.open_office(folder / "data")
    ledger = office.ledger()
    assert ledger.verify(office.vkey) == ()
    counts = Counter(entry.public["type"] for entry in ledger.read_many(0, ledger.size()))
    assert {kind: counts[kind] for kind in EXPECTED} == EXPECTED
    opened = answer.open_answer(
        (folder / "answer").read_bytes(),
        request.read_key(folder / "o1.key", private=True),
        office.public_key,
        office.vkey,
    )
    assert opened.problems == ()
    return {row.request_id: row.outcome for row in opened.rows}, counts


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_moments_nothing_is_lost_and_nothing_happens_twice(tmp_path, seed):
    rng = random.Random(seed)
    prepare(tmp_path / "calm")
    before = time.monotonic()
    run_with_kills(tmp_path / "calm", 0, rng, 1)
    longest = time.monotonic() - before
    calm, calm_counts = check(tmp_path / "calm")
    prepare(tmp_path / "killed")
    run_with_kills(tmp_path / "killed", 6, rng, longest)
    killed, killed_counts = check(tmp_path / "killed")
    assert killed == calm
    assert killed_counts == calm_counts


def test_killed_on_a_server_nothing_is_lost_and_nothing_happens_twice(tmp_path, postgresql, monkeypatch):
    rng = random.Random(7)
    seen = []
    for name, kills in (("calm", 0), ("killed", 6)):
        monkeypatch.setenv(place.VARIABLE, postgresql.office())
        prepare(tmp_path / name)
        before = time.monotonic()
        run_with_kills(tmp_path / name, kills, rng, seen[0][2] if seen else 1)
        seen.append((*check(tmp_path / name), time.monotonic() - before))
    assert seen[0][:2] == seen[1][:2]
