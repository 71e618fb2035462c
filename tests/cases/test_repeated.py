"""A question asked again takes the earlier answer; a question that differs in anything the rule reads does not."""

import pytest

from counterfoil import cases
from tests.journey import asked, outcomes, person

HOUSE = {"address_line1": "12 Larkmoor Street", "address_line2": "Apt 4", "postal_code": "62701-1234"}
JUNIOR = {"middle_name": "Luisa", "name_suffix": "Jr", "date_of_birth": "1980-03-04", "tin": "900-70-1000"}
ON_FILE = person(0, **HOUSE, **JUNIOR, surname="Ashgrove Garza")


def ask(id, **changes):
    """The first question, which is confirmed, or another one: no birth or number given, as on file else."""
    return asked(0, ON_FILE, **{"request_id": id, "date_of_birth": "", "tin": "", **changes})


ANOTHER = {
    "the father": {"name_suffix": "Sr"},
    "another middle name": {"middle_name": "Maria"},
    "another second surname": {"surname": "Ashgrove Ruiz"},
    "another day of birth": {"date_of_birth": "1981-03-04"},
    "another number": {"tin": "900-70-1001"},
    "another unit": {"address_line2": "Ste 4"},
    "another ZIP+4": {"postal_code": "62701-9999"},
    "another town": {"city": "Jacksonville"},
}


@pytest.mark.parametrize("changes", ANOTHER.values(), ids=ANOTHER)
def test_what_differs_in_anything_is_looked_up_and_not_confirmed(journey, changes):
    journey.load([ON_FILE])
    assert outcomes(journey.through([ask("first")])) == {"first": "CONFIRMED"}
    examined = journey.examine([ask("second", **changes), ask("third", **changes)])
    journey.approve(examined.id)
    verified = cases.verify(journey.office, examined.id, journey.now)
    assert (verified.looked_up, verified.duplicates) == (1, 1)  # the third repeats the second
    assert set(outcomes(journey.release(examined.id)).values()) == {"NO_CONFIRMATION"}


@pytest.mark.parametrize("changes", ANOTHER.values(), ids=ANOTHER)
def test_within_one_batch_as_well(journey, changes):
    journey.load([ON_FILE])
    found = outcomes(journey.through([ask("first"), ask("second", **changes)]))
    assert found == {"first": "CONFIRMED", "second": "NO_CONFIRMATION"}


def test_a_right_question_is_confirmed_behind_a_wrong_one(journey):
    son = {**ON_FILE, "name_suffix": "", "middle_name": ""}
    father = {**son, "date_of_birth": "1950-01-02", "tin": "900-70-1002"}
    journey.load([son, father])
    plain = {"name_suffix": "", "middle_name": ""}
    first = [ask("either", **plain), ask("wrong-birth", **plain, date_of_birth="1966-01-01")]
    assert set(outcomes(journey.through(first)).values()) == {"NO_CONFIRMATION"}
    mended = [ask("mended", **plain, date_of_birth="1980-03-04"), ask("numbered", **plain, tin="900-70-1002")]
    assert set(outcomes(journey.through(mended)).values()) == {"CONFIRMED"}


@pytest.mark.parametrize(
    "spelled", [{"address_line1": "12 LARKMOOR ST."}, {"address_line2": "# 4"}, {"city": "springfield"}]
)
def test_another_spelling_of_the_same_is_the_same_question_or_looked_up_with_the_same_answer(journey, spelled):
    journey.load([ON_FILE])
    journey.through([ask("first")])
    assert outcomes(journey.through([ask("again", **spelled)])) == {"again": "CONFIRMED"}


def test_a_hold_loaded_since_holds_back_a_question_that_was_confirmed(journey):
    journey.load([ON_FILE])
    journey.through([ask("first")])
    journey.load([ON_FILE, person(1)])
    journey.load([{**ON_FILE, "tax_year": "2023", "hold": "informant"}])
    examined = journey.examine([ask("again")])
    assert examined.examination.duplicates
    journey.approve(examined.id)
    verified = cases.verify(journey.office, examined.id, journey.now)
    assert (verified.looked_up, verified.duplicates) == (1, 0)
    assert outcomes(journey.release(examined.id)) == {"again": "NO_CONFIRMATION"}
    assert cases.recompute(journey.office, examined.id, confirmations=True).same


def test_an_address_loaded_since_is_found_by_a_question_that_was_not_confirmed(journey):
    journey.load([person(1)])
    assert outcomes(journey.through([ask("first")])) == {"first": "NO_CONFIRMATION"}
    journey.load([ON_FILE])
    assert outcomes(journey.through([ask("again")])) == {"again": "CONFIRMED"}
