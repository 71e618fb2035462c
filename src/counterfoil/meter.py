"""What some work takes: the clock, processor time and memory, of this process and of all that it starts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Self

from counterfoil.beside import Beside
from counterfoil.errors import UnavailableError

EVERY = 0.05  # seconds between two looks at the memory
_PROC = Path("/proc")
_MIB = 1 << 20


class Meter:
    """Measures a `with` block. Read `seconds`, `cpu_seconds`, `peak_mib` afterwards.

    `peak_mib` is the most memory resident at once, in MiB: of this process by the system's own high-water mark where
    there is one (Linux), of this and all processes below it by a look every 50 ms (where the system gives no thread for
    that, by one at the end). Memory that processes share counts
    in each of them. Where the system has no /proc, it is the peak of this process since it began, and `cpu_seconds`
    counts a process below only when it has ended. Only one meter may run at a time.
    """

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = self.peak_mib = 0.0
        self._peak = 0
        self._over = Event()
        self._watch: Beside | None = None

    def __enter__(self) -> Self:
        with suppress(OSError):
            (_PROC / "self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark begins anew
        self._started, self._cpu = time.perf_counter(), cpu_seconds()
        self._watch = None
        with suppress(UnavailableError):
            self._watch = Beside(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds, self.cpu_seconds = time.perf_counter() - self._started, cpu_seconds() - self._cpu
        self._over.set()
        if self._watch is not None:
            self._watch.join()
        self.peak_mib = max(self._peak, tree_bytes(), _own_peak()) / _MIB

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._peak = max(self._peak, tree_bytes())


def tree_bytes(pid: int | None = None) -> int:
    """Resident memory of a process (this one) and of all below it; 0 where the system does not tell."""
    return sum(_resident(one) for one in _tree(pid or os.getpid()))


def cpu_seconds() -> float:
    """Processor time of this process and of all that were ever below it, as far as the system tells."""
    spent = os.times()
    below = [pid for pid in _tree(os.getpid()) if pid != os.getpid()]
    return time.process_time() + spent.children_user + spent.children_system + sum(map(_spent, below))


def bytes_read() -> tuple[int, int]:
    """Bytes that this process and all that were ever below it have read: by calls, and of these from the disk."""
    counts = [_read(pid) for pid in _tree(os.getpid())]
    return sum(called for called, _ in counts), sum(fetched for _, fetched in counts)


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


def _spent(pid: int) -> float:
    """Processor time of another process, with its ended children's."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def _read(pid: int) -> tuple[int, int]:
    try:
        lines = (_PROC / str(pid) / "io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0, 0
    facts = {name: int(value) for name, _, value in (line.partition(": ") for line in lines)}
    return facts.get("rchar", 0), facts.get("read_bytes", 0)
