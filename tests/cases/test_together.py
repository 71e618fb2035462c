"""Acts of many threads share a transaction: each is durable when it is answered, and a failing one harms no other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from counterfoil import cases
from counterfoil.cases.acts.together import MOST, Together
from counterfoil.errors import CounterfoilError, InputError, UnavailableError
from counterfoil.ledger import Entry
from counterfoil.office import database, models
from tests.journey import Journey

THREADS, EACH = 8, 20


@pytest.fixture
def office(tmp_path, engine):
    return Journey(tmp_path).office


@pytest.fixture
def together(office):
    from tests.journey import NOW

    return Together(office, lambda: NOW)


def officer(name):
    """An act: an officer with an entry."""

    def do(the_act):
        models.Officer.objects.create(id=name, name=name.title(), at=the_act.now)
        told = {"id": name, "name": name.title()}
        return the_act.record("officer", told, by=the_act.office.pseudonym(name))

    return do


def in_threads(count, work):
    def one(number):
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.both_databases
def test_acts_of_many_threads_are_all_recorded_and_share_checkpoints(office, together):
    before = office.ledger().size()
    at_once = Barrier(THREADS)

    def work(thread):
        at_once.wait()
        return [together.act(officer(f"o-{thread}-{number}")) for number in range(EACH)]

    indices = [index for some in in_threads(THREADS, work) for index in some]
    assert sorted(indices) == list(range(before, before + THREADS * EACH))
    for index in (before, before + THREADS * EACH - 1):
        entry = office.ledger().read(index)
        assert models.Officer.objects.filter(id=entry.disclosed["id"]).exists()
    added = [size for size, _ in office.ledger().store.checkpoints() if size > before]
    assert len(added) < THREADS * EACH
    assert cases.ledger_verify(office).ok


@pytest.mark.both_databases
def test_a_failing_act_takes_back_its_own_and_no_others(office, together):
    before = office.ledger().size()

    def bad(the_act):
        officer("bad")(the_act)
        raise InputError("no")

    def twice(the_act):
        officer("o-0-0")(the_act)
        officer("o-0-0")(the_act)  # the database refuses the second

    def work(thread):
        told = []
        for number in range(EACH):
            together.act(officer(f"o-{thread}-{number}"))
            for one in (bad, twice):
                try:
                    together.act(one)
                except CounterfoilError as error:
                    told.append(error)
        return told

    assert [len(told) for told in in_threads(4, work)] == [2 * EACH] * 4
    assert office.ledger().size() == before + 4 * EACH
    assert not models.Officer.objects.filter(id="bad").exists()
    assert models.Officer.objects.filter(id__startswith="o-").count() == 4 * EACH
    assert cases.ledger_verify(office).ok


def test_a_transaction_that_cannot_be_committed_is_told_to_all_of_it(office, together, monkeypatch):
    before = office.ledger().size()

    def never(*_):
        raise UnavailableError("The disk is full.")

    monkeypatch.setattr("counterfoil.ledger.ledger.Ledger.checkpoint", never)

    def work(thread):
        with pytest.raises(UnavailableError):
            together.act(officer(f"o-{thread}"))

    in_threads(4, work)
    assert office.ledger().size() == before
    assert not models.Officer.objects.filter(id__startswith="o-").exists()


def test_an_entry_that_is_not_of_the_form_leaves_no_trace(office, together):
    size = office.ledger().size()
    with pytest.raises(InputError):
        together.act(lambda the_act: the_act.ledger.append([Entry.at(the_act.now, "no such type")]))
    assert office.ledger().size() == size
    assert MOST > THREADS
    assert database.missing() == []
