"""What a ledger says of itself (its form, losses, keys called compromised), in exports that its own key re-signed."""

import base64
import json

import pytest

from counterfoil.ledger import Ledger, LedgerSigner, audit, new_ledger_key
from counterfoil.ledger.auditor import rotation
from counterfoil.ledger.auditor.note import read_key
from tests.ledger.conftest import ORIGIN, PRIVATE, VKEY
from tests.ledger.resigned import DAY, Hostile, found, leaf, resigned

BEGUN = [{"type": "setup"}, {"type": "officer", "by": "p-1"}, {"type": "officer", "by": "p-2"}]
ASKED = [*BEGUN, {"type": "receipt", "batch": "b-1", "count": 1}, {"type": "request", "batch": "b-1"}]
READY = [
    *ASKED,
    {"type": "examination", "batch": "b-1", "count": 1},
    {"type": "approval", "batch": "b-1", "by": "p-1"},
    {"type": "approval", "batch": "b-1", "by": "p-2"},
    {"type": "verification", "batch": "b-1", "looked_up": 1},
]
STAY = {"type": "stay", "order": "o-1"}


def answered(outcome):
    return [
        {"type": "answer", "batch": "b-1", "request": 4, "outcome": outcome},
        {"type": "release", "batch": "b-1", "count": 1},
    ]


# --- the form ---


def test_an_export_that_was_signed_anew_is_whole_where_its_entries_are_in_order(tmp_path):
    assert found(tmp_path, [*READY, *answered("CONFIRMED")]) == ()


@pytest.mark.parametrize("outcome", ["confirmed", "MAYBE", "CONFIRMED ", "NO CONFIRMATION"])
@pytest.mark.parametrize("stays", [[], [STAY]])
def test_an_outcome_is_one_of_the_four(tmp_path, outcome, stays):
    problems = found(tmp_path, [*READY, *stays, *answered(outcome)])
    assert any("'outcome' holds none of" in problem for problem in problems)


@pytest.mark.parametrize("day", ["2026-02-31", "2027-02-29", "0000-01-01"])
def test_a_day_is_one_of_the_calendar(tmp_path, day):
    problems = found(tmp_path, [*BEGUN, {"type": "registry", "day": day}])
    assert any("a day of the calendar" in problem for problem in problems)


@pytest.mark.parametrize("wrong", [{"act": "lost"}, {"use": "door"}])
def test_what_befell_a_key_is_one_of_few_words(tmp_path, wrong):
    told = {"type": "key", "act": "compromised", "use": "custodian", "key": "k-1", "by": "p-1"}
    assert found(tmp_path, [*BEGUN, told]) == ()
    assert any("holds none of" in problem for problem in found(tmp_path / "b", [*BEGUN, {**told, **wrong}]))


def test_a_verification_says_how_many_were_looked_up(tmp_path):
    silent = [*READY[:-1], {"type": "verification", "batch": "b-1"}, *answered("CONFIRMED")]
    assert any("must have the public field 'looked_up'" in problem for problem in found(tmp_path, silent))


# --- gaps ---

RENAMED, RENAMED_VKEY = new_ledger_key(f"{ORIGIN}/2")
ROOT = "A" * 43 + "="
GAP = {
    "type": "gap", "by": "p-1", "entry": 3, "size": 9, "root": ROOT, "previous": VKEY, "vkey": RENAMED_VKEY,
}  # fmt: skip


def told_after_a_gap(tmp_path, *gaps, vkey=RENAMED_VKEY, private=RENAMED):
    """The problems of a ledger that states the gaps and goes on under a new name."""
    entries = [*BEGUN, *gaps]
    name = read_key(vkey).name
    ledger = Ledger(
        Hostile([leaf(number, public) for number, public in enumerate(entries)]), name, private, bytes(32), bytes
    )
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    report = audit(tmp_path / "export", vkey)
    assert len(report.gaps) == len(report.as_dict()["gaps"]) == len(gaps) or not report.ok
    return report.problems


def test_a_gap_names_the_keys_before_and_after_it(tmp_path):
    assert told_after_a_gap(tmp_path, GAP) == ()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"previous": "a+b+c", "vkey": "y"}, "does not name the ledger's public keys"),
        ({"previous": "a+b+c"}, "does not name the ledger's public keys"),
        ({"vkey": "y"}, "does not name the ledger's public keys"),
        ({"previous": RENAMED_VKEY}, "without a new name"),
        ({"entry": 2}, "not stated where it is"),
        ({"root": "x"}, "not stated where it is, or without"),
        ({"vkey": new_ledger_key(f"{ORIGIN}/2")[1]}, "is not the one that signs since"),
        ({"by": "p-9"}, "who is no officer entered before"),
    ],
)
def test_a_gap_that_names_no_keys_or_others_is_found(tmp_path, wrong, told):
    assert any(told in problem for problem in told_after_a_gap(tmp_path, {**GAP, **wrong}))


def test_a_second_gap_is_of_the_ledger_that_went_on_after_the_first(tmp_path):
    private, vkey = new_ledger_key(f"{ORIGIN}/3")
    second = {**GAP, "entry": 4, "previous": RENAMED_VKEY, "vkey": vkey}
    assert told_after_a_gap(tmp_path, GAP, second, vkey=vkey, private=private) == ()
    problems = told_after_a_gap(tmp_path / "b", GAP, {**second, "previous": VKEY}, vkey=vkey, private=private)
    assert any("a gap of another ledger" in problem for problem in problems)


# --- keys called compromised ---

COMPROMISED = {
    "type": "key", "act": "compromised", "use": "ledger", "key": read_key(VKEY).id.hex(), "by": "p-1",
    "since": "2026-11-20T00:00:00Z",
}  # fmt: skip
STATED = f"Entry 3 of {DAY} states that the ledger key {COMPROMISED['key']} is compromised since 2026-11-20T00:00:00Z."


def test_a_key_that_the_ledger_calls_compromised_is_told_with_what_it_signed_since(tmp_path):
    report = audit(resigned(tmp_path / "a", [*BEGUN, COMPROMISED]), VKEY)
    told = f"{STATED} It signed the checkpoint of this export, with no other entry."
    assert (report.ok, report.compromised, report.as_dict()["compromised"]) == (True, (told,), [told])
    more = [{"type": "registry"}, {"type": "registry"}]
    (told,) = audit(resigned(tmp_path / "b", [*BEGUN, COMPROMISED, *more]), VKEY).compromised
    assert told == f"{STATED} It signed the checkpoint of this export, with 2 more entries, 4 to 5."


def test_of_a_key_of_other_use_the_statement_alone_is_told(tmp_path):
    entry = {**COMPROMISED, "use": "custodian", "key": "k-1"}
    (told,) = audit(resigned(tmp_path / "a", [*BEGUN, entry]), VKEY).compromised
    assert told == f"Entry 3 of {DAY} states that the custodian key k-1 is compromised since 2026-11-20T00:00:00Z."


def changed(index, private, vkey):
    """The entry by which the ledger's key hands over to another."""
    said = rotation.statement(ORIGIN, index, VKEY, vkey)
    consent, proof = (base64.b64encode(LedgerSigner.read(key).sign(said)).decode() for key in (PRIVATE, private))
    return {
        "type": "key", "act": "rotated", "use": "ledger", "key": read_key(vkey).id.hex(), "by": "p-1",
        "previous": VKEY, "vkey": vkey, "consent": consent, "proof": proof,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("between", "told"), [(0, "no other entry"), (1, "1 more entry, 4"), (3, "3 more entries, 4 to 6")]
)
def test_a_compromised_key_that_was_changed_signed_up_to_its_change(tmp_path, between, told):
    private, vkey = new_ledger_key(ORIGIN)
    index = 4 + between
    entries = [*BEGUN, COMPROMISED, *[{"type": "registry"}] * between, changed(index, private, vkey)]
    after_the_change(tmp_path, entries, index, private)
    for pinned in (vkey, VKEY):
        report = audit(tmp_path / "export", pinned)
        assert report.problems == ()
        assert report.compromised == (f"{STATED} It signed {told}, until entry {index} changed it.",)


def after_the_change(tmp_path, entries, index, private):
    leaves = [leaf(number, public) for number, public in enumerate([*entries, {"type": "registry"}])]
    ledger = Ledger(Hostile(leaves), ORIGIN, private, bytes(32), bytes)
    ledger.changes = (index,)
    ledger.checkpoint()
    ledger.export(tmp_path / "export")


def test_a_key_that_was_changed_before_it_is_called_compromised_signed_nothing_since(tmp_path):
    private, vkey = new_ledger_key(ORIGIN)
    after_the_change(tmp_path, [*BEGUN, changed(3, private, vkey), {**COMPROMISED}], 3, private)
    report = audit(tmp_path / "export", vkey)
    assert report.problems == ()
    assert report.compromised == (STATED.replace("Entry 3", "Entry 4") + " Entry 3 had changed it before.",)


def test_a_compromised_key_is_found_again_under_the_name_that_it_has_since_a_gap(tmp_path):
    renamed = LedgerSigner(f"{ORIGIN}/2", LedgerSigner.read(PRIVATE).seed)
    gap = {**GAP, "entry": 4, "vkey": renamed.verifier.vkey}
    leaves = [leaf(number, public) for number, public in enumerate([*BEGUN, COMPROMISED, gap])]
    ledger = Ledger(Hostile(leaves), renamed.name, renamed.text, bytes(32), bytes)
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    report = audit(tmp_path / "export", renamed.verifier.vkey)
    assert report.problems == ()
    assert report.compromised == (f"{STATED} It signed the checkpoint of this export, with 1 more entry, 4.",)


def test_the_command_tells_of_compromised_keys_in_words_and_in_json(tmp_path, capsys):
    from counterfoil.cli.main import run

    folder = resigned(tmp_path / "a", [*BEGUN, COMPROMISED])
    (tmp_path / "vkey").write_text(VKEY)
    assert run(["audit", str(folder), "--vkey", str(tmp_path / "vkey")]) == 0
    assert f"  compromised: {STATED}" in capsys.readouterr().out
    assert run(["audit", str(folder), "--vkey", str(tmp_path / "vkey"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["compromised"][0].startswith(STATED)
