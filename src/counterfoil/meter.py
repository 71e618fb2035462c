"""What some work takes: the clock, processor time and memory, of this process and of all that it starts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

EVERY = 0.05  # seconds between two looks at the memory
_PROC = Path("/proc")
_MIB = 1 << 20


class Meter:
    """Measures a `with` block. Read `seconds`, `cpu_seconds`, `peak_mib` afterwards.

    `peak_mib` is the most memory resident at once, in MiB: of this process by the system's own high-water mark where
    there is one (Linux), of this and all processes below it by a look every 50 ms. Memory that processes share counts
    in each of them. Where the system has no /proc, it is the peak of this process since it began. `cpu_seconds` counts
    a process below when it has ended. Only one meter may run at a time.
    """

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = self.peak_mib = 0.0
        self._peak = 0
        self._over = Event()

    def __enter__(self) -> Self:
        self._watch = Thread(target=self._look, daemon=True)
        with suppress(OSError):
            (_PROC / "self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark begins anew
        self._started, self._cpu = time.perf_counter(), _cpu()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu_seconds = time.perf_counter() - self._started, _cpu() - self._cpu
        self._over.set()
        self._watch.join()
        self.peak_mib = max(self._peak, tree_bytes(), _own_peak()) / _MIB

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._peak = max(self._peak, tree_bytes())


def tree_bytes() -> int:
    """Resident memory of this process and of all below it; 0 where the system does not tell."""
    return sum(_resident(pid) for pid in _tree(os.getpid()))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError, ValueError):
        for task in (_PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _resident(pid: int) -> int:
    try:
        pages = int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _own_peak() -> int:
    with suppress(OSError):
        for line in (_PROC / "self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _cpu() -> float:
    """Processor time of this process and of those below it that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
