"""Files that are there whole or not at all: written aside, forced to disk, renamed."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterfoil.errors import UnavailableError

_READ = 256 << 10
"""Bytes read at once, into one place: they stay in the processor's own memory until they are hashed."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, lower-case hex."""
    digest, block = hashlib.sha256(), memoryview(bytearray(_READ))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            digest.update(block[:size])
    return digest.hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write the file at once: a reader sees the old one or the new one, also after a power cut."""
    aside = path.with_name(path.name + ".tmp")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    put_in_place(aside, path)


def put_in_place(aside: Path, path: Path) -> None:
    """Rename a file or folder whose content is on disk, and make the name durable."""
    aside.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Force a file or the names in a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn a full disk or a folder that cannot be written into a message for people."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"{folder} cannot be written: {_why(error)}.",
            "Free some room or mend the permissions, then load again: what is done is kept.",
        ) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; UnavailableError when another load has it."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # tax data: for nobody else on this machine
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UnavailableError(
                f"Another load is at work in {folder}.", "Wait until it has ended, then load again."
            ) from error
        yield
    finally:
        os.close(handle)


def _why(error: OSError) -> str:
    """In the system's words; Arrow tells the number inside a sentence of its own."""
    number = error.errno or next(map(int, re.findall(r"\[errno (\d+)\]", str(error), re.IGNORECASE)), 0)
    return os.strerror(number) if number else str(error)
