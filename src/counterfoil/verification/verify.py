"""Verify requests against the registry: one bit each, and how many were looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from counterfoil.progress import Tick
from counterfoil.verification.engine import Verdict
from counterfoil.verification.registry import Registry
from counterfoil.verification.rule import Asked, confirms

CHUNK = 50_000  # requests held at a time


def verify(registry: Registry, asked: Iterable[Asked], progress: Tick | None = None) -> Verdict:
    """Which of the requests the registry confirms. Only requests that passed the examination may be given."""
    before = registry.looked_up
    confirmed: set[int] = set()
    done = 0
    for chunk in _chunks(asked):
        for one, candidates, places in registry.look_up(chunk):
            if confirms(one, candidates, places):
                confirmed.add(one.position)
        done += len(chunk)
        if progress is not None:
            progress(done, 0)
    return Verdict(frozenset(confirmed), registry.looked_up - before)


def verify_one(registry: Registry, asked: Asked) -> bool:
    """Whether the registry confirms this one request; the same rule on the same rows as `verify`."""
    return any(confirms(one, candidates, places) for one, candidates, places in registry.look_up([asked]))


def _chunks(asked: Iterable[Asked]) -> Iterator[list[Asked]]:
    rest = iter(asked)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
