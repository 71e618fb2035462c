"""One look at the ledger's end, which every act begins with; and what the last act left, where nothing changed since.

SQLite counts what others have committed (`PRAGMA data_version`) and what this connection has changed
(`total_changes`). Where both stand as the last act of this connection left them, no row of the database is another,
and the end of the ledger is the one that the act wrote. Whatever moves a count, a rollback too, has the next act
look anew. A server has no such counts: there each act looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

from counterfoil.errors import IntegrityError
from counterfoil.ledger.store import StoredEnd

_LOOK = """
WITH last AS (SELECT COALESCE(MAX("index") + 1, 0) AS size FROM office_ledgerleaf)
SELECT 'size', size, CAST(NULL AS smallint), CAST(NULL AS bytea), CAST(NULL AS text) FROM last
UNION ALL SELECT 'event', id, NULL, NULL, NULL FROM (SELECT id FROM office_keyevent LIMIT 1) AS event
UNION ALL SELECT 'checkpoint', size, NULL, NULL, note
FROM (SELECT size, note FROM office_ledgercheckpoint ORDER BY size DESC LIMIT 1) AS newest
UNION ALL SELECT 'tile', n, l,
       (SELECT hashes FROM office_ledgertile WHERE level = l AND number = n), NULL
FROM (SELECT l, (size >> (8 * l)) / 256 AS n FROM last CROSS JOIN {levels} WHERE (size >> (8 * l)) > 0) AS edge
"""
STATEMENTS = {
    "sqlite": _LOOK.format(levels="(SELECT 0 AS l UNION ALL VALUES (1), (2), (3), (4), (5), (6), (7)) AS at"),
    "postgresql": _LOOK.format(levels="generate_series(0, 7) AS at (l)"),
}
"""By vendor, the statement that reads the end of the ledger, and whether a key was ever changed; for `read`. A tile
of level l holds 256 subtrees of 256**l entries."""


class Looked(NamedTuple):
    """What a look found: the end of the ledger, and whether a key of anyone's was ever changed or found compromised."""

    end: StoredEnd
    any_key_event: bool


def read(rows: Sequence[tuple[Any, ...]]) -> Looked:
    """Read the rows that the statement gave."""
    size, event, checkpoint = 0, False, None
    tiles: dict[tuple[int, int], bytes] = {}
    for what, number, level, hashes, note in rows:
        if what == "tile":
            tiles[as_number(level), as_number(number)] = as_bytes(hashes)
        elif what == "checkpoint":
            checkpoint = as_number(number), as_text(note)
        elif what == "size":
            size = as_number(number)
        else:
            event = True
    return Looked(StoredEnd(size, checkpoint, tiles), event)


class _Begun(NamedTuple):
    """A transaction on a file: the counts at its beginning, and what it found."""

    version: int
    changes: int
    found: Looked


class _Left(NamedTuple):
    """What an act left on a connection of the driver, and the counts that stood then."""

    driver: Any
    version: int
    changes: int
    found: Looked


def look(connection: Any) -> Looked:
    """The end of the ledger in a file, in a transaction that has begun as the only writer's."""
    driver, left = connection.connection, connection.left
    ((version,),) = driver.execute("PRAGMA data_version")
    changes = driver.total_changes
    if left is not None and left.driver is driver and left.version == version and left.changes == changes:
        found: Looked = left.found
    else:
        found = read(driver.execute(STATEMENTS["sqlite"]).fetchall())
    connection.begun = _Begun(version, changes, found)
    return found


def leave(connection: Any, end: StoredEnd, rows: int) -> None:
    """Keep the end that an act has written and committed, if the `rows` that the ledger wrote are all that it changed.

    The count of others' commits is that of the beginning: until it ended nobody else could write.
    """
    begun, driver = connection.begun, connection.connection
    connection.begun = None
    if begun is None or driver is None or connection.in_atomic_block:  # within another, which may be rolled back yet
        return
    changes = driver.total_changes
    if changes == begun.changes + rows:
        connection.left = _Left(driver, begun.version, changes, Looked(end, begun.found.any_key_event))


def as_number(value: object) -> int:
    """A stored whole number. Raises IntegrityError where another kind of value stands."""
    return value if isinstance(value, int) else _damaged(value)


def as_text(value: object) -> str:
    """A stored text. Raises IntegrityError as `as_number` does."""
    return value if isinstance(value, str) else _damaged(value)


def as_bytes(value: object) -> bytes:
    """A stored run of bytes; b"" where it was destroyed. Raises IntegrityError as `as_number` does."""
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return bytes(value) if isinstance(value, bytes | memoryview) else _damaged(value)


def _damaged(value: object) -> NoReturn:
    """SQLite holds a value to no type: a page in another's place gives a text for a number."""
    raise IntegrityError(
        f"The database is damaged: a {type(value).__name__} stands in the ledger where none can be.",
        "Restore it from a backup, then run `counterfoil ledger verify`.",
    )
