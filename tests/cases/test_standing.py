"""What the office knows of orders, overrides, people, safeguards and agreements is what the ledger says it was told."""

import json
import os
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from counterfoil import cases
from counterfoil.cases.entered.standing import public_terms
from counterfoil.errors import HeldError, IntegrityError
from counterfoil.office import copying, database, guards, models, place
from tests.journey import OVERRIDE, SAFEGUARDS, STAY, asked, outcomes, person
from tests.postgres import APPLICATION, OWNER

pytestmark = pytest.mark.both_databases
CONTRADICTION = "and the ledger does not"


@pytest.fixture
def stayed(journey):
    """An office with an order in force, a batch examined before it, and one verified before it."""
    journey.load([person(number) for number in range(3)])
    journey.examined = journey.examine([asked(0)]).id
    journey.verified = journey.examine([asked(1)]).id
    journey.approve(journey.examined)
    journey.approve(journey.verified)
    cases.verify(journey.office, journey.verified, journey.now)
    enter(journey, "stay", STAY)
    return journey


def enter(journey, what, text):
    path = journey.folder / f"{what}.yaml"
    path.write_text(text)
    {"stay": cases.enter_stay, "override": cases.enter_override, "safeguards": cases.record_safeguards}[what](
        journey.office, path, journey.now
    )


def enroll(journey, ends, day=0):
    known = models.Official.objects.get(id="official-1")
    return cases.enroll_official(
        journey.office, known.id, known.agreement, known.name, known.office, known.starts, ends,
        journey.folder / "official.key.pub", journey.now + timedelta(days=day),
    )  # fmt: skip


def unguarded(*statements):
    """Change the database as its owner would, the guards of what is entered taken away first."""
    on_server = database.is_server()
    url = os.environ.get(place.VARIABLE, "")
    if on_server:
        database.connect(place.Server(url.replace(f"{APPLICATION}@", f"{OWNER}@")))
    with connection.cursor() as cursor:
        for table in (*guards.ENTERED, "adoption", "examination", "holdlift", "approval"):
            for guard in ("kept", "unchanged"):
                cursor.execute(f"DROP TRIGGER {table}_{guard}{f' ON office_{table}' if on_server else ''}")
        for statement in statements:
            cursor.execute(statement)
    if on_server:
        database.connect(place.Server(url))


def refused_everywhere(journey, match=CONTRADICTION):
    """No step that would rest on what is entered goes on, and no look says that all is well."""
    output = journey.folder / "never.answer"
    for step in (
        lambda: cases.examine(journey.office, journey.examined, journey.now),
        lambda: cases.verify(journey.office, journey.examined, journey.now),
        lambda: cases.release(journey.office, journey.verified, output, journey.now),
    ):
        with pytest.raises(IntegrityError, match=match):
            step()
    assert not output.exists()
    found_out(journey, match)


def found_out(journey, match):
    assert match in " ".join(cases.ledger_verify(journey.office).facts["problems"])
    told = [check.what for check in cases.doctor(journey.office, journey.now) if not check.ok]
    assert match in " ".join(told)


def insert(model, **facts):
    with transaction.atomic():
        model.objects.create(**{"at": datetime(2026, 3, 1, tzinfo=UTC), **facts})


def entry_of(kind):
    """The newest entry of that type."""
    rows = models.LedgerLeaf.objects.order_by("-index")
    return next(row.index for row in rows if json.loads(bytes(row.leaf))["type"] == kind)


# --- what the database refuses ---


@pytest.mark.parametrize("table", [*guards.ENTERED, "batch", "askrow"])
def test_what_was_entered_is_neither_changed_nor_deleted(stayed, table):
    enter(stayed, "override", OVERRIDE)
    cases.end_override(stayed.office, "ov-1", stayed.now)
    enroll(stayed, date(2026, 12, 31))
    (model,) = [model for model in copying.tables() if model._meta.db_table == f"office_{table}"]
    assert model.objects.exists()
    column = model._meta.concrete_fields[-1].column
    statements = [f"UPDATE office_{table} SET {column} = {column}"]
    statements += [f"DELETE FROM office_{table}"] if table != "askrow" else []  # a later examination replaces them
    statements += [f"TRUNCATE office_{table} CASCADE"] if database.is_server() else []
    for statement in statements:
        with pytest.raises(DatabaseError, match=r"never|permission"), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_release_that_an_order_stops_stays_stopped(stayed):
    with pytest.raises(HeldError):
        cases.release(stayed.office, stayed.verified, stayed.folder / "x.answer", stayed.now)
    cases.lift_stay(stayed.office, "order-1", stayed.now)
    assert list(outcomes(stayed.release(stayed.verified))) == ["r-00001"]
    assert cases.ledger_verify(stayed.office).facts["problems"] == []


@pytest.mark.parametrize("minutes", [0, 24 * 60])
def test_an_order_lifted_before_it_takes_effect_never_halts_and_stops_nothing_else(stayed, minutes):
    cases.lift_stay(stayed.office, "order-1", stayed.now)
    begins = stayed.now + timedelta(minutes=minutes)
    enter(stayed, "stay", STAY.replace("order-1", "order-2").replace("2026-03-01T00:00:00Z", begins.isoformat()))
    assert not cases.lift_stay(stayed.office, "order-2", stayed.now).as_dict()["in_force"]
    stayed.now = begins
    assert not any(order.as_dict()["in_force"] for order in cases.list_stays(stayed.office, stayed.now))
    batch = stayed.examine([asked(2)]).id
    stayed.approve(batch)
    cases.verify(stayed.office, batch, stayed.now)
    assert list(outcomes(stayed.release(batch)).values()) == ["CONFIRMED"]
    assert cases.recompute(stayed.office, batch).same
    assert stayed.audit().problems == ()
    assert cases.ledger_verify(stayed.office).facts["problems"] == []


# --- what is forged ---


@pytest.mark.parametrize("kind", ["stay", "receipt", "stay_lifted", "nothing"])
def test_a_lifting_that_the_ledger_does_not_tell_of_lifts_nothing(stayed, kind):
    enter(stayed, "stay", STAY.replace("order-1", "order-2"))
    cases.lift_stay(stayed.office, "order-2", stayed.now)  # its entry is another order's
    entry = 10**6 if kind == "nothing" else entry_of(kind)
    if kind == "stay_lifted":
        unguarded(f"DELETE FROM office_ending WHERE entry = {entry}")
    insert(models.Ending, entry=entry, kind="order", of="order-1")
    refused_everywhere(stayed, "order order-1 was lifted, and the ledger does not")


def test_an_order_changed_behind_the_guards_stops_everything(stayed):
    document = json.dumps({**models.CourtOrder.objects.get().document, "forbids": ["look_up"]})
    unguarded(f"UPDATE office_courtorder SET document = '{document}'")
    refused_everywhere(stayed)


def test_an_order_that_was_taken_away_is_found(stayed):
    unguarded("DELETE FROM office_courtorder")
    found_out(stayed, f"entry {entry_of('stay')} (stay order-1), and the database not")


def test_an_override_that_the_ledger_does_not_tell_of_lifts_nothing(stayed):
    document = {"key": "delegate_signature", "authority": "x", "entered_by": "eve", "starts": "2026-01-01", "ends": "2027-01-01"}  # fmt: skip  # noqa: E501
    insert(models.Override, id="ov-9", document=document, entry=entry_of("stay"))
    refused_everywhere(stayed)


def test_an_override_is_not_entered_with_the_entry_that_ended_it(stayed):
    enter(stayed, "override", OVERRIDE)
    cases.end_override(stayed.office, "ov-1", stayed.now)
    ended, document = entry_of("override"), json.dumps(models.Override.objects.get().document)
    unguarded(f"UPDATE office_override SET entry = {ended}, document = '{document}'", "DELETE FROM office_ending")
    refused_everywhere(stayed)


def test_a_safeguard_status_of_earlier_is_not_put_in_front_of_the_newest(stayed):
    first = models.Safeguards.objects.get()
    enter(stayed, "safeguards", SAFEGUARDS.replace("overdue_disposals: 0", "overdue_disposals: 9"))
    insert(models.Safeguards, document=first.document, entry=first.entry)
    assert not cases.show_safeguards(stayed.office, stayed.now).as_dict()["met"]
    insert(models.Safeguards, document=first.document, entry=entry_of("safeguards") + 1)
    refused_everywhere(stayed)


def test_terms_of_an_agreement_that_nobody_adopted_are_not_in_force(stayed):
    known = models.Adoption.objects.get()
    text = known.text.replace("2025-04-07", "2025-04-01")
    assert text != known.text
    insert(models.Adoption, agreement=known.agreement, text=text, sha256=known.sha256, entry=known.entry)
    refused_everywhere(stayed)


@pytest.mark.parametrize("change", ["key", "name", "ends", "ending"])
def test_an_official_changed_behind_the_guards_signs_nothing(stayed, change):
    enroll(stayed, date(2026, 2, 1))
    assert "SIGNER_EXPIRED" in stayed.examine([asked(2)]).examination.codes(0)
    key = json.dumps({**models.Official.objects.get().key, "kid": "another"})
    statement = {
        "key": f"UPDATE office_official SET \"key\" = '{key}'",
        "name": "UPDATE office_official SET name = 'Eve'",
        "ends": "UPDATE office_official SET ends = '2030-01-01'",
        "ending": "UPDATE office_ending SET last_day = '2030-01-01'",
    }[change]
    unguarded(statement)
    refused_everywhere(stayed)


def test_an_official_who_was_never_enrolled_signs_nothing(journey):
    known = models.Official.objects.get()
    facts = {"agreement": known.agreement, "office": known.office, "starts": known.starts, "key": known.key}
    for eve, entry in (("eve", None), ("eva", known.entry)):
        insert(models.Official, id=eve, name="Eve", entry=entry, **facts)
        with pytest.raises(IntegrityError, match=CONTRADICTION):
            journey.receive([asked(0)], official=eve)


def test_an_officer_added_behind_the_ledger_is_found(journey):
    insert(models.Officer, id="eve", name="Eve")
    found_out(journey, "The database says that officer eve was entered so, and the ledger does not")


def approve_by_sql(examination, officer, slot, entry):
    facts = {"examination_id": examination, "officer_id": officer, "submitted_by": "official-1"}
    insert(models.Approval, slot=slot, entry=entry, **facts)


def held(journey):
    """A batch that an officer has to look at: a hundred and one requests for one of the roster."""
    examined = journey.examine([asked(number) for number in range(101)])
    assert examined.state == "held"
    return examined.id


def newest(batch):
    return models.Examination.objects.filter(batch=batch).latest("id")


def no_answer(journey, batch, match, *steps):
    """None of these steps of the batch goes on, none leaves an entry or a file, and no look says that all is well."""
    size, output = journey.office.ledger().size(), journey.folder / "never.answer"
    ways = {
        "approve": lambda: cases.approve(journey.office, batch, "ben", journey.now),
        "verify": lambda: cases.verify(journey.office, batch, journey.now),
        "release": lambda: cases.release(journey.office, batch, output, journey.now),
        "return": lambda: cases.return_batch(journey.office, batch, "ana", output, journey.now),
        "show": lambda: cases.show_batch(journey.office, batch, journey.now),
    }
    for step in (*steps, "show"):
        with pytest.raises(IntegrityError, match=match):
            ways[step]()
    assert (journey.office.ledger().size(), output.exists()) == (size, False)
    found_out(journey, match)


@pytest.mark.parametrize("of", ["another batch", "another officer", "an earlier examination", "a receipt", "nothing"])
def test_an_approval_that_the_ledger_does_not_tell_of_lets_nothing_go_on(journey, of):
    batch = journey.examine([asked(1)]).id
    cases.approve(journey.office, journey.examine([asked(0)]).id, "ben", journey.now)
    if of == "an earlier examination":
        cases.approve(journey.office, batch, "ben", journey.now)
        enter(journey, "override", OVERRIDE)  # a gate changed: it is examined anew
        cases.examine(journey.office, batch, journey.now)
    elsewhere = entry_of("approval")
    cases.approve(journey.office, batch, "ana", journey.now)
    entry = {"another officer": entry_of("approval"), "a receipt": entry_of("receipt"), "nothing": 10**6}
    approve_by_sql(newest(batch).pk, "ben", 2, entry.get(of, elsewhere))
    no_answer(journey, batch, f"batch {batch} was approved by ben, and the ledger does not", "verify", "return")


def test_a_forged_first_approval_is_not_joined_by_a_second(journey):
    batch = journey.examine([asked(0)]).id
    approve_by_sql(newest(batch).pk, "ana", 1, 3)
    no_answer(journey, batch, "was approved by ana, and the ledger does not", "approve")


def test_an_approval_given_to_another_officer_behind_the_guards_stops_the_release(journey):
    journey.load([person(0)])
    batch = journey.examine([asked(0)]).id
    journey.approve(batch)
    cases.verify(journey.office, batch, journey.now)
    cases.add_officer(journey.office, "cyr", "Cyril Weatherby", journey.now)
    unguarded("UPDATE office_approval SET officer_id = 'cyr' WHERE officer_id = 'ben'")
    no_answer(journey, batch, "was approved by cyr, and the ledger does not", "release")


def test_a_lifting_of_a_hold_that_the_ledger_does_not_tell_of_lets_nothing_go_on(journey):
    batch = held(journey)
    insert(models.HoldLift, examination_id=newest(batch).pk, officer_id="ana", reason="x", entry=entry_of("receipt"))
    no_answer(journey, batch, f"a hold of batch {batch} was lifted by ana, and the ledger", "approve", "return")


def test_another_reason_for_lifting_a_hold_than_was_recorded_is_seen(journey):
    batch = held(journey)
    cases.lift_hold(journey.office, batch, "ana", "Reviewed.", journey.now)
    unguarded("UPDATE office_holdlift SET reason = 'Nobody looked.'")
    with pytest.raises(IntegrityError, match="was lifted by ana, and the ledger does not"):
        cases.approve(journey.office, batch, "ana", journey.now)


@pytest.mark.parametrize("entry", ["its own", "to come"])
def test_an_examination_put_in_front_of_the_newest_lets_nothing_go_on(journey, entry):
    batch = journey.examine([asked(0, reason="")]).id
    row = newest(batch)
    facts = {name: getattr(row, name) for name in ("rule_set", "gates", "held", "refused", "held_rows", "at")}
    findings = newest(journey.examine([asked(1)]).id).findings  # of a batch whose row passed
    at = row.entry if entry == "its own" else 10**6
    insert(models.Examination, batch_id=batch, findings=findings, passed=1, entry=at, **facts)
    no_answer(journey, batch, f"batch {batch} was examined so, and the ledger does not", "approve", "return")


@pytest.mark.parametrize(("table", "kind"), [("approval", "approval"), ("holdlift", "hold_lifted")])
def test_an_approval_or_a_lifted_hold_that_was_taken_away_is_found(journey, table, kind):
    batch = held(journey)
    cases.lift_hold(journey.office, batch, "ana", "Reviewed.", journey.now)
    cases.approve(journey.office, batch, "ana", journey.now)
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    unguarded(f"DELETE FROM office_{table}")
    found_out(journey, f"entry {entry_of(kind)} ({kind} {batch}), and the database not")


# --- what is told as it was entered ---


def test_the_newest_last_day_counts_and_the_same_again_is_no_entry(journey):
    for day, ends in enumerate((date(2026, 5, 1), date(2026, 4, 1), None, date(2026, 7, 1))):
        assert enroll(journey, ends, day).facts["to"] == (str(ends) if ends else None)
    size = journey.office.ledger().size()
    assert enroll(journey, date(2026, 7, 1), 5).facts["to"] == "2026-07-01"
    assert journey.office.ledger().size() == size
    assert cases.ledger_verify(journey.office).facts["problems"] == []


def test_what_was_expunged_still_stands(stayed):
    enroll(stayed, date(2026, 12, 31))
    cases.lift_stay(stayed.office, "order-1", stayed.now)
    wanted = [entry_of(kind) for kind in ("stay", "stay_lifted", "official", "safeguards")]
    cases.expunge(stayed.office, wanted, "ana", "28 USC 1651", stayed.now)
    assert [one.facts["to"] for one in cases.list_officials(stayed.office)] == ["2026-12-31"]
    assert list(outcomes(stayed.release(stayed.verified))) == ["r-00001"]
    assert cases.ledger_verify(stayed.office).facts["problems"] == []


def test_an_order_whose_entry_was_expunged_is_held_to_its_public_terms(stayed):
    cases.expunge(stayed.office, [entry_of("stay")], "ana", "28 USC 1651", stayed.now)
    document = json.dumps({**models.CourtOrder.objects.get().document, "forbids": ["look_up"]})
    unguarded(f"UPDATE office_courtorder SET document = '{document}'")
    refused_everywhere(stayed)


def test_an_expunged_order_of_an_older_version_binds_until_it_is_lifted_and_stops_nothing_else(stayed, monkeypatch):
    def older_terms(order):
        return {name: value for name, value in public_terms(order).items() if name != "lifted"}

    text = STAY.replace("order-1", "order-2").replace("2026-03-01T", "2026-02-01T")
    with monkeypatch.context() as patched:
        patched.setattr("counterfoil.cases.entered.stays.public_terms", older_terms)
        enter(stayed, "stay", text.replace("lifted: null", "lifted: 2026-02-10T00:00:00Z"))
    cases.lift_stay(stayed.office, "order-1", stayed.now)
    cases.expunge(stayed.office, [entry_of("stay")], "ana", "28 USC 1651", stayed.now)
    assert cases.list_stays(stayed.office, stayed.now)[-1].as_dict()["in_force"]
    with pytest.raises(HeldError):
        cases.release(stayed.office, stayed.verified, stayed.folder / "x.answer", stayed.now)
    cases.lift_stay(stayed.office, "order-2", stayed.now)
    assert list(outcomes(stayed.release(stayed.verified))) == ["r-00001"]
    assert cases.ledger_verify(stayed.office).facts["problems"] == []
