"""A proof of one entry checks with any key that the ledger has had, and with none that it gave up before."""

import base64
import json
from pathlib import Path

import pytest

from counterfoil import answer, cases
from counterfoil.cases.redaction.plan import Plan
from counterfoil.errors import InputError, IntegrityError
from counterfoil.ledger import Checkpoint, LedgerSigner, open_receipt, tlog_proof
from counterfoil.ledger.auditor.proof import check_proof
from counterfoil.ledger.redact import check_release
from counterfoil.ledger.tree import leaf_hash
from tests.journey import asked, person
from tests.ledger.test_audit_alone import alone, run_alone  # noqa: F401


@pytest.fixture
def changed(journey):
    """A journey whose key changed twice; the keys, a proof from under each of them, and the history of keys."""
    keys, proofs = [], []
    for name in ("", "cyd", "dov"):
        if name:
            cases.rotate_ledger(journey.office, "ana", "", journey.now)
            cases.add_officer(journey.office, name, name.title(), journey.now)
        keys.append(journey.office.vkey)
        proofs.append(cases.ledger_prove(journey.office, 0).facts)
    history = json.dumps(cases.key_history(journey.office)).encode()
    return keys, proofs, history


def both_forms(facts):
    """A proof as the text of C2SP, and as a receipt."""
    return tuple(cases.proof_text(facts, Path(name)).encode() for name in ("proof.tlog-proof", "proof.json"))


def receipt_of(facts):
    return json.loads(both_forms(facts)[1])


def test_a_proof_of_after_a_change_checks_with_every_key_of_before(changed):
    keys, proofs, _ = changed
    for vkey in keys:
        for text in both_forms(proofs[2]):
            report = check_proof(text, vkey)
            assert report.ok, report.problems
        assert open_receipt(receipt_of(proofs[2]), vkey).index == 0
    assert check_proof(both_forms(proofs[1])[0], keys[0]).ok


def test_a_proof_of_before_a_change_checks_with_a_later_key_where_the_history_is_known(changed):
    keys, proofs, history = changed
    for vkey in keys[1:]:
        for text in both_forms(proofs[0]):
            assert not check_proof(text, vkey).ok
            report = check_proof(text, vkey, keys=history)
            assert report.ok, report.problems
        assert open_receipt(receipt_of(proofs[0]), vkey, keys=history).index == 0
    assert len(json.loads(history)["keys"]) == 2
    assert "keys" not in proofs[0]


def test_a_release_of_before_a_change_checks_with_a_later_key_where_the_history_is_known(journey):
    plan = Plan(entries=(0,), disclose=frozenset({"time"}), reasons={"*": "26 USC 6103(a)"})
    cases.disclose(journey.office, plan, ["ana"], journey.folder / "release.json", journey.now)
    release = json.loads((journey.folder / "release.json").read_text())
    first = journey.office.vkey
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    history = json.dumps(cases.key_history(journey.office)).encode()
    assert check_release(release, first) == ()
    assert "not signed by the key" in check_release(release, journey.office.vkey)[0]
    assert check_release(release, journey.office.vkey, history) == ()
    with pytest.raises(InputError, match="history"):
        check_release(release, first, b"{}")
    broken = {**release, "keys": [{"index": 1, "leaf": "bm8=", "proof": []}]}
    assert check_release(broken, journey.office.vkey, history)


def test_a_key_signs_nothing_of_after_its_change(changed, journey):
    keys, _, history = changed
    retired = journey.data / "keys" / "retired"
    (thief,) = [one for one in map(LedgerSigner.read, map(_text, retired.iterdir())) if one.verifier.vkey == keys[0]]
    ledger = journey.office.ledger()
    own = ledger.store.latest_checkpoint()[1]
    forged = Checkpoint(thief.name, ledger.size(), ledger.root()).sign(thief)
    text = tlog_proof(ledger, 0).replace(own, forged)
    receipt = {**ledger.receipt(0), "checkpoint": forged}
    for vkey in keys:
        for one in (text.encode(), json.dumps(receipt).encode()):
            assert not check_proof(one, vkey, keys=history).ok
            assert not check_proof(one, vkey).ok
    bare = {name: value for name, value in receipt.items() if name != "keys"}
    assert check_proof(json.dumps(bare).encode(), keys[0]).ok  # nobody told the checker of the change
    assert not check_proof(json.dumps(bare).encode(), keys[0], keys=history).ok


def test_a_stolen_key_of_before_makes_no_proof_for_those_who_hold_a_later_one(changed, journey):
    keys, proofs, _ = changed
    retired = journey.data / "keys" / "retired"
    (thief,) = [one for one in map(LedgerSigner.read, map(_text, retired.iterdir())) if one.verifier.vkey == keys[0]]
    leaf = base64.b64decode(proofs[0]["leaf"]).replace(b'"day":"2', b'"day":"1')
    forged = Checkpoint(thief.name, 1, leaf_hash(leaf)).sign(thief)  # no larger than the ledger was at the change
    receipt = {**proofs[2], "leaf": base64.b64encode(leaf).decode(), "proof": [], "checkpoint": forged}
    assert receipt["keys"] and receipt["index"] == 0
    text = both_forms(receipt)[1]
    assert not check_proof(text, keys[0]).ok  # what it carries leads on to keys that did not sign it
    bare = both_forms({**receipt, "keys": []})[1]
    assert check_proof(bare, keys[0]).ok  # whoever holds the stolen key alone cannot tell
    for vkey in keys[1:]:
        assert not check_proof(bare, vkey).ok
        assert not check_proof(text, vkey).ok
        with pytest.raises(IntegrityError):
            open_receipt(receipt_of(receipt), vkey)


def test_where_a_key_hands_over_the_former_one_alone_is_not_enough(changed, journey):
    keys, proofs, history = changed
    retired = journey.data / "keys" / "retired"
    (former,) = [one for one in map(LedgerSigner.read, map(_text, retired.iterdir())) if one.verifier.vkey == keys[0]]
    ledger, size = journey.office.ledger(), json.loads(history)["keys"][0]["index"] + 1
    path = [base64.b64encode(part).decode() for part in ledger.inclusion_proof(0, size)]
    both = ledger.store.checkpoint(size)
    single = Checkpoint(former.name, size, ledger.root(size)).sign(former)
    for note, sound in ((both, True), (single, False)):
        receipt = {**proofs[2], "proof": path, "checkpoint": note, "keys": proofs[2]["keys"][:1]}
        text = both_forms(receipt)[1]
        for vkey in keys[:2]:
            assert check_proof(text, vkey).ok is sound
        if sound:
            assert open_receipt(receipt_of(receipt), keys[0]).size == size
        else:
            with pytest.raises(IntegrityError):
                open_receipt(receipt, keys[0])


def test_a_change_that_was_tampered_with_leads_nowhere(changed):
    keys, proofs, history = changed
    for at in range(2):
        receipt = json.loads(both_forms(proofs[2])[1])
        leaf = json.loads(base64.b64decode(receipt["keys"][at]["leaf"]))
        leaf["consent"], leaf["proof"] = leaf["proof"], leaf["consent"]
        written = json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
        receipt["keys"][at]["leaf"] = base64.b64encode(written).decode()
        assert "both signed" in check_proof(json.dumps(receipt).encode(), keys[0]).problems[0]
    moved = json.loads(history)
    moved["keys"][0]["index"] += 1
    assert not check_proof(both_forms(proofs[0])[0], keys[2], keys=json.dumps(moved).encode()).ok


@pytest.mark.parametrize(
    "keys",
    ["x", 5, {}, [1], [{}], [{"index": -1, "leaf": ""}], [{"index": 0, "leaf": "é"}], [{"index": 1, "leaf": "e"}]],
)
def test_what_is_no_list_of_changes_is_refused(changed, keys):
    vkeys, proofs, _ = changed
    receipt = {**json.loads(both_forms(proofs[2])[1]), "keys": keys}
    report = check_proof(json.dumps(receipt).encode(), vkeys[2])
    assert not report.ok
    with pytest.raises(InputError, match="history"):
        check_history(vkeys[0], keys)


def check_history(vkey, keys):
    text = json.dumps({"schema": "counterfoil.ledger-keys/1", "keys": keys}).encode()
    try:
        check_proof(b"", vkey, keys=text)
    except ValueError as error:  # the auditor's own, which has no base of ours
        raise InputError(str(error), "") from error


def test_more_changes_than_a_bundle_may_carry_are_refused_before_any_is_looked_at(changed):
    keys, proofs, _ = changed
    receipt = json.loads(both_forms(proofs[2])[1])
    receipt["keys"] *= 40
    assert check_proof(json.dumps(receipt).encode(), keys[0]).problems == (
        "The changes of the ledger's key cannot be read.",
    )
    head, gap, note = both_forms(proofs[2])[0].partition(b"\n\n")
    lines = head.split(b"\n")
    extra = base64.b64decode(lines[1][6:])
    lines[1] = b"extra " + base64.b64encode(extra + extra[extra.index(b"^") :] * 40)
    assert not check_proof(b"\n".join(lines) + gap + note, keys[0]).ok


def with_changes(text, *changes):
    """A proof text that carries these changes of key, as they stand, in the place of its own."""
    head, gap, note = text.partition(b"\n\n")
    lines = head.split(b"\n")
    entry = base64.b64decode(lines[1][6:]).split(b"^")[0]
    lines[1] = b"extra " + base64.b64encode(b"^".join([entry, *changes]))
    return b"\n".join(lines) + gap + note


def test_a_proof_carries_no_more_as_changes_of_key_than_those_that_lead_to_the_key_that_signed(changed):
    keys, proofs, history = changed
    text = both_forms(proofs[2])[0]
    own = base64.b64decode(text.split(b"\n")[1][6:]).split(b"^")[1:]
    assert len(own) == 2
    late = b"999999" + own[1][own[1].index(b".") :]
    for carried in (
        [b"1.e30"],
        [*own, b"1.e30"],
        [b"1.e30", *own],
        [*own, b"999999.eyJ0eXBlIjoia2V5In0"],
        [own[1], own[0]],
        [*own, own[1]],
        [own[0], own[0], own[1]],
        [*own, late],
        own[:1],
        [own[0], b"0" + own[1]],
        [own[0], own[1] + b"="],
        [own[0], own[1] + b"A"],
        [*own, b""],
    ):
        altered = with_changes(text, *carried)
        for vkey in keys:
            assert not check_proof(altered, vkey).ok, carried
            assert not check_proof(altered, vkey, keys=history).ok, carried
    for vkey in keys:
        assert check_proof(with_changes(text, *own), vkey).ok
        assert not check_proof(with_changes(both_forms(proofs[0])[0], *own), vkey, keys=history).ok


def test_a_receipt_carries_no_more_as_changes_of_key_than_those_that_lead_to_the_key_that_signed(changed):
    keys, proofs, _ = changed
    receipt = receipt_of(proofs[2])
    foreign = {"index": 1, "leaf": base64.b64encode(b"{}").decode()}
    own = receipt["keys"]
    for carried in ([*own, foreign], [foreign], own[::-1], [*own, own[1]], own[:1], [*own, {**own[1], "index": 99}]):
        altered = {**receipt, "keys": carried}
        assert not check_proof(json.dumps(altered).encode(), keys[2]).ok
        with pytest.raises(IntegrityError):
            open_receipt(altered, keys[2])
    assert open_receipt(receipt, keys[2]).index == 0


def test_the_auditor_that_was_taken_along_follows_them_alone(changed, alone, tmp_path):  # noqa: F811
    keys, proofs, history = changed
    (tmp_path / "new.tlog-proof").write_bytes(both_forms(proofs[2])[0])
    (tmp_path / "old.tlog-proof").write_bytes(both_forms(proofs[0])[0])
    (tmp_path / "keys.json").write_bytes(history)
    assert run_alone(alone, tmp_path / "new.tlog-proof", "--vkey", keys[0]).returncode == 0
    assert run_alone(alone, tmp_path / "old.tlog-proof", "--vkey", keys[2]).returncode == 1
    told = run_alone(alone, tmp_path / "old.tlog-proof", "--vkey", keys[2], "--keys", tmp_path / "keys.json")
    assert told.returncode == 0, told.stderr
    assert (
        run_alone(
            alone, tmp_path / "old.tlog-proof", "--vkey", keys[2], "--keys", tmp_path / "new.tlog-proof"
        ).returncode
        == 2
    )


def test_an_answers_receipt_is_followed_over_a_change_of_key(journey):
    journey.load([person(0)])
    first = journey.office.vkey
    journey.through([asked(0)])
    (sealed,) = [path.read_bytes() for path in journey.folder.glob("*.answer")]
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    history = json.dumps(cases.key_history(journey.office)).encode()

    def problems(vkey, keys=None):
        return answer.open_answer(sealed, journey.officer_key, journey.office.public_key, vkey, keys).problems

    assert problems(first) == ()
    assert problems(journey.office.vkey)
    assert problems(journey.office.vkey, history) == ()


def _text(path):
    return path.read_text()
