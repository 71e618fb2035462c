"""Start one measurement in a process of its own, and read what it took."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from counterfoil.bench.model import Measured, Taken
from counterfoil.errors import UnavailableError

Measure = Callable[[str, Path, Mapping[str, int]], Measured]
"""Runs one task (`module:function` of `courses`) in a folder with its options."""


def in_a_process(task: str, folder: Path, options: Mapping[str, int]) -> Measured:
    """Run one task in a process of its own. UnavailableError, with its last words, when it fails."""
    call = [sys.executable, "-m", "counterfoil.bench.child", task, str(folder), json.dumps(dict(options))]
    done = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    try:
        said = json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 else None
    except (ValueError, IndexError):
        said = None
    if said is None:
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise UnavailableError(
            f"The measurement {task} ended without a result: {words[-1] if words else f'exit {done.returncode}'}",
            "Its last words stand above. Where they speak of memory or disk, free some, or give a smaller --size.",
            words[-6:],
        )
    return Measured(tuple(Taken(**one) for one in said["taken"]), float(said["peak_mib"]))
