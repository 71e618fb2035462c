"""Run a benchmark: make the data, let every contestant work on it in turn, and do so in every round."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from counterfoil import __version__
from counterfoil.bench.courses.common import CHECKOUT
from counterfoil.bench.machine import installed, machine
from counterfoil.bench.model import OURS, Benchmark, Contestant, Unended
from counterfoil.bench.process import Measure, OutOfMemoryError, in_a_process
from counterfoil.bench.result import Result, Sheet
from counterfoil.compiled import form
from counterfoil.errors import InputError, NotFoundError, UnavailableError
from counterfoil.progress import Tick

ROUNDS = 3
LARGEST = 1_000.0
ENGINES = ("duckdb", "pyarrow", "cryptography", "django")  # of ours, whose versions a figure depends on
INSTALL = "Install the peers with `make bench`, or `pip install -r requirements/bench.txt`."


def run(
    benchmark: Benchmark,
    size: float = 1.0,
    rounds: int = ROUNDS,
    progress: Tick | None = None,
    measure: Measure = in_a_process,
    without: Collection[str] = (),
) -> Result:
    """Run one benchmark at `size` times its usual n (and ten times that), each contestant `rounds` times.

    `measure` runs one task; by default in a process of its own, as a peak of memory asks for. A peer that is not
    installed, that fails, or that is named in `without`, is told in `missing` and takes no part; one that runs out of
    memory at some n is told in `unended`. InputError for a size that cannot be; NotFoundError where its files are
    absent; UnavailableError when our own work fails.
    """
    if absent := absent_files(benchmark):
        raise absent
    rounds = benchmark.rounds or rounds
    if not 0 < size <= LARGEST:
        raise InputError(f"--size {size:g} cannot be.", f"Give a number above 0 and at most {LARGEST:,.0f}.")
    started, facts = time.perf_counter(), machine()
    present = [one for one in benchmark.contestants if one.who not in without and all(map(installed, one.needs))]
    missing = [_missing(one, without) for one in benchmark.contestants if one not in present]
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as folder:
        course = _Course(benchmark, Path(folder), benchmark.scaled(size), measure)
        _rounds(course, benchmark.sizes(size), rounds, present, progress)
    return Result(
        benchmark=benchmark.name,
        title=benchmark.title,
        counts=benchmark.counts,
        method=benchmark.method,
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - started, 1),
        size=size,
        machine=facts,
        versions=_versions(present),
        missing=(*missing, *course.failed.values()),
        measurements=course.sheet.measurements(),
        ratios=course.sheet.ratios(),
        growth=course.sheet.growth(),
        unended=tuple(asdict(one) for one in course.unended.values()),
    )


def absent_files(benchmark: Benchmark) -> NotFoundError | None:
    """What to say where a file is absent that the benchmark needs and that only a checkout has; else None."""
    absent = [name for name in benchmark.files if not (CHECKOUT / name).is_file()]
    if not absent:
        return None
    return NotFoundError(
        f"The benchmark {benchmark.name!r} needs {' and '.join(absent)}, which only a checkout of the source has.",
        "Run it in a checkout, with `make bench` or from the .venv that `make setup` makes there.",
    )


@dataclass
class _Course:
    """One run of a benchmark: what was measured so far, and which peers are out of it."""

    benchmark: Benchmark
    folder: Path
    options: Mapping[str, int]
    measure: Measure
    sheet: Sheet = field(default_factory=Sheet)
    failed: dict[str, dict[str, str]] = field(default_factory=dict)
    unended: dict[str, Unended] = field(default_factory=dict)

    def prepare(self, n: int) -> None:
        """Make the data for n."""
        (self.folder / str(n)).mkdir()
        self._take(OURS, self.benchmark.prepare, n)

    def let(self, one: Contestant, n: int) -> None:
        """Let it work on the data for n, unless it failed, or had too little memory for as much or less."""
        out = self.unended.get(one.who)
        if one.who in self.failed or (out is not None and out.n <= n):
            return
        try:
            self._take(one.who, one.task, n)
        except UnavailableError as error:
            if one.who == OURS:
                raise
            if isinstance(error, OutOfMemoryError):
                self.unended[one.who] = Unended(one.who, n, error.why, round(error.peak_mib, 1))
            else:
                self.failed[one.who] = {"who": one.who, "why": error.what, "do": INSTALL}

    def _take(self, who: str, task: str, n: int) -> None:
        self.sheet.note(who, n, self.measure(task, self.folder / str(n), {"n": n, **self.options}))


def _rounds(
    course: _Course, sizes: Sequence[int], rounds: int, present: Sequence[Contestant], progress: Tick | None
) -> None:
    total, done = len(sizes) * (1 + rounds * len(present)), 0
    for n in sizes:
        course.prepare(n)
        done = _tell(progress, done, total)
    for _ in range(rounds):
        for n in sizes:
            for one in present:
                done = _tell(progress, done, total)
                course.let(one, n)


def _tell(progress: Tick | None, done: int, total: int) -> int:
    if progress is not None:
        progress(done + 1, total)
    return done + 1


def _missing(one: Contestant, without: Collection[str]) -> dict[str, str]:
    if one.who in without:
        return {"who": one.who, "why": "it was left out by --without.", "do": ""}
    absent = ", ".join(need for need in one.needs if not installed(need))
    return {"who": one.who, "why": f"{absent} is not installed.", "do": INSTALL}


def _versions(present: list[Contestant]) -> dict[str, str]:
    needed = {need: installed(need) for one in present for need in one.needs}
    return {OURS: f"{__version__} (rules {form()[1]})", **{name: installed(name) for name in ENGINES}, **needed}
