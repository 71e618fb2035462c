"""A kill, an error of the disk or the network, a full disk or no memory at a system call of a request's way.

The way begins with receiving the sealed batch and ends with the answer's file; its calls are those of the process that
serves the office, on a database file and on a server. After each fault all that was acknowledged must be there, and the
way must go on to its end. `make soak` takes every call with every fault, `make test` a seeded sample.
"""

import errno
import random
from collections import Counter
from zlib import crc32

import pytest

from tests.faults import tracer
from tests.faults.tracer import Fault
from tests.faults.warm import warm_office

WRITING = {"openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate", "rename", "mkdir"}
MEMORY = {"mmap", "mremap", "brk", "mprotect", "madvise", "clone3"}
NO_DEVICE = MEMORY | {
    "munmap", "futex", "set_robust_list", "rseq", "gettid", "getpid", "geteuid", "sched_getaffinity", "rt_sigprocmask",
    "rt_sigaction", "sigaltstack", "exit", "exit_group", "getrandom", "clock_nanosleep", "sched_yield",
}  # fmt: skip
PARTS = 20

pytestmark = pytest.mark.skipif(not tracer.can_trace(), reason="a fork may not be traced here (ptrace on x86-64 Linux)")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def warm(request, tmp_path_factory):
    return warm_office(tmp_path_factory.mktemp("warm") / "run", request.param)


def calls_of(warm):
    """How often each call happens on the way: the most of three runs without a fault."""
    most = Counter()
    for _ in range(3):
        calm = warm.run()
        assert calm.whole, calm
        assert warm.problems(calm.said) == ()
        assert warm.finish() == ()
        warm.reset()
        most |= calm.ended.calls
    return most


def points(calls):
    """Every call, with every fault that it can have, in no order: any part of them is a fair sample."""
    found = []
    for name in sorted(calls):
        faults = [None] + [errno.EIO] * (name not in NO_DEVICE)
        faults += [errno.ENOSPC] * (name in WRITING) + [errno.ENOMEM] * (name in MEMORY)
        found += [Fault(name, number, error) for number in range(1, calls[name] + 1) for error in faults]
    return random.Random(1).sample(found, len(found))


def wrong_with(run, fault):
    """What a person who ran the way would find wrong with how it ended: "" where it ended as it may."""
    if run.ended.hung:
        return "it hung"
    if fault.error is None and run.ended.reached:
        return "" if run.ended.code == -9 else f"killed, but it ended with {run.ended.code}"
    return "" if run.ended.code == 0 else f"no sentence, but exit code {run.ended.code}: {run.said!r}"


def try_points(warm, chosen):
    """Each fault in a run of its own; what went wrong, and how many runs ended how."""
    wrong, ends = [], Counter()
    for fault in chosen:
        run = warm.run(fault)
        found = (wrong_with(run, fault), *warm.problems(run.said), *warm.finish())
        wrong += [f"{fault}: {one}" for one in found if one]
        ends[how(run)] += 1
        warm.reset()
    return wrong, ends


def how(run):
    """A word for how a run ended."""
    if not run.ended.reached:
        return "call not made"
    return "killed" if run.ended.code else "answered" if run.whole else "refused"


@pytest.mark.timeout(600)
def test_a_fault_at_a_system_call_loses_nothing(warm):
    every = points(calls_of(warm))
    assert len(every) > 1_500
    wrong, ends = try_points(warm, every[:16])
    assert wrong == []
    assert ends["killed"]
    assert ends["refused"]


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_fault_at_every_system_call_loses_nothing(warm, part):
    every = points(calls_of(warm))
    chosen = [fault for fault in every if crc32(str(fault).encode()) % PARTS == part]  # whatever else a run has
    wrong, ends = try_points(warm, chosen)
    print(f"part {part}: {len(chosen)} of {len(every)} faults: {dict(ends)}", *wrong, sep="\n")  # noqa: T201 - for make soak
    assert wrong == []
    assert ends["call not made"] < 0.1 * len(chosen)  # threads wait for each other more or less often
