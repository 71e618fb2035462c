"""Receive the next batch while one is examined, in a process beside this one: a step by itself leaves a core idle.

Whoever needs the batch receives it all the same: the same bytes twice change nothing. So what fails here is done, or
told, where it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from counterfoil.cli.demo.steps import now
from counterfoil.workers import Apart, cores

LARGE = 8_000_000
"""Bytes of a sealed batch from which on it is worth a process: some ten thousand requests."""


class Ahead(Apart):
    """Receives the batch after the one that is examined."""

    def __init__(self, data: Path, files: Sequence[Path]) -> None:
        super().__init__()
        self._data = data
        self._after = dict(pairwise(files))

    def after(self, file: Path) -> None:
        """Begin to receive the batch that follows `file`, if there is one and it is large."""
        following = self._after.get(file)
        if following is not None and cores() > 1 and following.stat().st_size >= LARGE:
            self.begin(received, str(self._data), str(following))


def received(data: str, file: str) -> None:
    """Receive a batch, by this process alone: the cores are taken by those who examine."""
    from counterfoil import cases

    cases.receive(cases.open_office(Path(data)), Path(file), "api", now(), workers=1)
