import errno
import os
import shutil

import pytest

from counterfoil.errors import InputError, IntegrityError, NotFoundError, UnavailableError
from counterfoil.ledger import audit
from counterfoil.ledger.auditor.files import UnreachableError
from counterfoil.ledger.tiles import path
from counterfoil.ledger.tree import root_of
from tests.ledger.conftest import OTHER_PRIVATE, VKEY, entry, fill, make_ledger, requests, whole_batch


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def test_a_grown_ledger_replaces_its_own_earlier_export(tmp_path):
    ledger = fill(make_ledger(), 200)
    first = ledger.export(tmp_path / "export")
    whole_batch(ledger, 300, "b-2")
    second = ledger.export(tmp_path / "export")
    assert (first.size, second.size) == (202, 810)
    assert second.as_dict()["root"] == ledger.root().hex()
    assert second.files == sum(path.is_file() for path in (tmp_path / "export").rglob("*"))
    assert audit(tmp_path / "export", VKEY).ok
    assert names(tmp_path) == ["export"]


def test_the_tiles_of_every_tree_that_was_signed_are_there_whole_or_partial(tmp_path):
    ledger = make_ledger()
    ledger.append([entry("setup"), entry("receipt", batch="b-1", count=785)])
    for count in (1, 3, 250, 5, 255, 1, 200, 30, 40):
        ledger.append(requests(count))
        ledger.checkpoint()
    folder = ledger.export(tmp_path / "export").folder
    assert audit(folder, VKEY).ok
    sizes = [size for size, _ in ledger.store.checkpoints()]
    assert len(sizes) == 9
    for size in sizes:
        hashes = b""
        for number in range(-(-size // 256)):
            width = min(256, size - 256 * number)
            partial, full = (folder / path(0, number, one) for one in (width, 256))
            assert partial.is_file() or full.is_file(), (size, number)
            hashes += (partial if partial.is_file() else full).read_bytes()[: 32 * width]
            bundle = folder / path("entries", number, width)
            assert bundle.is_file() or (folder / path("entries", number)).is_file()
        parts = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
        assert root_of(parts) == ledger.root(size)
        above = size // 256 % 256
        assert not above or (folder / path(1, 0, above)).is_file()


def test_entries_after_the_last_checkpoint_are_not_exported(tmp_path):
    ledger = fill(make_ledger(), 250)
    ledger.append(requests(30))
    assert ledger.export(tmp_path / "export").size == 252
    assert audit(tmp_path / "export", VKEY).ok


def test_a_ledger_without_a_checkpoint_cannot_be_exported(tmp_path):
    with pytest.raises(NotFoundError):
        make_ledger().export(tmp_path / "export")
    assert names(tmp_path) == []


def test_an_empty_or_new_folder_is_taken_and_its_parents_are_made(tmp_path):
    ledger = fill(make_ledger(), 2)
    (tmp_path / "empty").mkdir()
    ledger.export(tmp_path / "empty")
    ledger.export(tmp_path / "a" / "b" / "c")
    assert audit(tmp_path / "empty", VKEY).ok
    assert audit(tmp_path / "a" / "b" / "c", VKEY).ok


def test_other_peoples_files_are_left_alone(tmp_path):
    ledger = fill(make_ledger(), 2)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "letters")
    (tmp_path / "both").mkdir()
    ledger.export(tmp_path / "both")
    (tmp_path / "both" / "letter.txt").write_text("dear")
    for name in ("letters", "file", "link", "both"):
        with pytest.raises(InputError):
            ledger.export(tmp_path / name)
    assert (tmp_path / "letters" / "letter.txt").read_text() == "dear"
    assert names(tmp_path) == ["both", "file", "letters", "link"]


def test_an_export_of_another_ledger_is_left_alone(tmp_path):
    fill(make_ledger(private=OTHER_PRIVATE), 2).export(tmp_path / "export")
    with pytest.raises(InputError, match="another ledger"):
        fill(make_ledger(), 2).export(tmp_path / "export")


def test_an_export_that_shows_more_than_the_ledger_has_is_kept_as_evidence(tmp_path):
    fill(make_ledger(), 50).export(tmp_path / "export")
    with pytest.raises(IntegrityError, match="does not continue"):
        fill(make_ledger(), 20).export(tmp_path / "export")
    with pytest.raises(IntegrityError, match="does not continue"):
        fill(make_ledger(seed=70), 60).export(tmp_path / "export")
    assert audit(tmp_path / "export", VKEY).size == 52


def test_a_run_cut_short_between_its_renames_is_mended(tmp_path):
    ledger = fill(make_ledger(), 20)
    ledger.export(tmp_path / "export")
    (tmp_path / "export").rename(tmp_path / ".export.old")
    shutil.copytree(tmp_path / ".export.old", tmp_path / ".export.part")
    ledger.export(tmp_path / "export")
    assert names(tmp_path) == ["export"]
    assert audit(tmp_path / "export", VKEY).ok


@pytest.mark.parametrize("fails", ["write", "rename"])
def test_a_full_disk_leaves_the_earlier_export_as_it_was(tmp_path, monkeypatch, fails):
    from pathlib import Path

    ledger = fill(make_ledger(), 20)
    ledger.export(tmp_path / "export")
    whole_batch(ledger, 3, "b-2")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes" if fails == "write" else "rename", full)
        with pytest.raises(UnavailableError, match="No space left"):
            ledger.export(tmp_path / "export")
    assert audit(tmp_path / "export", VKEY).size == 22
    assert names(tmp_path) == ["export"]
    ledger.export(tmp_path / "export")
    assert audit(tmp_path / "export", VKEY).size == ledger.size()


def test_a_store_with_a_hole_is_not_exported(tmp_path):
    ledger = fill(make_ledger(), 20)
    del ledger.store._leaves[5]
    with pytest.raises(IntegrityError):
        ledger.export(tmp_path / "export")
    assert names(tmp_path) == []
    other = fill(make_ledger(), 20)
    del other.store._tiles[0, 0]
    with pytest.raises(IntegrityError):
        other.export(tmp_path / "export")


def test_a_relative_place_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    fill(make_ledger(), 3).export(Path("export"))
    assert audit("export", VKEY).ok
    assert names(tmp_path) == ["export"]


def test_export_tells_its_progress(tmp_path):
    seen = []
    fill(make_ledger(), 5000).export(tmp_path / "export", lambda done, total: seen.append((done, total)))
    assert seen == [(4096, 5002), (5002, 5002)]


@pytest.mark.parametrize("error", ["EACCES", "EIO", "ESTALE"])
def test_a_file_that_the_auditor_may_not_read_says_nothing_of_the_ledger(ledger, tmp_path, monkeypatch, error):
    fill(ledger, 3).export(tmp_path / "export")
    opened, number = os.open, getattr(errno, error)

    def refused(name, *arguments, **named):
        if str(name).endswith("tile/0/000.p/5"):
            raise OSError(number, os.strerror(number))
        return opened(name, *arguments, **named)

    monkeypatch.setattr(os, "open", refused)  # this account may be one that reads everything
    with pytest.raises(UnreachableError, match=r"could not be audited: .*tile/0/000.p/5 cannot be read") as caught:
        audit(tmp_path / "export", VKEY)
    assert "nothing about the ledger" in caught.value.do


def test_a_link_in_the_place_of_a_file_is_the_exports_fault(ledger, tmp_path):
    fill(ledger, 3).export(tmp_path / "export")
    tile = tmp_path / "export/tile/0/000.p/5"
    tile.rename(tmp_path / "elsewhere")
    tile.symlink_to(tmp_path / "elsewhere")
    assert "tile/0/000.p/5 is neither a file nor a folder." in audit(tmp_path / "export", VKEY).problems
