"""Taking the log of a large act into the database file while the program goes on.

SQLite writes what was committed a second time, from its log into the file, and whoever commits waits for it once the
log has grown. After a batch that is a second or more, in which nothing else would happen. The act is durable before:
its log is forced to the disk, and whoever opens the database next reads it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connections

from counterfoil.beside import Beside
from counterfoil.errors import UnavailableError
from counterfoil.office import sqlite


@contextmanager
def folded_beside(large: bool) -> Iterator[None]:
    """Where the act inside is `large`, its log is taken into the file by a thread, after it; a server does as ever."""
    connection = connections["default"]
    if not large or connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    _fold_at(0)
    try:
        yield
    finally:
        if connection.connection is not None:  # a new connection has that number from the start
            _fold_at(sqlite.FOLD_AT)
    with suppress(UnavailableError, MemoryError):  # no thread: the next commit takes it in
        Beside(_fold, str(connection.settings_dict["NAME"]))


def _fold_at(pages: int) -> None:
    """From how many pages of log on a commit takes them in; 0 is never. A fault of it is met by the act itself."""
    connection = connections["default"]
    connection.ensure_connection()
    with suppress(sqlite3.Error):
        connection.connection.execute(f"PRAGMA wal_autocheckpoint={pages}").fetchall()


def _fold(path: str) -> None:
    """As much as nobody reads at this moment; another that does the same goes first. A file that is gone stays gone."""
    there = f"{Path(path).absolute().as_uri()}?mode=rw"
    with suppress(sqlite3.Error), closing(sqlite3.connect(there, uri=True, timeout=0)) as own:
        own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
