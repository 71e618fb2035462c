"""What the generator hands out: pairs of which it is known, from how they were made, whether they are one."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from counterfoil.bench.pairs.ground import Ground

Side = tuple[str, ...]
"""An address in five columns (line 1, line 2, town, state, ZIP Code) or in one line; a name in four columns."""

ADDRESS, NAME = "address", "name"


class Pair(NamedTuple):
    """Two addresses or two names, how they were made (`kind`), and whether they are the same.

    `filed`: the addresses of a custodian's file in which the pair is found; `b` is not always among them.
    """

    of: str
    kind: str
    same: bool
    a: Side
    b: Side
    filed: tuple[Side, ...] = ()


class Made(NamedTuple):
    """Two sides as made; `filed` is what else is on file, `b_filed` whether the second side is on file itself."""

    a: Side
    b: Side
    filed: tuple[Side, ...] = ()
    b_filed: bool = True


Maker = Callable[[Ground, Random], "Made | None"]
"""Makes a pair of one kind; None where what chance has drawn does not lend itself to it."""
