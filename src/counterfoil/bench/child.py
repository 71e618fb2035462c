"""One measurement, alone in its own process; `process.py` starts it.

    python -m counterfoil.bench.child address:ours FOLDER '{"n": 2000}'

The answer is the last line of standard output, as JSON; whatever a peer prints goes before it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import peak_mib

Task = Callable[..., list[Taken]]


def task_of(name: str) -> Task:
    """The function that `module:function` names within `courses`."""
    module, _, function = name.partition(":")
    task: Task = getattr(import_module(f"counterfoil.bench.courses.{module}"), function)
    return task


def main(arguments: list[str]) -> int:
    """Run the task that the arguments name and print what it took."""
    task, folder, options = arguments
    taken = task_of(task)(Path(folder), **json.loads(options))
    said = {"taken": [asdict(one) for one in taken], "peak_mib": round(peak_mib(), 1)}
    sys.stdout.write("\n" + json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
