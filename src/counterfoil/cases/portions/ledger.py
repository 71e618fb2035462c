"""The office's ledger, which takes entries that worker processes have built and sealed for their place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from counterfoil.cases.portions.stored import Sealing, box_of
from counterfoil.errors import IntegrityError
from counterfoil.ledger import Entry, Ledger
from counterfoil.ledger.build import build_all
from counterfoil.ledger.tree import leaf_hash


class Made(NamedTuple):
    """Entries of one moment, built and sealed for the indices from `start` on."""

    start: int
    time: datetime
    leaves: list[bytes]
    records: list[bytes]
    hashes: bytes
    """Of the leaves, one after another."""


def made(sealing: Sealing, start: int, time: datetime, entries: Iterable[Entry]) -> Made:
    """Build entries of the moment `time` and seal them for the indices from `start` on.

    Raises InputError on an entry that is not of the published form.
    """
    box = box_of(sealing)
    leaves: list[bytes] = []
    records: list[bytes] = []
    hashes: list[bytes] = []
    for portion in build_all(entries, os.urandom):
        hashed = [leaf_hash(leaf) for leaf in portion.leaves]
        records += box.seal_all(start + len(leaves), hashed, portion.texts)
        leaves += portion.leaves
        hashes += hashed
    return Made(start, time, leaves, records, b"".join(hashes))


class OfficeLedger(Ledger):
    """`Ledger`, whose entries may be made elsewhere."""

    def next_index(self) -> int:
        """The index that the next entry gets; what goes before it in any case is appended first."""
        if self.foremost is not None:
            self.append(())
        self._end = self._end or self._look()
        return self._end.size

    def append_made(self, portion: Made) -> None:
        """Add entries that were made for this place. Raises IntegrityError where it is taken, or their time is past.

        A portion is written as it comes, so that no more than one is held; the transaction makes all of them one.
        """
        self._end = end = self._end or self._look()
        if portion.start != end.size or (end.time is not None and portion.time < end.time):
            raise IntegrityError(
                f"Entries were made for index {portion.start}, where the ledger has come to {end.size}.",
                "This is a fault of the program: please report it. Nothing was recorded.",
            )
        hashes = [leaf_hash(leaf) for leaf in portion.leaves]
        start = end.size
        self.store.append(start, portion.leaves, portion.records, end.grow(hashes, portion.time))
