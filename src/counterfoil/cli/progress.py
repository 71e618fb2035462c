"""Progress on standard error, and only when that is a terminal; the answer on standard output stays clean."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil.cli.door import Door
from counterfoil.progress import Tick


@contextmanager
def progress(door: Door, label: str) -> Iterator[Tick | None]:
    """A bar for one piece of work: yields what to call with (done, in all), or None when nobody watches.

    rich honours NO_COLOR and narrow terminals by itself.
    """
    if door.quiet or door.json or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total or None)
