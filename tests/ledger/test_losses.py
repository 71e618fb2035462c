"""Checkpoints kept from before a stated loss: what was signed beyond what is stated is found, whatever befell."""

import base64
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger import Checkpoint, Ledger, LedgerSigner, audit, new_ledger_key
from counterfoil.ledger.auditor.note import read_key
from tests.ledger.conftest import ORIGIN, PRIVATE, VKEY
from tests.ledger.resigned import Hostile, leaf

BEGUN = [{"type": "setup"}, {"type": "officer", "by": "p-1"}]
SIGNERS = [(PRIVATE, VKEY), *(new_ledger_key(f"{ORIGIN}/{number}") for number in range(2, 6))]
KEYS = [LedgerSigner.read(private) for private, _ in SIGNERS]


@dataclass
class History:
    """A ledger that loses entries again and again, and states each loss under its next name."""

    entries: list = field(default_factory=lambda: list(BEGUN))
    lost: list = field(default_factory=list)  # of each earlier name: (the entry that states it, the size stated)
    branch: int = 0

    def ledger(self):
        private, vkey = SIGNERS[len(self.lost)]
        leaves = [leaf(number, public) for number, public in enumerate(self.entries)]
        return Ledger(Hostile(leaves), read_key(vkey).name, private, bytes(32), bytes)

    def grow(self, count):
        self.branch += 1
        self.entries += [{"type": "agreement", "agreement": f"a-{self.branch}"} for _ in range(count)]

    def kept(self, size):
        """The checkpoint of the first `size` entries that an auditor is given."""
        return signed(len(self.lost), size, self.ledger().root(size))

    def lose(self, cut, stated=None, **other):
        """Keep the first `cut` entries, and state that `stated` had been signed."""
        stated = len(self.entries) if stated is None else stated
        root = base64.b64encode(self.ledger().root(stated)).decode()
        number = len(self.lost)
        self.lost.append((cut, stated))
        told = {"by": "p-1", "entry": cut, "size": stated, "root": root}
        told |= {"previous": SIGNERS[number][1], "vkey": SIGNERS[number + 1][1]}
        self.entries[cut:] = [{"type": "gap", **told, **other}]

    def export(self, folder):
        ledger = self.ledger()
        ledger.checkpoint()
        ledger.export(folder)
        return folder, SIGNERS[len(self.lost)][1]


def signed(number, size, root):
    return Checkpoint(KEYS[number].name, size, root).sign(KEYS[number])


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A ledger that had signed 12 entries, and states that it lost those from 6 on, of 9 that it had signed."""
    history = History()
    history.grow(10)
    kept = {size: history.kept(size) for size in range(13)}
    history.lose(6, 9)
    history.grow(3)
    return kept, *history.export(tmp_path_factory.mktemp("once") / "export")


def test_a_checkpoint_of_more_entries_than_the_loss_states_is_a_problem(once):
    kept, folder, vkey = once
    for size in (10, 12):
        report = audit(folder, vkey, since=kept[size])
        assert report.notes == ()
        (problem,) = report.problems
        assert f"covers {size} entries, but entry 6 states that it had signed 9: more is lost" in problem


def test_a_checkpoint_of_the_size_stated_with_another_root_is_a_problem(once):
    _, folder, vkey = once
    (problem,) = audit(folder, vkey, since=signed(0, 9, b"r" * 32)).problems
    assert "of 9 entries has another root than entry 6 states" in problem


def test_a_checkpoint_of_the_lost_part_is_told_to_be_covered_by_the_statement_alone(once):
    kept, folder, vkey = once
    for note in (kept[7], kept[8], signed(0, 8, b"r" * 32)):
        report = audit(folder, vkey, since=note)
        assert report.problems == ()
        (told,) = report.as_dict()["notes"]
        assert "is of the part that is stated to be lost: it cannot be held against the entries" in told
    report = audit(folder, vkey, since=kept[9])
    assert report.problems == ()
    assert "of 9 entries is the one that the stated loss names" in report.notes[0]


def test_a_checkpoint_of_what_is_left_is_held_against_the_entries_as_ever(once):
    kept, folder, vkey = once
    report = audit(folder, vkey, since=[kept[size] for size in range(7)])
    assert (report.problems, report.notes) == ((), ())
    (problem,) = audit(folder, vkey, since=signed(0, 6, b"r" * 32)).problems
    assert "does not fit" in problem


def test_two_checkpoints_of_the_lost_part_that_contradict_each_other_are_a_problem(once):
    kept, folder, vkey = once
    (problem,) = audit(folder, vkey, since=[kept[8], signed(0, 8, b"r" * 32)]).problems
    assert "Two earlier checkpoints of 8 entries have different roots" in problem


def test_a_loss_that_states_a_forked_size_covers_no_larger_checkpoint(tmp_path):
    history = History()
    history.grow(4)
    kept = {size: history.kept(size) for size in range(7)}
    history.entries[4:] = []
    history.grow(4)
    later = history.kept(8)
    history.lose(8, 6)
    folder, vkey = history.export(tmp_path / "export")
    assert audit(folder, vkey, since=[kept[4], later]).problems == ()
    assert not audit(folder, vkey, since=kept[6]).ok
    assert not audit(folder, vkey, since=signed(0, 9, b"r" * 32)).ok


def test_the_command_tells_of_the_checkpoint_in_words_in_json_and_by_its_exit_code(once, tmp_path, capsys):
    from counterfoil.cli.main import run

    kept, folder, vkey = once
    (tmp_path / "vkey").write_text(vkey)
    for size, code in ((6, 0), (8, 0), (9, 0), (10, 1)):
        (tmp_path / "kept").write_text(kept[size])
        call = ["audit", str(folder), "--vkey", str(tmp_path / "vkey"), "--since", str(tmp_path / "kept")]
        assert run(call) == code
        out = capsys.readouterr().out
        assert ("  note: An earlier checkpoint" in out) == (size in (8, 9))
        assert ("more is lost than is stated" in out) == (size == 10)
        assert run([*call, "--json"]) == code
        assert len(json.loads(capsys.readouterr().out)["notes"]) == (size in (8, 9))


# --- statements that are corrected ---


def corrected(folder, **other):
    """`once`, where an entry behind the gap states that 11 entries had been signed; (checkpoints, report of none)."""
    history = History()
    history.grow(10)
    kept = {size: history.kept(size) for size in range(13)}
    root = base64.b64encode(history.ledger().root(11)).decode()
    history.lose(6, 9)
    history.grow(2)
    history.entries.append({**history.entries[6], "size": 11, "root": root, **other})
    history.grow(1)
    return kept, *history.export(folder / "export")


def test_a_statement_that_is_corrected_covers_what_is_stated_last_and_no_more(tmp_path):
    kept, folder, vkey = corrected(tmp_path)
    report = audit(folder, vkey)
    assert report.problems == ()
    assert f"{ORIGIN} had signed 11 entries, more than entry 6 states" in report.gaps[1]
    for size in range(13):
        report = audit(folder, vkey, since=kept[size])
        assert (report.ok, len(report.notes)) == (size <= 11, int(6 < size <= 11))
    assert not audit(folder, vkey, since=signed(0, 9, b"r" * 32)).ok
    assert not audit(folder, vkey, since=signed(0, 11, b"r" * 32)).ok


@pytest.mark.parametrize(
    "wrong", [{"size": 9}, {"size": 8}, {"entry": 5}, {"entry": 10}, {"previous": SIGNERS[1][1]}, {"vkey": VKEY}]
)
def test_a_correction_is_of_a_gap_that_was_stated_and_of_more_than_that_stated(tmp_path, wrong):
    _, folder, vkey = corrected(tmp_path, **wrong)
    (problem,) = audit(folder, vkey).problems
    assert problem.startswith("Entry 9: a gap that ")


def test_a_name_that_ended_with_a_gap_is_not_taken_again(tmp_path):
    history = History()
    history.lose(2)
    history.lose(3, vkey=VKEY)
    ledger = Ledger(history.ledger().store, ORIGIN, PRIVATE, bytes(32), bytes)
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    assert any("without a new name" in problem for problem in audit(tmp_path / "export", VKEY).problems)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_in_no_history_of_losses_does_a_checkpoint_pass_that_the_statements_do_not_cover(tmp_path_factory, data):
    history, kept = History(), []
    for number in range(data.draw(st.integers(1, 4))):
        begun = len(history.entries)
        history.grow(data.draw(st.integers(0, 6)))
        full = len(history.entries)
        sizes = data.draw(st.sets(st.integers(begun, full), max_size=4))
        kept += [(number, size, history.ledger().root(size)) for size in sizes]
        kept += [(number, size, bytes([number]) * 32) for size in data.draw(st.sets(st.integers(begun, full + 2)))]
        history.lose(data.draw(st.integers(begun, full)), data.draw(st.integers(begun, full)))
    history.grow(data.draw(st.integers(0, 3)))
    folder, vkey = history.export(tmp_path_factory.mktemp("history") / "export")
    assert audit(folder, vkey).problems == ()
    final = history.ledger()
    for number, size, root in kept:
        cut, stated = history.lost[number]
        report = audit(folder, vkey, since=signed(number, size, root))
        if size <= cut:
            assert (report.ok, report.notes) == (final.root(size) == root, ())
        elif size > stated or (size == stated and base64.b64encode(root).decode() != history.entries[cut]["root"]):
            assert not report.ok
        else:
            assert report.ok
            assert len(report.notes) == 1
