"""The archive of a rule set: every file that decides, and the few that it takes to run them.

One ZIP without compression, names in order, no times: the same files give the same bytes on every machine,
so its SHA-256 can stand in the ledger. Compiled forms are left out; the source of each is in it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import counterfoil
from counterfoil.errors import IntegrityError

DOOR = "replay"
"""The module by which a rule set is asked; an archive holds it and every room that it imports, directly or not."""
TEXTS = frozenset({".py", ".yaml", ".csv"})  # hashed, and archived, with LF as their line end
_MADE = frozenset({".pyc", ".so", ".pyd", ".c", ".o"})
TOP = "counterfoil"
_IMPORT = re.compile(
    r"^[ \t]*(?:from|import) counterfoil(?:\.(\w+)\S*| import (?:\(([^)]*)\)|([^(\n#]+)))", re.MULTILINE
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP can name


def running_package() -> Path:
    """The folder of the package that runs now."""
    return Path(counterfoil.__file__).parent


def pack(package: Path) -> bytes:
    """The archive of the rule set of the package in a folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in _files(package):
            name = (PurePosixPath(TOP) / path.relative_to(package).as_posix()).as_posix()
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            data = path.read_bytes()
            archive.writestr(entry, data.replace(b"\r\n", b"\n") if path.suffix in TEXTS else data)
    return buffer.getvalue()


def sha256_of(data: bytes) -> str:
    """SHA-256, lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def listing(data: bytes) -> dict[str, str]:
    """SHA-256 of each file in an archive, by its name."""
    with _opened(data) as archive:
        return {name: sha256_of(archive.read(name)) for name in sorted(archive.namelist())}


def unpack(data: bytes, folder: Path) -> None:
    """Write an archive's files beneath `folder`. Raises IntegrityError on a name that would lead elsewhere."""
    with _opened(data) as archive:
        for name in archive.namelist():
            place = PurePosixPath(name)
            if place.parts[:1] != (TOP,) or ".." in place.parts or "\\" in name or ":" in name:
                raise IntegrityError(f"The archive holds a file with the name {name!r}.", "Restore it from a backup.")
            target = folder.joinpath(*place.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))


def _files(package: Path) -> Iterator[Path]:
    found: set[Path] = set()
    todo, seen = ["__init__", DOOR], {"__init__", DOOR}
    while todo:
        files = _room(package, todo.pop())
        found.update(files)
        new = {name for path in files if path.suffix == ".py" for name in _imported(path)} - seen
        seen |= new
        todo += new
    return iter(sorted(found, key=lambda path: path.relative_to(package).as_posix()))


def _room(package: Path, name: str) -> list[Path]:
    """The files of a room, or of a module at the head of the package; none where the name is neither."""
    paths = [package / f"{name}.py", *(package / name).rglob("*")]
    return [p for p in paths if p.is_file() and p.suffix not in _MADE and "__pycache__" not in p.parts]


def _imported(path: Path) -> set[str]:
    """The rooms that a module names in its imports."""
    found: set[str] = set()
    for room, bracketed, plain in _IMPORT.findall(path.read_text(encoding="utf-8")):
        found |= {room} if room else {name.split()[0] for name in (bracketed or plain).split(",") if name.strip()}
    return found


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise IntegrityError("The archive of the rule set is damaged.", "Restore it from a backup.") from error
