"""An office that is about to answer a small batch, and what must hold of it after whatever befell the run."""

import shutil
import sys
from collections import Counter
from pathlib import Path

from counterfoil import answer, cases, request
from counterfoil.errors import CounterfoilError
from counterfoil.office import database
from tests.cases.killed_run import prepare, steps
from tests.cases.killed_run import run as whole_way
from tests.faults import disk
from tests.journey import NOW

ROOT = Path(__file__).parents[2]
ROWS = 24


class Ready:
    """An office with people, a registry and a sealed batch; `before` is a copy of its data."""

    def __init__(self, folder, rows=ROWS):
        self.folder = folder
        prepare(folder, rows)
        whole_way(folder, only_opened=True)
        database.connect(folder / "none")
        shutil.copytree(folder / "data", folder / "before")

    def command(self, *more):
        """The process that takes the batch through, saying what is durable."""
        return [sys.executable, "-m", "tests.faults.way", str(self.folder), *more]

    def finish(self, data):
        """Go on from `data` to the end; the opened answer."""
        office = cases.open_office(data)
        batch = cases.receive(office, self.folder / "batch.sealed", "api", NOW).id
        steps(office, batch, data / "answer")
        return self.opened(data)

    def opened(self, data, folder=None):
        """The rows of the answer in `data`, to be opened with the key in the folder; its receipt holds."""
        office = cases.open_office(data)
        key = request.read_key((folder or self.folder) / "o1.key", private=True)
        found = answer.open_answer((data / "answer").read_bytes(), key, office.public_key, office.vkey)
        assert found.problems == ()
        return [row.as_dict() for row in found.rows]


class Recorded(Ready):
    """A recorded run: the folder before it, and every step that changed it."""

    def __init__(self, folder, synchronous):
        super().__init__(folder)
        self.steps = disk.record(self.command(synchronous), folder / "data", folder / "trace", cwd=ROOT)
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


def lost(said, data, rows=ROWS):
    """What an auditor finds missing or wrong after the cut: () where all that was acknowledged is there."""
    try:
        office = cases.open_office(data)
        ledger = office.ledger()
        found = list(ledger.verify(office.vkey))
        acknowledged = [line.split() for line in said.decode().splitlines() if line[:1].isdigit()]
        if acknowledged:
            size, root = int(acknowledged[-1][0]), acknowledged[-1][1]
            if ledger.size() < size:
                found.append(f"{size} entries were acknowledged, {ledger.size()} are there")
            elif ledger.root(size).hex() != root:
                found.append(f"the tree of {size} entries has another root")
        output = data / "answer"
        if b"\nanswered\n" in said and not output.exists():
            found.append("the answer is gone")
        if output.exists():
            kinds = Counter(entry.public["type"] for entry in ledger.read_many(0, ledger.size()))
            if kinds["answer"] != rows or kinds["release"] != 1:
                found.append("an answer is out without its entries")
    except CounterfoilError as error:
        return (str(error),)
    return tuple(found)
