"""An act goes on from what the last one left only where nothing has changed since, whoever changed it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil import cases
from counterfoil.cases.office import act
from counterfoil.errors import CounterfoilError, IntegrityError
from counterfoil.ledger import Entry
from counterfoil.office import database, look, models
from counterfoil.office.ledger_store import DatabaseStore

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.fixture
def office(tmp_path):
    cases.init(tmp_path / "data", NOW)
    return cases.open_office(tmp_path / "data")


def one_entry(office):
    with act(office, NOW) as the_act:
        return the_act.record("registry", {})


def looks(do):
    """How often what is done reads the end of the ledger from the tables."""
    seen = []
    connections["default"].ensure_connection()
    driver = connections["default"].connection
    driver.set_trace_callback(lambda sql: seen.append(sql) if "WITH last AS" in sql else None)
    try:
        do()
    finally:
        driver.set_trace_callback(None)
    return len(seen)


def elsewhere(do):
    """Done in a thread, which has a connection of its own."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: (do(), database.close())).result()


def changed_here(sql, *values):
    with database.writing():
        connections["default"].connection.execute(sql, values)


def test_an_act_after_another_looks_no_more(office):
    one_entry(office)
    assert looks(lambda: [one_entry(office) for _ in range(600)]) == 0
    assert office.ledger().size() == DatabaseStore().end().size
    assert cases.ledger_verify(office).ok


def test_an_act_looks_after_whatever_changed_a_row(office):
    def failing():
        with pytest.raises(ZeroDivisionError), act(office, NOW) as the_act:
            the_act.record("registry", {})
            raise ZeroDivisionError

    def within_what_is_rolled_back():
        with pytest.raises(ZeroDivisionError), database.writing():
            with database.acting() as found:
                ledger = office.ledger()
                ledger.begin(found.end)
                ledger.append([Entry.at(NOW, "setup")])
                ledger.checkpoint()
            ledger.leave()
            raise ZeroDivisionError

    def key_event():
        with act(office, NOW) as the_act:
            the_act.record("registry", {})
            models.KeyEvent.objects.create(use="official", act="compromised", key="x", by="y", entry=0, at=NOW)

    for disturb in (
        failing,
        within_what_is_rolled_back,
        key_event,
        database.close,
        lambda: elsewhere(lambda: one_entry(office)),
        lambda: changed_here("UPDATE office_ledgertile SET hashes = hashes WHERE 0 = 0"),
    ):
        one_entry(office), one_entry(office)
        disturb()
        assert looks(lambda: one_entry(office)) == 1
        assert looks(lambda: one_entry(office)) == 0
        assert office.ledger().size() == DatabaseStore().end().size
    assert cases.ledger_verify(office).ok


def test_what_a_part_of_an_act_took_back_is_not_taken_up(office):
    one_entry(office)
    with act(office, NOW) as the_act:
        mark = the_act.ledger.mark()
        with pytest.raises(ZeroDivisionError), database.part():
            the_act.record("registry", {})
            raise ZeroDivisionError
        the_act.ledger.back_to(mark)
        index = the_act.record("registry", {})
    with act(office, NOW) as the_act:
        assert the_act.record("registry", {}) == index + 1
    assert cases.ledger_verify(office).ok


@pytest.mark.parametrize("where", ["here", "elsewhere", "another program"])
def test_a_changed_tile_is_met_by_the_next_act(office, where):
    for _ in range(3):
        one_entry(office)
    statements = "DROP TRIGGER ledgertile_grows", "UPDATE office_ledgertile SET hashes = zeroblob(length(hashes))"
    if where == "another program":
        other = sqlite3.connect(office.data / "counterfoil.sqlite3")
        for statement in statements:
            other.execute(statement)
        other.commit(), other.close()
    else:
        do = lambda: [changed_here(statement) for statement in statements]  # noqa: E731
        do() if where == "here" else elsewhere(do)
    with pytest.raises(IntegrityError, match="continue"):
        one_entry(office)


def test_a_key_found_compromised_by_another_process_is_known_to_the_next_act(office):
    one_entry(office), one_entry(office)
    event = {"use": "ledger", "act": "compromised", "key": office.signer.verifier.key_id.hex()}
    elsewhere(lambda: models.KeyEvent.objects.create(**event, since=NOW, by="p", entry=0, at=NOW))
    with pytest.raises(CounterfoilError, match="compromised"):
        one_entry(office)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["act", "group", "fail", "elsewhere", "row", "nothing"]), max_size=12))
def test_what_an_act_takes_up_is_what_the_tables_hold(office, steps):
    for step in [*steps, "nothing"]:
        try:
            with act(office, NOW) as the_act:
                found = look.read(connections["default"].connection.execute(look.STATEMENTS["sqlite"]).fetchall())
                began = the_act.ledger._end
                assert (began.size, began.checkpoint) == found.end[:2]
                assert began.edge == {key: found.end.tiles[key] for key in began.edge}
                if step == "row":
                    models.WitnessPolicy.objects.create(text="", sha256="", entry=0, at=NOW)
                for _ in range({"nothing": 0, "elsewhere": 0, "group": 300}.get(step, 1)):
                    the_act.record("registry", {})
                if step == "fail":
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        if step == "elsewhere":
            elsewhere(lambda: one_entry(office))
    assert cases.ledger_verify(office).ok
