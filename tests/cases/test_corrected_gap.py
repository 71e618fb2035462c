"""A checkpoint of a name that ended with a gap: what was stated of it is corrected, and no other name is given."""

from datetime import timedelta

import pytest

from counterfoil import cases
from counterfoil.cases.witness import correct
from counterfoil.errors import HeldError, IntegrityError, OutOfTurnError
from counterfoil.ledger import Checkpoint, LedgerSigner, audit
from tests.cases.test_witnessed import backup, reopened, restore, size_of


def state(journey, checkpoint=""):
    return cases.state_gap(journey.office, "ana", "why", journey.now, checkpoint)


@pytest.fixture
def understated(journey):
    """An office that lost five entries and knew of three; (entries left, the checkpoints that others kept)."""
    kept = backup(journey)
    left, notes = size_of(journey.office), {}
    for number in range(5):
        cases.add_officer(journey.office, f"x{number}", f"X {number}", journey.now)
        notes[size_of(journey.office)] = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    restore(journey, kept, whole=True)
    state(journey, notes[left + 3])
    reopened(journey)
    cases.add_officer(journey.office, "late", "Late", journey.now)
    return left, notes


def exported(journey):
    folder = journey.folder / f"export-{size_of(journey.office)}"
    cases.ledger_export(journey.office, folder)
    return folder


def test_a_larger_checkpoint_of_the_name_before_corrects_what_was_stated_of_it(journey, understated):
    left, notes = understated
    vkey = journey.office.vkey
    assert not audit(exported(journey), vkey, since=notes[left + 5]).ok
    stated = state(journey, notes[left + 5])
    assert (stated.corrects, stated.lost_from, stated.lost_to, stated.vkey) == (left, left, left + 5, vkey)
    assert stated.as_dict()["corrects"] == left
    assert reopened(journey).vkey == vkey
    with pytest.raises(OutOfTurnError, match="no gap"):  # and no statement is taken for one that was cut short
        state(journey)
    cases.add_officer(journey.office, "more", "More", journey.now)
    report = audit(exported(journey), vkey, since=list(notes.values()))
    assert (report.problems, len(report.gaps), len(report.notes)) == ((), 2, 5)
    assert journey.office.ledger().read(stated.entry).disclosed["checkpoint"] == notes[left + 5]
    assert cases.ledger_verify(journey.office).facts["problems"] == []


def test_a_checkpoint_of_the_name_before_that_the_statement_covers_enters_nothing(journey, understated):
    left, notes = understated
    size = size_of(journey.office)
    for covered in (left + 1, left + 3):
        with pytest.raises(OutOfTurnError, match="is covered by it, and nothing else is lost"):
            state(journey, notes[covered])
    assert size_of(journey.office) == size


@pytest.mark.parametrize("more", [-1, 3])
def test_another_history_under_the_name_before_is_no_loss_that_could_be_stated(journey, understated, more):
    left, _ = understated
    size = size_of(journey.office)
    signer = LedgerSigner.read((journey.data / "keys" / "ledger.key").read_text())
    signer = LedgerSigner("counterfoil.example/ledger", signer.seed)
    with pytest.raises(IntegrityError, match="another history"):
        state(journey, Checkpoint(signer.name, left + more, b"r" * 32).sign(signer))
    assert size_of(journey.office) == size


def test_a_correction_comes_after_what_is_lost_of_the_present_name_is_stated(journey, understated):
    left, notes = understated
    kept = backup(journey, "second")
    cases.add_officer(journey.office, "gone", "Gone", journey.now)
    restore(journey, kept)
    with pytest.raises(HeldError):
        state(journey, notes[left + 5])
    assert state(journey).corrects is None
    assert reopened(journey).origin == "counterfoil.example/ledger/3"
    stated = state(journey, notes[left + 5])
    assert stated.corrects == left
    with pytest.raises(OutOfTurnError, match="no gap"):
        state(journey)
    assert reopened(journey).origin == "counterfoil.example/ledger/3"
    report = audit(exported(journey), journey.office.vkey, since=list(notes.values()))
    assert (report.problems, len(report.gaps)) == ((), 3)


@pytest.mark.parametrize(("other", "mine"), [(5, 5), (5, 4), (4, 5)])
def test_of_two_corrections_at_the_same_time_each_is_held_against_the_other(
    journey, understated, other, mine, monkeypatch
):
    left, notes = understated
    real = correct.act

    def later(*asked, **terms):  # by then another officer has corrected the same gap
        monkeypatch.setattr(correct, "act", real)
        cases.state_gap(journey.office, "ben", "why", journey.now, notes[left + other])
        return real(*asked, **terms)

    monkeypatch.setattr(correct, "act", later)
    if mine > other:
        assert state(journey, notes[left + mine]).lost_to == left + mine
    else:
        with pytest.raises(OutOfTurnError, match="is covered by it"):
            state(journey, notes[left + mine])
    report = audit(exported(journey), journey.office.vkey, since=list(notes.values()))
    assert (report.problems, len(report.gaps)) == ((), 2 + (mine > other))


def test_the_command_tells_of_a_correction(journey, understated, capsys):
    from counterfoil.cli.main import run

    left, notes = understated
    (journey.folder / "kept").write_text(notes[left + 5])
    call = ["ledger", "gap", "--data", str(journey.data), "--as", "ana", "--reason", "w"]
    assert run([*call, "--checkpoint", str(journey.folder / "kept")]) == 0
    assert f"corrects entry {left}: {left + 5} entries had been signed before." in capsys.readouterr().out


@pytest.mark.parametrize("days", [20, 8, -1])
def test_a_gap_is_stated_whenever_the_last_entry_of_the_restored_backup_was_made(journey, days):
    kept = backup(journey)
    left = size_of(journey.office)
    cases.add_officer(journey.office, "gone", "Gone", journey.now)
    note = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    restore(journey, kept)
    journey.now += timedelta(days=days)
    stated = state(journey)
    assert (stated.entry, stated.lost_to) == (left, left + 1)
    office = reopened(journey)
    cases.add_officer(office, "late", "Late", journey.now)
    report = audit(exported(journey), office.vkey, since=note)
    assert (report.problems, len(report.gaps)) == ((), 1)
    assert report.types.get("clock", 0) == int(days < 0)  # a clock that stands behind is told by the next act
    assert cases.ledger_verify(office).facts["problems"] == []
