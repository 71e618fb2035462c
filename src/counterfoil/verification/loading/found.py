"""The files that a load is given: by name, or all of a folder and its subfolders. None is left out in silence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from counterfoil.errors import InputError, NotFoundError

READ = (".parquet", ".pq", ".csv")
_NOTES = (".json", ".md", ".yaml", ".yml", ".sha256", ".crc")
"""What is about the files beside it, and no rows of a registry."""
_SHOWN = 20


class Found(NamedTuple):
    """A file to load, and what reports call it: its path from the folder that was named."""

    path: Path
    name: str


class Sources(NamedTuple):
    """Files to load, and the names of those beside them that are not read."""

    files: tuple[Found, ...]
    not_read: tuple[str, ...] = ()


def find_sources(paths: Sequence[Path]) -> Sources:
    """The files named, and for a folder all its Parquet and CSV files, those of subfolders too, in order of name.

    InputError: a folder has a file that may be one of the registry's and cannot be read, such as a compressed one.
    NotFoundError: there is no such file.
    """
    found: list[Found] = []
    not_read: list[str] = []
    for path in paths:
        if path.is_dir():
            inside = _inside(path)
            found += inside.files
            not_read += inside.not_read
        elif path.is_file():
            found.append(Found(path, _partition(path) + path.name))
        elif path.exists():
            raise InputError(f"{path} is not a file.", "Name Parquet or CSV files, or folders of them.")
        else:
            raise NotFoundError(f"There is no file {path}.", "Check the name.")
    if not found:
        raise InputError("No registry file was named.", "Name one or more Parquet or CSV files.")
    return Sources(tuple(dict.fromkeys(found)), tuple(not_read))


def _inside(folder: Path) -> Sources:
    files: list[Found] = []
    other: list[str] = []
    start = _partition(folder / "any")
    for path in sorted(_walk(folder)):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in READ and path.is_file() and not _is_note(name):
            files.append(Found(path, start + name))
        else:
            other.append(name)
    unknown = [name for name in other if not _is_note(name)]
    if unknown:
        raise InputError(
            f"{folder} holds files that are not read here. Nothing was loaded: their rows would be missing.",
            "Make them CSV or Parquet (.csv, .parquet, .pq), move them away, or name the files to be loaded.",
            unknown[:_SHOWN],
        )
    if not files:
        raise InputError(f"{folder} has no Parquet or CSV file.", "Name the registry's files, or their folder.")
    return Sources(tuple(files), tuple(other))


def _walk(folder: Path) -> Iterator[Path]:
    """All that is in the folder and its subfolders, but for the subfolders themselves; a link to one is told."""
    for at, folders, names in os.walk(folder, onerror=_raise):
        links = [name for name in folders if stat.S_ISLNK((Path(at) / name).lstat().st_mode)]
        yield from (Path(at) / name for name in (*names, *links))


def _raise(error: OSError) -> None:
    raise InputError(f"{error.filename} cannot be read: {error.strerror}.", "Check its permissions.") from error


def _is_note(name: str) -> bool:
    """Whether it is about other files: by its ending, or because it or its folder is named as Spark's own notes are."""
    return Path(name).suffix.lower() in _NOTES or any(part.startswith((".", "_")) for part in Path(name).parts)


def _partition(path: Path) -> str:
    """The folders of a partition that a file is in (`tax_year=2023/`): they tell it from others of its name."""
    parts = path.absolute().parts[:-1]
    count = 0
    while count < len(parts) and "=" in parts[-1 - count]:
        count += 1
    return "".join(f"{part}/" for part in parts[len(parts) - count :])
