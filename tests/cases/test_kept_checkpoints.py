"""A checkpoint that an auditor kept, signed by a key that came in entries which are no longer there."""

import pytest

from counterfoil import cases
from counterfoil.errors import InputError
from counterfoil.ledger import audit
from tests.cases.test_witnessed import backup, reopened, restore, size_of


def noted(journey, officer):
    """The checkpoint over one more entry, which the newest key alone signs."""
    cases.add_officer(journey.office, officer, officer.title(), journey.now)
    return cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]


def rotated(journey, officer):
    """Change the ledger's key; the checkpoint over an entry after that."""
    cases.rotate_ledger(journey.office, "ana", "", journey.now)
    reopened(journey)
    return noted(journey, officer)


def exported(journey):
    folder = journey.folder / f"export-{size_of(journey.office)}"
    cases.ledger_export(journey.office, folder)
    return folder


def test_a_history_that_was_rewritten_without_a_change_of_key_is_not_whole(journey):
    pinned, kept = journey.office.vkey, backup(journey)
    note = rotated(journey, "gone")
    restore(journey, kept, whole=True)
    for number in range(4):
        cases.add_officer(journey.office, f"x{number}", f"X {number}", journey.now)
    folder = exported(journey)
    assert audit(folder, pinned).ok
    (problem,) = audit(folder, pinned, since=note).problems
    assert "by no key that this ledger names: either it is not this ledger's, or the history was rewritten." in problem


def test_checkpoints_of_a_lost_part_in_which_the_key_was_changed_are_held_against_the_statement(journey):
    first = cases.ledger_checkpoint(journey.office, journey.now).facts["checkpoint"]
    kept, left = backup(journey), size_of(journey.office)
    notes = [rotated(journey, "gone"), noted(journey, "late")]
    restore(journey, kept)
    stated = cases.state_gap(journey.office, "ana", "why", journey.now)
    assert (stated.lost_from, stated.lost_to) == (left, left + 3)
    office = reopened(journey)
    report = audit(exported(journey), office.vkey, since=[first, *notes])
    assert (report.problems, len(report.notes)) == ((), 2)
    assert "is of the part that is stated to be lost" in report.notes[0]
    assert "is the one that the stated loss names" in report.notes[1]


def test_a_key_that_came_and_went_in_the_lost_part_is_known_by_the_checkpoint_stated_alone(journey):
    kept, left = backup(journey), size_of(journey.office)
    notes = [rotated(journey, "gone"), noted(journey, "late")]
    newest = rotated(journey, "last")
    restore(journey, kept)
    cases.state_gap(journey.office, "ana", "why", journey.now, notes[1])
    office = reopened(journey)
    assert size_of(office) == left + 1
    folder = exported(journey)
    report = audit(folder, office.vkey, since=notes[1])
    assert (report.problems, len(report.notes)) == ((), 1)
    with pytest.raises(InputError, match="and of a part that is stated to be lost"):
        audit(folder, office.vkey, since=notes[0])
    (problem,) = audit(folder, office.vkey, since=newest).problems
    assert "more is lost than is stated" in problem
