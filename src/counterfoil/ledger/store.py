"""What a ledger needs of storage, and a store in memory.

Every call happens inside the caller's one transaction: a ledger keeps nothing of the tree between calls, so
that a rolled-back transaction leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from counterfoil.errors import IntegrityError
from counterfoil.ledger.tiles import Key, partial_tiles


class StoredEnd(NamedTuple):
    """The end of a stored ledger, as one look finds it."""

    size: int
    checkpoint: tuple[int, str] | None
    """(size, signed note) of the largest checkpoint, without what witnesses wrote under it."""
    tiles: Mapping[Key, bytes]
    """The partial tiles at the right edge; others may be among them."""


class LedgerStore(Protocol):
    """Storage of one ledger.

    Leaves and sealed records are appended and never changed (a sealed record may be emptied: `DESTROYED`).
    Tiles (level, number, hashes) grow: one is replaced by one that begins with the same hashes. Checkpoints are added.
    """

    def lock(self) -> None:
        """Become the only writer until the transaction ends; called before each append and checkpoint."""

    def size(self) -> int:
        """How many entries there are: the highest index plus one, 0 if none."""

    def leaves(self, start: int, stop: int) -> Iterable[tuple[int, bytes]]:
        """(index, leaf) from `start` to before `stop`, by rising index; what is missing is left out."""

    def sealed(self, start: int, stop: int) -> Iterable[tuple[int, bytes]]:
        """(index, sealed record) from `start` to before `stop`, by rising index; missing ones left out."""

    def end(self) -> StoredEnd:
        """The end of the ledger."""

    def append(
        self,
        start: int,
        leaves: Sequence[bytes],
        records: Sequence[bytes],
        tiles: Sequence[tuple[int, int, bytes]],
    ) -> None:
        """Add leaves and sealed records with the indices `start`, `start + 1`, …; add or replace tiles."""

    def leave(self, end: StoredEnd) -> None:
        """Told what the end is once the transaction has committed; a store may give that to the next one's `end`."""

    def tiles(self, keys: Sequence[Key]) -> Mapping[Key, bytes]:
        """The tiles with these keys (level, number); what is missing is left out."""

    def latest_checkpoint(self) -> tuple[int, str] | None:
        """(size, signed note) of the largest checkpoint, None if there is none."""

    def checkpoints(self) -> Iterable[tuple[int, str]]:
        """Every checkpoint as (size, signed note), by rising size."""

    def put_checkpoint(self, size: int, note: str) -> None:
        """Add a checkpoint; never called for a size that has one."""


def end_of(store: LedgerStore) -> StoredEnd:
    """`store.end()` from its other calls."""
    size = store.size()
    return StoredEnd(size, store.latest_checkpoint(), store.tiles(list(partial_tiles(size))))


class MemoryStore:
    """A LedgerStore in memory, for tests and for trying things out. Nothing survives the process."""

    def __init__(self) -> None:
        self._leaves: dict[int, bytes] = {}
        self._sealed: dict[int, bytes] = {}
        self._tiles: dict[Key, bytes] = {}
        self._checkpoints: dict[int, str] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what happens inside, or, on an exception, nothing of it."""
        before = [dict(part) for part in (self._leaves, self._sealed, self._tiles, self._checkpoints)]
        try:
            yield
        except BaseException:
            self._leaves, self._sealed, self._tiles, self._checkpoints = before  # type: ignore[assignment]
            raise

    def lock(self) -> None:
        """Nothing to do: there is one writer."""

    def size(self) -> int:
        """How many entries there are."""
        return next(reversed(self._leaves), -1) + 1

    def leaves(self, start: int, stop: int) -> list[tuple[int, bytes]]:
        """Leaves by index."""
        return [(index, self._leaves[index]) for index in range(start, stop) if index in self._leaves]

    def end(self) -> StoredEnd:
        """The end of the ledger."""
        return end_of(self)

    def leave(self, end: StoredEnd) -> None:
        """Nothing to do: all is in memory."""

    def append(
        self, start: int, leaves: Sequence[bytes], records: Sequence[bytes], tiles: Sequence[tuple[int, int, bytes]]
    ) -> None:
        """Add leaves, sealed records and tiles."""
        self.append_leaves(start, leaves)
        self.append_sealed(start, records)
        self.put_tiles(tiles)

    def append_leaves(self, start: int, leaves: Sequence[bytes]) -> None:
        """Add leaves."""
        if any(index in self._leaves for index in range(start, start + len(leaves))):
            raise IntegrityError("An entry would replace another.", "Append after the last entry.")
        self._leaves.update(enumerate(leaves, start))

    def sealed(self, start: int, stop: int) -> list[tuple[int, bytes]]:
        """Sealed records by index."""
        return [(index, self._sealed[index]) for index in range(start, stop) if index in self._sealed]

    def append_sealed(self, start: int, records: Sequence[bytes]) -> None:
        """Add sealed records."""
        self._sealed.update(enumerate(records, start))

    def tiles(self, keys: Sequence[Key]) -> dict[Key, bytes]:
        """Tiles by key."""
        return {key: self._tiles[key] for key in keys if key in self._tiles}

    def put_tiles(self, tiles: Sequence[tuple[int, int, bytes]]) -> None:
        """Add or replace tiles."""
        self._tiles.update({(level, number): hashes for level, number, hashes in tiles})

    def latest_checkpoint(self) -> tuple[int, str] | None:
        """The largest checkpoint."""
        return max(self._checkpoints.items(), default=None)

    def checkpoints(self) -> list[tuple[int, str]]:
        """Every checkpoint by size."""
        return sorted(self._checkpoints.items())

    def put_checkpoint(self, size: int, note: str) -> None:
        """Add a checkpoint."""
        self._checkpoints[size] = note
