"""A disk that is full, for real: each act says so, nothing acknowledged is lost, and all goes on once there is room.

The office lies on a small file system in memory (which only root can mount), filled up to a few blocks; anybody can
see the same with a limit on the size of files.
"""

import os
import random
import resource
import shutil
import subprocess

import pytest

from counterfoil.cli import trouble
from tests.cases import killed_run
from tests.faults import tracer
from tests.faults.offices import lost
from tests.faults.warm import ROWS, Warm

BLOCK = 4096
SIZE = 64 << 20
NEEDED = 800_000  # bytes that the way of the batch takes, at most


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A file system of 64 MiB."""
    folder = tmp_path_factory.mktemp("small") / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "counterfoil-tests", str(folder)]
    if os.geteuid() or shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here: root alone may")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def on_small_disk(small):
    return Warm(small / "run")


@pytest.fixture(scope="module")
def anywhere(tmp_path_factory):
    return Warm(tmp_path_factory.mktemp("anywhere") / "run")


def fill(folder, room):
    """Fill the file system of the folder until `room` bytes are free."""
    with (folder / "filler").open("wb", buffering=0) as file:
        while (free := os.statvfs(folder).f_bavail * BLOCK - room) > 0:
            file.write(bytes(min(free, 1 << 20)))


def without_room(warm, part, room):
    """Run the part in a fork while only so much room is free; what is wrong with how it ended."""
    fill(warm.folder, room)
    pid = os.fork()
    if pid == 0:
        tracer.end_after(part)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    (warm.folder / "filler").unlink()
    return [f"with {room} bytes free: exit code {code}"] * (code != 0)


def try_rooms(warm, rooms):
    """The way with so much room left, then the rest with room enough; what went wrong, and how often it was refused."""
    wrong, refused = [], 0
    for room in rooms:
        warm.start()
        wrong += without_room(warm, warm.way, room)
        said = warm.said.read()
        refused += b"refused" in said
        wrong += [f"with {room} bytes free: {one}" for one in (*warm.problems(said), *warm.finish())]
        warm.reset()
    return wrong, refused


def test_an_answer_that_the_disk_has_no_room_for_is_given_once_there_is(on_small_disk):
    rooms = [0, BLOCK, *random.Random(1).sample(range(BLOCK, NEEDED, BLOCK), 8), NEEDED]
    wrong, refused = try_rooms(on_small_disk, rooms)
    assert wrong == []
    assert 3 < refused < len(rooms)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_an_answer_is_given_whatever_block_of_the_disk_was_the_last_one(on_small_disk):
    wrong, refused = try_rooms(on_small_disk, range(0, NEEDED, BLOCK))
    print(f"{NEEDED // BLOCK} amounts of room, {refused} ended with a sentence", *wrong, sep="\n")  # noqa: T201
    assert wrong == []


def test_an_office_is_made_and_loaded_once_there_is_room(on_small_disk):
    folder = on_small_disk.folder / "new"
    killed_run.prepare(folder, ROWS)

    def make():
        try:
            killed_run.run(folder)
        except Exception as error:
            if trouble.explain(error) is None:
                raise

    for room in (0, 5 * BLOCK, 40 * BLOCK, 80 * BLOCK, 120 * BLOCK, 200 * BLOCK, 300 * BLOCK):
        on_small_disk.start()
        assert without_room(on_small_disk, make, room) == []
    on_small_disk.start()
    killed_run.run(folder)
    shutil.copy(folder / "answer", folder / "data" / "answer")
    assert lost(b"", folder / "data", ROWS) == ()
    assert len(on_small_disk.opened(folder / "data", folder)) == ROWS
    on_small_disk.reset()


def test_a_limit_on_the_size_of_files_is_no_different(anywhere):
    wrong, refused = [], 0
    for size in (0, 1, 5 * BLOCK, 30 * BLOCK, 60 * BLOCK, 100 * BLOCK):
        anywhere.start()
        pid = os.fork()
        if pid == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            tracer.end_after(anywhere.way)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said = anywhere.said.read()
        refused += b"refused" in said
        wrong += [f"{size}: exit code {code}"] * (code != 0) + [*anywhere.problems(said), *anywhere.finish()]
        anywhere.reset()
    assert wrong == []
    assert refused > 2
