"""SQLite as the office's database: made so that a power cut loses nothing.

A file is created under `synchronous=EXTRA` before it is switched to write-ahead logging, then used with
`synchronous=FULL`: measured, every other order lost acknowledged rows in simulated power cuts
(docs/decisions/0003-sqlite.md).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from counterfoil.errors import CounterfoilError, IntegrityError, UnavailableError
from counterfoil.office import guards, look

FOLD_AT = 4000
"""Pages of log from which on a commit takes them into the file."""
PRAGMAS = (
    "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
    f"PRAGMA wal_autocheckpoint={FOLD_AT}; PRAGMA cache_size=-65536;"
)
"""64 MiB of pages at most: with 2 MiB, SQLite's own choice, recording the asks of a batch wrote the pages of the
indexes over and over, and took half as long again."""


def settings(path: Path, pragmas: str, busy_seconds: float) -> dict[str, Any]:
    """Django's settings for the file at `path`: every transaction begins IMMEDIATE, so there is one writer."""
    options = {"transaction_mode": "IMMEDIATE", "init_command": pragmas, "timeout": busy_seconds}
    return {"ENGINE": "counterfoil.office.file", "NAME": str(path), "OPTIONS": options}


def make(path: Path) -> None:
    """An empty database file in its safe form, for its owner alone. Raises sqlite3.Error."""
    fresh = sqlite3.connect(path, isolation_level=None)
    try:
        fresh.execute("PRAGMA synchronous=EXTRA")
        fresh.execute("CREATE TABLE made (by TEXT)")
        fresh.execute("DROP TABLE made")
        fresh.execute("PRAGMA journal_mode=WAL")
    finally:
        fresh.close()
    path.chmod(0o600)


def fold(path: Path) -> None:
    """Take what stands in the log of a database file into the file itself. Raises sqlite3.Error."""
    once = sqlite3.connect(path, isolation_level=None)
    try:
        once.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        once.execute("PRAGMA journal_mode=DELETE").fetchall()
    finally:
        once.close()


def backup(path: Path, into: Path) -> None:
    """Copy a database file, as it is at one moment, into a new file that is forced to the disk and read back.

    Raises UnavailableError where there is no room or a file in the way, IntegrityError where the copy is not sound.
    """
    try:
        os.close(os.open(into, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        source, target = sqlite3.connect(path), sqlite3.connect(into)
        with closing(source), closing(target):
            source.backup(target, pages=4096)
            sound = target.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        with into.open("rb+") as file:
            os.fsync(file.fileno())
    except (OSError, sqlite3.Error) as error:
        raise UnavailableError(
            f"The backup {into} cannot be made: {error}.", "Name another place with --backup; nothing was changed."
        ) from error
    if not sound:
        raise IntegrityError(f"The backup {into} is not sound.", "Run `counterfoil doctor`; nothing was changed.")


def settle(connection: Any, unfinished: Path, path: Path) -> None:
    """Move a finished new database to its place: its log is folded in first, so that it is one file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    connection.close()
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def wake(connection: Any) -> None:
    """Nothing to do: a file is always there."""


def begin(_connection: Any) -> None:
    """Nothing to do: the transaction has begun as the only writer's."""


look_first = look.look


def transaction(connection: Any) -> AbstractContextManager[None]:
    """A transaction, or a part of the one that has begun."""
    from counterfoil.office.file.base import Whole

    return Whole(connection)


def until_end(_connection: Any) -> AbstractContextManager[None]:
    """Nothing to do: statements run at once, and Django commits."""
    return _AT_ONCE


_AT_ONCE = nullcontext()


@contextmanager
def snapshot(connection: Any) -> Iterator[None]:
    """Reads that all see one state of the database; writers are not kept waiting."""
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        if connection.connection is not None and connection.connection.in_transaction:
            connection.connection.execute("ROLLBACK")


def pragma(connection: Any, name: str) -> str:
    """What the database says of itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return str(cursor.fetchone()[0])


def there(connection: Any) -> set[str]:
    """The tables and guards of the office."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        return {str(name) for (name,) in cursor.fetchall()}


def unique(connection: Any) -> set[tuple[str, frozenset[str]]]:
    """Of which columns of a table no two rows may be alike; an index over some of its rows alone is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT of.name, 0, held.name FROM sqlite_master of, pragma_table_info(of.name) held "
            "WHERE of.type = 'table' AND held.pk > 0 UNION ALL "
            "SELECT of.name, one.name, held.name FROM sqlite_master of, pragma_index_list(of.name) one, "
            "pragma_index_info(one.name) held WHERE of.type = 'table' AND one.\"unique\" AND NOT one.partial"
        )
        return guards.together(cursor.fetchall())


def said(connection: Any) -> Iterator[tuple[str, str]]:
    """Each guard with its words, as `guards.words` tells them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return iter([(str(name), guards.plain("sqlite", str(sql))) for name, sql in cursor.fetchall()])


def state(connection: Any) -> Iterator[tuple[str, bool, str, str]]:
    """What the doctor asks of the file: (name, whether it is well, what, what to do)."""
    path = Path(connection.settings_dict["NAME"])
    mode = pragma(connection, "journal_mode")
    if mode == "wal":
        yield "database journal", True, "write-ahead log", ""
    else:
        what = f"The journal mode is {mode}, not wal: a power cut could lose entries."
        do = f"Stop every process, then run `sqlite3 {path} 'PRAGMA journal_mode=WAL'`."
        yield "database journal", False, what, do
    for file in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
        if file.exists():
            yield from _file_mode(file)
    pages = pragma(connection, "quick_check(1)")
    yield "database pages", pages == "ok", pages, "" if pages == "ok" else "Restore the database from a backup."


_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside the file while it is in use; made with the file's mode of that moment, and kept so."""


def _file_mode(file: Path) -> Iterator[tuple[str, bool, str, str]]:
    """What is wrong with the mode of one of the database's files."""
    mode = file.stat().st_mode
    if mode & 0o077:
        yield "database file", False, f"{file} can be read by others.", f"Run `chmod 600 {file}`."
    if mode & 0o600 != 0o600:
        what = f"{file} cannot be written by its owner: nothing can be recorded."
        yield "database file", False, what, f"Run `chmod 600 {file}`."


def lacks(error: BaseException) -> bool:
    """Whether SQLite misses a table or a column."""
    return any(words in str(error) for words in ("no such table", "no such column", "has no column named"))


def translated(error: BaseException) -> CounterfoilError:
    """SQLite's error as one that a person can act on."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return UnavailableError(
            "Another process is writing to the database.",
            "Wait until it has finished and try again; nothing was changed.",
        )
    if "full" in text:
        return UnavailableError("The disk is full.", "Make room and run the same command again; nothing was changed.")
    if "malformed" in text or "not a database" in text or isinstance(error, UnicodeDecodeError):
        return IntegrityError(
            "The database file is damaged.", "Restore it from a backup, then run `counterfoil ledger verify`."
        )
    if "was moved" in text:
        return UnavailableError(
            "This database was moved: the office goes on in another.",
            "End this program and start it again with the data directory as it is now; nothing was changed.",
        )
    if "readonly" in text or "unable to open" in text or "disk I/O" in text:
        return UnavailableError(
            f"The database cannot be used: {text}.",
            "Check that its disk has room, and that this account may write the file and its folder: SQLite keeps a log "
            "beside the file even to read it. Of a folder that may only be read, copy the whole to a place that may be "
            "written, and look at the copy. Nothing was changed.",
        )
    if lacks(error):
        return IntegrityError("The database lacks a table or a column.", "Run `counterfoil doctor`.")
    return IntegrityError(f"The database refused the change: {text}.", "Nothing was changed.")
