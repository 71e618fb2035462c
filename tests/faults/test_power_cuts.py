"""Simulated power cuts: whatever the disk forgot, nothing that was acknowledged is gone.

The system calls of a real run are recorded once; each cut then takes the disk at a random moment and lets it lose or
tear what was not yet flushed. The same harness must report loss where the database does not flush, or it is blind.
"""

import random
import shutil

import pytest

from counterfoil.office import database
from tests.faults import disk
from tests.faults.offices import Recorded, lost

pytestmark = pytest.mark.skipif(
    not disk.can_trace(), reason="strace is not here or may not trace: apt-get install strace"
)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return Recorded(tmp_path_factory.mktemp("full") / "run", "FULL")


def try_cuts(run, number, seed, folder):
    """Cut the power `number` times; what was lost each time."""
    rng = random.Random(seed)
    losses = []
    for moment, there in run.cuts(number, rng):
        there.cut(folder / "data", rng)
        found = lost(there.said, folder / "data")
        database.connect(folder / "none")
        if found:
            losses.append((moment, found))
        shutil.rmtree(folder)
    return losses


def test_a_power_cut_at_any_moment_loses_nothing_acknowledged(full, tmp_path):
    assert try_cuts(full, 120, 1, tmp_path / "cut") == []


def test_a_database_that_does_not_flush_is_found_to_lose_entries(tmp_path):
    careless = Recorded(tmp_path / "run", "NORMAL")
    assert len(try_cuts(careless, 150, 2, tmp_path / "cut")) > 3


def test_after_a_power_cut_the_rest_of_the_way_ends_with_the_same_answer(full, tmp_path):
    rng = random.Random(3)
    expected = full.opened(full.folder / "data")
    for _moment, there in full.cuts(6, rng):
        folder = tmp_path / "cut"
        there.cut(folder / "data", rng)
        assert full.finish(folder / "data") == expected
        database.connect(folder / "none")
        shutil.rmtree(folder)


def test_a_kill_at_any_system_call_loses_nothing_acknowledged(full, tmp_path):
    there = disk.Disk(full.folder / "before")
    for step in full.steps:
        there.do(step)
        there.stop(tmp_path / "stopped")
        assert lost(there.said, tmp_path / "stopped") == ()
        database.connect(tmp_path / "none")
        shutil.rmtree(tmp_path / "stopped")


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_power_cuts_lose_nothing_acknowledged(full, tmp_path, seed):
    assert try_cuts(full, 2_500, 10 + seed, tmp_path / "cut") == []


def test_the_recorded_run_writes_what_the_real_one_wrote(full, tmp_path):
    there = disk.Disk(full.folder / "before")
    for step in full.steps:
        there.do(step)
    for name, file in there.safe.files.items():
        there.files[file].flush()
        real = full.folder / "data" / name
        if real.exists() and not name.endswith(("-shm", "-wal")):
            assert bytes(there.files[file].safe) == real.read_bytes(), name
