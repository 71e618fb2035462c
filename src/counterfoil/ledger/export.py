"""Export a ledger as files that anyone can check: a C2SP tlog-tiles tree.

    checkpoint                      the signed note
    tile/<L>/<N>[.p/<W>]            tiles of hashes
    tile/entries/<N>[.p/<W>]        bundles of entries, each after its length as a big-endian uint16

The tree is written beside its place and moved there whole. A run that was cut short leaves at most a hidden
folder, which the next run clears away.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.errors import InputError, IntegrityError, NotFoundError, UnavailableError
from counterfoil.ledger import tiles
from counterfoil.ledger.checkpoint import Checkpoint, open_checkpoint

if TYPE_CHECKING:
    from counterfoil.ledger.ledger import Ledger

PORTION = 16 * tiles.WIDTH


@dataclass(frozen=True)
class Exported:
    """What was written: where, how many entries, the root (hex), how many files."""

    folder: Path
    size: int
    root: str
    files: int

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"folder": str(self.folder), "size": self.size, "root": self.root, "files": self.files}


def export(ledger: Ledger, folder: Path, progress: Callable[[int, int], None] | None = None) -> Exported:
    """Write the ledger of the latest checkpoint to `folder`.

    An earlier export of the same ledger in that place is replaced; anything else there is left alone.
    Raises InputError where the place is taken, IntegrityError where the stored ledger (or the export that
    stands there) does not fit the checkpoint, UnavailableError where the disk does not let us.
    """
    latest = ledger.store.latest_checkpoint()
    if latest is None:
        raise NotFoundError("The ledger has no checkpoint yet.", "Run `counterfoil ledger checkpoint` first.")
    note = latest[1]
    checkpoint = open_checkpoint(note, ledger.signer.verifier, ledger.origin)
    place = Path(os.path.abspath(folder))  # noqa: PTH100 -- a link in the way must stay as it is
    if not place.name:
        raise InputError(
            f"{folder} is no folder of its own for an export.", "Name another place, such as ledger-export."
        )
    with _failures(place):
        _recover(place)
        _may_replace(place, ledger, checkpoint)
        part = place.with_name(f".{place.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        files = 1
        for name, data in _files(ledger, checkpoint, progress):
            target = part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            files += 1
        (part / "checkpoint").write_bytes(note.encode())
        _move(part, place)
    return Exported(place, checkpoint.size, checkpoint.root.hex(), files)


@contextmanager
def _failures(place: Path) -> Iterator[None]:
    """A fault of the disk as a sentence; what was half written goes away."""
    part = place.with_name(f".{place.name}.part")
    try:
        yield
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise UnavailableError(
            f"The export cannot be written to {place}: {error.strerror}.",
            "Check that the place exists, is writable and has room; then run the same command again.",
        ) from error
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _recover(place: Path) -> None:
    """Finish or undo what an interrupted run left between its two renames."""
    old = place.with_name(f".{place.name}.old")
    if old.is_dir() and not place.exists():
        old.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _may_replace(place: Path, ledger: Ledger, checkpoint: Checkpoint) -> None:
    """Only an earlier state of this very ledger may be replaced."""
    if not place.exists() and not place.is_symlink():
        return
    if place.is_symlink() or not place.is_dir():
        raise InputError(f"{place} exists and is not a folder.", "Name another place for the export.")
    there = {item.name for item in place.iterdir()}
    if not there:
        return
    if not there <= {"checkpoint", "tile"} or not (place / "checkpoint").is_file():
        raise InputError(f"{place} holds other files than an export.", "Name an empty or new folder.")
    with (place / "checkpoint").open("rb") as file:
        note = file.read(1_000_000).decode("utf-8", "replace")
    try:
        before = ledger.kept_checkpoint(note)
    except IntegrityError as error:
        raise InputError(
            f"{place} holds an export of another ledger, or a damaged one.", "Name another place."
        ) from error
    if before.size > checkpoint.size or ledger.root(before.size) != before.root:
        raise IntegrityError(
            f"The export in {place} has {before.size:,} entries that this ledger does not continue.",
            "Keep that export: it shows a history that the ledger has lost. Run `counterfoil ledger verify`.",
        )


def _files(
    ledger: Ledger, checkpoint: Checkpoint, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[str, bytes]]:
    """Every file but the checkpoint: (path, bytes)."""
    size = checkpoint.size
    for start in range(0, size, PORTION):
        stop = min(start + PORTION, size)
        yield from _bundles(ledger, start, stop)
        if progress is not None:
            progress(stop, size)
    for level, count in tiles.levels(size):
        yield from _tiles(ledger, level, count)
    yield from _of_earlier_checkpoints(ledger, size)


def _of_earlier_checkpoints(ledger: Ledger, size: int) -> Iterator[tuple[str, bytes]]:
    """The partial tiles, and bundles, of every smaller tree that was signed, as long as the full one is not there.

    Who holds one of those checkpoints asks for them (C2SP tlog-tiles, "Partial Tiles").
    """
    signed = [earlier for earlier, _ in ledger.store.checkpoints() if earlier < size]
    for level, count in tiles.levels(size):
        number, today = divmod(count, tiles.WIDTH)
        counts = {earlier >> 8 * level for earlier in signed}
        widths = sorted(one % tiles.WIDTH for one in counts if one // tiles.WIDTH == number)
        widths = [width for width in widths if 0 < width < today]
        whole = ledger.store.tiles([(level, number)]).get((level, number), b"") if widths else b""
        for width in widths:
            yield tiles.path(level, number, width), whole[: width * tiles.HASH]
            if level == 0:
                first = number * tiles.WIDTH
                yield from _bundles(ledger, first, first + width)


def _bundles(ledger: Ledger, start: int, stop: int) -> Iterator[tuple[str, bytes]]:
    leaves = dict(ledger.store.leaves(start, stop))
    for first in range(start, stop, tiles.WIDTH):
        indices = range(first, min(first + tiles.WIDTH, stop))
        if any(index not in leaves for index in indices):
            raise IntegrityError("Entries of the ledger are missing.", "Run `counterfoil ledger verify`.")
        data = b"".join(len(leaves[index]).to_bytes(2, "big") + leaves[index] for index in indices)
        yield tiles.path("entries", first // tiles.WIDTH, len(indices)), data


def _tiles(ledger: Ledger, level: int, count: int) -> Iterator[tuple[str, bytes]]:
    numbers = range(-(-count // tiles.WIDTH))
    for first in range(0, len(numbers), 256):
        portion = numbers[first : first + 256]
        stored = ledger.store.tiles([(level, number) for number in portion])
        for number in portion:
            width = min(tiles.WIDTH, count - number * tiles.WIDTH)
            data = stored.get((level, number), b"")[: width * tiles.HASH]
            if len(data) != width * tiles.HASH:
                raise IntegrityError(
                    f"The ledger's tile {tiles.path(level, number)} is missing or short.",
                    "Run `counterfoil ledger verify`.",
                )
            yield tiles.path(level, number, width), data


def _move(part: Path, place: Path) -> None:
    """Put the new tree in its place; the old one goes only when the new one stands."""
    old = place.with_name(f".{place.name}.old")
    if place.exists():
        place.rename(old)
    part.rename(place)
    shutil.rmtree(old, ignore_errors=True)
