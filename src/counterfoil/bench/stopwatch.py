"""Timing inside a measurement: the clock, the processor, and quantiles of single calls."""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from counterfoil.bench.model import Taken
from counterfoil.meter import cpu_seconds

T = TypeVar("T")
LEAST = 3
"""Calls that are timed in any case."""


def timed(what: str, count: int, work: Callable[[], T]) -> tuple[T, Taken]:
    """Do the work once; what it gave, and what it took."""
    with _apart_from_the_data():
        cpu, start = cpu_seconds(), time.perf_counter()
        given = work()
        seconds = time.perf_counter() - start
        return given, Taken(what, count, seconds, cpu_seconds() - cpu)


def each(what: str, calls: Iterable[Callable[[], object]], longest: float = math.inf) -> Taken:
    """Do each call and time it by itself; the quantiles are in milliseconds.

    After `longest` seconds, and three calls, no further one is begun.
    """
    spans: list[float] = []
    with _apart_from_the_data():
        cpu = time.process_time()
        for call in calls:
            start = time.perf_counter()
            call()
            spans.append(time.perf_counter() - start)
            if len(spans) >= LEAST and sum(spans) > longest:
                break
        cpu = time.process_time() - cpu
    facts = {"p50_ms": round(quantile(spans, 0.5) * 1e3, 4), "p99_ms": round(quantile(spans, 0.99) * 1e3, 4)}
    return Taken(what, len(spans), sum(spans), cpu, facts)


@contextmanager
def _apart_from_the_data() -> Iterator[None]:
    """Keep the garbage collector on, but from going through the data that was made for the work beforehand."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def quantile(spans: Sequence[float], share: float) -> float:
    """The value that `share` of the spans do not exceed."""
    ordered = sorted(spans)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def peak_mib() -> float:
    """The most memory that this process has held at once.

    Linux counts in `ru_maxrss` what the parent held before the process began; its own high-water mark stands in
    /proc. Elsewhere `ru_maxrss` it is (bytes on macOS, KiB on other systems).
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
