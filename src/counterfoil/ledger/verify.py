"""Verify a stored ledger: leaves hashed anew against tiles and checkpoints, disclosures opened."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from counterfoil.errors import IntegrityError
from counterfoil.ledger import tiles
from counterfoil.ledger.auditor.rules import Process
from counterfoil.ledger.canonical import b64_each
from counterfoil.ledger.checkpoint import open_kept
from counterfoil.ledger.entry import Leaf, read_leaf
from counterfoil.ledger.note import Verifier
from counterfoil.ledger.sealed import DESTROYED, SealingBox
from counterfoil.ledger.tree import Frontier, leaf_hash, perfect

if TYPE_CHECKING:
    from counterfoil.ledger.auditor.rotation import Chain
    from counterfoil.ledger.ledger import Ledger

PORTION = 16 * tiles.WIDTH
PROBLEMS_MAX = 200


def verify(
    ledger: Ledger, vkey: str | None = None, progress: Callable[[int, int], None] | None = None
) -> tuple[str, ...]:
    """Every problem found, () where the ledger is whole.

    Checks each leaf's form and hash, each tile of each level, each checkpoint's signature and root, the
    process that the public fields tell of, and, where the ledger has its data key, that the sealed
    disclosures open and fit their leaf. `vkey` defaults to the public half of the signing key.
    """
    if vkey is not None:
        Verifier.read(vkey)
    run = _Run(ledger, ledger.chain(vkey))
    size = ledger.store.size()
    run.checkpoints(size)
    for start in range(0, size, PORTION):
        stop = min(start + PORTION, size)
        if not run.portion(start, stop):
            break
        if progress is not None:
            progress(stop, size)
    return run.finish(size)


class _Run:
    def __init__(self, ledger: Ledger, chain: Chain) -> None:
        self.store, self.origin, self.chain = ledger.store, ledger.origin, chain
        self.before_gap = ledger.before_gap
        self.box: SealingBox | None = ledger.box() if ledger.can_open else None
        self.problems: list[str] = []
        self.more = 0
        self.frontier = Frontier()  # over whole tiles
        self.process = Process()
        self.levels: dict[int, bytearray] = {}
        self.wanted: dict[int, bytes] = {}
        self.sizes: list[int] = []
        self.size = 0
        self.emptied: set[int] = set()
        self.expunged: dict[int, int] = {}  # entry -> the entry that records its expunction

    def say(self, problem: str) -> None:
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(problem)
        else:
            self.more += 1

    def checkpoints(self, size: int) -> None:
        """Check every checkpoint's signature, and note the root that it asks for."""
        for problem in self.chain.problems:
            self.say(problem)
        largest = 0
        for stored, note in self.store.checkpoints():
            try:
                checkpoint = self.before_gap(note) or open_kept(note, self.chain, self.origin)
            except IntegrityError as error:
                self.say(f"The checkpoint of {stored} entries: {error.what}")
                continue
            if checkpoint.size != stored:
                self.say(f"The checkpoint kept for {stored} entries speaks of {checkpoint.size}.")
            self.wanted[checkpoint.size] = checkpoint.root
            largest = max(largest, checkpoint.size)
        if largest > size:
            self.say(f"A checkpoint covers {largest} entries, but there are only {size}: entries are gone.")
        elif largest < size:
            self.say(f"{size - largest} entries are under no signed checkpoint.")
        self.sizes = sorted(self.wanted)
        if 0 in self.wanted:
            self._at_size(0, b"")

    def portion(self, start: int, stop: int) -> bool:
        """Check a run of entries that begins with a whole tile; False where there is none of them.

        A forged entry far behind the last one would else keep us looking for all that lie between.
        """
        leaves = dict(self.store.leaves(start, stop))
        if not leaves:
            self.say(f"From entry {start} on, nothing can be checked: the entries are missing.")
            return False
        sealed = dict(self.store.sealed(start, stop)) if self.box else {}
        numbers = range(start // tiles.WIDTH, -(-stop // tiles.WIDTH))
        stored = self.store.tiles([(0, number) for number in numbers])
        for number in numbers:
            first = number * tiles.WIDTH
            last = min(first + tiles.WIDTH, stop)
            tile = stored.get((0, number), b"")
            if len(tile) != (last - first) * tiles.HASH:
                self.say(f"The tile {tiles.path(0, number)} is missing or of the wrong length.")
            found = [leaves.get(index) for index in range(first, last)]
            hashes = self._hashes(first, found, tile)
            read = [self._content(index, leaf) for index, leaf in enumerate(found, first)]
            if self.box is not None:
                self._disclosures(self.box, first, read, hashes, sealed)
            self._tree(first, b"".join(hashes))
        return True

    def _hashes(self, first: int, leaves: list[bytes | None], tile: bytes) -> list[bytes]:
        """The hashes of entries, held against their tile; of a missing one that which the tile lists."""
        hashes = [b"" if leaf is None else leaf_hash(leaf) for leaf in leaves]
        if b"".join(hashes) == tile and None not in leaves:
            return hashes
        for at, leaf in enumerate(leaves):
            listed = tile[at * tiles.HASH : (at + 1) * tiles.HASH]
            if leaf is None:
                self.say(f"Entry {first + at} is missing.")
                hashes[at] = listed
            elif listed and hashes[at] != listed:
                self.say(f"Entry {first + at} does not fit its hash in the tile {tiles.path(0, first // tiles.WIDTH)}.")
        return hashes

    def _tree(self, first: int, hashes: bytes) -> None:
        """Take the hashes of a tile's entries into the tree, and hold it against the checkpoints on the way."""
        width = len(hashes) // tiles.HASH
        self.size = first + width
        for size in self.sizes[bisect_right(self.sizes, first) : bisect_right(self.sizes, self.size)]:
            self._at_size(size, hashes[: (size - first) * tiles.HASH])
        if width < tiles.WIDTH:
            return
        for height, root in self.frontier.push(tiles.fold(hashes)):  # heights count from that of a tile
            if height % 8 == 0:
                self.levels.setdefault(1 + height // 8, bytearray()).extend(root)

    def _content(self, index: int, leaf: bytes | None) -> Leaf | None:
        """Check an entry's form and its part in the process; the entry, None where it cannot be read."""
        if leaf is None:
            self.process.feed(index, {})
            return None
        try:
            read = read_leaf(leaf)
        except IntegrityError as error:
            self.say(f"Entry {index}: {error.what}")
            self.process.feed(index, {})
            return None
        for problem in self.process.feed(index, dict(read.public)):
            self.say(problem)
        if read.public["type"] == "expunction":
            self.expunged[read.public["entry"]] = index
        return read

    def _disclosures(
        self, box: SealingBox, first: int, read: list[Leaf | None], hashes: list[bytes], sealed: dict[int, bytes]
    ) -> None:
        """Open the sealed disclosures of entries, and hold the digest of each against its leaf."""
        texts: list[bytes] = []
        owners: list[tuple[int, Leaf, int]] = []
        for index, (leaf, hashed) in enumerate(zip(read, hashes, strict=True), first):
            record = sealed.get(index)
            if record == DESTROYED:
                self.emptied.add(index)
            elif leaf is not None and record is None:
                self.say(f"The sealed disclosures of entry {index} are missing.")
            elif leaf is not None and record is not None:
                try:
                    own = box.disclosures(index, hashed, record)
                except IntegrityError as error:
                    self.say(error.what)
                    continue
                texts += own
                owners.append((index, leaf, len(own)))
        digests, at = b64_each([sha256(text).digest() for text in texts]), 0
        for index, leaf, count in owners:
            shown, at = set(digests[at : at + count]), at + count
            if len(shown) != count or not shown.issubset(leaf.digests):
                self.say(f"Entry {index}: its sealed disclosures are not those that its leaf commits to.")

    def _at_size(self, size: int, partial: bytes) -> None:
        """Hold the root of the whole tiles so far, and of `partial` beyond them, against the checkpoint."""
        parts = [
            tiles.fold(partial[start * tiles.HASH : (start + (1 << height)) * tiles.HASH])
            for start, height in perfect(0, len(partial) // tiles.HASH)
        ]
        if self.frontier.root(parts) != self.wanted[size]:
            self.say(f"The first {size} entries do not give the root of their checkpoint.")

    def finish(self, size: int) -> tuple[str, ...]:
        """Compare the upper tiles, then the counts of the process; all problems."""
        for level, hashes in sorted(self.levels.items()):
            numbers = range(-(-len(hashes) // tiles.FULL))
            for number in numbers:
                asked = bytes(hashes[number * tiles.FULL : (number + 1) * tiles.FULL])
                if self.store.tiles([(level, number)]).get((level, number)) != asked:
                    self.say(f"The tile {tiles.path(level, number)} does not fit the entries.")
        if size == self.size:
            for problem in self.process.finish():
                self.say(problem)
            if self.box is not None:
                self._expunctions()
        return (*self.problems, *([f"… and {self.more} more."] if self.more else []))

    def _expunctions(self) -> None:
        """What was destroyed is recorded, and what is recorded was destroyed."""
        for index in sorted(self.emptied - set(self.expunged)):
            self.say(f"Entry {index}: its disclosures are gone, and no entry records that they were expunged.")
        for index in sorted(set(self.expunged) - self.emptied):
            self.say(f"Entry {index} was expunged by entry {self.expunged[index]}, but its disclosures are there.")
