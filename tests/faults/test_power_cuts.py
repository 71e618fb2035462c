"""Simulated power cuts: whatever the disk forgot, nothing that was acknowledged is gone.

The system calls of a real run are recorded once; each cut then takes the disk at a random moment and lets it lose or
tear what was not yet flushed. The same harness must report loss where the database does not flush, or it is blind.
"""

import random
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from counterfoil import answer, cases, request
from counterfoil.errors import CounterfoilError
from counterfoil.office import database
from tests.cases.killed_run import prepare, steps
from tests.cases.killed_run import run as whole_way
from tests.faults import disk, way
from tests.journey import NOW

ROOT = Path(__file__).parents[2]
ROWS = 24

pytestmark = pytest.mark.skipif(
    not disk.can_trace(), reason="strace is not here or may not trace: apt-get install strace"
)


class Run:
    """A recorded run: the folder before it, and every step that changed it."""

    def __init__(self, folder, synchronous):
        self.folder = folder
        prepare(folder, ROWS)
        whole_way(folder, only_opened=True)
        database.connect(folder / "none")
        shutil.copytree(folder / "data", folder / "before")
        command = [sys.executable, "-m", "tests.faults.way", str(folder), synchronous]
        self.steps = disk.record(command, folder / "data", folder / "trace", cwd=ROOT)
        (folder / "trace").unlink()

    def cuts(self, number, rng):
        """The disk at `number` random moments, in their order."""
        moments = Counter(rng.randint(0, len(self.steps)) for _ in range(number))
        there = disk.Disk(self.folder / "before")
        for moment in range(len(self.steps) + 1):
            for _ in range(moments[moment]):
                yield moment, there
            if moment < len(self.steps):
                there.do(self.steps[moment])


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return Run(tmp_path_factory.mktemp("full") / "run", "FULL")


def lost(said, folder):
    """What an auditor finds missing or wrong after the cut: () where all that was acknowledged is there."""
    try:
        office = cases.open_office(folder / "data")
        ledger = office.ledger()
        found = list(ledger.verify(office.vkey))
        acknowledged = [line.split() for line in said.decode().splitlines() if line[:1].isdigit()]
        if acknowledged:
            size, root = int(acknowledged[-1][0]), acknowledged[-1][1]
            if ledger.size() < size:
                found.append(f"{size} entries were acknowledged, {ledger.size()} are there")
            elif ledger.root(size).hex() != root:
                found.append(f"the tree of {size} entries has another root")
        output = folder / "data" / "answer"
        if b"answered" in said and not output.exists():
            found.append("the answer is gone")
        if output.exists():
            kinds = Counter(entry.public["type"] for entry in ledger.read_many(0, ledger.size()))
            if kinds["answer"] != ROWS or kinds["release"] != 1:
                found.append("an answer is out without its entries")
    except CounterfoilError as error:
        return (str(error),)
    return tuple(found)


def try_cuts(run, number, seed, folder):
    """Cut the power `number` times; what was lost each time."""
    rng = random.Random(seed)
    losses = []
    for moment, there in run.cuts(number, rng):
        there.cut(folder / "data", rng)
        found = lost(there.said, folder)
        database.connect(folder / "none")
        if found:
            losses.append((moment, found))
        shutil.rmtree(folder)
    return losses


def test_a_power_cut_at_any_moment_loses_nothing_acknowledged(full, tmp_path):
    assert try_cuts(full, 120, 1, tmp_path / "cut") == []


def test_a_database_that_does_not_flush_is_found_to_lose_entries(tmp_path):
    careless = Run(tmp_path / "run", "NORMAL")
    assert len(try_cuts(careless, 150, 2, tmp_path / "cut")) > 3


def test_after_a_power_cut_the_rest_of_the_way_ends_with_the_same_answer(full, tmp_path):
    rng = random.Random(3)
    expected = opened(full.folder, full.folder / "data" / "answer")
    for _moment, there in full.cuts(6, rng):
        folder = tmp_path / "cut"
        there.cut(folder / "data", rng)
        office = cases.open_office(folder / "data")
        batch = cases.receive(office, full.folder / "batch.sealed", "api", NOW).id
        steps(office, batch, folder / "data" / "answer")
        assert opened(full.folder, folder / "data" / "answer") == expected
        database.connect(folder / "none")
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_power_cuts_lose_nothing_acknowledged(full, tmp_path, seed):
    assert try_cuts(full, 2_500, 10 + seed, tmp_path / "cut") == []


def opened(folder, path):
    key = request.read_key(folder / "o1.key", private=True)
    office = cases.open_office(path.parent)
    found = answer.open_answer(path.read_bytes(), key, office.public_key, office.vkey)
    assert found.problems == ()
    return [row.as_dict() for row in found.rows]


def test_the_recorded_run_writes_what_the_real_one_wrote(full, tmp_path):
    there = disk.Disk(full.folder / "before")
    for step in full.steps:
        there.do(step)
    for name, file in there.safe.files.items():
        there.files[file].flush()
        real = full.folder / "data" / name
        if real.exists() and not name.endswith(("-shm", "-wal")):
            assert bytes(there.files[file].safe) == real.read_bytes(), name
    assert way.run
