"""A kill, a broken disk or a full one at a system call: nothing lost, nothing twice, no answer without its entries.

Slow: `pytest -m slow tests/cases/test_system_faults.py`; needs strace (`apt-get install strace`).
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from counterfoil import cases
from counterfoil.office import database
from tests.cases.killed_run import prepare
from tests.cases.killed_run import run as whole_way
from tests.journey import NOW

ROOT = Path(__file__).parents[2]
STEPS = ("receive", "examine", "verify", "release")
CALLS = ("write", "pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink", "openat")
POINTS = int(os.environ.get("COUNTERFOIL_FAULT_POINTS", "25"))  # for each of four seeds
FAULTS = ("signal=SIGKILL", "error=EIO", "error=ENOSPC")
ENTRIES = {
    "receipt": 1,
    "request": 120,
    "examination": 1,
    "approval": 2,
    "verification": 1,
    "answer": 120,
    "release": 1,
}

STEP = """
import sys
from pathlib import Path
from counterfoil import cases
from counterfoil.errors import CounterfoilError
from tests.journey import NOW
step, folder = sys.argv[1], Path(sys.argv[2])
try:
    office = cases.open_office(folder / "data")
    if step == "receive":
        cases.receive(office, folder / "batch.sealed", "api", NOW)
    elif step == "release":
        cases.release(office, sys.argv[3], folder / "answer", NOW)
    else:
        getattr(cases, step)(office, sys.argv[3], NOW)
except CounterfoilError as error:
    sys.exit(10 + error.exit_code)
"""


def can_trace():
    strace = shutil.which("strace")
    if strace is None:
        return False
    tried = subprocess.run([strace, "-e", "trace=none", "true"], capture_output=True, check=False)
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here or may not trace: apt-get install strace")


def environment():
    return {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}


def call(step, folder, batch, *before):
    command = [*before, sys.executable, "-c", STEP, step, str(folder), batch]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )


def calls_of(trace, folder):
    """How often each system call was made, and at which opening the data directory was reached."""
    counts, first_open = Counter(), 0
    for line in trace.read_text().splitlines():
        found = re.match(r"\d+ +(\w+)\(", line)
        if found is None:
            continue
        counts[found[1]] += 1
        if found[1] == "openat" and not first_open and str(folder / "data") in line:
            first_open = counts["openat"]
    return counts, first_open


@pytest.fixture(scope="module")
def ladder(tmp_path_factory):
    """The office as it is before each step, and which system calls the step makes."""
    folder = tmp_path_factory.mktemp("ladder") / "calm"
    prepare(folder)
    whole_way(folder)
    office = cases.open_office(folder / "data")
    batch = cases.list_batches(office)[0].id
    answer = read(folder)
    for name in ("data", "answer"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "batch.sealed").unlink()
    before_receipt(folder)
    batch = "b-" + sha256((folder / "batch.sealed").read_bytes())[:16]
    made = {}
    for step in STEPS:
        if step == "verify":
            release_hold_and_approve(folder, batch)
        database.connect(folder / "none")
        kept = shutil.copytree(folder, folder.with_name(f"before-{step}"))
        trace = folder.with_name(f"{step}.trace")
        done = call(step, folder, batch, "strace", "-f", "-o", str(trace), "-e", f"trace={','.join(CALLS)}")
        assert done.returncode == 0, done.stderr
        made[step] = (kept, *calls_of(trace, folder))
    assert read(folder) == answer
    return batch, made, answer


def sha256(data):
    import hashlib

    return hashlib.sha256(data).hexdigest()


def before_receipt(folder):
    """All of the way up to the sealed batch: people, safeguards, registry."""
    from unittest.mock import patch

    with patch.object(cases, "receive", side_effect=InterruptedError), pytest.raises(InterruptedError):
        whole_way(folder)


def release_hold_and_approve(folder, batch):
    office = cases.open_office(folder / "data")
    if cases.show_batch(office, batch, NOW).state == "held":
        cases.lift_hold(office, batch, "ana", "looked at", NOW)
    for officer in ("ana", "ben"):
        cases.approve(office, batch, officer, NOW)


def read(folder):
    """The opened answer's rows; its receipt holds."""
    from counterfoil import answer, request

    office = cases.open_office(folder / "data")
    key = request.read_key(folder / "o1.key", private=True)
    opened = answer.open_answer((folder / "answer").read_bytes(), key, office.public_key, office.vkey)
    assert opened.problems == ()
    return [row.as_dict() for row in opened.rows]


def check_sound(folder, batch):
    """Whatever happened: the ledger verifies, and an answer that is out has its entries."""
    office = cases.open_office(folder / "data")
    ledger = office.ledger()
    assert ledger.verify(office.vkey) == ()
    counts = Counter(entry.public["type"] for entry in ledger.read_many(0, ledger.size()))
    assert counts["answer"] in (0, ENTRIES["answer"])
    assert counts["request"] in (0, ENTRIES["request"])
    if (folder / "answer").exists():
        assert counts["release"] == 1
        assert cases.show_batch(office, batch, NOW).state == "released"
    database.connect(folder / "none")


def fault_at(ladder, rng, folder):
    """One fault at one system call of one step, then the rest of the way. What was done, for the message."""
    batch, made, expected = ladder
    step = rng.choice(STEPS)
    before, counts, first_open = made[step]
    name = rng.choice([call for call in CALLS if counts[call]])
    number = rng.randint(first_open if name == "openat" else 1, counts[name])
    fault = rng.choice(FAULTS)
    said = f"{step}: {name} {number} of {counts[name]}: {fault}"
    shutil.copytree(before, folder)
    database.connect(folder / "none")
    inject = ("-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={number}")
    call(step, folder, batch, "strace", "-f", "-o", os.devnull, *inject)
    check_sound(folder, batch)
    for later in STEPS[STEPS.index(step) :]:
        if later == "verify" and step in ("receive", "examine"):
            release_hold_and_approve(folder, batch)
            database.connect(folder / "none")
        done = call(later, folder, batch)
        assert done.returncode == 0 or (later == step and done.returncode == 13), f"{said}: {done.stderr}"
    assert read(folder) == expected, said
    office = cases.open_office(folder / "data")
    ledger = office.ledger()
    counts = Counter(entry.public["type"] for entry in ledger.read_many(0, ledger.size()))
    counts["examination"] = min(counts["examination"], 1)  # a held batch may be examined again, and was
    assert {kind: counts[kind] for kind in ENTRIES} == ENTRIES, said
    assert ledger.verify(office.vkey) == (), said


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(4))
def test_a_fault_at_a_system_call_loses_nothing_and_answers_nothing_unaccounted(ladder, tmp_path, seed):
    rng = random.Random(seed)
    for _ in range(POINTS):
        fault_at(ladder, rng, tmp_path / "fault")
        shutil.rmtree(tmp_path / "fault")
