"""What a witness remembers: of each ledger the latest checkpoint that it cosigned.

One SQLite file. Comparing with what is remembered and remembering the new is one transaction under the
file's lock, durable before it returns: neither two requests at once, nor two processes on one file, nor a
crash can make a witness cosign two histories. The file names the key it belongs to.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import InputError, IntegrityError, UnavailableError

PATIENCE = 10.0
"""Seconds to wait for another process that writes to the file."""

_TABLES = (
    "CREATE TABLE witness (key TEXT NOT NULL)",
    "CREATE TABLE head (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL)",
)
_LOST = (
    "A witness that has forgotten what it cosigned must not go on: make a new key with `counterfoil witness new` "
    "and tell those who list the old one. If the file was moved, name it with --state."
)


@dataclass(frozen=True)
class Seen:
    """The latest checkpoint of a ledger that was cosigned: size, root, and the note with its cosignature."""

    size: int
    root: bytes
    note: bytes


class Heads:
    """The remembered heads in the file `path`. Safe for many threads and processes."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._key = key
        with self._open() as database:
            row = database.execute("SELECT key FROM witness").fetchone()
        if row is None or row[0] != key:
            raise InputError(f"{path} is the memory of another witness.", "Name this key's own with --state.")

    @classmethod
    def create(cls, path: Path, key: str) -> Heads:
        """A new memory for the witness key `key` (its text form). Raises InputError where something stands."""
        part = _part_of(path)
        database = sqlite3.connect(part, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous=EXTRA")
            database.execute("BEGIN")
            for table in _TABLES:
                database.execute(table)
            database.execute("INSERT INTO witness VALUES (?)", (key,))
            database.execute("COMMIT")
        finally:
            database.close()
        part.chmod(0o600)
        if not _placed(part, path):
            raise InputError(f"{path} exists already.", "Name another with --state.")
        return cls(path, key)

    @classmethod
    def of(cls, path: Path, key: str, key_file: Path) -> Heads:
        """The memory of the key that stands in `key_file`: a new one the first time, and never again.

        A mark beside the key tells that it has been used. Raises IntegrityError where the memory is gone since.
        """
        mark = key_file.with_name(f"{key_file.name}.used")
        used = mark.exists()  # looked at first: another process makes the memory before the mark
        if used and not path.is_file():
            raise IntegrityError(f"The witness's memory {path} is gone.", _LOST)
        heads = cls(path, key) if path.is_file() else cls._made_once(path, key)
        if not used:
            _mark(mark, f"its memory is {path.resolve()}\n")
        return heads

    @classmethod
    def _made_once(cls, path: Path, key: str) -> Heads:
        """A new memory, or the one that another process made in this moment."""
        try:
            return cls.create(path, key)
        except InputError:
            if not path.is_file():
                raise
            return cls(path, key)

    def seen(self, origin: str) -> Seen | None:
        """The latest of a ledger, None where none was cosigned."""
        with self._open() as database:
            return _seen(database, origin)

    def all(self) -> dict[str, Seen]:
        """The latest of every ledger, by its name."""
        with self._open() as database:
            rows = database.execute("SELECT origin, size, root, note FROM head ORDER BY origin").fetchall()
        return {origin: Seen(size, bytes(root), bytes(note)) for origin, size, root, note in rows}

    def advance(self, origin: str, judge: Callable[[Seen | None], Seen]) -> Seen:
        """Replace what is remembered by what `judge` makes of it; an exception of `judge` leaves it as it is.

        Durable when this returns; nobody else reads or writes in between.
        """
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            before = _seen(database, origin)
            after = judge(before)
            if before is not None and after.size < before.size:
                raise IntegrityError("A witness never goes back.", "This is a fault of the program: report it.")
            database.execute(
                "INSERT INTO head VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE"
                " SET size = excluded.size, root = excluded.root, note = excluded.note",
                (origin, after.size, after.root, after.note),
            )
            database.execute("COMMIT")
            return after

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each call; what was not committed is rolled back."""
        if not self.path.is_file():
            raise IntegrityError(f"The witness's memory {self.path} is gone.", _LOST)
        try:
            database = sqlite3.connect(self.path, isolation_level=None, timeout=PATIENCE)
            try:
                database.execute("PRAGMA synchronous=EXTRA")
                yield database
            finally:
                database.close()
        except sqlite3.OperationalError as error:
            if "no such" in str(error):  # a table or a column: emptied, or never a memory
                raise IntegrityError(f"The witness's memory {self.path} is damaged: {error}.", _LOST) from error
            raise UnavailableError(
                f"The witness's memory {self.path} cannot be used: {error}.", "Try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise IntegrityError(f"The witness's memory {self.path} is damaged.", _LOST) from error


def _part_of(path: Path) -> Path:
    """A name of its own: another process may be at the same file."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")


def _placed(part: Path, path: Path) -> bool:
    """Give a finished file its name; False where something has it. Unlike a renaming, this never replaces."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


def _mark(mark: Path, text: str) -> None:
    """Mark a key as used. Raises IntegrityError where it was, in this moment, with another memory."""
    part = _part_of(mark)
    part.write_text(text, encoding="utf-8")
    if not _placed(part, mark) and mark.read_text(encoding="utf-8") != text:
        raise IntegrityError("Another process has just begun another memory for this key.", _LOST)


def _seen(database: sqlite3.Connection, origin: str) -> Seen | None:
    row = database.execute("SELECT size, root, note FROM head WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else Seen(row[0], bytes(row[1]), bytes(row[2]))
