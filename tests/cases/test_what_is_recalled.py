"""What an examination recalls of earlier batches: all that could matter, and no more with every batch."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.cases.context import context_of
from counterfoil.examination import Ask
from counterfoil.examination.probing import probing
from counterfoil.office import database, history, models
from tests.examination.one_person import same_person
from tests.journey import asked, person

WHO = {"given_name": "Ricarda", "surname": "Quimper"}


def ask(position, **parts):
    """An ask of a person of the commonest name, of that day of birth, at an address of their own."""
    own = {"dob": f"d{position}", "tin": "", "address": f"a{position}", "question": f"q{position}"}
    told = {"given": "g", "surnames": ("s",), "years": "y", "investigation": "i", "answered": False, "exceeded": False}
    return Ask(**{**told, **own, **parts}, at=None, batch="", position=position)


@pytest.fixture
def batches(journey):
    """Batches of one request, to which asks can be put."""
    return [
        models.Batch.objects.get(id=journey.receive([asked(number, person(number, **WHO))]).id) for number in range(8)
    ]


def recorded(batch, asks, at):
    """The asks of a batch examined at that time, recorded."""
    told = [replace(one, at=at, batch=batch.id) for one in asks]
    with database.writing():
        history.record(batch, told)
    return told


def steps_of(recall):
    """Steps of SQLite's machine, by the hundred, that a call takes; and what it gives."""
    counted = []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: counted.append(1) and None, 100)
    try:
        return recall(), len(counted)
    finally:
        connection.connection.set_progress_handler(None, 0)


def test_namesakes_of_earlier_batches_make_the_next_no_dearer(journey, batches):
    found, taken = [], []
    for number, batch in enumerate(batches):
        mine = [ask(1000 * number + place) for place in range(300)]
        told = [replace(one, at=journey.now, batch=batch.id) for one in mine]
        recall = history.AskHistory(journey.now).recall
        recalled, steps = steps_of(lambda recall=recall, told=told: recall(told))
        found.append(len(recalled))
        taken.append(steps)
        recorded(batch, mine, journey.now)
    assert found == [0] * len(batches)
    assert taken[-1] <= 1.2 * taken[1], taken


def test_who_asks_without_a_date_of_birth_is_held_against_every_namesake(journey, batches):
    recorded(batches[0], [ask(1), ask(2), ask(3, given="another")], journey.now)
    told = [replace(ask(9, dob=""), at=journey.now, batch=batches[1].id)]
    recalled = history.AskHistory(journey.now).recall(told)
    assert {one.position for one in recalled} == {1, 2}


some = st.sampled_from(["", "a", "b"])
asks = st.builds(
    lambda given, surnames, dob, tin, address, hours: (
        ask(0, given=given, surnames=surnames, dob=dob, tin=tin, address=address),
        hours,
    ),
    st.sampled_from(["g", "h"]),
    st.lists(st.sampled_from(["s", "t"]), max_size=3).map(tuple),
    some,
    some,
    st.sampled_from(["p", "q", "r"]),
    st.sampled_from([1, 30, 24 * 40]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(asks, min_size=1, max_size=6), st.lists(asks, min_size=1, max_size=4))
def test_the_budget_over_what_is_recalled_is_the_budget_over_everything(journey, batches, before, after):
    earlier = []
    for place, (one, hours) in enumerate(before):
        earlier += recorded(batches[place], [replace(one, position=place)], journey.now - timedelta(hours=hours))
    mine = batches[-1]
    told = [replace(one, at=journey.now, batch=mine.id, position=place) for place, (one, _) in enumerate(after)]
    recalled = history.AskHistory(journey.now).recall(told)
    matters = {o.position for o in earlier for n in told if same_person(o, n) or o.address == n.address}
    assert matters <= {one.position for one in recalled}

    class Everything:
        def recall(self, _):
            return earlier

    context = context_of(journey.office, mine, journey.now)
    assert probing(told, context) == probing(told, replace(context, history=Everything()))
    models.AskRow.objects.all().delete()
