import base64
import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.ledger import Checkpoint, LedgerSigner, audit, new_ledger_key
from counterfoil.ledger.auditor.files import UnreachableError
from counterfoil.ledger.note import sign_note
from tests.ledger import rfc9162
from tests.ledger.conftest import (
    ORIGIN,
    OTHER_PRIVATE,
    OTHER_VKEY,
    PRIVATE,
    VKEY,
    entry,
    fill,
    make_ledger,
    requests,
    whole_batch,
)
from tests.ledger.resigned import Hostile

SIGNER = LedgerSigner.read(PRIVATE)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A ledger of five entries, and its export: small enough to try every byte of it."""
    ledger = fill(make_ledger(), 3)
    folder = tmp_path_factory.mktemp("small") / "export"
    ledger.export(folder)
    return ledger, folder


def files_of(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_sound_export_is_whole(large):
    ledger, folder = large
    report = audit(folder, VKEY)
    assert report.problems == ()
    assert report.ok
    assert report.size == ledger.size() == 618
    assert (
        base64.b64decode(report.root) == ledger.root() == rfc9162.mth([leaf for _, leaf in ledger.store.leaves(0, 618)])
    )
    assert report.types["request"] == 604
    assert report.as_dict()["ok"] is True


def test_the_layout_is_that_of_tlog_tiles(large):
    assert files_of(large[1]) == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/106",
        "tile/0/002.p/90",  # of the checkpoint before
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/106",
        "tile/entries/002.p/90",
    ]
    tile = (large[1] / "tile/0/000").read_bytes()
    bundle = (large[1] / "tile/entries/000").read_bytes()
    length = int.from_bytes(bundle[:2], "big")
    assert len(tile) == 8192
    assert bundle[2 : 2 + length] == large[0].leaf(0)
    assert (large[1] / "tile/1/000.p/2").read_bytes()[:32] == rfc9162.mth(
        [leaf for _, leaf in large[0].store.leaves(0, 256)]
    )


def test_an_empty_ledger_exports_and_audits(tmp_path):
    ledger = make_ledger()
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    report = audit(tmp_path / "export", VKEY)
    assert (report.ok, report.size, files_of(tmp_path / "export")) == (True, 0, ["checkpoint"])


@settings(max_examples=12, deadline=None)
@given(size=st.integers(1, 700))
def test_an_export_of_any_size_is_whole(tmp_path_factory, size):
    folder = tmp_path_factory.mktemp("sized") / "export"
    ledger = make_ledger()
    asked = max(size - 2, 0)
    ledger.append([entry("setup"), entry("receipt", batch="b-1", count=asked), *requests(asked)][:size])
    ledger.checkpoint()
    ledger.export(folder)
    assert audit(folder, VKEY).problems == ()
    assert ledger.verify(VKEY) == ()


# --- tampering ---


def test_no_changed_byte_of_an_export_goes_unseen(small, tmp_path):
    folder = Path(shutil.copytree(small[1], tmp_path / "export"))
    generator, tried = random.Random(11), 0
    for name in files_of(folder):
        raw = (folder / name).read_bytes()
        for at in range(len(raw)):
            mutant = bytearray(raw)
            mutant[at] ^= generator.randrange(1, 256)
            (folder / name).write_bytes(mutant)
            assert not audit(folder, VKEY).ok, (name, at)
            tried += 1
        (folder / name).write_bytes(raw)
    assert tried > 2000
    assert audit(folder, VKEY).ok


def test_no_cut_or_lengthened_file_goes_unseen(export):
    for name in files_of(export):
        raw = (export / name).read_bytes()
        for other in (b"", raw[:-1], raw[: len(raw) // 2], raw + b"\0", raw + raw, raw[::-1]):
            (export / name).write_bytes(other)
            assert not audit(export, VKEY).ok, name
        (export / name).write_bytes(raw)
    assert audit(export, VKEY).ok


def test_no_missing_file_goes_unseen(export):
    for name in files_of(export):
        if name.endswith(".p/90"):  # of an earlier tree, of which this audit was told nothing
            continue
        (export / name).rename(export / "aside")
        shutil.move(export / "aside", export.parent / "aside")
        report = audit(export, VKEY)
        assert any("missing" in problem for problem in report.problems), name
        shutil.move(export.parent / "aside", export / name)
    assert audit(export, VKEY).ok


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "tile/0/003",
        "tile/2/000.p/1",
        "tile/entries/009.p/4",
        "tile/0/000.p/300",
        "tile/0/x000/001",
        "a\x1b[31m",
    ],
)
def test_no_extra_file_goes_unseen(export, name):
    (export / name).parent.mkdir(parents=True, exist_ok=True)
    (export / name).write_bytes(b"extra")
    problems = audit(export, VKEY).problems
    assert len(problems) == 1
    assert "does not belong" in problems[0]
    assert problems[0].isprintable()


def test_partial_tiles_of_an_earlier_size_may_stay_if_they_are_true(large, export):
    tile, bundle = (export / "tile/0/000").read_bytes(), (export / "tile/entries/000").read_bytes()
    for name, data in {
        "tile/0/000.p/9": tile[: 9 * 32],
        "tile/1/000.p/1": (export / "tile/1/000.p/2").read_bytes()[:32],
        "tile/entries/000.p/1": bundle[: 2 + int.from_bytes(bundle[:2], "big")],
    }.items():
        (export / name).parent.mkdir(exist_ok=True)
        (export / name).write_bytes(data)
        assert audit(export, VKEY).ok, name
        (export / name).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert not audit(export, VKEY).ok, name
        (export / name).write_bytes(data)


def test_swapped_entries_with_matching_tiles_do_not_give_the_signed_root(large, tmp_path):
    """Whoever rewrites entries and all tiles consistently still lacks the signature."""
    ledger, _ = large
    fork = make_ledger(seed=77)
    whole_batch(fill(fork, 600), 4, "b-2")
    fork.export(tmp_path / "export")
    (tmp_path / "export" / "checkpoint").write_text(ledger.checkpoint())
    problems = audit(tmp_path / "export", VKEY).problems
    assert problems == ("The entries do not give the root that the checkpoint is signed for.",)


# --- checkpoints ---


def with_checkpoint(export, note):
    (export / "checkpoint").write_bytes(note if isinstance(note, bytes) else note.encode())
    return audit(export, VKEY)


def test_a_forged_checkpoint_is_refused(large, export):
    ledger, _ = large
    true = Checkpoint(ORIGIN, 618, ledger.root())
    assert with_checkpoint(export, true.sign(SIGNER)).ok
    forged = true.sign(LedgerSigner.read(OTHER_PRIVATE))
    assert with_checkpoint(export, forged).problems == ("The checkpoint is not signed by the key that you gave.",)
    for note in ("", "\n", "\n\n", true.text, true.text + "\n", true.text + "\nx\n", b"\xff" * 50, "\0" * 100):
        report = with_checkpoint(export, note)
        assert not report.ok
        assert (report.size, report.root) == (0, "")


def test_a_checkpoint_of_another_ledger_is_refused(large, export):
    note = sign_note(Checkpoint("other.example", 618, large[0].root()).text, [SIGNER])
    assert "another ledger" in with_checkpoint(export, note).problems[0]
    report = audit(export, VKEY, origin="other.example")
    assert report.ok


def test_no_cut_checkpoint_is_taken(large, export):
    note = (export / "checkpoint").read_bytes()
    for at in range(len(note)):
        assert not with_checkpoint(export, note[:at]).ok


@pytest.mark.parametrize("size", [0, 1, 512, 617, 619, 1000, 10**15, 2**63])
def test_a_signed_checkpoint_of_another_size_does_not_fit_and_takes_no_longer(large, export, size):
    report = with_checkpoint(export, Checkpoint(ORIGIN, size, large[0].root()).sign(SIGNER))
    assert not report.ok


def test_another_key_finds_nothing_signed(export):
    assert not audit(export, OTHER_VKEY).ok


# --- history ---


def test_earlier_checkpoints_of_the_same_history_hold(large, export):
    held = [note for _, note in large[0].store.checkpoints()]
    assert len(held) == 2
    assert audit(export, VKEY, since=held).ok
    assert audit(export, VKEY, since=held[0]).ok


def test_the_holder_of_one_old_checkpoint_sees_a_fork_signed_by_the_same_key(large, tmp_path):
    old = large[0].store.checkpoints()[0][1]
    fork = whole_batch(fill(make_ledger(seed=78), 600), 9, "b-3")
    fork.export(tmp_path / "fork")
    assert audit(tmp_path / "fork", VKEY).ok
    problems = audit(tmp_path / "fork", VKEY, since=old).problems
    assert problems == ("An earlier checkpoint of 602 entries does not fit: the history was changed since.",)


def test_the_holder_of_one_old_checkpoint_sees_a_truncation(large, tmp_path):
    ledger, _ = large
    shorter = fill(make_ledger(), 300)
    shorter.export(tmp_path / "shorter")
    problems = audit(tmp_path / "shorter", VKEY, since=ledger.checkpoint()).problems
    assert problems == ("An earlier checkpoint covers 618 entries, this export only 302: entries are gone.",)


def exported(entries, folder):
    """The export of a ledger that was told this, one after another; its checkpoint."""
    ledger = make_ledger()
    for one in entries:
        ledger.append([one])
    note = ledger.checkpoint()
    shutil.rmtree(folder, ignore_errors=True)
    ledger.export(folder)
    return note


def try_deceptions(count, seed, folder):
    """`count` forks and rollbacks, signed with the real key: which the holder of one old checkpoint does not see."""
    rng, held, unseen = random.Random(seed), 40, []
    true = [entry("setup"), *(entry("registry", {"rows": number}) for number in range(61))]
    note = exported(true[:held], folder)
    for _ in range(3):  # what goes on from there is no deception
        exported(true[: rng.randrange(held, len(true))], folder)
        assert audit(folder, VKEY, since=note).ok
    for number in range(count):
        kept = rng.randrange(1, held)
        more = requests(rng.randrange(1, 60), "b-2") if number % 2 else []
        exported([*true[:kept], *([entry("receipt", batch="b-2", count=len(more)), *more] if more else [])], folder)
        assert audit(folder, VKEY).ok  # for one who holds nothing
        if audit(folder, VKEY, since=note).ok:
            unseen.append((number, kept, len(more)))
    return unseen


def test_forks_and_rollbacks_are_seen_by_the_holder_of_one_old_checkpoint(tmp_path):
    assert try_deceptions(20, 1, tmp_path / "export") == []


@pytest.mark.slow
def test_a_thousand_forks_and_rollbacks_are_seen_by_the_holder_of_one_old_checkpoint(tmp_path):
    assert try_deceptions(1_000, 2, tmp_path / "export") == []


@pytest.mark.parametrize("note", ["", "nonsense", "\ud800", "x" * 2_000_000, "a\n0\nb\n\n\u2014 c d\n"])
def test_what_is_no_earlier_checkpoint_cannot_be_used(export, note):
    with pytest.raises(InputError, match=r"The earlier checkpoint|A signature line"):
        audit(export, VKEY, since=note)


def test_another_ledgers_checkpoint_says_nothing_of_this_one(export):
    private, _ = new_ledger_key("elsewhere.example/ledger")
    signer = LedgerSigner.read(private)
    note = Checkpoint("elsewhere.example/ledger", 5, b"r" * 32).sign(signer)
    with pytest.raises(InputError, match=r"of another ledger, elsewhere.example/ledger, and not of custod") as caught:
        audit(export, VKEY, since=note)
    assert "that you kept of this ledger" in caught.value.do


@pytest.mark.parametrize(
    ("signer", "why"), [(OTHER_PRIVATE, "by no key that this"), (PRIVATE, "does not fit its text")]
)
def test_a_checkpoint_of_the_ledgers_name_that_no_key_of_it_signed_is_a_problem(export, signer, why):
    note = Checkpoint(ORIGIN, 5, b"r" * 32).sign(LedgerSigner.read(signer))
    (problem,) = audit(export, VKEY, since=note if signer is OTHER_PRIVATE else note.replace("\n5\n", "\n6\n")).problems
    assert why in problem


def test_a_checkpoint_of_another_ledger_hides_no_fault_that_was_found(export):
    (export / "tile/0/001").unlink()
    private, _ = new_ledger_key("elsewhere.example/ledger")
    note = Checkpoint("elsewhere.example/ledger", 5, b"r" * 32).sign(LedgerSigner.read(private))
    problems = audit(export, VKEY, since=note).problems
    assert "tile/0/001 is missing." in problems
    assert any("is of another ledger" in problem for problem in problems)


# --- hostile exports: no crash, no hang ---


def test_links_pipes_and_folders_in_the_place_of_files_are_problems(export):
    for name in ("checkpoint", "tile/0/000", "tile/entries/001"):
        raw = (export / name).read_bytes()
        for put in (
            lambda path: os.mkfifo(path),
            lambda path: path.symlink_to("/dev/zero"),
            lambda path: path.symlink_to(path),
            lambda path: path.mkdir(),
        ):
            (export / name).unlink()
            put(export / name)
            assert not audit(export, VKEY).ok
            (export / name).rmdir() if (export / name).is_dir() else (export / name).unlink()
            (export / name).write_bytes(raw)
    (export / "tile" / "loop").symlink_to(export)
    assert not audit(export, VKEY).ok


def test_a_huge_file_is_not_read(export):
    with (export / "tile/entries/000").open("wb") as file:
        file.truncate(2**40)
    with (export / "checkpoint.old").open("wb") as file:
        file.truncate(2**40)
    assert any("larger" in problem for problem in audit(export, VKEY).problems)


def test_a_file_that_may_not_be_read_says_nothing_of_the_ledger(export, monkeypatch):
    real = os.open

    def refuse(path, *arguments, **named):
        if str(path).endswith("tile/0/000"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreachableError, match="Permission denied"):
        audit(export, VKEY)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["checkpoint", "tile/0/000.p/5", "tile/entries/000.p/5"]))
def test_no_bytes_crash_the_audit(small, tmp_path_factory, raw, name):
    folder = Path(shutil.copytree(small[1], tmp_path_factory.mktemp("fuzz") / "export"))
    (folder / name).write_bytes(raw)
    assert not audit(folder, VKEY).ok


HOSTILE = [
    b"",
    b"\xff\xfe\xfd",
    b"null",
    b"{}",
    b"[" * 65_535,
    b'{"a":' * 13_000,
    b"1" * 65_535,
    b'{"_sd":[],"v":1}',
    b'{"_sd":[],"day":"2026-11-22","type":"__init__","v":1}',
    b'{"_sd":[],"day":"2026-11-22","type":["setup"],"v":1}',
    b'{"_sd":[],"day":5,"type":"setup","v":1}',
    b'{"_sd":[1e400],"day":"2026-11-22","type":"setup","v":1}',
    b'{"_sd":[],"v":1,"type":"setup","type":"key"}',
    b'{"_sd":NaN}',
    b'{"_sd":["\\ud800"],"v":1}',
]


def test_entries_that_no_honest_ledger_holds_are_each_named(tmp_path):
    ledger = make_ledger(Hostile(HOSTILE))
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    problems = audit(tmp_path / "export", VKEY).problems
    for index in range(len(HOSTILE)):
        assert any(problem.startswith(f"Entry {index} ") for problem in problems), HOSTILE[index][:40]
    assert len(ledger.verify(VKEY)) >= len(HOSTILE)


def test_problems_without_end_are_counted_and_not_listed(tmp_path):
    ledger = make_ledger(Hostile([b"x"] * 700))
    ledger.checkpoint()
    ledger.export(tmp_path / "export")
    problems = audit(tmp_path / "export", VKEY).problems
    assert len(problems) == 101
    assert problems[-1] == "… and 600 more."


# --- the call itself ---


@pytest.mark.parametrize("vkey", ["", "x", VKEY[:-1], PRIVATE, "a+00000000+AAAA", VKEY.replace("custodian", "other")])
def test_a_key_that_is_none_cannot_be_audited_with(export, vkey):
    with pytest.raises(InputError):
        audit(export, vkey)


def test_a_folder_that_is_none_cannot_be_audited(tmp_path):
    with pytest.raises(InputError):
        audit(tmp_path / "nowhere", VKEY)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError):
        audit(tmp_path / "file", VKEY)


def test_an_empty_folder_has_no_checkpoint(tmp_path):
    assert audit(tmp_path, VKEY).problems == ("checkpoint is missing.",)


def test_a_weak_key_cannot_be_audited_with(export):
    from counterfoil.ledger import Verifier

    with pytest.raises(InputError, match="weak"):
        audit(export, Verifier(ORIGIN, b"\x01" + bytes(31)).vkey)
