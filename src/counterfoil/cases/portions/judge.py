"""Judge a portion of a batch: its requests as they are stored, opened by whoever judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from counterfoil.cases.portions.stored import Sealing, portions, requests_of
from counterfoil.examination import Noter, Portion
from counterfoil.examination import workers as examination

if TYPE_CHECKING:
    from counterfoil.office.ledger_store import DatabaseStore
    from counterfoil.request import Request


class Rows:
    """The stored requests of a batch, as the examination takes rows: `examination.workers.Source`."""

    def __init__(
        self, store: DatabaseStore, sealing: Sealing, first: int, count: int, noter: Noter | None = None
    ) -> None:
        """`first` is the entry of the first of `count` requests; `notes` gets what `noter` notes of each."""
        self._store, self._sealing, self._first = store, sealing, first
        self._count, self._given = count, 0
        self._noter = noter
        self.notes = bytearray()

    @property
    def opener(self) -> Callable[..., Iterable[Request]]:
        """Requests from leaves and sealed records. One that was expunged is empty: nobody's, and refused."""
        return requests_of

    @property
    def noter(self) -> Noter | None:
        """What notes something of each request."""
        return self._noter

    def portions(self, most: int) -> Iterator[Portion]:
        """Portions as they are stored. Raises IntegrityError where an entry is missing."""
        count = min(most, self._count)
        for portion in portions(self._store, self._first, count, size=examination.PORTION):
            self._given += len(portion)
            yield Portion(portion[0][0] - self._first, len(portion), (self._sealing, self._first, portion))

    def noted(self, notes: bytes) -> None:
        """Keep the notes of the next requests."""
        self.notes += notes

    def rest(self) -> int:
        """How many requests were not given out; they stay sealed."""
        return self._count - self._given
