"""A kill, an error of the disk or the network, a full disk or no memory at a system call of a request's way.

The way begins with receiving the sealed batch and ends with the answer's file; its calls are those of the process that
serves the office, on a database file and on a server. After each fault all that was acknowledged must be there, and the
way must go on to its end. `make soak` takes every call with every fault, `make test` a seeded sample, and all that
refuse memory or a thread: where CPython waits for a thread that never began, it waits for ever.
"""

import errno
import os
import random
import signal
import socket
from collections import Counter
from zlib import crc32

import pytest

from counterfoil import workers
from counterfoil.beside import side_by_side
from counterfoil.cli import trouble
from counterfoil.ledger.witness.serve import WitnessServer
from counterfoil.meter import Meter
from tests.faults import tracer
from tests.faults.tracer import Fault
from tests.faults.warm import warm_office
from tests.ledger.witnesses import witness_in

WRITING = {"openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate", "rename", "mkdir"}
MEMORY = {"mmap", "mremap", "brk", "mprotect", "madvise", "clone3"}
STARTING = {"clone3", "clone", "fork", "vfork"}  # a thread or a process
NO_DEVICE = MEMORY | STARTING | {
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
        faults += [errno.EAGAIN] * (name in STARTING)
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
    scarce = [fault for fault in every if fault.error in (errno.ENOMEM, errno.EAGAIN)]
    assert len(scarce) < 30  # so few that each of them is tried
    wrong, ends = try_points(warm, every[:16] + scarce)
    assert wrong == []
    assert ends["killed"]
    assert ends["refused"]


def threads():
    """Work in threads, as witnesses are asked and a command is measured."""
    with Meter():
        assert side_by_side(abs, [-1, -2, -3], 3) == [1, 2, 3]


def team(processes):
    """Work in processes, each with a thread that attends to it, as a large batch has it: in these, if there are any."""
    workers._start = processes.pop if processes else workers._start
    with workers.Workers(2) as crew:
        assert sorted(crew.run(abs, ((-n,) for n in range(8)))) == list(range(8))


def told(part):
    """Run the part; an error must be one that a command tells a person."""
    try:
        part()
    except Exception as error:
        assert trouble.explain(error), error


def attended(fault=None):
    """`team`, in a traced fork, with processes that began before it."""
    processes = [workers._start() for _ in range(2)]
    try:
        return tracer.run(lambda: told(lambda: team(list(processes))), fault)
    finally:
        workers._end(processes)


@pytest.mark.parametrize("run", [lambda fault=None: tracer.run(lambda: told(threads), fault), attended])
def test_a_thread_without_memory_or_refused_is_said_or_done_without_and_never_waited_for(run):
    calls = run().calls
    scarce = [fault for fault in points(calls) if fault.error in (errno.ENOMEM, errno.EAGAIN)]
    assert calls["clone3"] in (2, 3)
    assert len(scarce) > 5
    ended = {str(fault): run(fault) for fault in scarce}
    assert {name: (one.code, one.hung) for name, one in ended.items()} == dict.fromkeys(ended, (0, False))
    assert sum(one.reached for one in ended.values()) > 5


def test_a_process_that_the_system_refuses_is_done_without():
    def alone():
        tracer.refuse(["fork", "vfork", "clone"], errno.EAGAIN)
        with pytest.raises(BlockingIOError):
            workers._start()
        team([])

    pid = os.fork()
    if pid == 0:
        tracer.end_after(alone)
    assert os.waitpid(pid, 0)[1] == 0


def test_a_witness_that_gets_no_thread_ends_the_connection_and_goes_on(tmp_path):
    with WitnessServer(("127.0.0.1", 0), witness_in(tmp_path), quiet=True) as server:
        pid = os.fork()
        if pid == 0:
            tracer.refuse(["clone3"], errno.EAGAIN)
            tracer.end_after(server.serve_forever)
        try:
            for _ in range(3):
                with socket.create_connection(server.server_address[:2], timeout=5) as connection:
                    assert connection.recv(1) == b""
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


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
