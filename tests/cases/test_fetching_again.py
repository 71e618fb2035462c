"""An answer can be fetched for the days that the agreement gives, and for fewer after it was first fetched."""

from datetime import timedelta

import pytest

from counterfoil import agreement as agreements
from counterfoil import cases
from counterfoil.errors import OutOfTurnError
from tests.journey import asked, person

pytestmark = pytest.mark.both_databases

TERMS = agreements.built_in()[agreements.DEFAULT]
AFTER = timedelta(days=int(TERMS.value("answer_purge_days")))
DAYS = timedelta(days=int(TERMS.value("answer_days")))


@pytest.fixture
def released(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    return cases.list_batches(journey.office)[0].id


def test_to_the_last_moment_of_its_days_a_fetched_answer_is_handed_out_again(journey, released):
    output = journey.folder / "again"
    assert cases.release(journey.office, released, output, journey.now + AFTER).again
    assert journey.open(output).rows[0].outcome == "CONFIRMED"


def test_after_those_days_it_is_handed_out_no_more_and_nothing_is_written(journey, released):
    output, late = journey.folder / "again", journey.now + AFTER + timedelta(seconds=1)
    with pytest.raises(OutOfTurnError, match="first fetched on 2026-03-02"):
        cases.release(journey.office, released, output, late)
    assert not output.exists()


def test_a_second_fetch_gives_no_days_more(journey, released):
    cases.release(journey.office, released, journey.folder / "second", journey.now + timedelta(days=2))
    with pytest.raises(OutOfTurnError):
        cases.release(journey.office, released, journey.folder / "third", journey.now + timedelta(days=4))


def test_a_letter_of_deficiencies_can_be_fetched_for_all_of_its_days(journey):
    examined = journey.examine([asked(0, reason="To locate and remove")])
    first = journey.folder / "first"
    cases.return_batch(journey.office, examined.id, "ana", first, journey.now)
    later = journey.folder / "later"
    assert cases.return_batch(journey.office, examined.id, "ana", later, journey.now + DAYS).again
    with pytest.raises(OutOfTurnError, match="could be fetched for 30 days"):
        cases.return_batch(journey.office, examined.id, "ana", None, journey.now + DAYS + timedelta(seconds=1))
