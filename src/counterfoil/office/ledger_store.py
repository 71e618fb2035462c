"""The ledger's storage in the office's database: part of the caller's transaction, nothing cached beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from django.db import connection

from counterfoil.errors import IntegrityError

CHUNK = 5_000
KEYS_A_QUERY = 200


class DatabaseStore:
    """`ledger.LedgerStore` over the tables of `models.py`, in plain SQL: hundreds of thousands of rows an act."""

    def lock(self) -> None:
        """Nothing to do: every transaction begins IMMEDIATE, so there is one writer."""

    def size(self) -> int:
        """How many entries there are."""
        with connection.cursor() as cursor:
            cursor.execute('SELECT COALESCE(MAX("index") + 1, 0) FROM office_ledgerleaf')
            return _number(cursor.fetchone()[0])

    def leaves(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """(index, leaf) of start..stop-1, in order."""
        return self._pairs("office_ledgerleaf", "leaf", start, stop)

    def append_leaves(self, start: int, leaves: Sequence[bytes]) -> None:
        """Store leaves from index `start`."""
        self._insert('INSERT INTO office_ledgerleaf ("index", leaf) VALUES (%s, %s)', enumerate(leaves, start))

    def sealed(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """(index, sealed disclosures) of start..stop-1, in order; a destroyed one is b""."""
        return self._pairs("office_ledgersealed", "box", start, stop)

    def append_sealed(self, start: int, records: Sequence[bytes]) -> None:
        """Store sealed disclosures from index `start`."""
        self._insert('INSERT INTO office_ledgersealed ("index", box) VALUES (%s, %s)', enumerate(records, start))

    def tiles(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """The tiles of these (level, number); what is missing is left out."""
        found = {}
        with connection.cursor() as cursor:
            for first in range(0, len(keys), KEYS_A_QUERY):
                part = keys[first : first + KEYS_A_QUERY]
                places = ", ".join(["(%s, %s)"] * len(part))
                cursor.execute(
                    f"SELECT level, number, hashes FROM office_ledgertile WHERE (level, number) IN (VALUES {places})",  # noqa: S608
                    [value for key in part for value in key],
                )
                rows = cursor.fetchall()
                found.update({(_number(level), _number(number)): _bytes(hashes) for level, number, hashes in rows})
        return found

    def put_tiles(self, tiles: Sequence[tuple[int, int, bytes]]) -> None:
        """Store tiles; one that is there already grows."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO office_ledgertile (level, number, hashes) VALUES (%s, %s, %s) "
                "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
                list(tiles),
            )

    def latest_checkpoint(self) -> tuple[int, str] | None:
        """The newest signed checkpoint and its size."""
        return next(iter(self._checkpoints("DESC LIMIT 1")), None)

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Every signed checkpoint, oldest first."""
        return iter(self._checkpoints("ASC"))

    def put_checkpoint(self, size: int, note: str) -> None:
        """Store a signed checkpoint; one of the same size stays as it is."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO office_ledgercheckpoint (size, note) VALUES (%s, %s) ON CONFLICT (size) DO NOTHING",
                (size, note),
            )

    def _checkpoints(self, order: str) -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT size, note FROM office_ledgercheckpoint ORDER BY size {order}")  # noqa: S608
            return [(_number(size), _text(note)) for size, note in cursor.fetchall()]

    def _insert(self, sql: str, rows: Iterable[tuple[int, bytes]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(sql, list(rows))

    def _pairs(self, table: str, column: str, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        for first in range(start, stop, CHUNK):
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT "index", {column} FROM {table} WHERE "index" >= %s AND "index" < %s ORDER BY "index"',  # noqa: S608
                    (first, min(first + CHUNK, stop)),
                )
                rows = cursor.fetchall()
            for index, value in rows:
                yield _number(index), _bytes(value)


def _number(value: object) -> int:
    return value if isinstance(value, int) else _damaged(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else _damaged(value)


def _bytes(value: object) -> bytes:
    """A stored run of bytes; b"" where it was destroyed."""
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
