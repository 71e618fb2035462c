"""An act's statements reach a PostgreSQL server in two messages, and mean what they would one by one."""

from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from counterfoil import cases
from counterfoil.cases.office import act
from counterfoil.errors import CounterfoilError
from counterfoil.office import database, models, place
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.office.server import messages

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def office(tmp_path, postgresql, monkeypatch):
    monkeypatch.delenv(place.VARIABLE, raising=False)
    cases.init(tmp_path / "data", NOW, database_url=postgresql.office())
    return cases.open_office(tmp_path / "data")


@pytest.fixture
def sent(monkeypatch):
    """The messages that go to the server."""
    seen = []

    def run(driver, statements, really=messages._run):
        seen.append(list(statements))
        return really(driver, statements)

    monkeypatch.setattr(messages, "_run", run)
    return seen


def one_entry(office):
    with act(office, NOW) as the_act:
        return the_act.record("registry", {"note": "one"})


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'counterfoil%%'")
        return {name for (name,) in cursor.fetchall()}


def test_an_act_of_one_entry_takes_two_messages_and_nothing_else(office, sent):
    for _ in range(3):
        one_entry(office)
    sent.clear()
    asked = []
    with connection.execute_wrapper(lambda run, *given: asked.append(given[0]) or run(*given)):
        index = one_entry(office)
    assert [len(message) for message in sent] == [3, 4]
    assert sent[0][0].startswith("BEGIN") and sent[1][-1] == "COMMIT"
    assert asked == []
    assert office.ledger().size() == index + 1
    assert cases.ledger_verify(office).ok


def test_statements_that_were_discarded_are_prepared_anew(office):
    for _ in range(2):
        one_entry(office)
    assert len(prepared()) == 5
    connection.connection.execute("DEALLOCATE ALL")
    last = one_entry(office)
    assert not prepared()
    assert [one_entry(office), one_entry(office)] == [last + 1, last + 2]
    assert len(prepared()) == 5
    assert cases.ledger_verify(office).ok


def test_an_act_that_failed_leaves_the_next_one_whole(office):
    for _ in range(2):
        one_entry(office)
    size = office.ledger().size()
    with pytest.raises(ZeroDivisionError), act(office, NOW) as the_act:
        the_act.record("registry", {})
        raise ZeroDivisionError
    assert office.ledger().size() == size
    assert [one_entry(office), one_entry(office)] == [size, size + 1]
    assert cases.ledger_verify(office).ok


def test_what_waits_is_there_for_whoever_asks_in_the_same_act(office):
    with act(office, NOW) as the_act:
        index = the_act.record("registry", {})
        assert models.LedgerLeaf.objects.filter(index=index).exists()
        second = the_act.record("registry", {})
        assert DatabaseStore().size() == second + 1
        third = the_act.record("registry", {})
        with database.part():
            assert the_act.ledger.leaf(third)
        note = the_act.checkpoint()
        assert DatabaseStore().latest_checkpoint() == (third + 1, note)
    assert cases.ledger_verify(office).ok


def test_a_part_that_fails_takes_back_its_own_entries_alone(office):
    with act(office, NOW) as the_act:
        first = the_act.record("registry", {})
        mark = the_act.ledger.mark()
        with pytest.raises(ZeroDivisionError), database.part():
            the_act.record("registry", {})
            raise ZeroDivisionError
        the_act.ledger.back_to(mark)
        assert the_act.record("registry", {}) == first + 1
    assert office.ledger().size() == first + 2
    assert cases.ledger_verify(office).ok


def test_a_statement_that_fails_among_what_waits_undoes_the_act(office):
    size = office.ledger().size()
    with pytest.raises(CounterfoilError), database.writing():
        messages.later(connections["default"], messages.ENTRY, size, b"leaf", b"box")
        messages.later(connections["default"], messages.ENTRY, 0, b"leaf", b"box")  # there is one of that index
        messages.later(connections["default"], messages.ENTRY, size + 1, b"leaf", b"box")
    assert office.ledger().size() == size
    with pytest.raises(CounterfoilError, match="only grows"), database.writing():
        messages.later(connections["default"], messages.TILE, 0, 0, bytes(32))
    one_entry(office)
    assert cases.ledger_verify(office).ok


def test_texts_and_bytes_of_any_kind_arrive_as_they_are(office):
    note = 'it\'s \\ $1 ; -- \u2014 "x"\n'
    leaf = bytes(range(256))
    with pytest.raises(ZeroDivisionError), database.writing():
        messages.later(connections["default"], messages.CHECKPOINT, 9_000_000_000, note)
        messages.later(connections["default"], messages.ENTRY, 9_000_000_000, leaf, leaf[::-1])
        messages.later(connections["default"], messages.TILE, 7, 9_000_000_000, leaf)
        store = DatabaseStore()
        assert store.checkpoint(9_000_000_000) == note
        assert list(store.leaves(9_000_000_000, 9_000_000_001)) == [(9_000_000_000, leaf)]
        assert list(store.sealed(9_000_000_000, 9_000_000_001)) == [(9_000_000_000, leaf[::-1])]
        assert store.tiles([(7, 9_000_000_000)]) == {(7, 9_000_000_000): leaf}
        raise ZeroDivisionError


def test_a_part_that_fails_takes_nothing_else_with_it_once_statements_are_prepared(office):
    for _ in range(6):
        with act(office, NOW) as the_act:
            the_act.record("registry", {})
            DatabaseStore().size()  # the driver prepares this by itself, and discards all at a rollback
    size = office.ledger().size()
    with act(office, NOW) as the_act:
        the_act.record("registry", {})
        mark = the_act.ledger.mark()
        with pytest.raises(ZeroDivisionError), database.part():
            the_act.record("registry", {})
            raise ZeroDivisionError
        the_act.ledger.back_to(mark)
        the_act.record("registry", {})
    assert one_entry(office) == size + 2
    assert cases.ledger_verify(office).ok
