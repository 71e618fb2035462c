"""Take a portion of a batch in: its requests as entries of the ledger, sealed for their place."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from itertools import islice
from operator import attrgetter

from counterfoil.cases.portions.ledger import Made, made
from counterfoil.cases.portions.stored import PORTION, Sealing
from counterfoil.ledger import Entry
from counterfoil.request.model import Request
from counterfoil.request.record import record_of

_values = attrgetter(*(field.name for field in fields(Request)))


def packed(rows: Iterable[Request]) -> Iterator[tuple[int, bytes]]:
    """The rows in portions: how many, and they as bytes, which take a fifth of the memory and go to workers so."""
    rest = iter(rows)
    while portion := [_values(row) for row in islice(rest, PORTION)]:
        yield len(portion), pickle.dumps(portion, pickle.HIGHEST_PROTOCOL)


def take(sealing: Sealing, start: int, time: datetime, batch: str, portion: bytes) -> Made:
    """The requests of a portion as entries for the indices from `start` on."""
    rows = pickle.loads(portion)  # noqa: S301 - our own, of this very command
    entries = (Entry.at(time, "request", {"request": record_of(Request(*row))}, batch=batch) for row in rows)
    return made(sealing, start, time, entries)
