"""Time in the ledger never runs back; a clock that contradicts it, or that has leapt, is an entry."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from counterfoil import cases
from tests.journey import NOW, Journey

MINUTES = timedelta(minutes=1)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return Journey(tmp_path_factory.mktemp("clock"))


def last(office):
    ledger = office.ledger()
    return ledger.read(ledger.size() - 1)


def new_entries(office, now):
    """What an act at `now` adds to the ledger."""
    before = office.ledger().size()
    number = before
    cases.add_officer(office, f"officer-{number}", f"Officer {number}", now)
    return list(office.ledger().read_many(before, office.ledger().size()))


@pytest.mark.parametrize("behind", [0, 1, 4, 5])
def test_a_clock_at_most_five_minutes_behind_is_carried_along_in_silence(opened, behind):
    at = last(opened.office).disclosed["time"]
    (entry,) = new_entries(opened.office, datetime.fromisoformat(at) - behind * MINUTES)
    assert (entry.public["type"], entry.disclosed["time"]) == ("officer", at)


def test_a_clock_further_behind_is_an_entry_and_the_act_goes_on_at_the_last_time(opened):
    at = last(opened.office).disclosed["time"]
    now = datetime.fromisoformat(at) - 6 * MINUTES
    clock, officer = new_entries(opened.office, now)
    assert (clock.public["type"], clock.public["state"]) == ("clock", "behind")
    assert clock.disclosed["seconds"] == -360
    assert datetime.fromisoformat(clock.disclosed["clock"]) == now
    assert clock.disclosed["time"] == officer.disclosed["time"] == at


def test_a_clock_that_leaps_forward_is_an_entry_and_a_quiet_week_is_none(opened):
    at = datetime.fromisoformat(last(opened.office).disclosed["time"])
    (officer,) = new_entries(opened.office, at + timedelta(days=7))
    assert officer.public["type"] == "officer"
    clock, officer = new_entries(opened.office, at + timedelta(days=365))
    assert (clock.public["type"], clock.public["state"]) == ("clock", "ahead")
    assert clock.public["day"] == officer.public["day"] == (at + timedelta(days=365)).date().isoformat()


def test_an_act_that_adds_nothing_enters_nothing_of_the_clock(opened):
    size = opened.office.ledger().size()
    at = datetime.fromisoformat(last(opened.office).disclosed["time"])
    cases.add_officer(opened.office, "ana", "Ana Thornquist", at - timedelta(days=1))
    assert opened.office.ledger().size() == size


def test_doctor_says_that_the_clock_stands_behind_the_ledger(opened):
    checks = {check.name: check.level for check in cases.doctor(opened.office, datetime(2020, 1, 1, tzinfo=UTC))}
    assert checks["clock"] == "wrong"


def test_a_hundred_wild_clocks_keep_the_order_and_each_wrong_one_is_told(tmp_path):
    opened, rng = Journey(tmp_path), random.Random(14)
    leaps = (timedelta(days=-365), timedelta(days=365), timedelta(hours=-1), timedelta(hours=1), timedelta(seconds=-1))
    now = NOW
    for _ in range(100):
        true = datetime.fromisoformat(last(opened.office).disclosed["time"])
        now += rng.choice((*leaps, timedelta(seconds=7)))
        added = new_entries(opened.office, now)
        skewed = not timedelta(minutes=-5) <= now - true <= timedelta(days=7)
        assert [entry.public["type"] for entry in added] == ["clock"] * skewed + ["officer"]
    times = [entry.disclosed["time"] for entry in opened.office.ledger().read_many(0, opened.office.ledger().size())]
    assert times == sorted(times)
    assert opened.office.ledger().verify(opened.office.vkey) == ()
    assert opened.audit().ok
