"""The files of an export, read with care, for they may be anything.

Standard library only; the auditor takes this file along.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

try:
    from counterfoil.errors import InputError
except ImportError:  # taken along alone

    class InputError(ValueError):  # type: ignore[no-redef]
        """The call cannot be used: what is wrong, and what to do."""

        def __init__(self, what: str, do: str = "", details: Sequence[str] = ()) -> None:
            super().__init__("\n  ".join(filter(None, (what, *details, do))))


__all__ = [
    "ExportFiles", "InputError", "Unfit", "UnreachableError", "beginning", "entries_of", "given", "given_text", "path",
    "read_json", "shown", "split_tile",
]  # fmt: skip

_TILE = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class Unfit(Exception):  # noqa: N818 -- a finding, not a fault of the program
    """Something is wrong with the export; its text says what."""


class UnreachableError(InputError):
    """A file cannot be had, from a disk or a server: that says nothing about the ledger."""

    code = "UNAVAILABLE"


_OF_THE_EXPORT = {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.ENAMETOOLONG}
"""Of reading a file: what the export itself is the cause of. All else is the reader's machine, or a right it lacks."""


class ExportFiles:
    """The files of an export: regular ones only, no link followed, no more bytes read than there may be."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found: set[str] = set()
        self.odd: list[str] = []
        folders = [""]
        while folders:
            self._list(folders.pop(), folders)

    def _list(self, folder: str, folders: list[str]) -> None:
        try:
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(name)
                    elif entry.is_file(follow_symlinks=False):
                        self.found.add(name)
                    else:
                        self.odd.append(f"{shown(name)} is neither a file nor a folder.")
        except OSError as error:
            self.odd.append(self._blamed(folder or ".", "listed", error))

    def _blamed(self, name: str, act: str, error: OSError) -> str:
        """What is wrong with the export; UnreachableError where the fault is not the export's."""
        if error.errno in _OF_THE_EXPORT:
            return f"{shown(name)} cannot be {act}: {error.strerror}."
        raise UnreachableError(
            f"The ledger could not be audited: {shown(str(self.root / name))} cannot be {act}: {error.strerror}.",
            "This says nothing about the ledger. See that this account may read every file, and try again.",
        ) from error

    def read(self, name: str, largest: int) -> bytes:
        """The bytes of a file of at most `largest` bytes. Raises Unfit, UnreachableError where it may not."""
        if name not in self.found:
            raise Unfit(f"{name} is missing.")
        try:
            descriptor = os.open(self.root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise Unfit(f"{name} is not a file.")
                data = file.read(largest + 1)
        except OSError as error:
            raise Unfit(self._blamed(name, "read", error)) from error
        if len(data) > largest:
            raise Unfit(f"{name} is larger than it can be.")
        return data


def given(name: str, largest: int) -> bytes:
    """What stands in a regular file that a person named; of a larger one, no more than one byte too many.

    A pipe is not waited for: InputError, as for any other that is no file. OSError where it cannot be read.
    """
    with os.fdopen(os.open(name, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise InputError(f"{name} is not a file.", "Name a regular file.")
        return file.read(largest + 1)


def given_text(name: str, largest: int) -> str:
    """`given` as text, whatever ends its lines. Raises UnicodeDecodeError too."""
    return given(name, largest).decode().replace("\r\n", "\n")


def read_json(data: bytes) -> Any:
    """A JSON document in UTF-8, in which no member is given twice and no number has a fraction. Raises ValueError."""
    try:
        return _decode(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(text)


_decode = json.JSONDecoder(object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction).decode


def entries_of(data: bytes) -> Iterator[bytes]:
    """The entries of a bundle: each after its length, a big-endian uint16."""
    at = 0
    while at + 2 <= len(data):
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if stop <= len(data):
            yield data[at + 2 : stop]
        at = stop


def beginning(kind: int | str, full: bytes, width: int) -> bytes:
    """The first `width` hashes of a full tile, or entries of a full bundle, as their partial file holds them."""
    if kind != "entries":
        return full[: 32 * width]
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(full[at : at + 2], "big")
    return full[:at]


def path(level: int | str, number: int, width: int) -> str:
    """Where a tile stands in an export."""
    digits = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        digits = f"x{number % 1000:03}/{digits}"
    return f"tile/{level}/{digits}" + ("" if width == 256 else f".p/{width}")


def split_tile(name: str) -> tuple[str, int, int]:
    """Level (or "entries"), number and width of a partial tile by its path; width 0 for any other path."""
    match = _TILE.fullmatch(name)
    if not match or not match[3] or len(match[2]) > 27:
        return "", 0, 0
    kind, number, width = match[1], int(re.sub(r"[x/]", "", match[2])), int(match[3])
    return (kind, number, width) if path(kind, number, width) == name else ("", 0, 0)


def shown(name: str) -> str:
    """A stranger's name in a sentence: short, and harmless on a terminal."""
    text = ascii(name)[1:-1]
    return text if len(text) <= 100 else text[:97] + "..."
