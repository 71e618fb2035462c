"""Run a benchmark: make the data, let every contestant work on it in turn, and do so in every round."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from counterfoil import __version__
from counterfoil.bench.courses.common import CHECKOUT
from counterfoil.bench.machine import installed, machine
from counterfoil.bench.model import OURS, Benchmark, Contestant
from counterfoil.bench.process import Measure, in_a_process
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
) -> Result:
    """Run one benchmark at `size` times its usual n (and ten times that), each contestant `rounds` times.

    `measure` runs one task; by default in a process of its own, as a peak of memory asks for. A peer that is not
    installed, or that fails, is named in `missing` and takes no part. InputError for a size that cannot be;
    NotFoundError where its
    files are absent; UnavailableError when our own work fails.
    """
    if absent := absent_files(benchmark):
        raise absent
    rounds = benchmark.rounds or rounds
    if not 0 < size <= LARGEST:
        raise InputError(f"--size {size:g} cannot be.", f"Give a number above 0 and at most {LARGEST:,.0f}.")
    started, facts = time.perf_counter(), machine()
    present = [one for one in benchmark.contestants if all(map(installed, one.needs))]
    missing = [_missing(one) for one in benchmark.contestants if one not in present]
    sheet = Sheet()
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as folder:
        missing += _rounds(benchmark, size, rounds, present, sheet, Path(folder), progress, measure)
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
        missing=tuple(missing),
        measurements=sheet.measurements(),
        ratios=sheet.ratios(),
        growth=sheet.growth(),
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


def _rounds(
    benchmark: Benchmark,
    size: float,
    rounds: int,
    present: list[Contestant],
    sheet: Sheet,
    folder: Path,
    progress: Tick | None,
    measure: Measure,
) -> list[dict[str, str]]:
    """Every round; what failed among the peers."""
    sizes, options = benchmark.sizes(size), benchmark.scaled(size)
    total, done = len(sizes) * (1 + rounds * len(present)), 0
    failed: dict[str, dict[str, str]] = {}
    for n in sizes:
        (folder / str(n)).mkdir()
        sheet.note(OURS, n, measure(benchmark.prepare, folder / str(n), {"n": n, **options}))
        done = _tell(progress, done, total)
    for _ in range(rounds):
        for n in sizes:
            for one in present:
                done = _tell(progress, done, total)
                if one.who in failed:
                    continue
                try:
                    sheet.note(one.who, n, measure(one.task, folder / str(n), {"n": n, **options}))
                except UnavailableError as error:
                    if one.who == OURS:
                        raise
                    failed[one.who] = {"who": one.who, "why": error.what, "do": INSTALL}
    return list(failed.values())


def _tell(progress: Tick | None, done: int, total: int) -> int:
    if progress is not None:
        progress(done + 1, total)
    return done + 1


def _missing(one: Contestant) -> dict[str, str]:
    absent = ", ".join(need for need in one.needs if not installed(need))
    return {"who": one.who, "why": f"{absent} is not installed.", "do": INSTALL}


def _versions(present: list[Contestant]) -> dict[str, str]:
    needed = {need: installed(need) for one in present for need in one.needs}
    return {OURS: f"{__version__} (rules {form()[1]})", **{name: installed(name) for name in ENGINES}, **needed}
