"""One worker process; workers.py starts it: tasks in, results out, pickled."""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import sys
import traceback
from contextlib import suppress
from typing import Any

from counterfoil.errors import CounterfoilError

_OBJECTS = 100_000
"""New objects between two searches for garbage: what the tasks make is in no circles, and searching it takes time."""

_PR_SET_PDEATHSIG, _SIGKILL = 1, 9


def main() -> None:
    """Run tasks until nobody asks any more."""
    if not _ends_with(int(sys.argv[1])):
        return
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that prints can come between the results
    while True:
        try:
            where, task = pickle.load(source)  # noqa: S301 - from our own process
        except EOFError:
            return
        pickle.dump(_done(where, task), target, pickle.HIGHEST_PROTOCOL)
        target.flush()


def _done(where: str, task: tuple[Any, ...]) -> tuple[Any, Any]:
    """The result, or what an error says; one that nobody should meet, a fault of the program, with its traceback."""
    module, name = where.split(":")
    try:
        return getattr(importlib.import_module(module), name)(*task), None
    except CounterfoilError as error:
        return None, (type(error).__name__, error.what, error.do, error.details)
    except OSError as error:
        return None, ("OSError", error.errno, error.strerror)
    except Exception:  # raised again where the task was given
        return None, ("RuntimeError", f"A worker process failed:\n{traceback.format_exc()}")


def _ends_with(parent: int) -> bool:
    """Have the system end this process, in the middle of a task too, when the one that started it ends."""
    with suppress(OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    return os.getppid() == parent


if __name__ == "__main__":
    main()
