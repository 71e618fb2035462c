"""Worker processes for a big made-up country. What each makes follows from the seed alone, never from who made it.

`worker.py` is what they run. A worker whose parent was killed ends at its next word: nobody reads it any more.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from counterfoil.beside import Beside, told
from counterfoil.errors import UnavailableError
from counterfoil.progress import Tick
from counterfoil.synth.asking.pool import Unit
from counterfoil.synth.country.country import Country

_AHEAD = 256 * 1024  # bytes


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def make_files(country: Country, folder: Path, size: int, numbers: Sequence[int], done: int, tick: Tick | None) -> None:
    """Make the registry's files of these numbers, of at most `size` people, by a worker a core.

    `done` people are made already.

    UnavailableError, in the worker's words, when a file cannot be made.
    """
    waiting, said = SimpleQueue[int](), SimpleQueue[dict[str, Any]]()
    for number in numbers:
        waiting.put(number)
    workers = [_start("files", _facts(country), str(folder), str(size)) for _ in range(min(cores(), len(numbers)))]
    try:
        attendants = [Beside(_attend, worker, waiting, said) for worker in workers]
        left = len(numbers)
        while left:
            word = told(said, lambda: all(one.over() for one in attendants)) or _GONE
            if "failed" in word:
                raise UnavailableError(str(word["failed"]), "What was made is kept: the same call goes on from there.")
            left -= "file" in word
            done += int(word.get("people", 0))
            if tick is not None:
                tick(done, country.people)
    finally:
        for worker in workers:
            _end(worker)


def _attend(worker: subprocess.Popen[bytes], waiting: SimpleQueue[int], said: SimpleQueue[dict[str, Any]]) -> None:
    """Hand one worker a file after the other, and pass on what it says."""
    assert worker.stdin is not None and worker.stdout is not None
    while True:
        try:
            number = waiting.get_nowait()
        except Empty:
            return
        try:
            worker.stdin.write(f"{number}\n".encode())
            worker.stdin.flush()
            word: dict[str, Any] = {}
            while "file" not in word:
                word = json.loads(worker.stdout.readline())
                said.put(word)
        except (OSError, ValueError, MemoryError):
            said.put(_GONE)
            return


_GONE = {"failed": "A worker that made a file of the registry ended before its time."}


def planned(country: Country, count: int, seed: int, mix: str) -> Iterator[Unit | int]:
    """The units that `Planner` would give, made in a process beside this one; at the end how many were replaced."""
    worker = _start("units", _facts(country), str(count), str(seed), mix)
    assert worker.stdout is not None
    try:
        while True:
            try:
                units = pickle.load(worker.stdout)  # noqa: S301 - from our own process
            except (EOFError, pickle.UnpicklingError) as error:
                raise UnavailableError(
                    "The worker that plans the requests ended before its time.", "Make the requests again."
                ) from error
            if isinstance(units, int):
                yield units
                return
            yield from units
    finally:
        _end(worker)


def _start(*words: str) -> subprocess.Popen[bytes]:
    call = [sys.executable, "-m", "counterfoil.synth.worker", *words]
    return subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=_AHEAD)  # noqa: S603 - our own module


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Let a worker go, at once and in any state."""
    worker.kill()
    for stream in (worker.stdin, worker.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    worker.wait()


def _facts(country: Country) -> str:
    return json.dumps(asdict(country))
