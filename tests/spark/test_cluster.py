"""On executors that are processes of their own, without Counterfoil: the same outcomes, also when they are killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from counterfoil.verification.spark import Cluster, SparkEngine
from tests.spark import made
from tests.spark.conftest import Case, needs_spark

MASTER = "local-cluster[2,1,1024]"
EXECUTOR = "CoarseGrainedExecutorBackend"


def below(pid: int) -> Iterator[tuple[int, str]]:
    """Every process below one of ours, with its command line."""
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                with suppress(OSError):
                    yield child, Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                yield from below(child)


def executors() -> list[int]:
    return [pid for pid, words in below(os.getpid()) if EXECUTOR in words]


def workers() -> list[int]:
    """The Python processes of the executors."""
    return [pid for executor in executors() for pid, words in below(executor) if "pyspark" in words]


class Killer(Thread):
    """While a run goes on: kills a Python worker, then a whole executor, then another."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.killed: list[int] = []
        self.over = False

    def run(self) -> None:
        for victims in (workers, executors, executors):
            while not self.over and not (found := victims()):
                time.sleep(0.02)
            if self.over:
                return
            with suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)
                self.killed.append(found[0])
            time.sleep(1.0)


@needs_spark
@pytest.mark.timeout(900)
def test_outcomes_on_a_cluster_are_those_of_one_process_although_executors_are_killed(
    country: Case, bare_python: str
) -> None:
    registry, asked = country
    expected = made.in_process(registry, asked)
    settings = {**made.LIGHT, "spark.shuffle.io.maxRetries": "1", "spark.shuffle.io.retryWait": "1s"}
    with SparkEngine(registry, Cluster(MASTER, settings, bare_python)) as engine:
        killer = Killer()
        killer.start()
        said = engine.verify(asked)
        killer.over = True
        killer.join()
        assert executors()  # the cluster has put others in the place of those that were lost
    assert said == expected
    assert len(killer.killed) >= 2
