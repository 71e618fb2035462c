"""The database is made so that a power cut loses nothing, and its faults reach a person as sentences."""

import sqlite3

import pytest
from django.db import OperationalError, connection, transaction

from counterfoil.errors import IntegrityError, UnavailableError
from counterfoil.office import database, models
from counterfoil.office.file import base


def test_a_new_database_has_a_write_ahead_log_and_full_synchronisation(office_database):
    assert database.journal_mode() == "wal"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2  # FULL
    assert office_database.stat().st_mode & 0o077 == 0


@pytest.mark.both_databases
def test_every_migration_is_applied(office_database):
    assert database.unapplied() == []
    assert database.missing() == []
    assert not database.is_new()


def test_another_writer_is_waited_for_and_then_named(office_database, monkeypatch):
    other = sqlite3.connect(office_database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    database.connect(office_database)
    with pytest.raises(UnavailableError, match="Another process is writing"), database.writing():
        models.Officer.objects.create(id="x", name="X", at="2026-01-01T00:00:00Z")
    other.close()
    assert models.Officer.objects.count() == 0


def test_a_full_disk_is_said_and_changes_nothing(office_database):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0] + 2}")
        cursor.fetchall()
    with pytest.raises(UnavailableError, match="disk is full"), database.writing():
        for index in range(50):
            models.LedgerLeaf.objects.create(index=index, leaf=b"x" * 4000)
    assert models.LedgerLeaf.objects.count() == 0


def test_a_file_that_is_no_database_is_said(tmp_path):
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"not a database at all" * 100)
    database.connect(path)
    with pytest.raises(IntegrityError, match="damaged"), database.reading():
        models.Officer.objects.count()


@pytest.mark.both_databases
def test_a_transaction_that_fails_leaves_nothing(office_database):
    with pytest.raises(ZeroDivisionError), database.writing():
        models.LedgerLeaf.objects.create(index=0, leaf=b"x")
        _ = 1 / 0
    assert models.LedgerLeaf.objects.count() == 0


def test_a_commit_that_fails_leaves_nothing_and_the_next_transaction_goes_on(office_database, monkeypatch):
    def refused(self):
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(base.DatabaseWrapper, "_commit", refused)
        with pytest.raises(UnavailableError, match="disk I/O"), database.writing():
            models.LedgerLeaf.objects.create(index=0, leaf=b"x")
    assert not connection.in_atomic_block and connection.get_autocommit() and not connection.connection.in_transaction
    assert models.LedgerLeaf.objects.count() == 0
    with database.writing():
        models.LedgerLeaf.objects.create(index=0, leaf=b"y")
    assert not connection.in_atomic_block and models.LedgerLeaf.objects.count() == 1


def test_what_is_to_be_done_after_a_commit_is_done_then(office_database):
    done = []
    with database.writing():
        transaction.on_commit(lambda: done.append("after"))
        with database.part(), database.writing():
            models.LedgerLeaf.objects.create(index=0, leaf=b"x")
        done.append("within")
    assert done == ["within", "after"] and models.LedgerLeaf.objects.count() == 1
