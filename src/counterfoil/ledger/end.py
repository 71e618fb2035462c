"""The end of a ledger: as a transaction found it, as its appends move it on, and as it was signed last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from counterfoil.ledger import tiles, tree
from counterfoil.ledger.store import StoredEnd

FEW = 16
"""Up to so many hashes are added to the subtrees of the end one by one; behind more these are worked out anew."""


@dataclass
class End:
    """Where a ledger ends, and what is known of it."""

    size: int
    edge: dict[tiles.Key, bytes]  # the partial tiles
    time: datetime | None  # of the last entry
    checkpoint: tuple[int, str] | None  # the newest
    roots: dict[int, bytes] = field(default_factory=dict)
    peaks: list[bytes] | None = None  # the roots of the full subtrees, left to right; None where not worked out
    signed_by: bytes = b""  # the public key that signed its checkpoint in this process, which it thus continues

    def grow(self, hashes: Sequence[bytes], time: datetime | None) -> list[tuple[int, int, bytes]]:
        """Add leaf hashes, the last of an entry of `time`; the tiles that are new or have grown."""
        grown = tiles.grow(self.size, self.edge, hashes)
        if self.peaks is not None and len(hashes) <= FEW:
            for at, hashed in enumerate(hashes, self.size):
                tree.push(self.peaks, at, hashed)
        else:
            self.peaks = None
        self.size, self.time = self.size + len(hashes), time
        return grown

    def root(self) -> bytes:
        """The root over all entries."""
        found = self.roots.get(self.size)
        if found is None:
            self.peaks = tiles.peaks(self.edge) if self.peaks is None else self.peaks
            found = self.roots[self.size] = tree.join(self.peaks) if self.peaks else tree.EMPTY_ROOT
        return found

    def stored(self) -> StoredEnd:
        """The end as a store is told it."""
        return StoredEnd(self.size, self.checkpoint, dict(self.edge))

    def copy(self) -> End:
        """An end that goes on by itself."""
        peaks = None if self.peaks is None else list(self.peaks)
        return replace(self, edge=dict(self.edge), roots=dict(self.roots), peaks=peaks)


class _Signed(NamedTuple):
    """What this process signed last of a ledger: the end that it worked out, by the bytes that it worked it out from.

    The partial tiles hold, or lead to, the hash of every entry. Wherever these very tiles are stored for that size, the
    tree is that tree and its last entry that entry, whichever transactions were rolled back or databases put back.
    """

    keys: tuple[bytes, ...]  # ids of those that opened the last entry
    note: str
    signed_by: bytes
    size: int
    edge: dict[tiles.Key, bytes]
    time: datetime | None
    root: bytes
    peaks: list[bytes]


_signed: dict[str, _Signed] = {}
"""By the ledger's name."""


def remember(origin: str, keys: tuple[bytes, ...], end: End) -> None:
    """Keep an end that was signed, with what was worked out of it."""
    root, note = end.root(), end.checkpoint[1] if end.checkpoint else ""
    _signed[origin] = _Signed(
        keys, note, end.signed_by, end.size, dict(end.edge), end.time, root, list(end.peaks or ())
    )


def recall(
    origin: str, keys: tuple[bytes, ...], size: int, edge: dict[tiles.Key, bytes], newest: tuple[int, str] | None
) -> End | None:
    """The end of that size with these partial tiles and newest checkpoint, if it is what was signed last."""
    last = _signed.get(origin)
    if last is None or last.size != size or last.keys != keys or last.edge != edge:
        return None
    signed_by = last.signed_by if newest == (size, last.note) else b""
    return End(size, edge, last.time, newest, {size: last.root}, list(last.peaks), signed_by)
