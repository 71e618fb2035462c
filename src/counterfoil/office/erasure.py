"""Destroying what is sealed: out of the table, and out of the bytes of the database's files.

SQLite leaves deleted bytes in free pages, in the slack of pages and in its log. So they are overwritten
(`secure_delete`), the log is folded in and cut, the files are searched for pieces of the record, and where one is
found the file is written anew (VACUUM). PostgreSQL keeps old rows until they are vacuumed, and its log for as long
as its archive does: the table is written anew, the log is its operator's.

What a file system, a disk or a backup kept of earlier blocks is beyond reach: docs/how-to/redaction.md says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db import connections, transaction
from django.db.utils import DatabaseError

from counterfoil.office import models
from counterfoil.office.database import is_server, reading

PIECE = 24
PIECES = 12
CHUNK = 8 << 20
TABLE = "office_ledgersealed"


def destroy(index: int) -> bytes:
    """Empty the sealed record of an entry, whose expunction is recorded already; what stood there."""
    row = models.LedgerSealed.objects.get(index=index)
    record = bytes(row.box)
    with connections["default"].cursor() as cursor:
        if not is_server():
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.fetchall()
        cursor.execute(f'UPDATE {TABLE} SET box = %s WHERE "index" = %s', (b"", index))  # noqa: S608
    return record


def replace(index: int, record: bytes) -> None:
    """Put another record in the place of an entry's; the database asks that it be sealed with the newest key."""
    with connections["default"].cursor() as cursor:
        if not is_server():
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.fetchall()
        cursor.execute(f'UPDATE {TABLE} SET box = %s WHERE "index" = %s', (record, index))  # noqa: S608


def wipe(records: Iterable[bytes] = ()) -> tuple[bool, str]:
    """See to it that nothing of the old records is left in the database's files; (whether it is so, what was done).

    Without `records` the files are written anew whatever is found. Not to be called inside a transaction.
    """
    with reading():
        return _wipe_server() if is_server() else _wipe_file(tuple(records))


def _wipe_file(records: tuple[bytes, ...]) -> tuple[bool, str]:
    if not _fold():
        return False, "Another process is reading the database: its log could not be cut. Run the same command again."
    pieces = [piece for record in records for piece in _pieces(record)]
    if pieces and not _left(pieces):
        return True, "The database's files hold no byte of it."
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM")
    if not _fold() or (pieces and _left(pieces)):
        return False, "The database's files could not be written anew. Stop other processes and run it again."
    return True, "The database's files were written anew and hold no byte of it."


def _fold() -> bool:
    """Fold the log into the file and cut it to nothing; False where a reader keeps it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    return not busy


def _pieces(record: bytes) -> list[bytes]:
    """Some pieces of a record, spread over it: a page may hold only a part."""
    step = max(PIECE, len(record) // PIECES)
    return [record[at : at + PIECE] for at in range(0, len(record) - PIECE + 1, step)]


def _left(pieces: list[bytes]) -> bool:
    """Whether any piece stands in one of the database's files."""
    name = Path(str(connections["default"].settings_dict["NAME"]))
    return any(path.exists() and _in_file(path, pieces) for path in (name, name.with_name(name.name + "-wal")))


def _in_file(path: Path, pieces: list[bytes]) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            data = tail + chunk
            if any(piece in data for piece in pieces):
                return True
            tail = data[-PIECE:]
    return False


def _wipe_server() -> tuple[bool, str]:
    by_hand = f"Let the owner of the tables run `VACUUM FULL {TABLE}`; the server's log is kept as its archive says."
    if transaction.get_connection().in_atomic_block:
        return False, by_hand
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_relation_filenode(%s::regclass)", (TABLE,))
            before = cursor.fetchone()
            cursor.execute(f"VACUUM FULL {TABLE}")
            cursor.execute("SELECT pg_relation_filenode(%s::regclass)", (TABLE,))
            after = cursor.fetchone()
    except DatabaseError:
        return False, by_hand
    if before == after:  # a role that may not vacuum is only warned
        return False, by_hand
    return True, "The table was written anew; the server's own log is kept as its archive says."
