"""An officer is one whom the ledger tells of, and who was asked about is remembered: rows alone say neither."""

import re

import pytest
from django.db import DatabaseError, connection, transaction

from counterfoil import cases
from counterfoil.cases.office import act
from counterfoil.errors import IntegrityError
from counterfoil.office import database, models
from counterfoil.office.ledger_store import DatabaseStore
from tests.cases.test_standing import approve_by_sql, entry_of, found_out, held, insert, newest, no_answer, unguarded
from tests.journey import asked, outcomes, person

pytestmark = pytest.mark.both_databases
UNKNOWN = "officer mallory was entered so, and the ledger does not"


def forged(entry=None):
    insert(models.Officer, id="mallory", name="Mallory", entry=entry)


def acts(journey):
    """Whatever an officer is asked for, each with mallory."""
    office, now, out, me = journey.office, journey.now, journey.folder / "never.answer", "mallory"
    passed, waits, none = journey.examine([asked(0)]).id, held(journey), journey.examine([asked(1, reason="")]).id
    receipt, two = models.Batch.objects.get(id=passed).receipt, ("ana", me)
    return [
        lambda: cases.approve(office, passed, me, now),
        lambda: cases.lift_hold(office, waits, me, "Reviewed.", now),
        lambda: cases.return_batch(office, none, me, out, now),
        lambda: cases.expunge(office, [entry_of("safeguards")], me, "28 USC 1651", now),
        lambda: cases.ledger_prove_disclosing(office, receipt, ("manifest",), two, "Asked for.", now, out),
        lambda: cases.rotate_ledger(office, me, "", now),
        lambda: cases.rotate_custodian(office, me, "", now),
        lambda: cases.rotate_sealing(office, me, "", now),
        lambda: cases.record_compromised(office, office.public_key["kid"], me, now, now),
        lambda: cases.adopt_policy(office, "quorum none\n", me, now),
        lambda: cases.add_officer(office, me, "Mallory", now),
        lambda: cases.list_officers(office),
    ]


@pytest.mark.parametrize("of", ["no entry", "another officer", "an official", "nothing"])
def test_whoever_is_an_officer_by_a_row_alone_can_do_nothing(journey, of):
    steps = acts(journey)
    entries = {"another officer": entry_of("officer"), "an official": entry_of("official"), "nothing": 10**6}
    forged(entries.get(of))
    size = journey.office.ledger().size()
    for step in steps:
        with pytest.raises(IntegrityError, match=UNKNOWN):
            step()
    assert journey.office.ledger().size() == size
    assert not (journey.folder / "never.answer").exists()
    found_out(journey, UNKNOWN)


@pytest.mark.parametrize("when", ["never", "after it approved"])
def test_approvals_that_stand_in_the_ledger_count_only_of_officers_who_were_entered_before(journey, when):
    batch = journey.examine([asked(0)]).id
    cases.approve(journey.office, batch, "ana", journey.now)
    entry = None
    with act(journey.office, journey.now) as the_act:  # as a version did that believed the row
        by = journey.office.pseudonym("mallory")
        approval = the_act.record("approval", {"officer": "mallory"}, batch=batch, by=by)
        if when != "never":
            entry = the_act.record("officer", {"id": "mallory", "name": "Mallory"}, by=by)
    forged(entry)
    approve_by_sql(newest(batch).pk, "mallory", 2, approval)
    match = UNKNOWN if when == "never" else f"batch {batch} was approved by mallory, and the ledger does not"
    with pytest.raises(IntegrityError, match=match):
        cases.verify(journey.office, batch, journey.now)
    assert cases.ledger_verify(journey.office).facts["problems"]


def test_an_answer_verified_with_an_officer_who_was_not_entered_is_not_released(journey):
    journey.load([person(0)])
    batch = journey.examine([asked(0)]).id
    journey.approve(batch)
    cases.verify(journey.office, batch, journey.now)
    unguarded(f"UPDATE office_officer SET entry = {entry_of('official')} WHERE id = 'ben'")
    no_answer(journey, batch, "officer ben was entered so, and the ledger does not", "release")


def test_an_officer_given_another_name_behind_the_guards_acts_no_more(journey):
    unguarded("UPDATE office_officer SET name = 'Mallory' WHERE id = 'ana'")
    match = "officer ana was entered so, and the ledger does not"
    with pytest.raises(IntegrityError, match=match):
        cases.approve(journey.office, journey.examine([asked(0)]).id, "ana", journey.now)
    found_out(journey, match)


def test_officers_of_an_older_version_are_found_by_their_pseudonyms_and_act(journey):
    unguarded("UPDATE office_officer SET entry = NULL")
    journey.load([person(0)])
    assert list(outcomes(journey.through([asked(0)])).values()) == ["CONFIRMED"]
    assert cases.ledger_verify(journey.office).facts["problems"] == []


def test_the_first_entry_with_all_of_some_words_is_found_and_no_other(journey):
    by = f'"by":"{journey.office.pseudonym("ben")}"'
    first = DatabaseStore().first_with('"type":"officer"', by)
    assert (first, DatabaseStore().first_with('"type":"stay"', by)) == (
        models.Officer.objects.get(id="ben").entry,
        None,
    )


def loosened(*statements):
    """Take from the table of approvals that two of one examination differ, and run the statements."""
    if database.is_server():
        names = ("approval_one_each", "approval_one_a_slot")
        return unguarded(*(f"ALTER TABLE office_approval DROP CONSTRAINT {name}" for name in names), *statements)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'office_approval'")
        table = re.sub(r', CONSTRAINT "\w+" UNIQUE \([^)]*\)', "", cursor.fetchone()[0])
    rebuilt = ("DROP TABLE office_approval", table, "INSERT INTO office_approval SELECT * FROM kept", "DROP TABLE kept")
    return unguarded("CREATE TABLE kept AS SELECT * FROM office_approval", *rebuilt, *statements)


@pytest.mark.parametrize("slot", [1, 2])
def test_one_persons_approval_counts_once_though_its_row_is_there_twice(journey, slot):
    batch = journey.examine([asked(0)]).id
    cases.approve(journey.office, batch, "ana", journey.now)
    assert database.missing() == []
    others = "examination_id, officer_id, submitted_by, entry, at"
    copy = f"INSERT INTO office_approval (id, slot, {others}) SELECT id + 1000, {slot}, {others} FROM office_approval"
    loosened(copy)
    no_answer(journey, batch, f"batch {batch} was approved by ana, and the ledger does not", "verify", "return")
    loose = [name for name in database.missing() if " unique " in name]
    assert loose == [f"office_approval unique (examination_id, {other})" for other in ("officer_id", "slot")]


def test_a_table_that_refuses_two_alike_in_some_rows_only_is_found(journey):
    loosened(
        "CREATE UNIQUE INDEX few ON office_approval (examination_id, officer_id) WHERE slot > 1",
        "CREATE UNIQUE INDEX every ON office_approval (examination_id, slot)",
    )
    loose = [check.what for check in cases.doctor(journey.office, journey.now) if check.name == "database tables"]
    assert "office_approval unique (examination_id, officer_id)" in loose[0]
    assert "office_approval unique (examination_id, slot)" not in loose[0]


FREED = """
DO $$ DECLARE held record; BEGIN
  FOR held IN SELECT conname, conrelid::regclass AS of FROM pg_constraint WHERE confrelid = 'office_officer'::regclass
  LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', held.of, held.conname); END LOOP;
END $$
"""


@pytest.mark.parametrize("step", ["verify", "return", "show"])
def test_an_officer_taken_away_behind_the_guards_is_a_contradiction_and_no_fault_of_the_program(journey, step):
    batch = journey.examine([asked(0)]).id
    journey.approve(batch)
    free = FREED if database.is_server() else "PRAGMA foreign_keys = OFF"
    unguarded(free, "DELETE FROM office_officer WHERE id = 'ben'")
    no_answer(journey, batch, f"batch {batch} was approved by ben, and has no officer ben", step)


# --- who was asked about ---


def forget(statement="DELETE FROM office_askrow"):
    with transaction.atomic():
        connection.cursor().execute(statement)


def test_who_was_asked_about_in_an_answered_batch_is_never_forgotten(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    batch = journey.examine([asked(1)]).id
    for statement in ("DELETE FROM office_askrow", "UPDATE office_askrow SET exceeded = FALSE"):
        with pytest.raises(DatabaseError, match=r"never|permission"):
            forget(statement)
    assert models.AskRow.objects.count() == 2
    forget(f"DELETE FROM office_askrow WHERE batch_id = '{batch}'")  # as when it is examined anew
    found_out(journey, f"Of who was asked about in batch {batch} there are 0 tokens, and its examination recorded 1")


LURES = {
    "never forgotten": ("CREATE TEMPORARY TABLE office_release (batch_id text)", "DELETE FROM office_askrow"),
    "two different officers": (
        "CREATE TEMPORARY TABLE office_approval (examination_id bigint, officer_id text, submitted_by text)",
        "INSERT INTO office_approval SELECT id, 'ana', 'x' FROM office_examination"
        " UNION SELECT id, 'ben', 'x' FROM office_examination",
        "INSERT INTO office_verification (examination_id, confirmed, looked_up, entry, at)"
        " SELECT MAX(id), '', 0, 3, '2026-03-02 12:00:00+00' FROM office_examination",
    ),
    "expunction is recorded": (
        'CREATE TEMPORARY TABLE office_ledgerexpunction ("index" bigint)',
        'INSERT INTO office_ledgerexpunction SELECT "index" FROM office_ledgerleaf',
        "UPDATE office_ledgersealed SET box = ''",
    ),
}


@pytest.mark.parametrize("guard", LURES)
def test_no_guard_asks_a_temporary_table_that_the_session_has_made(journey, guard):
    journey.load([person(0)])
    journey.through([asked(0)])
    journey.examine([asked(1)])
    database.close()  # a session's functions remember which tables they asked
    *lure, statement = LURES[guard]
    for made in lure:
        forget(made)
    with pytest.raises(DatabaseError, match=guard):
        forget(statement)
    database.close()


def test_one_token_less_or_more_than_was_recorded_is_found(journey):
    batch = journey.examine([asked(0), asked(1), asked(2, reason="")]).id
    assert newest(batch).asked == 2
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    row = models.AskRow.objects.filter(batch=batch, position=1)
    kept = row.values().get()
    forget("DELETE FROM office_askrow WHERE position = 1")
    found_out(journey, f"in batch {batch} there are 1 tokens, and its examination recorded 2")
    models.AskRow.objects.create(**kept)
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    models.AskRow.objects.create(**{**kept, "id": kept["id"] + 9, "position": 7})
    found_out(journey, f"in batch {batch} there are 3 tokens, and its examination recorded 2")


def test_tokens_of_an_examination_of_an_older_version_are_as_many_as_passed_at_least(journey):
    batch = journey.examine([asked(0), asked(1)]).id
    unguarded("UPDATE office_examination SET asked = NULL")
    forget("DELETE FROM office_askrow WHERE position = 1")
    told = " ".join(cases.ledger_verify(journey.office).facts["problems"])
    assert f"in batch {batch} there are 1 tokens, and its examination recorded at least 2" in told


def test_another_number_of_tokens_than_the_entry_tells_lets_nothing_go_on(journey):
    batch = journey.examine([asked(0)]).id
    unguarded("UPDATE office_examination SET asked = 0", "DELETE FROM office_askrow")
    with pytest.raises(IntegrityError, match="was examined so, and the ledger does not"):
        cases.approve(journey.office, batch, "ana", journey.now)
