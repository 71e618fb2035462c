"""Proof bundles, checked by what stands alone: C2SP tlog-proof with an entry, disclosures and cosignatures."""

import base64
import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError, NotFoundError
from counterfoil.ledger import Checkpoint, LedgerSigner, check_receipt, tlog_proof
from counterfoil.ledger.auditor.note import read_note
from counterfoil.ledger.auditor.proof import check_proof, included
from counterfoil.ledger.tree import leaf_hash
from tests.ledger import rfc9162
from tests.ledger.conftest import ORIGIN, OTHER_VKEY, PRIVATE, VKEY, entry, fill, make_ledger, whole_batch
from tests.ledger.strangers import any_json
from tests.ledger.test_audit_alone import alone, run_alone  # noqa: F401
from tests.ledger.witnesses import TIME, cosigner, policy_of


@pytest.fixture(scope="module")
def ledger():
    return whole_batch(fill(make_ledger(), 300), 4, "b-2")


def bundle(ledger, index=5, disclose=("request",), witnesses=(1, 2)):
    text = tlog_proof(ledger, index, disclose).encode()
    body = read_note(text.partition(b"\n\n")[2]).body
    return text + b"".join(cosigner(number).cosign(body, TIME) for number in witnesses)


POLICY = policy_of([(cosigner(1), ""), (cosigner(2), "")], logs=[VKEY]).encode()


def test_a_bundle_shows_the_entry_what_is_disclosed_and_who_cosigned(ledger):
    report = check_proof(bundle(ledger), VKEY, witness_policy=POLICY)
    assert report.problems == ()
    assert (report.origin, report.index, report.size, report.root) == (ORIGIN, 5, ledger.size(), ledger.root())
    assert report.public == dict(ledger.read(5).public)
    assert report.disclosed == {"request": {"surname": "Surname3"}}
    assert report.withheld == 3
    assert report.witnesses == {"witness.example/w1": TIME, "witness.example/w2": TIME}
    assert json.loads(json.dumps(report.as_dict()))["ok"] is True


def test_what_is_not_disclosed_is_not_in_it(ledger):
    assert b"Surname" not in base64.b64decode(bundle(ledger, disclose=("time",)).split(b"\n")[1][6:])
    assert check_proof(bundle(ledger, disclose=()), VKEY).disclosed == {}
    with pytest.raises(NotFoundError):
        tlog_proof(ledger, 5, ["nonsense"])


def test_a_bundle_has_the_lines_of_the_specification(ledger):
    lines = bundle(ledger).decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    leaf, _, disclosure = base64.b64decode(lines[1].removeprefix("extra ")).partition(b"}~")
    assert leaf + b"}" == ledger.leaf(5)
    salt, name, value = json.loads(base64.urlsafe_b64decode(disclosure + b"==="))
    assert (len(salt), name, value) == (22, "request", {"surname": "Surname3"})
    assert lines[2] == "index 5"
    path = ledger.inclusion_proof(5)
    assert [base64.b64decode(line) for line in lines[3 : 3 + len(path)]] == path
    assert lines[3 + len(path)] == ""
    assert lines[4 + len(path)] == ORIGIN


def test_a_receipt_is_checked_by_the_same_command(ledger):
    receipt = json.dumps(ledger.receipt(5, ["request", "time"])).encode()
    report = check_proof(receipt, VKEY)
    assert (report.problems, set(report.disclosed)) == ((), {"request", "time"})
    odd = entry("request", {"request": {"\U0001f600": 1, "\ufb33": [True, None], "a": "\u2028\x7f\x00"}}, batch="b")
    other = make_ledger()
    other.append([odd])
    other.checkpoint()
    assert check_proof(json.dumps(other.receipt(0, ["request"])).encode(), VKEY).ok
    assert (
        check_proof(tlog_proof(other, 0, ["request"]).encode(), VKEY).disclosed["request"] == odd.disclosed["request"]
    )


def test_a_bundle_without_its_witnesses_does_not_pass_their_policy(ledger):
    for witnesses in ((), (1,), (3,), (1, 3)):
        report = check_proof(bundle(ledger, witnesses=witnesses), VKEY, witness_policy=POLICY)
        assert not report.ok
        assert "lacks the witnesses" in report.problems[0]
    assert check_proof(bundle(ledger, witnesses=()), VKEY).ok
    assert not check_proof(bundle(ledger), VKEY, witness_policy=POLICY.replace(VKEY.encode(), OTHER_VKEY.encode())).ok


def test_a_bundle_under_another_key_or_policy_proves_nothing(ledger):
    assert not check_proof(bundle(ledger), OTHER_VKEY).ok
    for bad in ("nonsense", cosigner().key.vkey):
        with pytest.raises(InputError):
            check_proof(bundle(ledger), bad)
    with pytest.raises(InputError):
        check_proof(bundle(ledger), VKEY, witness_policy=b"quorum x\n")


def test_disclosures_of_another_entry_are_refused(ledger):
    other = tlog_proof(ledger, 6, ["request"]).split("\n")[1]
    theirs = base64.b64decode(other.removeprefix("extra ")).partition(b"}~")[2]
    for extra in (
        ledger.leaf(5) + b"~" + theirs,
        ledger.leaf(5) + b"~" + b"A" * 43,
        ledger.leaf(5) + b"~",
        ledger.leaf(5) + b"~~",
        ledger.leaf(5) + b"\n",
        b"~" + theirs,
        ledger.leaf(6),
        b"{}",
        b"",
    ):
        lines = bundle(ledger).split(b"\n")
        lines[1] = b"extra " + base64.b64encode(extra)
        assert not check_proof(b"\n".join(lines), VKEY).ok, extra
    twice = bundle(ledger).split(b"\n")
    whole = base64.b64decode(twice[1][6:])
    twice[1] = b"extra " + base64.b64encode(whole + whole[whole.index(b"}~") + 1 :])
    assert "taken" in check_proof(b"\n".join(twice), VKEY).problems[0]


def mutants(text, count, seed):
    """Bytes changed, left out, doubled, swapped; lines moved, left out and doubled; truncations."""
    generator = random.Random(seed)
    lines = text.split(b"\n")
    for _ in range(count):
        at, to = generator.randrange(len(text)), generator.randrange(len(text))
        kind = generator.randrange(8)
        if kind == 0:
            yield text[:at] + bytes([text[at] ^ (1 << generator.randrange(8))]) + text[at + 1 :]
        elif kind == 1:
            yield text[:at] + text[at + 1 :]
        elif kind == 2:
            yield text[:at]
        elif kind == 3:
            yield text[:at] + bytes([generator.randrange(256)]) + text[at:]
        elif kind == 4:
            yield text[: min(at, to)] + text[max(at, to) :]
        elif kind == 5:
            first, second = generator.randrange(len(lines)), generator.randrange(len(lines))
            moved = list(lines)
            moved[first], moved[second] = moved[second], moved[first]
            yield b"\n".join(moved)
        elif kind == 6:
            first = generator.randrange(len(lines))
            yield b"\n".join([*lines[:first], *lines[first + generator.randrange(2) * 2 :]])
        else:
            first = generator.randrange(len(lines))
            yield b"\n".join([*lines[: first + 1], *lines[first:]])


def says_the_same(report, true):
    return (report.index, report.size, report.root, report.public) == (true.index, true.size, true.root, true.public)


def try_mutants(ledger, count, seed):
    """No mutant is accepted that says anything else; none is a traceback; none takes long."""
    text, slowest, accepted = bundle(ledger), 0.0, 0
    true = check_proof(text, VKEY, witness_policy=POLICY)
    for mutant in mutants(text, count, seed):
        if mutant == text:
            continue
        report, seconds = timed(mutant)
        if seconds > 0.01:  # the collector of garbage, or the mutant? it is asked again
            seconds = min(timed(mutant)[1] for _ in range(3))
        slowest = max(slowest, seconds)
        if report.ok:
            accepted += 1
            assert says_the_same(report, true), mutant  # a signature line twice, or in another order, says the same
            assert set(report.disclosed) <= set(true.disclosed)
    assert slowest < 0.01
    return accepted


def timed(mutant):
    began = time.process_time()
    report = check_proof(mutant, VKEY, witness_policy=POLICY)
    return report, time.process_time() - began


def test_no_changed_bundle_is_taken_for_another(ledger):
    assert try_mutants(ledger, 3000, seed=1) < 100


@pytest.mark.slow
def test_a_hundred_thousand_changed_bundles_are_not_taken_for_others(ledger):
    for seed in range(20):
        try_mutants(ledger, 5000, seed)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_check(junk):
    for text in (junk, b"{" + junk, b"c2sp.org/tlog-proof@v1\n" + junk, b"c2sp.org/tlog-proof@v1\nextra " + junk):
        assert not check_proof(text, VKEY).ok


@pytest.mark.parametrize(
    "added",
    [b'"index": 7', b'"note": "from the custodian"', b'"disclosures": [["c2FsdA", "request", {"surname": "OTHER"}]]'],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_receipt_gives_no_member_twice_and_none_that_a_receipt_does_not_have(ledger, added, first):
    receipt = json.dumps(ledger.receipt(5, ["request"])).encode()
    assert check_proof(receipt, VKEY).ok
    mutant = b"{" + added + b"," + receipt[1:] if first else receipt[:-1] + b"," + added + b"}"
    report = check_proof(mutant, VKEY)
    assert not report.ok
    assert "member" in report.problems[0]
    assert check_receipt({**json.loads(receipt), "note": 1}, VKEY) != ()


def test_a_member_is_not_given_twice_inside_a_receipt_either(ledger):
    receipt = json.dumps(ledger.receipt(5, ["request"]))
    mutant = receipt.replace('{"surname": "', '{"surname": "OTHER", "surname": "')
    assert mutant != receipt
    assert "gives a member twice" in check_proof(mutant.encode(), VKEY).problems[0]
    for encoding in ("utf-16", "utf-8-sig"):
        assert not check_proof(receipt.encode(encoding), VKEY).ok


@pytest.mark.parametrize(
    "text",
    [
        b'{"schema":"counterfoil.ledger-keys/1","keys":[],"keys":[]}',
        b'{"schema":"x","schema":"counterfoil.ledger-keys/1","keys":[]}',
        b'{"schema":"counterfoil.ledger-keys/1","keys":[],"note":1}',
        b'{"schema":"counterfoil.ledger-keys/1"}',
    ],
)
def test_a_history_of_keys_has_its_two_members_once(ledger, text):
    receipt = json.dumps(ledger.receipt(5)).encode()
    assert check_proof(receipt, VKEY, keys=b'{"schema":"counterfoil.ledger-keys/1","keys":[]}').ok
    with pytest.raises(InputError):
        check_proof(receipt, VKEY, keys=text)


PARTS = ["index", "leaf", "proof", "checkpoint", "disclosures"]


@settings(max_examples=100, deadline=None)
@given(any_json(PARTS))
def test_no_json_breaks_the_check(value):
    given_parts = value if isinstance(value, dict) else {"index": 5, "disclosures": value}
    whole = {**LEDGER.receipt(5), **given_parts, "schema": "counterfoil.receipt/1"}
    report = check_proof(json.dumps(whole).encode("utf-8", "surrogatepass"), VKEY)
    assert not report.ok or given_parts.get("disclosures") in ([], None)
    assert not check_proof(json.dumps(value).encode("utf-8", "surrogatepass"), VKEY).ok


LEDGER = fill(make_ledger(), 8)


BOMBS = {
    "deep lists": b"[" * 100_000,
    "deep tables": b"{" + b'"a":{' * 50_000,
    "too much": b"x" * (1 << 20) + b"x",
    "a long number": b'{"schema":"counterfoil.receipt/1","index":' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_bundles_that_are_bombs_are_refused_at_once(text):
    began = time.process_time()
    assert not check_proof(text, VKEY).ok
    assert time.process_time() - began < 0.5


def test_the_size_is_never_taken_from_the_proof(ledger):
    text = bundle(ledger, witnesses=())
    for size in range(ledger.size() - 50, ledger.size() + 50):
        if size != ledger.size():
            assert not check_proof(text.replace(b"\n%d\n" % ledger.size(), b"\n%d\n" % size), VKEY).ok
    own = Checkpoint(ORIGIN, ledger.size() + 1, ledger.root()).sign(LedgerSigner.read(PRIVATE))  # a log that lies
    assert isinstance(check_proof(text.partition(b"\n\n")[0] + b"\n\n" + own.encode(), VKEY).ok, bool)


def test_inclusion_is_judged_as_by_a_checker_written_from_the_rfc_alone():
    leaves = [b"%d" % number for number in range(40)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    for size in range(1, 41):
        root = rfc9162.mth(leaves[:size])
        for index in range(size):
            path = rfc9162.path(index, leaves[:size])
            assert included(hashes[index], index, size, path, root)
            assert not included(hashes[index], index, size, path[1:], root) or not path
            assert not included(hashes[(index + 1) % 40], index, size, path, root)
            assert not included(hashes[index], index, size, [*path, b"x" * 32], root)
            if size > 1:
                assert not included(hashes[index], (index + 1) % size, size, path, root)


def test_a_bundle_is_checked_with_the_auditors_files_alone(ledger, alone, tmp_path):  # noqa: F811
    (tmp_path / "r.tlog-proof").write_bytes(bundle(ledger))
    (tmp_path / "policy").write_bytes(POLICY)
    given_files = (tmp_path / "r.tlog-proof", "--vkey", VKEY, "--witness-policy", tmp_path / "policy")
    good = run_alone(alone, *given_files, "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["disclosed"] == {"request": {"surname": "Surname3"}}
    (tmp_path / "r.tlog-proof").write_bytes(bundle(ledger, witnesses=()))
    bad = run_alone(alone, *given_files)
    assert bad.returncode == 1
    assert "NOT sound" in bad.stdout
