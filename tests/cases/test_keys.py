"""Keys of the office change by entries that both have signed; compromised ones are refused and accounted for."""

import base64
import json
import random
import stat
from datetime import date, timedelta

import pytest
from django.db import transaction

from counterfoil import cases, request
from counterfoil.cases.keys import rotate
from counterfoil.cases.keys.compromised import _of_official
from counterfoil.cases.keys.rotate import custodian_statement, settle
from counterfoil.errors import (
    CounterfoilError,
    InputError,
    IntegrityError,
    NotAllowedError,
    NotFoundError,
    OutOfTurnError,
)
from counterfoil.ledger import LedgerSigner, audit, new_ledger_key
from counterfoil.ledger.auditor import rotation
from counterfoil.ledger.auditor.note import read_key
from counterfoil.ledger.note import sign_note
from counterfoil.ledger.sealed import key_id_of
from counterfoil.office import models
from tests.journey import asked, outcomes, person


def exported(journey, name):
    folder = journey.folder / name
    cases.ledger_export(journey.office, folder)
    return folder


def rotated_twice(journey):
    first = journey.office.vkey
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    cases.add_officer(journey.office, "cyd", "Cyd Halloran", journey.now)
    cases.rotate_ledger(journey.office, "ben", "", journey.now)
    cases.add_officer(journey.office, "dov", "Dov Amberley", journey.now)
    return first


# --- the ledger's key ---


def test_the_entry_is_signed_by_both_keys_and_so_is_the_checkpoint_over_it(journey):
    first = journey.office.vkey
    done = cases.rotate_ledger(journey.office, "ana", "", journey.now)
    second = journey.office.vkey
    assert first != second
    assert (journey.data / "public" / "ledger.vkey").read_text().strip() == second
    ledger = journey.office.ledger()
    public = ledger.read(done.entry).public
    assert (public["previous"], public["vkey"], public["by"]) == (first, second, journey.office.pseudonym("ana"))
    chain = rotation.follow(read_key(first), journey.office.origin, [(done.entry, public)])
    assert chain.newest == read_key(second)
    note = dict(ledger.store.checkpoints())[done.entry + 1]
    for vkey in (first, second):
        name, identifier, _ = vkey.split("+", 2)
        assert note.count(f"\u2014 {name} ") == 2
        assert identifier
    private = journey.data / "keys" / "ledger.key"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    retired = journey.data / "keys" / "retired" / f"ledger-{done.previous}.key"
    assert stat.S_IMODE(retired.stat().st_mode) == 0o600
    assert LedgerSigner.read(retired.read_text()).verifier.vkey == first


def test_an_auditor_with_any_of_the_keys_is_led_to_the_one_that_signs(journey):
    kept = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    first = rotated_twice(journey)
    folder = exported(journey, "export")
    middle = (journey.data / "public" / "retired").glob("ledger-*.vkey")
    for vkey in (first, journey.office.vkey, *(path.read_text().strip() for path in middle)):
        report = audit(folder, vkey, since=[kept])
        assert report.ok, report.problems
    assert cases.ledger_verify(journey.office).ok
    assert not [check.what for check in cases.doctor(journey.office, journey.now) if not check.ok]


def test_a_checkpoint_by_a_key_that_was_changed_is_refused(journey):
    first_key = (journey.data / "keys" / "ledger.key").read_text()
    first = rotated_twice(journey)
    folder = exported(journey, "export")
    note = (folder / "checkpoint").read_text()
    body = note.rpartition("\n\n")[0] + "\n"
    (folder / "checkpoint").write_text(sign_note(body, [LedgerSigner.read(first_key)]))
    report = audit(folder, first)
    assert not report.ok
    assert any("changed" in problem for problem in report.problems)


@pytest.mark.parametrize("part", ["consent", "proof", "vkey", "previous"])
def test_a_change_that_not_both_keys_have_signed_leads_nowhere(journey, part):
    first = journey.office.vkey
    done = cases.rotate_ledger(journey.office, "ana", "", journey.now)
    public = dict(journey.office.ledger().read(done.entry).public)
    other, index = dict(public), done.entry
    other[part] = {"vkey": first, "previous": journey.office.vkey}.get(
        part, public["consent" if part == "proof" else "proof"]
    )
    chain = rotation.follow(read_key(first), journey.office.origin, [(index, other)])
    assert chain.newest == read_key(first)
    assert chain.problems
    moved = rotation.follow(read_key(first), journey.office.origin, [(index + 1, public)])
    assert moved.newest == read_key(first)
    assert moved.problems


def test_a_key_that_is_handed_over_twice_is_found():
    signers = [LedgerSigner.read(new_ledger_key("a.example/l")[0]) for _ in range(3)]
    keys = [signer.verifier.vkey for signer in signers]

    def change(index, old, new):
        said = rotation.statement("a.example/l", index, keys[old], keys[new])
        consent, proof = (base64.b64encode(signers[one].sign(said)).decode() for one in (old, new))
        return index, {
            "type": "key", "act": "rotated", "use": "ledger", "previous": keys[old], "vkey": keys[new],
            "consent": consent, "proof": proof,
        }  # fmt: skip

    good = rotation.follow(read_key(keys[1]), "a.example/l", [change(3, 0, 1), change(8, 1, 2)])
    assert [span.key.vkey for span in good.spans] == keys
    assert [(span.first, span.last) for span in good.spans] == [(0, 4), (4, 9), (9, None)]
    assert [len(good.at(size)) for size in (0, 4, 5, 9, 10)] == [1, 2, 1, 2, 1]
    twice = rotation.follow(read_key(keys[0]), "a.example/l", [change(3, 0, 1), change(8, 0, 2)])
    assert twice.newest.vkey == keys[1]
    assert any("twice" in problem for problem in twice.problems)
    back = rotation.follow(read_key(keys[0]), "a.example/l", [change(3, 0, 1), change(8, 1, 0)])
    assert any("twice" in problem for problem in back.problems)


def test_a_change_that_was_cut_short_before_its_entry_changes_nothing_and_after_it_is_finished(journey, monkeypatch):
    first = journey.office.vkey

    def cut(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotate, "_record", cut)
        with pytest.raises(KeyboardInterrupt):
            cases.rotate_ledger(journey.office, "ana", "", journey.now)
    office = cases.open_office(journey.data)
    assert office.vkey == first
    assert cases.ledger_checkpoint(office, journey.now).ok
    with monkeypatch.context() as patch:
        patch.setattr(rotate, "_done", cut)
        with pytest.raises(KeyboardInterrupt):
            cases.rotate_ledger(office, "ana", "", journey.now)
    assert (journey.data / "keys" / "ledger.key.next").exists()
    office = cases.open_office(journey.data)
    assert office.vkey != first
    assert not (journey.data / "keys" / "ledger.key.next").exists()
    cases.add_officer(office, "cyd", "Cyd Halloran", journey.now)
    assert cases.ledger_verify(office).ok
    settle(office)


# --- the custodian's key ---


def test_batches_sealed_to_the_old_key_open_for_the_time_of_grace_and_no_longer(journey):
    old_public = journey.office.public_key
    early, late = (journey.sealed([asked(n)], custodian_jwk=old_public) for n in (0, 1))
    done = cases.rotate_custodian(journey.office, "ana", "", journey.now, timedelta(days=7))
    assert journey.office.public_key["kid"] == done.id != old_public["kid"]
    assert cases.receive_bytes(journey.office, early, "api", journey.now + timedelta(days=6)).codes == ()
    refused = cases.receive_bytes(journey.office, late, "api", journey.now + timedelta(days=8))
    assert refused.codes == ("BATCH_MALFORMED",)
    public = journey.office.ledger().read(done.entry).public
    said = custodian_statement(journey.office.origin, done.entry, old_public["kid"], json.loads(public["jwk"]))
    for signature, key in (("consent", old_public), ("proof", json.loads(public["jwk"]))):
        assert request.is_signature(base64.b64decode(public[signature]), said, key)
        assert not request.is_signature(base64.b64decode(public[signature]), said + b"x", key)


def test_answers_are_signed_with_the_new_key(journey):
    journey.load([person(0)])
    cases.rotate_custodian(journey.office, "ana", "", journey.now)
    opened = journey.through([asked(0)])
    assert outcomes(opened) == {"r-00000": "CONFIRMED"}
    assert journey.audit().ok


# --- the sealing key ---


@pytest.mark.both_databases
def test_what_older_keys_sealed_still_opens_and_is_sealed_anew_when_asked(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    before = journey.office.ledger()
    size, first = before.size(), before.box().key_id
    whole = [before.read(index) for index in range(size)]
    done = cases.rotate_sealing(journey.office, "ana", "", journey.now)
    cases.add_officer(journey.office, "cyd", "Cyd Halloran", journey.now)
    ledger = journey.office.ledger()
    ids = {key_id_of(record) for _, record in ledger.store.sealed(0, ledger.size())}
    assert ids == {first, bytes.fromhex(done.id)}
    assert [ledger.read(index) for index in range(size)] == whole
    again = cases.rotate_sealing(journey.office, "ben", "", journey.now)
    resealed = cases.reseal(journey.office)
    ledger = journey.office.ledger()
    assert resealed == ledger.size()
    assert {key_id_of(record) for _, record in ledger.store.sealed(0, ledger.size())} == {bytes.fromhex(again.id)}
    assert [ledger.read(index) for index in range(size)] == whole
    assert cases.reseal(journey.office) == 0
    assert cases.ledger_verify(journey.office).ok


@pytest.mark.parametrize(
    "change", [cases.rotate_ledger, cases.rotate_custodian, cases.rotate_sealing], ids=lambda one: one.__name__
)
def test_no_key_is_made_where_nobody_can_sign_for_the_change(journey, change):
    before = sorted((journey.data / "keys").rglob("*"))
    with pytest.raises(NotFoundError):
        change(journey.office, "nobody", "", journey.now)
    assert sorted((journey.data / "keys").rglob("*")) == before


def test_a_lost_sealing_key_is_told(journey):
    done = cases.rotate_sealing(journey.office, "ana", "", journey.now)
    (journey.data / "keys" / f"sealing-{done.id}.key").unlink()
    with pytest.raises(IntegrityError, match="missing"):
        journey.office.ledger()
    assert [check for check in cases.doctor(journey.office, journey.now) if not check.ok]


# --- compromised keys ---


def test_an_officials_compromised_key_signs_nothing_more_and_its_answers_are_listed(journey):
    journey.load([person(n) for n in range(4)])
    journey.through([asked(0)])
    waiting = journey.examine([asked(1)])
    journey.approve(waiting.id)
    cases.verify(journey.office, waiting.id, journey.now)
    kid = journey.official_key["kid"]
    found = cases.record_compromised(journey.office, kid, "ana", journey.now - timedelta(days=1), journey.now)
    assert found.use == "official"
    assert [bool(batch["answer"]) for batch in found.facts["batches"]] == [True, False]
    with pytest.raises(Exception, match="changed after") as caught:
        cases.release(journey.office, waiting.id, journey.folder / "x", journey.now)
    assert caught.value.exit_code == 1
    assert caught.value.details == ("The signature was valid, and is invalid now.",)
    assert not (journey.folder / "x").exists()
    again = cases.examine(journey.office, waiting.id, journey.now)
    assert "SIGNATURE_INVALID" in [finding.code for finding in again.examination.batch]
    released = models.Release.objects.get()
    with pytest.raises((NotAllowedError, OutOfTurnError), match="compromised"):
        cases.release(journey.office, released.batch_id, journey.folder / "y", journey.now)
    late = models.Batch.objects.get(id=journey.receive([asked(2)]).id)
    assert late.signature == "invalid"
    with pytest.raises(InputError, match="compromised"):
        cases.enroll_official(
            journey.office, "official-2", "treasury-dhs-2025-04-07", "X Y", "Director", date(2025, 1, 1), None,
            journey.folder / "official.key.pub", journey.now,
        )  # fmt: skip
    assert journey.audit().ok


def test_a_batch_that_came_in_before_the_key_was_lost_stands(journey):
    journey.load([person(0)])
    examined = journey.examine([asked(0)])
    later = journey.now + timedelta(hours=2)
    cases.record_compromised(journey.office, journey.official_key["kid"], "ana", later, later)
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    assert outcomes(journey.release(examined.id)) == {"r-00000": "CONFIRMED"}


def test_nothing_is_sealed_to_a_readers_compromised_key_and_nothing_sealed_to_it_leaves_again(journey):
    journey.load([person(n) for n in range(3)])
    before = journey.examine([asked(0)])
    journey.approve(before.id)
    cases.verify(journey.office, before.id, journey.now)
    journey.release(before.id)
    kid = journey.officer_key["kid"]
    found = cases.record_compromised(journey.office, kid, "ana", journey.now, journey.now)
    assert (found.use, len(found.facts["batches"])) == ("officer", 1)
    with pytest.raises(NotAllowedError, match="sealed to a key"):
        cases.release(journey.office, before.id, journey.folder / "again", journey.now)
    examined = journey.examine([asked(1)])
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    output = journey.folder / "other"
    cases.release(journey.office, examined.id, output, journey.now)
    assert kid not in request.recipients_of(output.read_bytes())
    with pytest.raises(IntegrityError):
        request.unseal(output.read_bytes(), journey.officer_key)
    other = request.read_key(journey.folder / "o2.key", private=True)
    assert request.unseal(output.read_bytes(), other)
    cases.record_compromised(journey.office, other["kid"], "ana", journey.now, journey.now)
    third = journey.examine([asked(2)])
    journey.approve(third.id)
    cases.verify(journey.office, third.id, journey.now)
    with pytest.raises(OutOfTurnError, match="Every key"):
        cases.release(journey.office, third.id, journey.folder / "none", journey.now)


def test_the_offices_own_compromised_keys_are_refused_until_they_are_changed(journey):
    journey.load([person(0)])
    office, now = journey.office, journey.now
    signer = office.signer.verifier.key_id.hex()
    found = cases.record_compromised(office, signer, "ana", now - timedelta(days=400), now)
    assert found.facts["entries"] == [f"0-{found.entry - 1}"]
    assert found.facts["checkpoints"]
    with pytest.raises(NotAllowedError, match="compromised") as caught:
        cases.add_officer(office, "cyd", "Cyd Halloran", now)
    assert "key rotate ledger" in caught.value.do
    assert any("compromised" in check.what for check in cases.doctor(office, now) if not check.ok)
    cases.rotate_ledger(office, "ana", "", now)
    cases.add_officer(office, "cyd", "Cyd Halloran", now)
    sealing = office.ledger().box().key_id.hex()
    cases.record_compromised(office, sealing, "ana", now, now)
    with pytest.raises(NotAllowedError, match="sealing key"):
        cases.add_officer(office, "dov", "Dov Amberley", now)
    cases.rotate_sealing(office, "ana", "", now)
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    cases.verify(office, examined.id, now)
    waiting = journey.sealed([asked(1)])
    cases.record_compromised(office, office.public_key["kid"], "ana", now, now)
    with pytest.raises(NotAllowedError, match="custodian key"):
        cases.release(office, examined.id, journey.folder / "x", now)
    assert cases.receive_bytes(office, waiting, "api", now).codes == ("BATCH_MALFORMED",)
    cases.rotate_custodian(office, "ana", "", now)
    assert outcomes(journey.release(examined.id)) == {"r-00000": "CONFIRMED"}
    assert journey.audit().ok
    assert {row["use"] for row in cases.list_keys(office) if row["compromised_since"]} == {
        "ledger",
        "sealing",
        "custodian",
    }


def test_an_unknown_key_and_a_time_to_come_are_refused(journey):
    with pytest.raises(NotFoundError):
        cases.record_compromised(journey.office, "0" * 43, "ana", journey.now, journey.now)
    with pytest.raises(InputError, match="to come"):
        cases.record_compromised(
            journey.office, journey.official_key["kid"], "ana", journey.now + timedelta(hours=1), journey.now
        )


def history(journey, seed, batches=12):
    """Batches of one official at random times, some answered, straight into the tables; what must be listed."""
    generator = random.Random(seed)
    since = journey.now - timedelta(minutes=generator.randrange(20_000))
    mine = f"official-of-{seed}"
    models.Official.objects.create(
        id=mine, agreement="a", name=mine, office="x", starts=date(2025, 1, 1), key={"kid": f"kid-{seed}"}, at=since
    )
    wanted = {}
    for number in range(batches):
        at = journey.now - timedelta(minutes=generator.randrange(20_000))
        name = f"b-{seed}-{number}"
        official, valid = generator.choice([mine, "someone"]), generator.random() < 0.8
        batch = models.Batch.objects.create(
            id=name, sealed_sha256=f"{seed:032d}{number:032d}", official=official,
            signature="valid" if valid else "invalid", count=1, receipt=number, at=at,
        )  # fmt: skip
        answered = generator.random() < 0.6
        if answered:
            models.Release.objects.create(
                batch=batch, kind="returned", answer=b"", counts={}, refused_by_code={}, entry=number, at=at
            )
        if official == mine and valid and at >= since:
            wanted[name] = answered
    return since, wanted


def listed_in(journey, seeds):
    for seed in seeds:
        with transaction.atomic():
            since, wanted = history(journey, seed)
        facts = _of_official(journey.office, f"kid-{seed}", since)
        assert {row["batch"]: bool(row["answer"]) for row in facts["batches"]} == wanted


def test_the_list_of_what_a_key_signed_is_whole_in_random_histories(journey):
    listed_in(journey, range(25))


@pytest.mark.slow
def test_the_list_of_what_a_key_signed_is_whole_in_a_thousand_random_histories(journey):
    listed_in(journey, range(1_000))


def signed_by(journey, vkey):
    """The sizes of the stored checkpoints that a key has signed, found by a reading of its own of each note."""
    name, identifier, _ = vkey.split("+", 2)
    sizes = []
    for size, note in journey.office.ledger().store.checkpoints():
        lines = [line.split(" ") for line in note.split("\n") if line.startswith("\u2014 ")]
        if any(line[1] == name and base64.b64decode(line[2])[:4].hex() == identifier for line in lines):
            sizes.append(size)
    return sizes


def test_of_each_key_of_the_ledger_what_it_signed_itself_is_listed(journey):
    keys = [journey.office.vkey]
    changes = []
    for name in ("cyd", "dov"):
        changes.append(cases.rotate_ledger(journey.office, "ana", "", journey.now).entry)
        keys.append(journey.office.vkey)
        cases.add_officer(journey.office, name, name.title(), journey.now)
        cases.add_officer(journey.office, f"{name}-2", f"{name.title()} the Second", journey.now)
    (one, two), end = changes, journey.office.ledger().size()
    entries = [f"0-{one}", f"{one}-{two}", f"{two}-{end - 1}"]  # a change is listed for both of its keys
    long_ago = journey.now - timedelta(days=400)
    for vkey, listed in reversed(list(zip(keys, entries, strict=True))):
        sizes = signed_by(journey, vkey)
        found = cases.record_compromised(journey.office, vkey.split("+")[1], "ana", long_ago, journey.now)
        if vkey == keys[-1]:
            cases.rotate_ledger(journey.office, "ana", "", journey.now)
        assert (found.facts["entries"], found.facts["checkpoints"]) == ([listed], sizes)
    assert len(sizes) > 2


def test_what_a_key_of_the_ledger_signed_before_a_gap_is_listed_under_either_name(journey):
    from tests.cases.test_witnessed import lose, reopened

    first = journey.office.vkey
    left, _ = lose(journey)
    cases.state_gap(journey.office, "ana", "the disk failed", journey.now)
    cases.add_officer(reopened(journey), "cyd", "Cyd Halloran", journey.now)
    sizes = [*signed_by(journey, first), *signed_by(journey, journey.office.vkey)]
    assert sizes[-2:] == [left + 1, left + 2]
    found = cases.record_compromised(journey.office, first.split("+")[1], "ana", journey.now, journey.now)
    assert (found.facts["entries"], found.facts["checkpoints"]) == ([f"0-{left + 1}"], sizes)


# --- sources ---


def test_a_key_file_that_others_can_read_is_refused_with_what_to_do(journey):
    for name in ("ledger.key", "custodian.jwk", "data.key"):
        path = journey.data / "keys" / name
        path.chmod(0o640)
        office = cases.open_office(journey.data)
        with pytest.raises(InputError, match="0640") as caught:
            cases.ledger_checkpoint(office, journey.now)
            office.public_key  # noqa: B018
        assert "chmod 600" in caught.value.do
        assert [check for check in cases.doctor(office, journey.now) if not check.ok]
        path.chmod(0o600)


def test_keys_come_from_the_environment_and_from_files_that_it_names(tmp_path, monkeypatch, journey):
    keys = journey.data / "keys"
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY", (keys / "ledger.key").read_text())
    monkeypatch.setenv("COUNTERFOIL_CUSTODIAN_KEY", (keys / "custodian.jwk").read_text())
    (keys / "data.key").rename(tmp_path / "elsewhere")
    monkeypatch.setenv("COUNTERFOIL_DATA_KEY_FILE", str(tmp_path / "elsewhere"))
    for name in ("ledger.key", "custodian.jwk"):
        (keys / name).unlink()
    journey.office = cases.open_office(journey.data)
    journey.load([person(0)])
    assert outcomes(journey.through([asked(0)])) == {"r-00000": "CONFIRMED"}
    told = {check.name: check.what for check in cases.doctor(journey.office, journey.now)}
    assert told["key ledger"] == "from the environment (COUNTERFOIL_LEDGER_KEY)"
    assert "elsewhere (COUNTERFOIL_DATA_KEY_FILE)" in told["key data"]
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY_FILE", str(tmp_path / "elsewhere"))
    with pytest.raises(InputError, match="Both"):
        cases.ledger_checkpoint(cases.open_office(journey.data), journey.now)


def test_the_list_of_keys_names_the_true_source_of_the_sealing_key(tmp_path, monkeypatch, journey):
    def where():
        rows = cases.list_keys(cases.open_office(journey.data))
        return next(row["where"] for row in rows if row["use"] == "sealing" and row["in_use"])

    keys = journey.data / "keys"
    assert where() == f"derived from the data key, from the file {keys / 'data.key'}"
    monkeypatch.setenv("COUNTERFOIL_DATA_KEY", (keys / "data.key").read_text())
    (keys / "data.key").unlink()
    assert where() == "derived from the data key, from the environment (COUNTERFOIL_DATA_KEY)"
    done = cases.rotate_sealing(cases.open_office(journey.data), "ana", "", journey.now)
    assert where() == f"from the file {keys / f'sealing-{done.id}.key'}"


def test_a_changed_key_that_the_environment_still_names_is_told_first_and_does_not_work(monkeypatch, journey):
    keys = journey.data / "keys"
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY", (keys / "ledger.key").read_text())
    done = cases.rotate_ledger(cases.open_office(journey.data), "ana", "", journey.now)
    assert any("before the next command" in line and str(keys / "ledger.key") in line for line in done.next)
    with pytest.raises(CounterfoilError):
        cases.add_officer(cases.open_office(journey.data), "cyd", "Cyd Halloran", journey.now)
    monkeypatch.delenv("COUNTERFOIL_LEDGER_KEY")
    cases.add_officer(cases.open_office(journey.data), "cyd", "Cyd Halloran", journey.now)


def test_an_office_is_made_with_keys_that_stand_nowhere_on_its_disk(tmp_path, monkeypatch, journey):
    keys = journey.data / "keys"
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY", (keys / "ledger.key").read_text())
    monkeypatch.setenv("COUNTERFOIL_CUSTODIAN_KEY", (keys / "custodian.jwk").read_text())
    monkeypatch.setenv("COUNTERFOIL_DATA_KEY", (keys / "data.key").read_text())
    cases.init(tmp_path / "other", journey.now)
    assert not [path.name for path in (tmp_path / "other" / "keys").iterdir() if "checkpoint" not in path.name]
    office = cases.open_office(tmp_path / "other")
    assert office.vkey == journey.office.vkey
    assert cases.ledger_verify(office).ok


def test_a_key_in_the_environment_that_was_changed_is_told_of(monkeypatch, journey):
    monkeypatch.setenv("COUNTERFOIL_LEDGER_KEY", (journey.data / "keys" / "ledger.key").read_text())
    journey.office = cases.open_office(journey.data)
    done = cases.rotate_ledger(journey.office, "ana", "", journey.now)
    assert any("COUNTERFOIL_LEDGER_KEY" in line for line in done.next)
    with pytest.raises(IntegrityError, match="not the one"):
        cases.ledger_checkpoint(cases.open_office(journey.data), journey.now)
    monkeypatch.delenv("COUNTERFOIL_LEDGER_KEY")
    assert cases.ledger_checkpoint(cases.open_office(journey.data), journey.now).ok
