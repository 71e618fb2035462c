"""Invariant 5: the database itself, and not only the code, refuses what takes two people."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from counterfoil.office import models
from counterfoil.office.ledger_store import DatabaseStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def examined(office_database):
    for officer in ("ana", "ben", "official-1"):
        models.Officer.objects.create(id=officer, name=officer.title(), at=NOW)
    batch = models.Batch.objects.create(
        id="b-1", sealed_sha256="a" * 64, signature="valid", official="official-1", count=1, receipt=0, at=NOW
    )
    return models.Examination.objects.create(
        batch=batch,
        findings=b"",
        rule_set="",
        gates={},
        held=False,
        passed=1,
        refused=0,
        held_rows=0,
        entry=1,
        at=NOW,
    )


def approve(examination, officer, slot, submitted_by="official-1"):
    with transaction.atomic():
        return models.Approval.objects.create(
            examination=examination, officer_id=officer, submitted_by=submitted_by, slot=slot, entry=2, at=NOW
        )


def verify(examination):
    with transaction.atomic():
        models.Verification.objects.create(examination=examination, confirmed=b"", looked_up=0, entry=3, at=NOW)


def release(examination, kind="answered"):
    with transaction.atomic():
        models.Release.objects.create(
            batch=examination.batch, examination=examination, kind=kind, answer=b"", counts={}, refused_by_code={},
            entry=4, at=NOW,
        )  # fmt: skip


def test_one_officer_cannot_approve_twice(examined):
    approve(examined, "ana", 1)
    with pytest.raises(DatabaseError):
        approve(examined, "ana", 2)


def test_there_is_no_third_slot(examined):
    with pytest.raises(DatabaseError):
        approve(examined, "ana", 3)


def test_who_submitted_cannot_approve(examined):
    with pytest.raises(DatabaseError):
        approve(examined, "official-1", 1)


@pytest.mark.parametrize("act", [verify, release])
@pytest.mark.parametrize("approvals", [0, 1])
def test_fewer_than_two_approvals_open_neither_registry_nor_answer(examined, act, approvals):
    for slot in range(approvals):
        approve(examined, ("ana", "ben")[slot], slot + 1)
    with pytest.raises(DatabaseError, match="two different officers"):
        act(examined)


def test_two_different_officers_open_both(examined):
    approve(examined, "ana", 1)
    approve(examined, "ben", 2)
    verify(examined)
    release(examined)
    assert models.Release.objects.get().kind == "answered"


def test_approvals_of_an_earlier_examination_do_not_count_for_a_later_one(examined):
    approve(examined, "ana", 1)
    approve(examined, "ben", 2)
    later = models.Examination.objects.create(
        batch=examined.batch, findings=b"", rule_set="", gates={}, held=False, passed=1, refused=0, held_rows=0,
        entry=9, at=NOW,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="two different officers"):
        verify(later)


def test_a_letter_that_discloses_nothing_needs_no_second_person(examined):
    release(examined, kind="returned")
    assert models.Release.objects.get().kind == "returned"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office_approval SET officer_id = 'ben'",
        "DELETE FROM office_approval",
        "DELETE FROM office_examination",
        "UPDATE office_examination SET passed = 9",
        "DELETE FROM office_batch",
    ],
)
def test_a_record_is_neither_changed_nor_deleted_even_by_hand(examined, statement):
    approve(examined, "ana", 1)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_ledgers_rows_are_fixed(office_database):
    models.LedgerLeaf.objects.create(index=0, leaf=b"leaf")
    models.LedgerCheckpoint.objects.create(size=1, note="note")
    models.LedgerTile.objects.create(level=0, number=0, hashes=b"a" * 32)
    for statement in (
        "UPDATE office_ledgerleaf SET leaf = leaf",
        "DELETE FROM office_ledgerleaf",
        "UPDATE office_ledgercheckpoint SET note = ''",
        "DELETE FROM office_ledgercheckpoint",
        "UPDATE office_ledgertile SET hashes = substr(hashes, 2)",
        "UPDATE office_ledgertile SET level = 1",
        "DELETE FROM office_ledgertile",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_tile_grows_and_never_shrinks_or_changes(office_database):
    store = DatabaseStore()
    for hashes in (b"a" * 32, b"a" * 32 + b"b" * 32):
        store.put_tiles([(0, 0, hashes)])
        assert store.tiles([(0, 0), (1, 0)]) == {(0, 0): hashes}
    for hashes in (b"a" * 32, b"b" * 64, b""):
        with pytest.raises(DatabaseError), transaction.atomic():
            store.put_tiles([(0, 0, hashes)])
