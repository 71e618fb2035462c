"""A request's way that is run again and again in forks of this process, each from the same office, on either database.

Warm     an office that is about to answer a small batch, on a file or a server; every run begins from a copy of it
Warm.run(fault)     the way in a traced fork; Warm.kill(seconds)  the way in a fork that is killed after that time
Warm.problems()     what an auditor finds missing or wrong afterwards: () where all that was acknowledged is there
Warm.finish()       the rest of the way, here; what is wrong with its end
"""

import atexit
import gc
import mmap
import os
import select
import shutil
import signal
from dataclasses import dataclass

import pytest

from counterfoil import cases
from counterfoil.cli import trouble
from counterfoil.errors import CounterfoilError
from counterfoil.ledger import audit
from counterfoil.office import database, place
from tests import postgres
from tests.cases.killed_run import steps
from tests.faults import tracer
from tests.faults.offices import Ready, lost
from tests.journey import NOW
from tests.postgres import OWNER

ROWS = 8
FAULTY = 71  # the way ended by an error that no person could mend: a fault of ours


class Said:
    """What a fork says, in memory that both see: no system call, and a kill loses none of it."""

    def __init__(self):
        self.memory = mmap.mmap(-1, 1 << 16)

    def clear(self):
        self.memory[:] = bytes(len(self.memory))

    def add(self, text):
        """Text of the fork; the length is set last, so that what is read is whole."""
        size = int.from_bytes(self.memory[:4], "little")
        data = text.encode()[:4000]
        self.memory[4 + size : 4 + size + len(data)] = data
        self.memory[:4] = (size + len(data)).to_bytes(4, "little")

    def read(self):
        return self.memory[4 : 4 + int.from_bytes(self.memory[:4], "little")]


@dataclass
class Run:
    """How a run of the way ended: as its fork did, with all that it said."""

    ended: tracer.Ended
    said: bytes

    @property
    def whole(self):
        return self.ended.code == 0 and b"refused" not in self.said


class Warm(Ready):
    """An office before its answer, to be taken through in forks; `server` is None for a file."""

    def __init__(self, folder, server=None):
        self.server, self.said = server, Said()
        if server is not None:
            self.url = server.office()
            self.name = self.url.split("@/")[1].split("?")[0]
            os.environ[place.VARIABLE] = self.url
        super().__init__(folder, ROWS)
        os.environ.pop(place.VARIABLE, None)
        self.data = folder / "data"
        if server is not None:
            server.sql(f"CREATE DATABASE {self.name}_before TEMPLATE {self.name} OWNER {OWNER} STRATEGY wal_log")
        self.reset()
        assert self.finish() == ()  # and everything is imported
        self.reset()
        gc.collect()
        gc.freeze()  # a fork that leaves these alone shares them
        atexit.register(gc.unfreeze)

    def reset(self):
        """The office as it was before its answer."""
        database.connect(self.folder / "none")
        shutil.rmtree(self.data)
        shutil.copytree(self.folder / "before", self.data)
        if self.server is not None:
            self.server.sql(
                f"DROP DATABASE {self.name} WITH (FORCE)",
                f"CREATE DATABASE {self.name} TEMPLATE {self.name}_before OWNER {OWNER} STRATEGY wal_log",
            )

    def way(self):
        """All of the way, with an acknowledgement after each step: what a fork does."""
        try:
            office = cases.open_office(self.data)
            batch = cases.receive(office, self.folder / "batch.sealed", "api", NOW).id
            self._acknowledge(office)
            steps(office, batch, self.data / "answer", lambda: self._acknowledge(office))
            self.said.add("answered\n")
        except Exception as error:
            told = trouble.explain(error)  # as the command does: a sentence, or a fault of ours
            if told is None:
                raise
            self.said.add(f"refused: {told}\n")

    def _acknowledge(self, office):
        with database.reading():
            ledger = office.ledger()
            size = ledger.size()
            root = ledger.root(size)
        self.said.add(f"{size} {root.hex()}\n")

    def start(self):
        """Before a fork: nothing said yet, and no connection that it would share."""
        database.close()
        self.said.clear()

    def run(self, fault=None):
        """The way in a traced fork."""
        self.start()
        return Run(tracer.run(self.way, fault), self.said.read())

    def kill(self, seconds):
        """The way in a fork, killed after `seconds` (None: never); whether it still ran then, and what it had said."""
        self.start()
        pid = os.fork()
        if pid == 0:
            tracer.end_after(self.way)
        process = os.pidfd_open(pid)
        over, _, _ = select.select([process], [], [], seconds)
        os.close(process)
        if not over:
            os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert code in (0, -signal.SIGKILL), f"exit code {code}: {self.said.read()}"
        assert b"refused" not in self.said.read(), self.said.read()
        return code != 0, self.said.read()

    def problems(self, said):
        """What an auditor finds missing or wrong after a run that said this."""
        found = lost(said, self.data, ROWS)
        database.close()
        return found

    def finish(self):
        """Go on to the end; what is wrong with the answer and the published ledger."""
        try:
            rows = super().finish(self.data)
            self.expected = getattr(self, "expected", rows)
            office, folder = cases.open_office(self.data), self.folder / "export"
            shutil.rmtree(folder, ignore_errors=True)
            cases.ledger_export(office, folder)
            report = audit(folder, office.vkey)
        except (CounterfoilError, AssertionError) as error:
            return (f"the way could not be resumed: {error}",)
        finally:
            database.close()
        different = () if rows == self.expected else ("the answer is another",)
        return (*different, *map(str, report.problems))


def warm_office(folder, kind):
    """An office to be taken through in forks, on a database of that kind."""
    server = None
    if kind == "postgresql":
        server = postgres.server()
        if server is None:
            pytest.skip("no PostgreSQL here: pip install -r requirements/dev.txt")
    return Warm(folder, server)
