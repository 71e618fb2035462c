"""Killed at random moments, again and again until the way is through: nothing lost, nothing twice.

Each kill takes a fork of this process, so that it falls into the way of the request and not into the start of Python.
After each one, an auditor looks for what was acknowledged in any run before. `tests/cases/test_killed.py` does the
same with whole processes, from the making of the office on.
"""

import random
import sys
import time
from collections import Counter
from statistics import median

import pytest

from tests.faults.warm import warm_office

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks that share memory: Linux only")
KILLS, PARTS = 10_000, 8


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def warm(request, tmp_path_factory):
    return warm_office(tmp_path_factory.mktemp("killed") / "run", request.param)


def length(warm):
    """Seconds that the way takes without a kill: the middle of five."""
    taken = []
    for _ in range(5):
        start = time.monotonic()
        killed, said = warm.kill(None)
        taken.append(time.monotonic() - start)
        assert not killed
        assert (*warm.problems(said), *warm.finish()) == ()
        warm.reset()
    return median(taken)


def try_kills(warm, number, seed):
    """Kill `number` times; what was found wrong, and how many kills fell after how many acknowledgements."""
    rng, whole = random.Random(seed), length(warm)
    wrong, fell = [], Counter()
    while fell.total() < number:
        said, running = b"", True
        while running and fell.total() < number:
            running, now = warm.kill(rng.uniform(0, whole))
            said += now
            fell[said.count(b"\n")] += running
            wrong += warm.problems(said)
        wrong += warm.finish()
        warm.reset()
    return wrong, fell


def test_kills_at_random_moments_lose_nothing_and_nothing_happens_twice(warm):
    wrong, fell = try_kills(warm, 20, 1)
    assert wrong == []
    assert len(fell) > 3  # they fell into several steps


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_kills_lose_nothing_and_nothing_happens_twice(warm, part):
    wrong, fell = try_kills(warm, KILLS // PARTS, 100 + part)
    print(f"part {part}: {fell.total()} kills, by acknowledgements before them: {dict(sorted(fell.items()))}")  # noqa: T201
    assert wrong == []
