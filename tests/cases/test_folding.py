"""The log of a large act is taken into the database file beside the program; the act is durable before that."""

import sqlite3
import time
from contextlib import closing, suppress

import pytest
from django.db import connection

from counterfoil import cases
from counterfoil.cases.portions import stored
from counterfoil.errors import UnavailableError
from counterfoil.office import folding, sqlite
from counterfoil.office.folding import folded_beside
from tests.journey import asked, person


@pytest.fixture
def on_a_file(journey):
    """These are about a file; a server keeps its log by itself."""
    if connection.vendor != "sqlite":
        pytest.skip("a server keeps its log by itself")
    return journey


def fold_at():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA wal_autocheckpoint").fetchone()[0]


def in_the_file_alone(journey):
    """The entries that stand in the file without its log, as a copy of the file by itself shows them.

    0 where it was copied while it was written: such a copy is no database.
    """
    copy = journey.folder / "alone.sqlite3"
    copy.write_bytes((journey.office.data / "counterfoil.sqlite3").read_bytes())
    with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as alone, suppress(sqlite3.DatabaseError):
        return alone.execute("SELECT COUNT(*) FROM office_ledgerleaf").fetchone()[0]
    return 0


def test_the_log_of_a_large_act_is_in_the_file_soon_and_of_later_acts_as_ever(on_a_file, monkeypatch):
    journey = on_a_file
    journey.load([person(0)])
    monkeypatch.setattr(stored, "ALONE", 2)
    before = in_the_file_alone(journey)
    journey.receive([asked(number) for number in range(3)])
    size, until = journey.office.ledger().size(), time.monotonic() + 20
    while in_the_file_alone(journey) < size and time.monotonic() < until:
        time.sleep(0.02)
    assert before < in_the_file_alone(journey) == size
    assert fold_at() == sqlite.FOLD_AT
    assert cases.ledger_verify(journey.office).ok


def test_nothing_is_taken_in_while_a_large_act_commits_and_an_act_that_fails_leaves_the_setting_as_it_was(on_a_file):
    with folded_beside(True):
        assert fold_at() == 0
    assert fold_at() == sqlite.FOLD_AT
    with pytest.raises(ZeroDivisionError), folded_beside(True):
        raise ZeroDivisionError
    assert fold_at() == sqlite.FOLD_AT
    with folded_beside(False):
        assert fold_at() == sqlite.FOLD_AT


@pytest.mark.parametrize("fault", [UnavailableError("no thread", "none"), MemoryError()])
def test_where_the_system_starts_no_thread_the_act_stands_all_the_same(on_a_file, monkeypatch, fault):
    def refused(*_):
        raise fault

    journey = on_a_file
    journey.load([person(0)])
    monkeypatch.setattr(stored, "ALONE", 2)
    monkeypatch.setattr(folding, "Beside", refused)
    received = journey.receive([asked(number) for number in range(3)])
    assert received.codes == () and cases.ledger_verify(journey.office).ok


def test_a_database_that_was_moved_away_meanwhile_is_not_made_anew(tmp_path):
    folding._fold(str(tmp_path / "gone.sqlite3"))
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_was_lost_within_the_act_hides_no_fault_of_it(on_a_file):
    with pytest.raises(ZeroDivisionError), folded_beside(True):
        connection.close()
        raise ZeroDivisionError
    assert fold_at() == sqlite.FOLD_AT
