"""What a benchmark is made of: contestants, sizes, and what one measurement hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

OURS = "counterfoil"
TENFOLD = 10  # a benchmark runs at n and at ten times n, which shows how it grows


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing done `count` times in `seconds` of the clock and `cpu` seconds of all its threads.

    `facts` are other figures of the same work: quantiles, errors against the truth.
    """

    what: str
    count: int
    seconds: float
    cpu: float
    facts: Mapping[str, Any] = field(default_factory=dict)

    def noting(self, facts: Mapping[str, Any]) -> Taken:
        """The same, with other figures beside it."""
        return replace(self, facts=facts)


@dataclass(frozen=True, slots=True)
class Unended:
    """A contestant that did not end at some n, why in words, and the memory that it held at most."""

    who: str
    n: int
    why: str
    peak_mib: float


class Measured(NamedTuple):
    """All that one process did, and its peak of memory in MiB."""

    taken: tuple[Taken, ...]
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who takes part: `task` is `module:function` within `courses`, `needs` the distributions it imports."""

    who: str
    task: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark. `prepare` makes the data for n; every contestant then works on the same files."""

    name: str
    title: str
    counts: str  # what n counts
    method: str  # for the reader of the table: what is done, and how the peers are asked
    prepare: str
    contestants: tuple[Contestant, ...]
    base: int  # n at size 1
    least: int  # n is never below
    options: Mapping[str, int] = field(default_factory=dict)  # other numbers that the size scales, handed to the tasks
    grows: bool = True  # False: the data are what they are, and there is no ten times as much
    rounds: int = 0  # so many whatever was asked, as where only counts are of interest; 0: as asked
    share: float = 1.0  # of the size, when it is run among all and not by its name
    charted: str = ""  # the thing measured that the page shows as a picture too
    files: tuple[str, ...] = ()  # files of a checkout without which it cannot run

    def sizes(self, size: float) -> tuple[int, ...]:
        """The n of a run at that size, and ten times that."""
        first = max(self.least, round(self.base * size))
        return (first, first * TENFOLD) if self.grows else (first,)

    def peers(self) -> tuple[str, ...]:
        """Who else takes part, our own other forms included."""
        return tuple(dict.fromkeys(one.who for one in self.contestants if one.who != OURS))

    def scaled(self, size: float) -> dict[str, int]:
        """The options of a run at that size."""
        return {name: max(10, round(value * size)) for name, value in self.options.items()}
