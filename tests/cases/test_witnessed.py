"""An answer waits for the witnesses; on a ledger that is known to have lost entries nothing is done."""

import contextlib
import json
import random
import shutil

import pytest

from counterfoil import cases
from counterfoil.cases.redaction.plan import Plan
from counterfoil.cases.witness import watch
from counterfoil.errors import (
    HeldError,
    InputError,
    IntegrityError,
    NotAllowedError,
    NotFoundError,
    OutOfTurnError,
    UnavailableError,
)
from counterfoil.ledger import audit
from counterfoil.ledger.auditor.note import read_note
from counterfoil.ledger.auditor.proof import check_proof
from counterfoil.ledger.redact import open_release
from counterfoil.ledger.witness.judge import Witness
from counterfoil.office import database, models
from tests.journey import Journey, asked, outcomes, person
from tests.ledger.witnesses import cosigner, policy_of, serving, witness_in

OTHER_LOG = "monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT"


@contextlib.contextmanager
def two_witnesses(journey, folder=None):
    """Two running witnesses of the journey's ledger, and the policy that asks for both."""
    folder = folder or journey.folder
    logs = [journey.office.vkey]
    with (
        serving(witness_in(folder, 1, logs)) as one,
        serving(witness_in(folder, 2, logs, "ml-dsa-44")) as two,
    ):
        yield policy_of([(cosigner(1), one.url), (cosigner(2, "ml-dsa-44"), two.url)], logs=logs)


def next_of(journey, batch):
    """What `batch show` says comes next."""
    return str(cases.show_batch(journey.office, batch, journey.now).facts["next"])


def reopened(journey):
    """The office as the next process finds it."""
    journey.office = cases.open_office(journey.data)
    return journey.office


def backup(journey, name="backup"):
    """The database file as a backup of this moment keeps it."""
    from django.db import connections

    if connections["default"].vendor != "sqlite":
        pytest.skip("a backup is a copy of a file here")
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    target = journey.folder / name
    shutil.copytree(journey.data, target)
    return target


def restore(journey, kept, whole=False):
    """Put the backup back: the database alone, or everything."""
    from django.db import connections

    connections["default"].close()
    if whole:
        shutil.rmtree(journey.data)
        shutil.copytree(kept, journey.data)
    else:
        for path in journey.data.glob("counterfoil.sqlite3*"):
            path.unlink()
        shutil.copy(kept / "counterfoil.sqlite3", journey.data)
    return reopened(journey)


def size_of(office):
    return office.ledger().size()


# --- the policy, and the answer that waits ---


def test_without_a_policy_no_witness_is_asked(journey):
    assert cases.show_policy() == {"policy": "", "quorum": "none", "witnesses": []}
    journey.load([person(0)])
    assert outcomes(journey.through([asked(0)])) == {"r-00000": "CONFIRMED"}


@pytest.mark.both_databases
def test_an_answer_goes_out_when_the_witnesses_have_cosigned_its_entries(journey):
    journey.load([person(0), person(1)])
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        assert outcomes(journey.through([asked(0), asked(1)])) == {"r-00000": "CONFIRMED", "r-00001": "CONFIRMED"}
        entry = models.Release.objects.get().entry
        sizes = [row["cosigned_size"] for row in cases.show_policy()["witnesses"]]
        assert all(size > entry for size in sizes)
        cases.ledger_export(journey.office, journey.folder / "export")
    report = audit(journey.folder / "export", journey.office.vkey, witness_policy=policy)
    assert report.problems == ()
    assert len(report.witnesses) == 2
    other = policy_of([(cosigner(8), "")])
    assert not audit(journey.folder / "export", journey.office.vkey, witness_policy=other).ok


@pytest.mark.both_databases
def test_an_answer_waits_for_its_witnesses_and_nothing_is_lost_or_twice(journey):
    journey.load([person(0)])
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    output = journey.folder / "answer"
    for _ in range(2):
        with pytest.raises(UnavailableError, match="not handed out") as waiting:
            cases.release(journey.office, examined.id, output, journey.now)
        assert len(waiting.value.details) == 2
        assert not output.exists()
        assert "waits for the witnesses" in next_of(journey, examined.id)
    size = size_of(journey.office)
    with two_witnesses(journey) as again:  # the same witnesses, at other addresses
        cases.adopt_policy(journey.office, again, "ana", journey.now)
        released = cases.release(journey.office, examined.id, output, journey.now)
    assert released.again
    assert "nothing" in next_of(journey, examined.id)
    opened = journey.open(output)
    assert outcomes(opened) == {"r-00000": "CONFIRMED"}
    proof = (journey.folder / "answer.tlog-proof").read_bytes()  # what the requester checks with a policy of their own
    shown = check_proof(proof, journey.office.vkey, witness_policy=again.encode())
    assert (shown.problems, shown.public["type"]) == ((), "release")
    assert list(shown.disclosed) == ["rows_sha256"]
    assert size_of(journey.office) == size + 1  # the policy's entry, and no second answer
    assert journey.audit().ok


def test_one_witness_of_two_is_enough_where_the_policy_says_so(journey):
    journey.load([person(0)])
    with serving(witness_in(journey.folder, 1, [journey.office.vkey])) as one:
        policy = policy_of([(cosigner(1), one.url), (cosigner(2), "http://127.0.0.1:1")], quorum=1)
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        assert outcomes(journey.through([asked(0)])) == {"r-00000": "CONFIRMED"}


def test_a_returned_batch_waits_as_well(journey):
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
    examined = journey.examine([asked(0, reason="Because.")])
    with pytest.raises(UnavailableError, match="not handed out"):
        cases.return_batch(journey.office, examined.id, "ana", journey.folder / "returned", journey.now)
    assert not (journey.folder / "returned").exists()


def test_a_court_order_can_be_entered_while_the_witnesses_are_away(journey):
    from tests.journey import STAY

    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(reopened(journey), journey.folder / "stay.yaml", journey.now)
    assert [stay.id for stay in cases.list_stays(journey.office, journey.now)] == ["order-1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quorum x\n", "cannot be used"),
        (f"witness w {cosigner().key.vkey}\nquorum w\n", "have an address"),
        (f"witness w {cosigner().key.vkey} ftp://w\nquorum w\n", "not the address"),
        (f"log {OTHER_LOG}\nquorum none\n", "not among them"),
    ],
)  # fmt: skip
def test_a_policy_that_could_never_be_kept_is_not_put_in_force(journey, text, said):
    with pytest.raises(InputError, match=said):
        cases.adopt_policy(journey.office, text, "ana", journey.now)
    with pytest.raises(NotFoundError):
        cases.adopt_policy(journey.office, "quorum none\n", "nobody", journey.now)
    assert cases.show_policy()["policy"] == ""


def test_a_policy_is_taken_back_by_another(journey):
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
    cases.adopt_policy(journey.office, "quorum none\n", "ana", journey.now)
    journey.load([person(0)])
    assert outcomes(journey.through([asked(0)])) == {"r-00000": "CONFIRMED"}
    entries = [leaf.public for _, leaf in journey.office.ledger().read_public(0, size_of(journey.office))]
    assert [entry["by"] for entry in entries if entry["type"] == "witnesses"] == [journey.office.pseudonym("ana")] * 2


@pytest.mark.both_databases
def test_the_cosignatures_and_the_policy_are_kept_by_the_database_itself(journey):
    from django.db import connection
    from django.db.utils import DatabaseError

    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        cases.ledger_checkpoint(journey.office, journey.now)
    assert database.missing() == []
    for table in ("ledgercosignature", "witnesspolicy"):
        for sql in (f"DELETE FROM office_{table}", f"UPDATE office_{table} SET id = id + 9"):
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute(sql)


# --- proofs ---


def test_a_request_is_proved_offline_with_its_witnesses(journey):
    journey.load([person(0), person(1)])
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        journey.through([asked(0), asked(1)])
        batch = models.Batch.objects.get().id
        cases.ledger_checkpoint(journey.office, journey.now)
        for answer, kind in ((False, "request"), (True, "answer")):
            index = cases.request_entry(journey.office, batch, "r-00001", answer=answer)
            text = cases.ledger_prove(journey.office, index).facts["tlog_proof"].encode()
            report = check_proof(text, journey.office.vkey, witness_policy=policy.encode())
            assert (report.problems, report.public["type"], report.disclosed) == ((), kind, {})
            assert len(report.witnesses) == 2
            assert b"Ricarda" not in text
        told = cases.ledger_prove_disclosing(journey.office, 0, ["vkey"], ["ana"], "an auditor asked", journey.now)
    report = check_proof(told.facts["tlog_proof"].encode(), journey.office.vkey, witness_policy=policy.encode())
    assert report.disclosed == {"vkey": journey.office.vkey}
    leaf = journey.office.ledger().read(told.facts["ledger_entry"])
    assert (leaf.public["type"], leaf.disclosed["reason"]) == ("disclosure", "an auditor asked")
    with pytest.raises(NotFoundError):
        cases.request_entry(journey.office, batch, "r-99999")


def test_nothing_is_disclosed_without_a_reason_an_officer_and_its_witnesses(journey):
    with pytest.raises(InputError, match="reason"):
        cases.ledger_prove_disclosing(journey.office, 0, ["vkey"], ["ana"], " ", journey.now)
    with pytest.raises(NotFoundError):
        cases.ledger_prove_disclosing(journey.office, 0, ["vkey"], ["nobody"], "why", journey.now)
    size = size_of(journey.office)
    with pytest.raises(NotFoundError):
        cases.ledger_prove_disclosing(journey.office, 0, ["nonsense"], ["ana"], "why", journey.now)
    assert size_of(journey.office) == size


def test_a_release_waits_for_its_witnesses_and_shows_them_to_whoever_asks(journey):
    plan = Plan(entries=(1,), reasons={"*": "26 USC 6103(a)"})
    path = journey.folder / "release.json"
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
    with pytest.raises(UnavailableError, match=r"^The release is recorded") as waiting:
        cases.disclose(journey.office, plan, ["ana"], path, journey.now)
    assert "an entry of its own" in waiting.value.do
    assert not path.exists()
    with two_witnesses(journey) as again:
        cases.adopt_policy(journey.office, again, "ana", journey.now)
        cases.disclose(journey.office, plan, ["ana"], path, journey.now)
    release = json.loads(path.read_text())
    vkey = journey.office.vkey
    assert len(open_release(release, vkey, witness_policy=again.encode()).witnesses) == 2
    assert open_release(release, vkey).witnesses == {}
    for other in (policy_of([(cosigner(8), "")]), policy_of([(cosigner(1), "")], logs=[OTHER_LOG])):
        with pytest.raises(IntegrityError, match="witness"):
            open_release(release, vkey, witness_policy=other.encode())
    with pytest.raises(InputError):
        open_release(release, vkey, witness_policy=b"nonsense")


# --- an old backup ---


def test_a_restored_database_is_found_out_by_the_record_beside_the_keys(journey):
    kept = backup(journey)
    journey.load([person(0)])
    before = size_of(journey.office)
    office = restore(journey, kept)
    lost = size_of(office)
    for act in (
        lambda: cases.add_officer(office, "cy", "Cy", journey.now),
        lambda: journey.receive([asked(0)]),
        lambda: cases.ledger_checkpoint(office, journey.now),
        lambda: cases.release(office, "b-1", journey.folder / "a", journey.now),
        lambda: cases.adopt_policy(office, "quorum none\n", "ana", journey.now),
    ):
        with pytest.raises(HeldError, match=f"has {lost} entries, but it signed {before}"):
            act()
    assert size_of(office) == lost
    (problem,) = cases.ledger_verify(office).facts["problems"]  # reading what is needed to state the gap is allowed
    assert f"it signed {before}" in problem


def test_a_backup_restored_whole_is_found_out_by_the_witnesses(journey):
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        cases.ledger_checkpoint(journey.office, journey.now)
        kept = backup(journey)
        journey.load([person(0)])
        cases.ledger_checkpoint(journey.office, journey.now)
        before = size_of(journey.office)
        office = restore(journey, kept, whole=True)
        with pytest.raises(HeldError, match=f"it signed {before} before") as held:
            cases.add_officer(office, "cy", "Cy", journey.now)
        assert len(held.value.details) == 2
    with pytest.raises(HeldError):  # and remembered, though the witnesses are away now
        cases.add_officer(reopened(journey), "cy", "Cy", journey.now)


def test_a_fork_that_grew_past_what_the_witnesses_hold_is_found_out_by_them(journey):
    """Restored whole while they were away, and worked with: no longer behind them, but another history."""
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        kept = backup(journey)
        cases.add_officer(journey.office, "real", "Real One", journey.now)
        cases.ledger_checkpoint(journey.office, journey.now)
        before = size_of(journey.office)
    office = restore(journey, kept, whole=True)
    for number in range(3):
        cases.add_officer(office, f"o{number}", f"O {number}", journey.now)
    with two_witnesses(journey) as again:
        cases.adopt_policy(office, again, "ana", journey.now)
        with pytest.raises(HeldError, match=f"first {before} entries are not those") as held:
            cases.add_officer(reopened(journey), "cy", "Cy", journey.now)
        assert len(held.value.details) == 2
    with pytest.raises(HeldError):  # and remembered
        cases.add_officer(reopened(journey), "cy", "Cy", journey.now)
    kept = (journey.data / "keys" / "ledger.checkpoint").read_text()
    cases.state_gap(journey.office, "ana", "a restored backup was worked with", journey.now)
    cases.ledger_export(reopened(journey), journey.folder / "e")
    report = audit(journey.folder / "e", journey.office.vkey)
    assert report.ok
    assert f"had signed {before} entries that are not the first {before} of this ledger" in report.gaps[0]
    assert not audit(journey.folder / "e", journey.office.vkey, since=kept).ok  # who holds what was left sees it


def test_an_honest_start_is_not_held(journey):
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        for number in range(3):
            cases.add_officer(reopened(journey), f"o{number}", f"O {number}", journey.now)
    (journey.data / "keys" / "ledger.checkpoint").unlink()
    cases.add_officer(reopened(journey), "o9", "O nine", journey.now)


def test_a_record_that_lags_behind_holds_nothing_up(journey):
    """A process that was killed between its commit and the record leaves an older one."""
    record = journey.data / "keys" / "ledger.checkpoint"
    old = record.read_bytes()
    cases.add_officer(journey.office, "cy", "Cy", journey.now)
    record.write_bytes(old)
    cases.add_officer(reopened(journey), "di", "Di", journey.now)


def test_a_record_that_is_not_one_stops_every_act(journey):
    record = journey.data / "keys" / "ledger.checkpoint"
    good = record.read_bytes()
    origin, size, root, *rest = good.split(b"\n")
    later = b"\n".join([origin, b"99", root, *rest])
    other = b"\n".join([origin, size, root[::-1][1:] + b"=", *rest])
    for bad in (b"x", good[:40], later, other, b"\xff\xfe"):
        record.write_bytes(bad)
        with pytest.raises(IntegrityError):
            cases.add_officer(reopened(journey), "cy", "Cy", journey.now)


def test_a_record_that_is_just_being_overwritten_is_read_again(journey, monkeypatch):
    """Another process renews it after its commit, and a reading may fall between two of its sectors."""
    whole = watch._content(watch.record_path(journey.office))
    readings = iter([whole[:70] + b"#" * 30 + whole[100:], whole[:100] + b"#", whole])
    monkeypatch.setattr(watch, "_content", lambda _: next(readings, whole))
    monkeypatch.setattr(watch, "_kept", {})
    assert watch.lost_by_record(journey.office) is None
    assert next(readings, None) is None


def test_a_lying_witness_alone_stops_nothing_that_the_others_allow(journey):
    from tests.ledger.witnesses import answering

    with (
        answering(409, b"999999\n", "text/x.tlog.size") as liar,
        serving(witness_in(journey.folder, 1, [journey.office.vkey])) as honest,
    ):
        one_of_two = policy_of([(cosigner(1), honest.url), (cosigner(2), liar)], quorum=1)
        cases.adopt_policy(journey.office, one_of_two, "ana", journey.now)
        cases.add_officer(reopened(journey), "cy", "Cy", journey.now)
        cases.adopt_policy(
            journey.office, policy_of([(cosigner(1), honest.url), (cosigner(2), liar)]), "ana", journey.now
        )
        with pytest.raises(HeldError, match="Witnesses say"):
            cases.add_officer(reopened(journey), "di", "Di", journey.now)


# --- the gap ---


def lose(journey):
    """An office whose database was restored from before its last entries; (entries left, entries signed)."""
    kept = backup(journey, f"backup-{random.random()}")
    journey.load([person(0)])
    cases.add_officer(journey.office, f"x{size_of(journey.office)}", f"X {size_of(journey.office)}", journey.now)
    signed = size_of(journey.office)
    left = size_of(restore(journey, kept))
    return left, signed


def test_a_stated_gap_lets_the_office_go_on_under_another_name(journey):
    old_vkey = journey.office.vkey
    old_note = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    left, signed = lose(journey)
    lost_note = (journey.data / "keys" / "ledger.checkpoint").read_text()
    stated = cases.state_gap(journey.office, "ana", "the disk failed; backup of last night", journey.now)
    assert (stated.entry, stated.lost_from, stated.lost_to, stated.previous) == (left, left, signed, old_vkey)
    office = reopened(journey)
    assert office.origin == "counterfoil.example/ledger/2"
    assert office.vkey == stated.vkey != old_vkey
    entry = office.ledger().read(left)
    assert (entry.public["type"], entry.public["size"], entry.public["previous"]) == ("gap", signed, old_vkey)
    assert entry.disclosed["checkpoint"] == lost_note
    journey.load([person(0)])
    assert outcomes(journey.through([asked(0)])) == {"r-00000": "CONFIRMED"}
    assert office.ledger().read(0).disclosed["vkey"] == old_vkey  # what was sealed before still opens
    assert cases.ledger_verify(office).facts["problems"] == []
    report = journey.audit()
    assert report.problems == ()
    assert len(report.gaps) == 1
    folder = sorted(journey.folder.glob("export-*"))[-1]
    for since, ok in ((old_note, True), (lost_note, True)):
        assert audit(folder, office.vkey, since=since).ok == ok
    assert not audit(folder, old_vkey).ok  # who keeps the old key sees that this is not that ledger


def test_a_checkpoint_of_before_a_change_of_key_and_a_gap_still_holds(journey):
    from counterfoil.ledger import Checkpoint, LedgerSigner

    first = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    second = cases.ledger_checkpoint(reopened(journey), journey.now).facts["checkpoint"]
    lose(journey)
    cases.state_gap(journey.office, "ana", "why", journey.now)
    cases.ledger_export(reopened(journey), journey.folder / "e")
    report = audit(journey.folder / "e", journey.office.vkey, since=[first, second])
    assert (report.problems, len(report.gaps)) == ((), 1)
    (path,) = (journey.data / "keys" / "retired").glob("ledger-*")
    thief, size = LedgerSigner.read(path.read_text()), int(second.split("\n")[1])
    late = Checkpoint(thief.name, size, journey.office.ledger().root(size)).sign(thief)
    assert audit(journey.folder / "e", journey.office.vkey, since=late).problems == ()  # the handover: both sign it
    late = Checkpoint(thief.name, size + 1, journey.office.ledger().root(size + 1)).sign(thief)
    assert not audit(journey.folder / "e", journey.office.vkey, since=late).ok


def test_an_earlier_checkpoint_under_the_old_name_must_still_hold(journey):
    other = Journey(journey.folder / "other")
    reopened(journey)
    left, _ = lose(journey)
    cases.state_gap(journey.office, "ana", "why", journey.now)
    cases.ledger_export(journey.office, journey.folder / "e")
    from counterfoil.ledger import Checkpoint, LedgerSigner

    old = LedgerSigner.read((journey.data / "keys" / "ledger.key").read_text())
    forged = Checkpoint(old.name, left - 1, b"r" * 32).sign(old)
    report = audit(journey.folder / "e", journey.office.vkey, since=forged)
    assert any("does not fit" in problem for problem in report.problems)
    foreign = (other.data / "keys" / "ledger.checkpoint").read_text()
    (problem,) = audit(journey.folder / "e", journey.office.vkey, since=foreign).problems
    assert "by no key that this ledger names: either it is not this ledger's, or the history was rewritten" in problem


def test_a_second_gap_gives_the_next_name_and_keeps_all_that_is_sealed(journey):
    for number in (2, 3):
        lose(journey)
        cases.state_gap(journey.office, "ana", "again", journey.now)
        assert reopened(journey).origin == f"counterfoil.example/ledger/{number}"
    assert len(list(journey.office.ledger().read_many(0, size_of(journey.office)))) == size_of(journey.office)
    assert cases.ledger_verify(journey.office).ok
    assert len(journey.audit().gaps) == 2


def test_changes_of_key_before_and_after_a_gap_are_told_apart(journey):
    for _ in range(2):
        cases.rotate_ledger(journey.office, "ana", "", journey.now)
        cases.add_officer(reopened(journey), f"o{size_of(journey.office)}", f"O {size_of(journey.office)}", journey.now)
        lose(journey)
        cases.state_gap(journey.office, "ana", "again", journey.now)
        reopened(journey)
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    cases.add_officer(reopened(journey), "last", "Last One", journey.now)
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    report = journey.audit()
    assert (report.problems, len(report.gaps)) == ((), 2)


def test_a_compromised_key_behind_a_gap_is_still_compromised_and_can_be_changed(journey):
    first = journey.office.vkey.split("+")[1]
    cases.record_compromised(journey.office, first, "ana", journey.now, journey.now)
    kept = backup(journey)
    cases.ledger_export(journey.office, journey.folder / "before")
    cases.record_compromised(
        journey.office, journey.office.ledger().box().key_id.hex(), "ana", journey.now, journey.now
    )
    restore(journey, kept)
    with pytest.raises(HeldError):  # the loss stands before the change of key
        cases.rotate_ledger(journey.office, "ana", "", journey.now)
    cases.state_gap(journey.office, "ana", "the disk failed", journey.now)
    reopened(journey)
    with pytest.raises(NotAllowedError, match="compromised"):
        cases.add_officer(journey.office, "eve", "Eve", journey.now)
    assert cases.list_keys(journey.office)[0]["compromised_since"]
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    cases.add_officer(reopened(journey), "eve", "Eve", journey.now)
    assert cases.list_keys(journey.office)[0]["in_use"]
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    assert journey.audit().problems == ()


def test_a_gap_can_be_stated_where_the_change_of_key_is_among_what_is_lost(journey):
    first = journey.office.vkey
    kept = backup(journey)
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    assert journey.office.vkey != first
    restore(journey, kept)
    with pytest.raises(HeldError):
        cases.add_officer(journey.office, "eve", "Eve", journey.now)
    stated = cases.state_gap(journey.office, "ana", "the disk failed", journey.now)
    assert stated.previous == first
    cases.add_officer(reopened(journey), "eve", "Eve", journey.now)
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    cases.add_officer(reopened(journey), "fay", "Fay", journey.now)
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    assert journey.audit().problems == ()


def test_a_key_found_compromised_after_a_gap_is_known_by_its_id_of_before(journey):
    first = journey.office.vkey.split("+")[1]
    lose(journey)
    cases.state_gap(journey.office, "ana", "the disk failed", journey.now)
    reopened(journey)
    cases.record_compromised(journey.office, first, "ana", journey.now, journey.now)
    with pytest.raises(NotAllowedError, match="compromised"):
        cases.add_officer(journey.office, "eve", "Eve", journey.now)
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    cases.add_officer(journey.office, "eve", "Eve", journey.now)


def test_there_is_no_gap_to_state_where_nothing_is_lost(journey):
    with pytest.raises(OutOfTurnError, match="no gap"):
        cases.state_gap(journey.office, "ana", "why", journey.now)
    kept = (journey.data / "keys" / "ledger.checkpoint").read_text()
    with pytest.raises(OutOfTurnError):
        cases.state_gap(journey.office, "ana", "why", journey.now, kept)
    with pytest.raises(IntegrityError):
        cases.state_gap(journey.office, "ana", "why", journey.now, kept.replace("\n8\n", "\n88\n") + "x")
    lose(journey)
    with pytest.raises(InputError, match="reason"):
        cases.state_gap(journey.office, "ana", "", journey.now)
    with pytest.raises(NotFoundError):
        cases.state_gap(journey.office, "nobody", "why", journey.now)


def test_a_checkpoint_that_an_auditor_kept_shows_the_gap_where_the_record_is_gone(journey):
    kept = backup(journey)
    journey.load([person(0)])
    auditors = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    office = restore(journey, kept, whole=True)
    stated = cases.state_gap(office, "ana", "why", journey.now, auditors)
    assert stated.lost_to > stated.lost_from
    assert cases.ledger_verify(reopened(journey)).ok


def test_a_statement_that_was_cut_short_is_finished_by_the_same_command(journey, monkeypatch):
    from counterfoil.cases.witness import gap

    left, signed = lose(journey)
    monkeypatch.setattr(gap, "_rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        cases.state_gap(journey.office, "ana", "why", journey.now)
    monkeypatch.undo()
    with pytest.raises(HeldError):
        cases.add_officer(reopened(journey), "cy", "Cy", journey.now)
    stated = cases.state_gap(reopened(journey), "ana", "why", journey.now)
    assert (stated.entry, stated.lost_to) == (left, signed)
    cases.add_officer(reopened(journey), "cy", "Cy", journey.now)
    assert cases.ledger_verify(journey.office).ok
    assert journey.audit().ok


def test_after_a_gap_the_witnesses_are_asked_under_the_new_name(journey):
    with two_witnesses(journey) as policy:
        cases.adopt_policy(journey.office, policy, "ana", journey.now)
        cases.ledger_checkpoint(journey.office, journey.now)
        lose(journey)
        cases.state_gap(journey.office, "ana", "why", journey.now)
        assert not cases.ledger_checkpoint(reopened(journey), journey.now).ok  # they do not know that name yet
    logs = [journey.office.vkey]
    folder = journey.folder
    one, two = (witness_in(folder, n, logs, a) for n, a in ((1, "ed25519"), (2, "ml-dsa-44")))
    assert isinstance(one, Witness)
    with serving(one) as first, serving(two) as second:
        again = policy_of([(cosigner(1), first.url), (cosigner(2, "ml-dsa-44"), second.url)], logs=logs)
        cases.adopt_policy(journey.office, again, "ana", journey.now)
        found = cases.ledger_checkpoint(reopened(journey), journey.now)
        assert found.ok
        assert read_note(found.facts["checkpoint"].encode()).cosigned_by(cosigner(1).key)
    assert set(one.heads.all()) == {"counterfoil.example/ledger", "counterfoil.example/ledger/2"}


def restores(journey, count, seed):
    """Restores of backups of random age, each found out before anything is recorded."""
    generator = random.Random(seed)
    kept = []
    for number in range(8):
        kept.append((size_of(journey.office), backup(journey, f"b{number}")))
        for more in range(generator.randrange(1, 4)):
            cases.add_officer(journey.office, f"o{number}-{more}", f"O {number} {more}", journey.now)
    newest = journey.folder / "newest"
    backup(journey, "newest")
    for _ in range(count):
        size, old = generator.choice(kept)
        office = restore(journey, old)
        with pytest.raises(HeldError):
            cases.add_officer(office, "late", "L", journey.now)
        assert size_of(office) == size
        restore(journey, newest)
        cases.ledger_checkpoint(journey.office, journey.now)


def test_no_restore_of_whatever_age_serves_without_alarm(journey):
    restores(journey, 12, seed=1)


@pytest.mark.slow
def test_two_hundred_restores_of_whatever_age_serve_nothing_without_alarm(journey):
    restores(journey, 200, seed=2)


def test_the_json_of_a_statement_names_what_is_lost(journey):
    left, signed = lose(journey)
    stated = json.loads(json.dumps(cases.state_gap(journey.office, "ana", "why", journey.now).as_dict()))
    assert stated["lost"] == {"from": left, "before": signed}
