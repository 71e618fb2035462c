"""Judge the rows of a large batch in several processes; what is found is the same as in one.

Each worker is a Python of its own (never a copy of this process, which may hold a database and threads), takes
portions of rows and gives back what was found of them. A worker that dies ends the examination with an error;
nothing has been recorded then.
"""

from __future__ import annotations

import gc
import io
import json
import os
import pickle
import struct
import subprocess  # runs this Python on this module, and nothing else
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from copyreg import dispatch_table
from dataclasses import fields, replace
from itertools import islice
from operator import attrgetter
from queue import SimpleQueue
from types import MappingProxyType
from typing import IO, Any, Final

from counterfoil.errors import UnavailableError
from counterfoil.examination.context import NO_HISTORY, Ask, Context
from counterfoil.examination.rows import NONE, Judge, Judged
from counterfoil.examination.tally import Row
from counterfoil.request import Request

ALONE: Final = 4_000
"""Rows up to which one process is as fast: a worker takes half a second to start."""
_PORTION: Final = 250  # rows handed to a worker at a time
_AHEAD: Final = 3  # portions a worker that are read before the first is asked back

_START: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from counterfoil.examination.workers import serve; serve()"
)
_LENGTH: Final = struct.Struct(">Q")
_values = attrgetter(*(field.name for field in fields(Request)))

_Portion = tuple[int, list[tuple[Any, ...]]]  # position of the first row, and the rows' values


def processes() -> int:
    """How many processors this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def judged(requests: Iterable[Request], context: Context, workers: int) -> Generator[Judged, None, None]:
    """Each request judged, in order. Raises UnavailableError where a worker cannot run to its end."""
    rest = iter(requests)
    first = list(islice(rest, ALONE)) if workers > 1 else []
    if workers > 1 and len(first) == ALONE:
        yield from _together(_portions(_chained(first, rest)), context, workers)
        return
    judge = Judge(context)
    for position, request in enumerate(_chained(first, rest)):
        yield judge.judge(request, position)


def _chained(first: list[Request], rest: Iterator[Request]) -> Iterator[Request]:
    yield from first
    yield from rest


def _portions(requests: Iterator[Request]) -> Iterator[_Portion]:
    start = 0
    while rows := list(islice(requests, _PORTION)):
        yield start, [_values(row) for row in rows]
        start += len(rows)


def _together(portions: Iterator[_Portion], context: Context, workers: int) -> Iterator[Judged]:
    setup = _packed(replace(context, history=NO_HISTORY))
    team: list[_Worker] = []
    free: SimpleQueue[_Worker] = SimpleQueue()
    threads = ThreadPoolExecutor(workers)
    try:
        for _ in range(workers):
            team.append(_Worker(setup))
            free.put(team[-1])
        pending: deque[Future[list[Judged]]] = deque()
        for portion in portions:
            pending.append(threads.submit(_hand_over, free, portion, context))
            if len(pending) > _AHEAD * workers:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    finally:
        for worker in team:
            worker.end()
        threads.shutdown(wait=True, cancel_futures=True)


def _hand_over(free: SimpleQueue[_Worker], portion: _Portion, context: Context) -> list[Judged]:
    """Give a portion to the next worker that is free, and take what it found."""
    worker = free.get()
    try:
        found = pickle.loads(worker.ask(pickle.dumps(portion, 5)))  # noqa: S301 - from our own worker
    finally:
        free.put(worker)
    if isinstance(found, str):
        raise RuntimeError(f"A worker of the examination failed:\n{found}")
    return [_unpacked(one, context, position) for position, one in enumerate(found, portion[0])]


class _Worker:
    """One process that judges rows of one batch."""

    def __init__(self, setup: bytes) -> None:
        self._setup = setup
        command = (sys.executable, "-c", _START, json.dumps(sys.path))
        pipe = subprocess.PIPE  # a session of its own: Ctrl-C is for the process that asked, which ends this one
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)  # noqa: S603

    def ask(self, data: bytes) -> bytes:
        """What the worker answers. Raises UnavailableError where it has died."""
        if self._setup:
            self._send(self._setup)
            self._setup = b""
        self._send(data)
        assert self._process.stdout is not None
        answer = _read(self._process.stdout)
        if answer is None:
            raise self._died()
        return answer

    def end(self) -> None:
        """Stop it: it holds nothing that could be lost."""
        self._process.kill()
        self._process.communicate()

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            _write(self._process.stdin, data)
        except (BrokenPipeError, ValueError) as error:
            raise self._died() from error

    def _died(self) -> UnavailableError:
        return UnavailableError(
            f"A worker of the examination ended before its time (exit status {self._process.poll()}).",
            "Nothing was recorded. Run the same command again; with --workers 1 where memory is short.",
        )


def serve() -> None:
    """A worker's life: one context, then portions until the input ends."""
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else may print must not come between the answers
    setup = _read(source)
    if setup is None:
        return
    judge = Judge(pickle.loads(setup))  # noqa: S301 - from the process that started this one
    gc.disable()  # as in `examine`: reading makes no cycles
    while (data := _read(source)) is not None:
        try:
            start, rows = pickle.loads(data)  # noqa: S301
            found: Any = [_flat(judge.judge(Request(*row), place)) for place, row in enumerate(rows, start)]
        except Exception:  # told to the process that asked, which ends the whole examination with it
            import traceback

            found = traceback.format_exc()
        _write(target, pickle.dumps(found, 5))


def _flat(one: Judged) -> tuple[Any, ...]:
    """A judged row without the names of its parts, and without what the batch knows anyway."""
    ask = one.ask
    asked = (
        None if ask is None else (ask.given, ask.surnames, ask.dob, ask.tin, ask.address, ask.years, ask.investigation)
    )
    return one.findings, one.to_review, tuple(one.row), asked


def _unpacked(one: tuple[Any, ...], context: Context, position: int) -> Judged:
    findings, to_review, row, asked = one
    ask = None
    if asked is not None:
        given, surnames, dob, tin, address, years, investigation = asked
        ask = Ask(
            given, surnames, dob, tin, address, years, investigation,
            context.on, context.batch_key, position, answered=False, exceeded=False,
        )  # fmt: skip
    return Judged(findings or NONE, to_review, Row._make(row), ask)


def _packed(context: Context) -> bytes:
    """A context for another process; read-only mappings, which pickle does not know, as such."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, 5)
    pickler.dispatch_table = {**dispatch_table, MappingProxyType: lambda given: (_read_only, (dict(given),))}
    pickler.dump(context)
    return buffer.getvalue()


def _read_only(given: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(given)


def _write(target: IO[bytes], data: bytes) -> None:
    target.write(_LENGTH.pack(len(data)))
    target.write(data)
    target.flush()


def _read(source: IO[bytes]) -> bytes | None:
    """The next message; None where there is none, or none that is whole."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = source.read(length)
    return data if len(data) == length else None
