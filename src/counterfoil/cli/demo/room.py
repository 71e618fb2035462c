"""How much room on the disk a demo takes: told before it begins, and refused where the disk has not got it."""

from __future__ import annotations

import shutil
from pathlib import Path

from counterfoil.cli.demo.scene import Scene, Stage
from counterfoil.errors import UnavailableError

A_PERSON = 900  # bytes: made-up files and registry (310 at the end), and beside them what the load sorts
A_REQUEST = 9_000  # bytes: the request, its sealed copies, its entries in the ledger and the ledger's export (6,400)
_BEGIN = 64 << 20


def needed(scene: Scene) -> int:
    """Bytes that the demo holds at most; measured at two million people, and rounded up."""
    return _BEGIN + scene.people * A_PERSON + scene.requests * A_REQUEST


def require_room(stage: Stage, scene: Scene) -> str:
    """Where the files lie and how much room they take, as a sentence. UnavailableError where there is not enough."""
    wanted, there = needed(scene), _held(stage.data)
    free = shutil.disk_usage(_nearest(stage.data)).free
    if wanted - there > free:
        raise UnavailableError(
            f"A demo of {scene.people:,} people and {scene.requests:,} requests takes about {_size(wanted - there)}"
            f" of disk; {stage.data.absolute()} has {_size(free)} free.",
            "Free some room, name a folder on another disk with --data, or give fewer --people.",
        )
    return f"The files lie in {stage.data.absolute()}: at most about {_size(wanted)}, of {_size(free + there)} free."


def _held(folder: Path) -> int:
    """Bytes in the files of the folder; one that vanishes meanwhile counts for nothing."""
    total = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            total += path.stat().st_size
        except OSError:
            continue
    return total


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    whole = folder.absolute()
    return next(path for path in (whole, *whole.parents) if path.exists())


def _size(count: int) -> str:
    return f"{count / (1 << 30):,.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):,.0f} MiB"
