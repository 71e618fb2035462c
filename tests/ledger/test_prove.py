import base64
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.ledger import (
    Checkpoint,
    LedgerSigner,
    Verifier,
    check_receipt,
    check_tlog_proof,
    open_receipt,
    open_tlog_proof,
    tlog_proof,
)
from tests.ledger.conftest import ORIGIN, OTHER_VKEY, PRIVATE, VKEY, fill, make_ledger, requests, whole_batch
from tests.ledger.strangers import any_json


@pytest.fixture(scope="module")
def ledger():
    return whole_batch(fill(make_ledger(), 300), 4, "b-2")


def test_a_receipt_proves_its_entry_offline_and_survives_json(ledger):
    for index in (0, 1, 255, 256, 301, ledger.size() - 1):
        receipt = json.loads(json.dumps(ledger.receipt(index)))
        assert check_receipt(receipt, VKEY) == ()
        proven = open_receipt(receipt, VKEY)
        assert (proven.index, proven.size, proven.root) == (index, ledger.size(), ledger.root())
        assert proven.public == dict(ledger.read(index).public)
        assert proven.disclosed == {}


def test_only_the_fields_asked_for_are_disclosed(ledger):
    receipt = ledger.receipt(5, ["request"])
    assert open_receipt(receipt, VKEY).disclosed == {"request": {"surname": "Surname3"}}
    assert open_receipt(receipt, VKEY).withheld == 3
    assert "time" not in json.dumps(receipt)
    assert "Surname" not in json.dumps(ledger.receipt(5, ["time"]))


def test_a_later_unsealing_verifies_against_the_same_leaf(ledger):
    first, later = ledger.receipt(5, ["time"]), ledger.receipt(5, ["time", "request"])
    assert first["leaf"] == later["leaf"]
    assert check_receipt(later, VKEY) == ()


def test_a_field_that_is_not_there_is_not_found(ledger):
    with pytest.raises(NotFoundError):
        ledger.receipt(5, ["nonsense"])


def test_an_entry_under_no_checkpoint_has_no_receipt_yet():
    ledger = fill(make_ledger(), 2)
    ledger.append(requests(1))
    for index in (4, 9, -1):
        with pytest.raises(NotFoundError):
            ledger.receipt(index)
    with pytest.raises(NotFoundError):
        make_ledger().receipt(0)


def test_a_receipt_under_another_key_proves_nothing(ledger):
    assert check_receipt(ledger.receipt(5), OTHER_VKEY) != ()
    with pytest.raises(InputError):
        check_receipt(ledger.receipt(5), "nonsense")


def mutants(receipt):
    yield from ({**receipt, "index": index} for index in (4, 6, -1, 10**9, True, "5", None, 5.0))
    yield from (
        {key: value for key, value in receipt.items() if key != left} for left in receipt if left != "disclosures"
    )
    yield {**receipt, "schema": "counterfoil.receipt/2"}
    yield {**receipt, "proof": receipt["proof"][1:]}
    yield {**receipt, "proof": [*receipt["proof"], receipt["proof"][0]]}
    yield {**receipt, "proof": receipt["proof"][::-1]}
    yield {**receipt, "proof": receipt["proof"] * 100}
    yield {**receipt, "proof": "x"}
    yield {**receipt, "leaf": base64.b64encode(b"{}").decode()}
    yield {**receipt, "disclosures": "x"}
    yield {**receipt, "disclosures": [["salt", "request", "other"]]}
    yield {**receipt, "disclosures": receipt["disclosures"] * 2}
    yield {**receipt, "disclosures": [[*receipt["disclosures"][0][:2], {"surname": "Other"}]]}
    yield {**receipt, "disclosures": [[1, 2, 3], None]}
    yield {**receipt, "disclosures": [["a", "b", float("nan")]]}
    for name in ("leaf", "checkpoint"):
        text = receipt[name]
        for at in range(0, len(text), 2):
            yield {**receipt, name: text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]}
    for at, part in enumerate(receipt["proof"]):
        for place in range(0, len(part), 7):
            changed = part[:place] + ("B" if part[place] == "A" else "A") + part[place + 1 :]
            yield {**receipt, "proof": [*receipt["proof"][:at], changed, *receipt["proof"][at + 1 :]]}


def test_no_changed_receipt_is_taken(ledger):
    receipt = ledger.receipt(5, ["request"])
    tried = 0
    for mutant in mutants(receipt):
        assert check_receipt(mutant, VKEY) != (), mutant
        tried += 1
    assert tried > 300


@settings(max_examples=80, deadline=None)
@given(any_json(["schema", "index", "leaf", "proof", "checkpoint", "disclosures"], leaves=10))
def test_no_json_breaks_the_check(value):
    assert check_receipt(value, VKEY) != ()
    if isinstance(value, dict):
        assert check_receipt({**value, "schema": "counterfoil.receipt/1"}, VKEY) != ()


def test_a_shifted_size_is_never_accepted(ledger):
    """RFC 9162 inclusion does not bind size to root: only the signature over both does."""
    true = ledger.size()
    receipt = ledger.receipt(5)
    for size in [*range(257, 1200), 10**6, 2**40]:
        if size != true:
            text = receipt["checkpoint"].replace(f"\n{true}\n", f"\n{size}\n", 1)
            assert check_receipt({**receipt, "checkpoint": text}, VKEY) != ()
    own = Checkpoint(ORIGIN, true, ledger.root()).sign(LedgerSigner.read(PRIVATE))
    assert check_receipt({**receipt, "checkpoint": own}, VKEY) == ()


# --- C2SP tlog-proof ---


def test_a_tlog_proof_has_the_lines_of_the_specification(ledger):
    text = tlog_proof(ledger, 5)
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert base64.b64decode(lines[1].removeprefix("extra ")) == ledger.leaf(5)
    assert lines[2] == "index 5"
    assert [base64.b64decode(line) for line in lines[3:]] == ledger.inclusion_proof(5)
    assert note == ledger.checkpoint()
    assert check_tlog_proof(text, VKEY) == ()
    assert open_tlog_proof(text, VKEY).public["type"] == "request"


def test_a_tlog_proof_without_extra_data_needs_the_leaf(ledger):
    lines = tlog_proof(ledger, 5).split("\n")
    bare = "\n".join([lines[0], *lines[2:]])
    assert check_tlog_proof(bare, VKEY) != ()
    assert check_tlog_proof(bare, VKEY, leaf=ledger.leaf(5)) == ()
    assert check_tlog_proof(bare, VKEY, leaf=ledger.leaf(6)) != ()


def test_no_changed_tlog_proof_is_taken(ledger):
    text = tlog_proof(ledger, 5)
    generator = random.Random(8)
    for at in range(len(text)):
        mutant = text[:at] + generator.choice("ABCxyz012=+/ \n".replace(text[at], "")) + text[at + 1 :]
        assert check_tlog_proof(mutant, VKEY) != (), mutant
        assert check_tlog_proof(text[:at], VKEY) != ()


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_no_text_breaks_the_check(text):
    assert check_tlog_proof(text, VKEY) != ()
    assert check_tlog_proof("c2sp.org/tlog-proof@v1\n" + text, VKEY) != ()


def test_a_proof_of_nothing_raises_what_a_person_can_read():
    with pytest.raises(IntegrityError, match="not a receipt"):
        open_receipt({}, VKEY)
    assert Verifier.read(VKEY).name == ORIGIN
