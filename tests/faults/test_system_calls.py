"""A kill, a broken disk or a full one at a system call on the data: nothing lost, no answer without its entries."""

import os
import random
import re
import shutil
import subprocess
from collections import Counter

import pytest

from counterfoil.office import database
from tests.faults import disk
from tests.faults.offices import ROOT, Ready, lost

CALLS = "openat,read,pread64,write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink,mkdir,close,fcntl,mmap"
WRITING = ("openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "mkdir")

pytestmark = pytest.mark.skipif(
    not disk.can_trace(), reason="strace is not here or may not trace: apt-get install strace"
)


class Traced(Ready):
    """The run, and how often each system call touches the data."""

    def __init__(self, folder):
        super().__init__(folder)
        calm = self.run("-e", f"trace={CALLS}", paths=[folder / "data"])
        assert calm.returncode == 0, calm.stderr
        self.expected = self.opened(folder / "data")
        database.connect(folder / "none")
        data = folder / "data"
        self.paths = [data, data / "counterfoil.sqlite3", data / "answer", data / ".answer.part"]
        self.paths += [data / f"counterfoil.sqlite3-{end}" for end in ("wal", "shm", "journal")]
        self.paths += [path for path in (folder / "before").rglob("*") if path.is_file() or path.is_dir()]
        self.paths = list(
            dict.fromkeys(data / p.relative_to(folder / "before") if "before" in p.parts else p for p in self.paths)
        )
        self.reset()
        traced = self.run("-e", f"trace={CALLS}", paths=self.paths)
        assert traced.returncode == 0, traced.stderr
        lines = (folder / "trace").read_text().splitlines()
        self.counts = Counter(found[1] for line in lines if (found := re.match(r"\d+ +(\w+)\(", line)))
        self.reset()

    def reset(self):
        database.connect(self.folder / "none")
        shutil.rmtree(self.folder / "data")
        shutil.copytree(self.folder / "before", self.folder / "data")

    def run(self, *options, paths):
        """The way under strace; only calls on `paths` count."""
        only = [word for path in paths for word in ("-P", str(path))]
        command = ["strace", "-f", "-o", str(self.folder / "trace"), *only, *options, *self.command()]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)

    def points(self):
        """Every system call of the way, with every fault that it can have."""
        for name, count in sorted(self.counts.items()):
            faults = ["signal=SIGKILL", "error=EIO"] + ["error=ENOSPC"] * (name in WRITING)
            yield from ((name, number, fault) for number in range(1, count + 1) for fault in faults)

    def try_point(self, name, number, fault):
        """One fault at one call, then the rest of the way."""
        said = f"{name} {number} of {self.counts[name]}: {fault}"
        inject = f"inject={name}:{fault}:when={number}"
        done = self.run("-e", f"trace={name}", "-e", inject, paths=self.paths)
        assert b"Traceback" not in done.stderr, f"{said}: {done.stderr.decode()}"
        if fault.startswith("error"):
            assert done.returncode in (0, 1), f"{said}: {done.returncode} {done.stderr.decode()}"
        assert lost(done.stdout, self.folder / "data") == (), said
        assert self.finish(self.folder / "data") == self.expected, said
        self.reset()


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    return Traced(tmp_path_factory.mktemp("traced") / "run")


@pytest.mark.timeout(600)
def test_a_fault_at_a_system_call_loses_nothing(traced):
    points = list(traced.points())
    assert len(points) > 500
    for point in random.Random(1).sample(points, 12):
        traced.try_point(*point)


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("part", range(8))
def test_a_fault_at_every_system_call_loses_nothing(traced, part):
    for point in list(traced.points())[part::8]:
        traced.try_point(*point)
