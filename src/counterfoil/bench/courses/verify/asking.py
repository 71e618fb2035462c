"""How a contestant is timed on all requests: with cold and with warm files, and each answer held against the truth."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from counterfoil.bench.courses.verify.data import against_truth, count_of
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed
from counterfoil.meter import bytes_read

T = TypeVar("T")

COLD = "verify all requests, files cold"
WARM = "verify all requests, files warm"
ONE = "verify one request, registry open"


def cold_and_warm(
    folder: Path, files: Path, ask: Callable[[], Any], facts: Callable[[], dict[str, int]]
) -> list[Taken]:
    """The same work twice: its files out of the system's memory, and then in it.

    `ask` gives the ids confirmed, as an Arrow array without doubles; `facts` what else there is to tell of it.
    """
    forget(files)
    return [_once(what, folder, ask, facts) for what in (COLD, WARM)]


def _once(what: str, folder: Path, ask: Callable[[], Any], facts: Callable[[], dict[str, int]]) -> Taken:
    confirmed, taken = reading(what, count_of(folder), ask)
    return taken.noting({**taken.facts, **against_truth(folder, confirmed), **facts()})


def forget(folder: Path) -> None:
    """Have the system let go of what it keeps in memory of the files, where it can be asked to."""
    for path in folder.rglob("*") if hasattr(os, "posix_fadvise") else ():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def reading(what: str, count: int, work: Callable[[], T]) -> tuple[T, Taken]:
    """Do the work once; what it gave, and what it took and read."""
    called, fetched = bytes_read()
    given, taken = timed(what, count, work)
    now_called, now_fetched = bytes_read()
    read = {"mib_read": (now_called - called) / 2**20, "mib_from_disk": (now_fetched - fetched) / 2**20}
    return given, taken.noting({name: round(value, 1) for name, value in read.items()})
