"""How long work tells how far it is: by calling a `Tick` with (done so far, in all).

Kernel code takes a `Tick` or None; a door passes one that draws a bar on a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Tick = Callable[[int, int], None]  # (done so far, in all; 0 when not known)

EVERY = 500


def counted(items: Iterable[T], total: int, tick: Tick | None) -> Iterator[T]:
    """Go through `items` and tell `tick` now and then."""
    if tick is None:
        yield from items
        return
    done = 0
    for item in items:
        yield item
        done += 1
        if done % EVERY == 0:
            tick(done, total)
    tick(done, total)
