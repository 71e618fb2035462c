"""A contestant that needs more memory than there is: named as such in the result, and the others go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from counterfoil.bench import Result
from counterfoil.bench.page import page, rows
from counterfoil.bench.process import OutOfMemoryError, in_a_process

UNDER_A_LIMIT = """
import json, resource, sys
from dataclasses import replace
from counterfoil.bench import BENCHMARKS, run
from counterfoil.bench.model import Contestant
from counterfoil.bench.process import in_a_process

def measure(task, folder, options):
    hungry = task == "names:prepare" and any(folder.iterdir())  # not when the data are made
    return in_a_process(task, folder, {"n": 50_000_000} if hungry and options["n"] > 20 else options)

limit = 128 << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
names = BENCHMARKS["names"]
some = replace(names, contestants=(names.contestants[0], Contestant("hungry", "names:prepare")))
print(json.dumps(run(some, 0.0001, rounds=2, measure=measure).as_dict()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
def test_a_contestant_without_enough_memory_is_told_in_the_table_and_the_others_go_on() -> None:
    done = subprocess.run([sys.executable, "-c", UNDER_A_LIMIT], capture_output=True, text=True, check=True)
    result = Result(**json.loads(done.stdout.splitlines()[-1]))
    (told,) = result.unended
    assert (told["who"], told["n"]) == ("hungry", 200)
    assert told["why"].startswith("did not end: out of memory at 0.")
    assert 20 < told["peak_mib"] < 128
    assert not result.missing
    assert {one["rounds"] for one in result.measurements} == {2}
    assert rows(result)[-1][:3] == (told["why"], "hungry", "200")
    assert f"| {told['why']} | hungry | 200 |" in page([result])


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the process is found by /proc")
def test_a_measurement_that_the_system_kills_is_told_as_short_of_memory(tmp_path: Path) -> None:
    found: list[OutOfMemoryError] = []
    over = Event()

    def take() -> None:
        try:
            in_a_process("names:prepare", tmp_path, {"n": 50_000_000})
        except OutOfMemoryError as error:
            found.append(error)
        over.set()

    thread = Thread(target=take)
    thread.start()
    while not over.wait(0.02):
        for pid in _measurements_below():
            assert Path(f"/proc/{pid}/oom_score_adj").read_text().strip() in ("0", "1000")
            os.kill(pid, signal.SIGKILL)
    thread.join()
    (error,) = found
    assert "killed, as where memory runs out, at " in error.what


def _measurements_below() -> list[int]:
    below = [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text(encoding="ascii").split()
    ]
    return [pid for pid in below if b"counterfoil.bench.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]
