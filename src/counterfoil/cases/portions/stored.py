"""A batch's requests as the ledger stores them, in portions, and how whoever holds the sealing keys opens them.

A worker process is told the keys over its standard input, by the process that started it and that ends it: they
stand in no argument, no variable of the environment and no file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from counterfoil.errors import IntegrityError
from counterfoil.ledger.entry import field_of
from counterfoil.ledger.sealed import DESTROYED, SealingBox
from counterfoil.ledger.tree import leaf_hash
from counterfoil.request.record import request_of
from counterfoil.workers import Workers, cores

if TYPE_CHECKING:
    from counterfoil.office.ledger_store import DatabaseStore
    from counterfoil.request import Request

PORTION = 2_000
"""Requests handed to a worker at a time."""
ALONE = 10_000
"""Requests up to which one process is as fast: a worker takes a third of a second of a processor to start."""


def team(requests: int, workers: int = 0) -> Workers:
    """Workers for so many requests: `workers`, 0 for one a core; this process alone where they are few."""
    return Workers(1 if requests < ALONE else workers or cores(), kept=True)


Stored = tuple[int, bytes, bytes]
"""The index of a request's entry, the leaf, and the sealed record."""


class Sealing(NamedTuple):
    """What opens and seals the disclosures of a ledger: its sealing keys, the one in use first, and its name."""

    keys: tuple[bytes, ...]
    name: str


@lru_cache(maxsize=1)
def box_of(sealing: Sealing) -> SealingBox:
    """The box of these keys, kept from portion to portion."""
    return SealingBox(sealing.keys, sealing.name, os.urandom)


def portions(store: DatabaseStore, first: int, count: int, size: int = 0) -> Iterator[list[Stored]]:
    """A batch of `count` requests whose entries begin at `first`, by `size` at a time, 0 for PORTION.

    Nothing is opened. Raises IntegrityError where one is missing.
    """
    size = size or PORTION
    for start in range(first, first + count, size):
        wanted = range(start, min(start + size, first + count))
        yield _whole(store.entries(wanted.start, wanted.stop), wanted)


def picked(store: DatabaseStore, first: int, positions: Sequence[int]) -> Iterator[list[Stored]]:
    """`portions` of these positions alone, which ascend."""
    for at in range(0, len(positions), PORTION):
        wanted = [first + position for position in positions[at : at + PORTION]]
        yield _whole(store.entries_at(wanted), wanted)


def _whole(portion: list[Stored], wanted: Sequence[int]) -> list[Stored]:
    """The portion, if it has all that is wanted of it."""
    if len(portion) < len(wanted):
        there = {index for index, _, _ in portion}
        missing = next(index for index in wanted if index not in there)
        raise IntegrityError(f"Entry {missing} of the ledger is missing.", "Run `counterfoil ledger verify`.")
    return portion


def requests_of(sealing: Sealing, first: int, portion: list[Stored]) -> Iterator[Request]:
    """The requests of a portion, each checked against its leaf; one that was expunged is empty."""
    for position, record in records_of(sealing, first, portion):
        yield request_of(record, position)


def records_of(sealing: Sealing, first: int, portion: list[Stored]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The position and record of each request of a portion, checked against its leaf; an expunged one is empty."""
    box = box_of(sealing)
    for index, leaf, record in portion:
        if record == DESTROYED:
            yield index - first, {}
        else:
            yield index - first, field_of("request", leaf, box.text(index, leaf_hash(leaf), record)) or {}
