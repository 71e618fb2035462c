"""Work beside this thread, in threads that begin or are refused: none is waited for that never came to be.

`threading.Thread.start` waits until its thread says that it runs, and pools start theirs in this way. A thread that
the system grants, but that gets no memory for its first step, ends without a word (CPython keeps the frames of each
thread in pages of their own), and that wait has no end. Here the end of a thread is told by the release of what it was
to do, which happens in C and takes no memory.
"""

from __future__ import annotations

import weakref
from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from counterfoil.errors import UnavailableError

T = TypeVar("T")
R = TypeVar("R")


class Beside:
    """`work(*args)` in a thread of its own, which ends with this process. UnavailableError where there is no thread.

    What it returns or raises is nobody's: `work` tells it by itself, and may end at any moment for want of memory.
    """

    def __init__(self, work: Callable[..., object], *args: Any) -> None:
        self._began = False
        self._news, self._over = allocate_lock(), allocate_lock()
        self._news.acquire()
        self._over.acquire()
        task = partial(self._run, work, args)  # the thread alone holds it
        self._stillborn: Any = weakref.ref(task, _releasing(self._news))
        self._ended = weakref.ref(task, _releasing(self._over))
        with suppress(RuntimeError):  # that the system starts no thread: the task goes, which is told as well
            start_new_thread(task, ())
        del task
        self._news.acquire()
        if not self._began:
            raise UnavailableError(
                "The system starts no further thread.",
                "Free some memory, let other programs end or raise the limit of processes, then run the command again.",
            )

    def over(self) -> bool:
        """Whether it has ended."""
        return not self._over.locked()

    def join(self) -> None:
        """Wait until it has ended."""
        with self._over:
            return

    def _run(self, work: Callable[..., object], args: tuple[Any, ...]) -> None:
        self._stillborn = None
        self._began = True
        self._news.release()
        with suppress(Exception):
            work(*args)


def _releasing(lock: LockType) -> Callable[[object], Any]:
    """Called with the reference that died, in C."""
    exit_of: Any = lock.__exit__
    return exit_of  # type: ignore[no-any-return]


LOOK = 1.0
"""Seconds without a word after which it is asked whether whoever would say one is still there."""


def told(queue: SimpleQueue[T], gone: Callable[[], bool]) -> T | None:
    """The next that threads put into the queue; None where nobody will: the queue is empty, and `gone()` says so."""
    while True:
        try:
            return queue.get(timeout=LOOK)
        except Empty:
            if gone() and queue.empty():
                return None


_UNDONE: Any = object()


def side_by_side(work: Callable[[T], R], items: Sequence[T], most: int) -> list[R]:
    """`work` of each item, in their order, by this thread and up to `most` - 1 others: fewer where there are no more.

    `work` may be called again for an item at which another thread failed. What it raises here is raised.
    """
    results: list[R] = [_UNDONE] * len(items)
    numbers = iter(range(len(items)))  # one step of it is one step of the interpreter

    def help_with() -> None:
        for number in numbers:
            results[number] = work(items[number])

    def helper() -> None:
        with suppress(Exception):
            help_with()

    helpers: list[Beside] = []
    with suppress(UnavailableError):
        while len(helpers) < min(most, len(items)) - 1:
            helpers.append(Beside(helper))
    try:
        help_with()
    finally:
        for one in helpers:
            one.join()
    return [work(item) if result is _UNDONE else result for item, result in zip(items, results, strict=True)]
