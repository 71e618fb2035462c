"""Worker processes: each runs functions of this program on what it is given, until nobody asks any more.

worker.py is what they run: a worker talks over its standard streams, and ends when the process that started it ends.
What a function returns does not depend on who ran it.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import IO, Any, Self

from counterfoil import errors, worker
from counterfoil.beside import Beside, told

Task = tuple[Any, ...]
AHEAD = 2
"""Tasks that a worker has at a time: it begins the next while its result is looked at."""


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for reference cycles meanwhile: reading requests makes none, and the search took a fifth of it."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Workers:
    """So many processes; 1 is this process itself. Use it with `with`.

    They are fewer where the system starts no more, and this process alone works where it starts none.
    Those that are `kept` and have nothing to do at the end stay for the next who ask in this process: to start one
    takes a third of a second of a processor.
    """

    def __init__(self, count: int, *, kept: bool = False) -> None:
        self.count = count
        self._kept = kept
        self._done = True  # nothing is being worked at
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._kept and self._done:
            _rest(self._processes)
        else:
            _end(self._processes)
        self._processes = []

    def run(self, function: Callable[..., Any], tasks: Iterable[Task]) -> Iterator[Any]:
        """The results in any order, as they come. Errors of a task are raised here, and end the run."""
        return (result for _, result in self._run(function, tasks))

    def in_order(self, function: Callable[..., Any], tasks: Iterable[Task]) -> Iterator[Any]:
        """`run`, the results in the order of the tasks."""
        early: dict[int, Any] = {}
        wanted = 0
        for number, result in self._run(function, tasks):
            early[number] = result
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1

    def _run(self, function: Callable[..., Any], tasks: Iterable[Task]) -> Iterator[tuple[int, Any]]:
        results: SimpleQueue[Any] = SimpleQueue()
        attendants = self._started(results) if self.count > 1 else {}
        if not attendants:
            yield from ((number, function(*task)) for number, task in enumerate(tasks))
            return
        where = f"{function.__module__}:{function.__qualname__}"
        rest = enumerate(tasks)

        def lost() -> bool:  # an attendant ended for want of memory: while there are tasks, none ends otherwise
            return any(one.over() for one in attendants.values())

        idle, busy, self._done = [*attendants] * AHEAD, 0, False
        try:
            while True:
                while idle and (task := next(rest, None)) is not None:
                    idle.pop().put((task[0], (where, task[1])))
                    busy += 1
                if not busy:
                    self._done = True
                    return
                wanting, number, result, failed = told(results, lost) or _LOST
                if failed is not None:
                    raise failed
                busy -= 1
                idle.insert(0, wanting)
                yield number, result
        finally:
            for queue in attendants:
                queue.put(None)

    def _started(self, results: SimpleQueue[Any]) -> dict[SimpleQueue[Any], Beside]:
        """A queue for each worker that could be started, and who attends to it: what is put there is run, and told."""
        attendants: dict[SimpleQueue[Any], Beside] = {}
        with suppress(OSError, MemoryError, errors.UnavailableError):  # no further process, or no further thread
            while len(self._processes) < self.count:
                self._processes.append(_rested() or _start())
        with suppress(MemoryError, errors.UnavailableError):
            for process in self._processes:
                queue: SimpleQueue[Any] = SimpleQueue()
                attendants[queue] = Beside(_attend, process, queue, results)
        return attendants


class Apart:
    """One process that does one thing at a time, beside what this one does. Use it with `with`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            _end([self._process])
        self._process, self._busy = None, False

    def begin(self, function: Callable[..., object], *small: Any) -> bool:
        """Have `function(*small)` run there, once what was begun before is done; False where no process starts.

        What it is given goes into a pipe that nobody may be reading yet: a few texts.
        """
        self.settle()
        try:
            self._process = self._process or _start()
            assert self._process.stdin is not None
            task = f"{function.__module__}:{function.__qualname__}", small
            pickle.dump(task, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except (OSError, MemoryError):
            self.__exit__()
            return False
        self._busy = True
        return True

    def settle(self) -> bool:
        """Wait until nothing runs there; whether the last that was begun came to its end without an error."""
        if not self._busy:
            return True
        assert self._process is not None and self._process.stdout is not None
        try:
            _, failed = pickle.load(self._process.stdout)  # noqa: S301 - from our own process
        except (OSError, EOFError, ValueError, MemoryError, pickle.UnpicklingError):
            self.__exit__()
            return False
        self._busy = False
        return failed is None


_resting: list[tuple[int, dict[str, str], subprocess.Popen[bytes]]] = []
"""Processes that have nothing to do, each with the process and the environment that it was started in."""


def _rest(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    _resting.extend((os.getpid(), dict(os.environ), process) for process in processes)


def _rested() -> subprocess.Popen[bytes] | None:
    """A process that rests, if one is ours (a fork of this process has none), alive and started as one would be now."""
    while _resting:
        of, environment, process = _resting.pop()
        if of != os.getpid():
            continue
        if environment == os.environ and process.poll() is None:
            return process
        _end([process])
    return None


@atexit.register
def dismiss() -> None:
    """End the processes that rest."""
    while _resting:
        of, _, process = _resting.pop()
        if of == os.getpid():
            _end([process])


def _end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        process.wait()


def _start() -> subprocess.Popen[bytes]:
    call = [sys.executable, "-m", worker.__name__, str(os.getpid())]
    pipe = subprocess.PIPE  # a session of its own: Ctrl-C is for the process that asked, which ends this one
    process = subprocess.Popen(call, stdin=pipe, stdout=pipe, start_new_session=True)  # noqa: S603 - our own module
    _widen(process.stdin, process.stdout)
    return process


_PIPE = 1 << 20
"""Bytes that a pipe to a worker holds: a portion is some megabytes, and with the usual 64 KiB both sides wait often."""


def _widen(*pipes: IO[bytes] | None) -> None:
    """Where the system has it (Linux), and grants it: it may give the pipes of one user so much together."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        for pipe in pipes:
            if pipe is not None:
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _attend(process: subprocess.Popen[bytes], queue: SimpleQueue[Any], results: SimpleQueue[Any]) -> None:
    assert process.stdin is not None and process.stdout is not None
    while True:
        asked = queue.get()
        if asked is None:
            return
        number, task = asked
        try:
            pickle.dump(task, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            result, failed = pickle.load(process.stdout)  # noqa: S301 - from our own process
        except (OSError, EOFError, ValueError, MemoryError, pickle.UnpicklingError):
            results.put((queue, number, None, _GONE))
            return
        results.put((queue, number, result, None if failed is None else _error(*failed)))


_GONE = errors.UnavailableError(
    "A worker process ended before its time.",
    "Run it again: what is done is kept. If it happens again, give the machine more memory or use one worker.",
)


_LOST: Any = (None, 0, None, _GONE)


def _error(name: str, *said: Any) -> Exception:
    plain: dict[str, type[Exception]] = {"OSError": OSError, "RuntimeError": RuntimeError}
    kind: type[Exception] = plain.get(name) or getattr(errors, name)
    return kind(*said)
