"""Start one measurement in a process of its own, and read what it took."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from counterfoil.bench.model import Measured, Taken
from counterfoil.beside import Beside
from counterfoil.errors import UnavailableError
from counterfoil.meter import EVERY, tree_bytes

_FULL = re.compile(r"OutOfMemory|MemoryError|Out of Memory|bad_alloc|Cannot allocate memory|Java heap space")
"""What Python, DuckDB, Arrow, the C library and a Java machine say where memory is full."""
_SIGKILL = -9  # by which a system ends what takes the last of its memory


class OutOfMemoryError(UnavailableError):
    """A measurement did not end for want of memory; `peak_mib` is the most that it was seen to hold."""

    def __init__(self, task: str, killed: bool, peak_mib: float, details: Sequence[str]) -> None:
        how = "killed, as where memory runs out," if killed else "out of memory"
        self.why = f"did not end: {how} at {peak_mib / 1024:.1f} GiB"
        super().__init__(
            f"The measurement {task} {self.why}.", "Give a smaller --size, or leave it out with --without.", details
        )
        self.peak_mib = peak_mib


Measure = Callable[[str, Path, Mapping[str, int]], Measured]
"""Runs one task (`module:function` of `courses`) in a folder with its options."""


def in_a_process(task: str, folder: Path, options: Mapping[str, int]) -> Measured:
    """Run one task in a process of its own.

    UnavailableError, with its last words, when it fails; OutOfMemoryError when it fails for want of memory.
    """
    call = [sys.executable, "-m", "counterfoil.bench.child", task, str(folder), json.dumps(dict(options))]
    child = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    _first_to_go(child.pid)
    with _watched(child.pid) as peak:
        out, errors = child.communicate()
    try:
        said = json.loads(out.strip().splitlines()[-1]) if child.returncode == 0 else None
    except (ValueError, IndexError):
        said = None
    if said is None:
        words = [line.strip() for line in errors.splitlines() if line.strip()]
        if child.returncode == _SIGKILL or _FULL.search(errors):
            raise OutOfMemoryError(task, child.returncode == _SIGKILL, peak[0] / (1 << 20), words[-6:])
        raise UnavailableError(
            f"The measurement {task} ended without a result: {words[-1] if words else f'exit {child.returncode}'}",
            "Its last words stand above. Where they speak of memory or disk, free some, or give a smaller --size.",
            words[-6:],
        )
    return Measured(tuple(Taken(**one) for one in said["taken"]), max(float(said["peak_mib"]), peak[0] / (1 << 20)))


def _first_to_go(pid: int) -> None:
    """Have a system that runs out of memory end this measurement, and no other process, where it can be told so."""
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000", encoding="ascii")


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Look from outside at the memory of a process and of all below it; yields where the highest sum will stand."""
    peak, over = [0], Event()

    def look() -> None:
        while not over.wait(EVERY):
            peak[0] = max(peak[0], tree_bytes(pid))

    watch = None
    with suppress(UnavailableError):  # then the process's own word for its peak must do
        watch = Beside(look)
    try:
        yield peak
    finally:
        over.set()
        if watch is not None:
            watch.join()
