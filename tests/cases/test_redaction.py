"""Entries shown to someone outside with chosen fields, and entries destroyed: recorded, provable, and gone."""

import json
import sqlite3

import pytest
from django.db import DatabaseError, connection, transaction

from counterfoil import cases
from counterfoil.cases.redaction.plan import Plan, read_plan, read_ranges, read_reasons
from counterfoil.errors import InputError, IntegrityError, NotAllowedError, NotFoundError, OutOfTurnError
from counterfoil.ledger.redact import check_release, compare, open_release
from counterfoil.ledger.sealed import DESTROYED
from counterfoil.office import models
from tests.journey import asked, everything_stored, person

REASONS = {"*": "26 USC 6103(a)", "request": "5 USC 552(b)(7)(C)"}


@pytest.fixture
def answered(journey):
    journey.load([person(n) for n in range(3)])
    journey.through([asked(0), asked(1), asked(2, tax_years="ALL")])
    return journey


def batch_of(journey):
    return models.Batch.objects.get()


def disclose(journey, plan, officers=("ana",), name="release.json"):
    done = cases.disclose(journey.office, plan, officers, journey.folder / name, journey.now)
    return done, json.loads((journey.folder / name).read_text())


def test_a_batch_is_released_with_its_codes_and_a_reason_for_everything_else(answered):
    plan = Plan(batch=batch_of(answered).id, disclose=frozenset({"answer.codes", "time"}), reasons=REASONS, to="Court")
    done, document = disclose(answered, plan)
    assert check_release(document, answered.office.vkey) == ()
    release = open_release(document, answered.office.vkey)
    kinds = [entry.public["type"] for entry in release.entries]
    assert kinds.count("request") == kinds.count("answer") == 3
    answers = [entry for entry in release.entries if entry.public["type"] == "answer"]
    assert [entry.disclosed["codes"] for entry in answers] == [[], [], ["PERIOD_VAGUE"]]
    assert answers[0].withheld["purpose"] == "26 USC 6103(a)"
    requests = [entry for entry in release.entries if entry.public["type"] == "request"]
    assert requests[0].withheld == {"request": "5 USC 552(b)(7)(C)"}
    assert (done.entries, done.personal, release.record) == (len(kinds), (), done.entry)
    text = json.dumps(document)
    assert not [word for word in (person(0)["surname"], "HSI-2025", "Marguerite") if word in text]
    assert answered.audit().ok


def test_the_release_is_an_entry_by_its_officer_with_what_was_shown_and_to_whom(answered):
    plan = Plan(entries=(0, 1), disclose=frozenset({"time"}), reasons=REASONS, to="Court", title="Case 1")
    done, _ = disclose(answered, plan)
    entry = answered.office.ledger().read(done.entry)
    assert entry.public["type"] == "disclosure"
    assert entry.public["by"] == answered.office.pseudonym("ana")
    assert entry.disclosed["entries"] == [0, 1]
    assert (entry.disclosed["fields"], entry.disclosed["to"]) == (["time"], "Court")


def test_a_personal_field_takes_two_different_officers(answered):
    batch = batch_of(answered)
    plan = Plan(batch=batch.id, request="r-00001", disclose=frozenset({"request", "codes"}), reasons=REASONS)
    before = answered.office.ledger().size()
    for officers in (["ana"], ["ana", "ana"]):
        with pytest.raises(NotAllowedError, match=r"request.*two different officers"):
            disclose(answered, plan, officers)
    with pytest.raises(NotFoundError):
        disclose(answered, plan, ["ana", "nobody"])
    assert answered.office.ledger().size() == before
    done, document = disclose(answered, plan, ["ana", "ben"])
    release = open_release(document, answered.office.vkey)
    assert [entry.public["type"] for entry in release.entries] == ["request", "answer"]
    assert release.entries[0].disclosed["request"]["request_id"] == "r-00001"
    assert done.personal == ("request",)
    assert answered.office.ledger().read(done.entry).public["officer"] == answered.office.pseudonym("ben")


def test_what_is_kept_back_now_is_shown_later_against_the_same_entries(answered):
    at = batch_of(answered).first_request
    _, first = disclose(answered, Plan(entries=(at,), reasons=REASONS), name="a.json")
    _, later = disclose(
        answered, Plan(entries=(at,), disclose=frozenset({"request"}), reasons=REASONS), ["ben", "ana"], "b.json"
    )
    vkey = answered.office.vkey
    one, two = open_release(first, vkey), open_release(later, vkey)
    assert one.entries[0].leaf == two.entries[0].leaf
    assert compare(one, two) == ()


def test_a_field_without_a_reason_an_unknown_entry_and_a_taken_name_are_refused_and_nothing_is_recorded(answered):
    before = answered.office.ledger().size()
    for plan, error in [
        (Plan(entries=(batch_of(answered).receipt,), disclose=frozenset({"time"})), InputError),
        (Plan(entries=(10_000,), reasons=REASONS), NotFoundError),
        (Plan(batch="b-none", reasons=REASONS), NotFoundError),
        (Plan(batch=batch_of(answered).id, request="none", reasons=REASONS), NotFoundError),
        (Plan(entries=(1,), disclose=frozenset({"nonsense"}), reasons=REASONS), NotFoundError),
        (Plan(reasons=REASONS), InputError),
    ]:
        with pytest.raises(error):
            disclose(answered, plan)
    (answered.folder / "taken").write_text("x")
    with pytest.raises(InputError, match="exists"):
        disclose(answered, Plan(entries=(1,), reasons=REASONS), name="taken")
    assert answered.office.ledger().size() == before


def test_a_field_that_nothing_has_is_answered_with_those_there_are(answered):
    receipt = batch_of(answered).receipt
    with pytest.raises(NotFoundError) as caught:
        disclose(answered, Plan(entries=(receipt,), disclose=frozenset({"nonsense"}), reasons=REASONS))
    assert "manifest, sealed_sha256, signature" in caught.value.do
    gone = batch_of(answered).first_request
    cases.expunge(answered.office, [gone], "ana", "5 USC 552a(d)(2)", answered.now)
    with pytest.raises(NotFoundError) as caught:
        disclose(answered, Plan(entries=(gone,), disclose=frozenset({"time"}), reasons=REASONS))
    assert caught.value.details == (f"Entry {gone} was expunged: nothing of it can be shown.",)


def test_a_plan_is_read_whole_or_refused_with_every_fault():
    plan = read_plan({"entries": [3, "7-9"], "disclose": ["time"], "reasons": {"*": "sealed by order"}, "to": "Court"})
    assert plan.entries == (3, 7, 8, 9)
    with pytest.raises(InputError) as caught:
        read_plan({"entries": "3", "disclose": [1], "reasons": ["x"], "surname": "x"})
    assert len(caught.value.details) == 4
    for text in ("x", "3-", "9-7", "-1", "1-999999999", "3.5"):
        with pytest.raises(InputError):
            read_ranges(text)
    for text in ("x", "=y", "x= "):
        with pytest.raises(InputError):
            read_reasons([text])
    with pytest.raises(InputError):
        read_plan([])


# --- expunction ---


def expunge(journey, *indices, authority="5 USC 552a(d)(2)", officer="ana"):
    return cases.expunge(journey.office, indices, officer, authority, journey.now)


@pytest.mark.both_databases
def test_an_expunged_entry_opens_for_nobody_and_the_ledger_is_whole(answered):
    at = batch_of(answered).first_request
    root = answered.office.ledger().root(at + 1)
    done = expunge(answered, at)
    ledger = answered.office.ledger()
    assert ledger.root(at + 1) == root
    assert cases.ledger_verify(answered.office).ok
    assert answered.audit().ok
    assert dict(ledger.read(at).disclosed) == {}
    assert dict(ledger.store.sealed(at, at + 1))[at] == DESTROYED
    record = ledger.read(done.recorded[0])
    assert (record.public["entry"], record.public["authority"]) == (at, "5 USC 552a(d)(2)")
    assert record.public["by"] == answered.office.pseudonym("ana")
    with pytest.raises(NotFoundError):
        ledger.disclosures(at, ["request"])


def test_no_byte_of_what_was_sealed_is_left_in_the_files_and_the_key_opens_nothing(answered):
    at = batch_of(answered).first_request
    ledger = answered.office.ledger()
    record, leaf = dict(ledger.store.sealed(at, at + 1))[at], ledger.leaf(at)
    connection.close()
    assert record[30:60] in everything_stored(answered.data)
    done = expunge(answered, at)
    assert done.wiped, done.note
    connection.close()
    stored = everything_stored(answered.data)
    assert not [n for n in range(0, len(record) - 16, 16) if record[n : n + 16] in stored]
    assert leaf in stored  # and what may stay is still there
    file = sqlite3.connect(answered.data / "counterfoil.sqlite3")
    assert file.execute('SELECT length(box) FROM office_ledgersealed WHERE "index" = ?', (at,)).fetchone() == (0,)
    file.close()


def test_an_entry_is_recorded_as_expunged_once_and_wiped_again_when_asked_again(answered):
    at = batch_of(answered).first_request
    expunge(answered, at)
    size = answered.office.ledger().size()
    again = expunge(answered, at, at)
    assert (again.recorded, again.wiped, answered.office.ledger().size()) == ((), True, size)


def test_a_release_shows_an_expunged_entry_as_expunged_and_by_what(answered):
    at = batch_of(answered).first_request
    gone = expunge(answered, at).recorded[0]
    _, document = disclose(answered, Plan(entries=(at, at + 1), reasons=REASONS))
    release = open_release(document, answered.office.vkey)
    assert [entry.expunged for entry in release.entries] == [gone, None]


def test_what_is_still_needed_and_what_tells_of_the_ledger_stays(journey):
    examined = journey.examine([asked(0)])
    at = models.Batch.objects.get(id=examined.id).first_request
    with pytest.raises(OutOfTurnError, match="not finished"):
        expunge(journey, at)
    with pytest.raises(NotAllowedError, match="setup"):
        expunge(journey, 0)
    for bad in ("", "  ", "x" * 301, "a\nb"):
        with pytest.raises(InputError, match="authority"):
            expunge(journey, at, authority=bad)
    with pytest.raises(NotFoundError):
        expunge(journey, 99_999)
    with pytest.raises(NotFoundError):
        expunge(journey, at, officer="nobody")
    assert not models.LedgerExpunction.objects.exists()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE office_ledgersealed SET box = {empty} WHERE "index" = 1',
        "UPDATE office_ledgersealed SET box = {other}",
        'UPDATE office_ledgersealed SET "index" = "index" + 1000000',
        "DELETE FROM office_ledgersealed",
        "DELETE FROM office_ledgerexpunction",
        "UPDATE office_keyevent SET act = 'rotated'",
    ],
)
def test_the_database_itself_lets_no_sealed_record_go_without_its_expunction(answered, statement):
    expunge(answered, batch_of(answered).first_request)
    if "keyevent" in statement:
        cases.record_compromised(answered.office, answered.officer_key["kid"], "ana", answered.now, answered.now)
    on_server = connection.vendor == "postgresql"
    empty, other = ("''::bytea", "'\\x0102'::bytea") if on_server else ("x''", "x'0102'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(empty=empty, other=other))


def test_emptied_without_a_record_is_lost_and_not_expunged(answered):
    at = batch_of(answered).first_request
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledgersealed_narrow")
        cursor.execute("UPDATE office_ledgersealed SET box = x'' WHERE \"index\" = %s", (at,))
    told = cases.ledger_verify(answered.office)
    assert any("no entry records that they were expunged" in problem for problem in told.facts["problems"])
    with pytest.raises((NotFoundError, IntegrityError)):
        disclose(answered, Plan(entries=(at,), reasons=REASONS))


def test_a_batch_with_an_expunged_request_can_still_be_shown_proved_and_handed_out(answered):
    batch = batch_of(answered)
    at = batch.first_request
    expunge(answered, at)
    assert cases.show_batch(answered.office, batch.id, answered.now)
    assert cases.request_entry(answered.office, batch.id, "r-00001") == at + 1
    with pytest.raises(NotFoundError):
        cases.request_entry(answered.office, batch.id, "r-00000")
    again = answered.folder / "again"
    assert cases.release(answered.office, batch.id, again, answered.now).again
    assert len(answered.open(again).rows) == 3
