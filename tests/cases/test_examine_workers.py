"""A batch examined by several processes: the same record, and nothing recorded where one of them died."""

import pytest

from counterfoil import cases
from counterfoil import workers as crews
from counterfoil.errors import UnavailableError
from counterfoil.examination import workers
from counterfoil.office import models
from tests.journey import asked, person


def some(count):
    rows = [asked(number, recipients=f"o{1 + number % 2}") for number in range(count)]
    return [row if number % 7 else {**row, "reason": ""} for number, row in enumerate(rows)]


@pytest.fixture
def few(monkeypatch):
    """A batch of a few rows counts as large, and takes several portions."""
    monkeypatch.setattr(workers, "ALONE", 10)
    monkeypatch.setattr(workers, "PORTION", 8)


def test_the_record_of_several_processes_is_that_of_one(journey, few):
    journey.load([person(number) for number in range(60)])
    batch = journey.receive(some(60)).id
    examined = cases.examine(journey.office, batch, journey.now, workers=2)
    assert sum(examined.counts.values()) == 60
    assert models.AskRow.objects.filter(batch_id=batch).count() == 60 - examined.counts["REFUSED"]
    found = cases.recompute(journey.office, batch)  # by one process, which is another still
    assert found.same, found.as_dict()
    journey.approve(batch)
    assert cases.verify(journey.office, batch, journey.now).looked_up == examined.counts["PASSED"]


def test_a_killed_worker_leaves_the_batch_as_it_was_and_the_next_run_does_it_all(journey, few, monkeypatch):
    batch = journey.receive(some(60)).id
    size = journey.office.ledger().size()
    crews.dismiss()
    start = crews._start

    def doomed():
        process = start()
        process.kill()
        return process

    with monkeypatch.context() as patch:
        patch.setattr(crews, "_start", doomed)
        with pytest.raises(UnavailableError, match="ended before its time"):
            cases.examine(journey.office, batch, journey.now, workers=2)
    assert journey.office.ledger().size() == size
    assert (models.Examination.objects.count(), models.AskRow.objects.count()) == (0, 0)
    assert sum(cases.examine(journey.office, batch, journey.now, workers=2).counts.values()) == 60
