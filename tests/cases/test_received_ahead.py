"""The replay receives a batch while the one before it is examined: the same record, whatever that process does."""

import os
import signal

import pytest

from counterfoil import cases
from counterfoil.cli.demo import ahead
from counterfoil.cli.demo.ahead import Ahead
from counterfoil.office import models
from counterfoil.workers import Apart
from tests.journey import asked, person

COUNT = 6


@pytest.fixture
def files(journey, monkeypatch):
    """Two sealed batches about different people, each large enough."""
    monkeypatch.setattr(ahead, "LARGE", 1)
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    journey.load([person(number) for number in range(2 * COUNT)])
    made = []
    for first in (0, COUNT):
        path = journey.folder / f"batch-{first}.jwe"
        path.write_bytes(journey.sealed([asked(number) for number in range(first, first + COUNT)]))
        made.append(path)
    return made


def test_the_batch_that_follows_is_received_beside_and_then_known(journey, files):
    with Ahead(journey.office.data, files) as beside:
        first = cases.receive(journey.office, files[0], "api", journey.now)
        beside.after(files[0])
        found = cases.examine(journey.office, first.id, journey.now, lambda *_: beside.settle() and None)
        assert found.state == "examined" and beside.settle()
        assert models.Batch.objects.count() == 2
        second = cases.receive(journey.office, files[1], "api", journey.now)
        assert second.again and second.count == COUNT
        beside.after(files[1])  # none follows
        assert beside.settle()
    assert cases.examine(journey.office, second.id, journey.now).state == "examined"
    assert cases.ledger_verify(journey.office).ok


def test_a_batch_that_cannot_be_received_ahead_is_received_where_it_is_needed(journey, files, monkeypatch):
    with Ahead(journey.office.data, files) as beside:
        files[1].rename(files[1].with_suffix(".away"))
        files[1].mkdir()
        beside.after(files[0])
        assert not beside.settle()
        files[1].rmdir()
        files[1].with_suffix(".away").rename(files[1])
        assert not cases.receive(journey.office, files[1], "api", journey.now).again


def test_a_process_apart_that_is_killed_is_told_and_the_next_begins_anew():
    with Apart() as apart:
        assert apart.settle()
        assert apart.begin(os.getpid)
        os.kill(apart._process.pid, signal.SIGKILL)
        assert not apart.settle()
        assert apart.begin(os.getpid) and apart.settle()
        assert apart.begin(int, "no number") and not apart.settle()


def test_where_no_process_starts_nothing_is_begun(monkeypatch):
    def refused():
        raise OSError("no more processes")

    monkeypatch.setattr("counterfoil.workers._start", refused)
    with Apart() as apart:
        assert not apart.begin(os.getpid) and apart.settle()
