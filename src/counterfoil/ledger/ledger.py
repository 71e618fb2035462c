"""The ledger: append entries, sign checkpoints, give proofs, read back.

A `Ledger` works inside the caller's transaction: each call derives what it needs from the store's right-most
tiles, or from what `begin` saw of them in the same transaction. Entries, tiles, checkpoint and the case's own
change thus commit together, or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.ledger import end as ends
from counterfoil.ledger import tiles, tree
from counterfoil.ledger.auditor import rotation
from counterfoil.ledger.auditor.note import Key, read_key
from counterfoil.ledger.build import build_all
from counterfoil.ledger.checkpoint import Checkpoint, open_checkpoint, open_kept
from counterfoil.ledger.end import End
from counterfoil.ledger.entry import Entry, Leaf, opened, read_leaf, triple, utc_of
from counterfoil.ledger.note import LedgerSigner
from counterfoil.ledger.sealed import DESTROYED, SealingBox
from counterfoil.ledger.store import LedgerStore, StoredEnd

if TYPE_CHECKING:
    from pathlib import Path

    from counterfoil.ledger.export import Exported

Progress = Callable[[int, int], None]
"""Told (done so far, in all) now and then."""

PORTION = 4096
"""Entries read from the store at a time."""


class Ledger:
    """One ledger over a store.

    `origin` is its name, which must be that of the signing key; `signer` (or its text) is needed to sign
    checkpoints, `sealing_key` (32 bytes; or several: the first seals, all open) to append and to open disclosures;
    `random(n)` gives n random bytes.
    """

    def __init__(
        self,
        store: LedgerStore,
        origin: str,
        signer: LedgerSigner | str | None = None,
        sealing_key: bytes | Sequence[bytes] | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.store = store
        self.origin = origin
        self._signer_given = signer
        self._signer: LedgerSigner | None = None
        self._sealing_key = sealing_key
        self._random = random
        self._end: End | None = None
        self._box: tuple[Sequence[tuple[int, str]], SealingBox] | None = None
        self.changes: Sequence[int] = ()
        """Entries that changed the ledger's signing key, by rising index."""
        self.gaps: Sequence[tuple[int, str]] = ()
        """Gaps that were stated, by rising index: the entry, and the key, and so the name, of before."""
        self.foremost: Entry | None = None
        """An entry that goes before whatever is appended first."""

    @property
    def signer(self) -> LedgerSigner:
        """The signing key. Raises InputError where none was given, or one of another ledger."""
        if self._signer is None:
            self._signer = self._read_signer()
        return self._signer

    def _read_signer(self) -> LedgerSigner:
        given = self._signer_given
        if given is None:
            raise InputError("This needs the ledger's signing key.", "Open the office that keeps the ledger.")
        signer = _read_signer(given) if isinstance(given, str) else given
        if signer.name != self.origin:
            raise InputError(f"The signing key is of {signer.name}, not of {self.origin}.", "Use this ledger's key.")
        return signer

    @property
    def can_open(self) -> bool:
        """Whether the data key was given."""
        return self._sealing_key is not None

    def box(self) -> SealingBox:
        """What seals and opens disclosures. Raises InputError where no data key was given."""
        if self._sealing_key is None:
            raise InputError("This needs the ledger's data key.", "Open the office that keeps the ledger.")
        if self._box is None or self._box[0] is not self.gaps:
            keys = self._sealing_key if isinstance(self._sealing_key, bytes) else tuple(self._sealing_key)
            name = read_key(self.gaps[0][1]).name if self.gaps else self.origin
            self._box = self.gaps, _box(keys, name, self._random)
        return self._box[1]

    def _key_ids(self) -> tuple[bytes, ...]:
        return self.box().key_ids if self.can_open else ()

    # --- writing ---

    def begin(self, found: StoredEnd | None = None) -> datetime | None:
        """Look at the ledger's end once, for all that this transaction appends and signs; the last entry's time.

        `found`: the end as this transaction has read it already. Whoever calls this uses the ledger for that one
        transaction and no longer.
        """
        self._end = self._look(found)
        return self._end.time

    def mark(self) -> object:
        """Where a transaction that has begun stands; for `back_to`."""
        return None if self._end is None else self._end.copy(), self.foremost

    def back_to(self, mark: object) -> None:
        """Forget what was appended and signed since `mark`: its part of the transaction was taken back."""
        self._end, self.foremost = mark  # type: ignore[misc]

    def append(self, entries: Iterable[Entry]) -> range:
        """Add entries; their indices. Raises InputError on an entry that is not of the published form.

        All entries are built before the first is written. An entry's time must not be before the last one's.
        """
        if self.foremost is not None:
            first, self.foremost = self.foremost, None
            self.append([first])
        end = self._end or self._look()
        start = end.size
        box, last = self.box(), end.time
        leaves: list[bytes] = []
        sealed: list[bytes] = []
        hashes: list[bytes] = []
        for portion in build_all(entries, self._random):
            last = _in_order(portion.entries, last)
            hashed = [tree.leaf_hash(leaf) for leaf in portion.leaves]
            sealed += box.seal_all(start + len(leaves), hashed, portion.texts)
            leaves += portion.leaves
            hashes += hashed
        if leaves:
            self.store.append(start, leaves, sealed, end.grow(hashes, last))
        return range(start, start + len(leaves))

    def checkpoint(self, *also: LedgerSigner) -> str:
        """Sign the tree as it stands and keep the checkpoint; the signed note.

        `also`: further keys that sign it, as the new one does where a key hands over.
        Raises IntegrityError where the tree does not contain the tree of the last checkpoint: a ledger never
        signs two histories.
        """
        end = self._end or self._look()
        latest = end.checkpoint
        own = self.signer.verifier
        if latest is not None and (end.signed_by != own.key or latest[0] == end.size):
            before = open_checkpoint(latest[1], own)
            if before.size > end.size or self._root_at(end, before.size) != before.root:
                raise _not_continued(end.size, before.size)
            if before.size == end.size:
                return (self.store.latest_checkpoint() or latest)[1]
        note = Checkpoint(self.origin, end.size, end.root()).sign(self.signer, *also)
        self.store.put_checkpoint(end.size, note)
        end.checkpoint, end.signed_by = (end.size, note), own.key
        ends.remember(self.origin, self._key_ids(), end)
        return note

    def leave(self) -> None:
        """Tell the store what the end is, now that the transaction has committed."""
        if self._end is not None:
            self.store.leave(self._end.stored())

    def _look(self, found: StoredEnd | None = None) -> End:
        """The end of the ledger as it stands, in the caller's transaction."""
        self.store.lock()
        size, latest, stored = found or self.store.end()
        if latest is not None and latest[0] > size:
            raise _not_continued(size, latest[0])
        edge = tiles.edge_of(size, stored)
        end = ends.recall(self.origin, self._key_ids(), size, edge, latest)
        if end is None:
            end = End(size, edge, self.last_time(size), latest)
            end.root()  # by which it is seen whether what is signed next continues it
        return end

    def _root_at(self, end: End, size: int) -> bytes:
        """The root at the end, or at an earlier size."""
        if size == end.size:
            return end.root()
        if size not in end.roots:
            end.roots[size] = tiles.roots([(0, size)], self.store.tiles)[0]
        return end.roots[size]

    def last_time(self, size: int | None = None) -> datetime | None:
        """The time of the last entry, None where there is none (or its disclosures were destroyed)."""
        size = self.store.size() if size is None else size
        for index, record in self.store.sealed(max(size - 1, 0), size):
            if record == DESTROYED:
                return None
            for text in self.box().open(index, tree.leaf_hash(self.leaf(index)), record):
                _, name, value = triple(text)
                if name == "time":
                    return utc_of(value)
        return None

    def chain(self, vkey: str | None = None) -> rotation.Chain:
        """The ledger's keys from its beginning on, as `changes` tell; from the key given, else the signing key."""
        pinned = read_key(self.signer.verifier.vkey if vkey is None else vkey)
        since = self.gaps[-1][0] if self.gaps else 0
        return self._followed(pinned, self.origin, since, None)

    def kept_checkpoint(self, note: str, vkey: str | None = None) -> Checkpoint:
        """A checkpoint of whatever age, signed by the key that was the ledger's at its size. Raises IntegrityError."""
        before = self.before_gap(note)
        return open_kept(note, self.chain(vkey), self.origin) if before is None else before

    def before_gap(self, note: str) -> Checkpoint | None:
        """A checkpoint that the ledger signed under a name it had before a stated gap; None for any other."""
        origin = note.partition("\n")[0]
        since = 0
        for until, vkey in self.gaps:
            pinned = read_key(vkey)
            if pinned.name == origin:
                checkpoint = open_kept(note, self._followed(pinned, origin, since, until), origin)
                return checkpoint if checkpoint.size <= until else None
            since = until
        return None

    def _followed(self, pinned: Key, origin: str, since: int, until: int | None) -> rotation.Chain:
        """The changes of key among the entries from `since` on, to before `until`."""
        changes = [index for index in self.changes if index >= since and (until is None or index < until)]
        return rotation.follow(pinned, origin, ((at, read_leaf(self.leaf(at)).public) for at in changes))

    # --- the tree ---

    def size(self) -> int:
        """How many entries there are."""
        return self.store.size()

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree, or of the tree as it was at `size`, from stored tiles."""
        size = self._within(size)
        return tiles.roots([(0, size)], self.store.tiles)[0]

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that entry `index` is in the tree of `size` entries (RFC 9162, section 2.1.3)."""
        size = self._within(size)
        if not 0 <= index < size:
            raise NotFoundError(f"The ledger has no entry {index} among its first {size:,}.", "Name another.")
        return tiles.roots(tree.inclusion_ranges(index, size), self.store.tiles)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of `new` entries begins with that of `old` (RFC 9162, section 2.1.4)."""
        new = self._within(new)
        if not 0 <= old <= new:
            raise NotFoundError(f"There is no proof from {old} to {new} entries.", "Name the smaller tree first.")
        return tiles.roots(tree.consistency_ranges(old, new), self.store.tiles)

    def _within(self, size: int | None) -> int:
        stored = self.store.size()
        if size is None:
            return stored
        if not 0 <= size <= stored:
            raise NotFoundError(f"The ledger has {stored:,} entries, not {size:,}.", "Name a size it has had.")
        return size

    # --- reading ---

    def leaf(self, index: int) -> bytes:
        """The bytes of a leaf. Raises NotFoundError where there is none."""
        for _, leaf in self.store.leaves(index, index + 1):
            return leaf
        raise NotFoundError(f"The ledger has no entry {index}.", "Name one that it has.")

    def read(self, index: int) -> Entry:
        """An entry, its disclosures opened and checked against its leaf."""
        self.leaf(index)
        return next(self.read_many(index, index + 1))

    def read_many(self, start: int, stop: int) -> Iterator[Entry]:
        """The entries from `start` to before `stop`, disclosures opened; read in portions."""
        box = self.box()
        for index, leaf, record in self._stored(start, stop):
            public = read_leaf(leaf)
            texts = () if record == DESTROYED else box.open(index, tree.leaf_hash(leaf), record)
            yield Entry(public.public, opened(public, texts))

    def read_public(self, start: int, stop: int) -> Iterator[tuple[int, Leaf]]:
        """(index, leaf as read) from `start` to before `stop`; no key is needed and nothing is opened."""
        for first in range(start, stop, PORTION):
            for index, leaf in self.store.leaves(first, min(first + PORTION, stop)):
                yield index, read_leaf(leaf)

    def disclosures(self, index: int, names: Sequence[str] | None = None) -> list[str]:
        """The disclosures of an entry (RFC 9901), all or those named; NotFoundError where one is missing."""
        found = {}
        for _, leaf, record in self._stored(index, index + 1):
            texts = () if record == DESTROYED else self.box().open(index, tree.leaf_hash(leaf), record)
            found = {triple(text)[1]: text for text in texts}
        for name in names or ():
            if name not in found:
                raise NotFoundError(f"Entry {index} has no disclosed field {name!r}.", f"It has: {', '.join(found)}.")
        return [text for name, text in found.items() if names is None or name in names]

    def _stored(self, start: int, stop: int) -> Iterator[tuple[int, bytes, bytes]]:
        for first in range(start, stop, PORTION):
            last = min(first + PORTION, stop)
            records = dict(self.store.sealed(first, last))
            for index, leaf in self.store.leaves(first, last):
                if index not in records:
                    raise IntegrityError(
                        f"The sealed disclosures of entry {index} are missing.",
                        "Run `counterfoil ledger verify`.",
                    )
                yield index, leaf, records[index]

    # --- what is handed on ---

    def verify(self, vkey: str | None = None, progress: Progress | None = None) -> tuple[str, ...]:
        """Every problem of the stored ledger, () where it is whole; see `verify.verify`."""
        from counterfoil.ledger.verify import verify

        return verify(self, vkey, progress)

    def export(self, folder: Path, progress: Progress | None = None) -> Exported:
        """Write the ledger as a C2SP tlog-tiles tree; see `export.export`."""
        from counterfoil.ledger.export import export

        return export(self, folder, progress)

    def receipt(self, index: int, disclose: Sequence[str] = ()) -> dict[str, Any]:
        """A receipt that proves entry `index` offline; see `prove.receipt`."""
        from counterfoil.ledger.prove import receipt

        return receipt(self, index, disclose)


@lru_cache(maxsize=8)
def _read_signer(text: str) -> LedgerSigner:
    """The signing key, taken apart once in a process and not once an act."""
    return LedgerSigner.read(text)


@lru_cache(maxsize=8)
def _box(keys: bytes | tuple[bytes, ...], name: str, draw: Callable[[int], bytes]) -> SealingBox:
    """What seals, made once in a process and not once an act."""
    return SealingBox(keys, name, draw)


def _in_order(entries: Iterable[Entry], last: datetime | None) -> datetime | None:
    """The time of the last of the entries. Raises InputError where one is before the one before it."""
    before: Any = None
    for text in [entry.disclosed["time"] for entry in entries]:
        if text is before:
            continue
        time, before = utc_of(text), text
        assert time is not None  # build_all() has refused an entry without a time
        if last is not None and time < last:
            raise _behind(time, last)
        last = time
    return last


def _not_continued(size: int, signed: int) -> IntegrityError:
    return IntegrityError(
        f"The ledger's {size:,} entries do not continue its checkpoint of {signed:,}.",
        "Nothing was signed. Run `counterfoil ledger verify`; entries may be lost or changed.",
    )


def _behind(now: datetime, last: datetime) -> InputError:
    return InputError(
        f"The clock stands at {now.isoformat()}, before the last entry of the ledger ({last.isoformat()}).",
        "Set the machine's clock right and run the same command again. Nothing was recorded.",
    )
