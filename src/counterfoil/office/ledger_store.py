"""The ledger's storage in the office's database: part of the caller's transaction, nothing cached beside it.

Statements go to the driver itself: an act runs a dozen of them, or stores hundreds of thousands of rows, and the
ORM's wrapping would cost more than the work. Both drivers keep them prepared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from django.db import connections

from counterfoil.ledger.store import StoredEnd
from counterfoil.office import look
from counterfoil.office.guards import PUT_TILE
from counterfoil.office.look import Looked, as_bytes, as_number, as_text
from counterfoil.office.server import messages

CHUNK = 5_000
COPIED = 20
"""From so many rows on, they are copied to a server in one stream instead of inserted one by one."""

_LEAF = 'INSERT INTO office_ledgerleaf ("index", leaf) VALUES (%s, %s)'
_SEALED = 'INSERT INTO office_ledgersealed ("index", box) VALUES (%s, %s)'
_TILE = (
    "INSERT INTO office_ledgertile (level, number, hashes) VALUES (%s, %s, %s) "
    "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes"
)
_ENTRIES = (
    'SELECT leaf."index", leaf, box FROM office_ledgerleaf AS leaf JOIN office_ledgersealed AS beside '
    'ON beside."index" = leaf."index" WHERE leaf."index" {} ORDER BY leaf."index"'
)
_SPAN = _ENTRIES.format('>= %s AND leaf."index" < %s')
_PICKED = {
    "sqlite": _ENTRIES.format("IN (SELECT value FROM json_each(%s))"),
    "postgresql": _ENTRIES.format("= ANY(%s::bigint[])"),
}
_PUT_CHECKPOINT = "INSERT INTO office_ledgercheckpoint (size, note) VALUES (%s, %s) ON CONFLICT (size) DO NOTHING"
_TILE_ON_SERVER = f"SELECT {PUT_TILE}(%s::smallint, %s::bigint, %s::bytea)"
_TILES = (
    "SELECT level, number, hashes FROM office_ledgertile "
    "JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (l, n) ON level = l AND number = n"
)
_IN_FILE = {sql: sql.replace("%s", "?") for sql in (_LEAF, _SEALED, _TILE, _PUT_CHECKPOINT)}
"""What every act writes, as SQLite's driver wants it."""
_COSIGNATURES = "SELECT line FROM office_ledgercosignature WHERE size = %s ORDER BY id"
_CHECKPOINT = "SELECT note FROM office_ledgercheckpoint WHERE size = %s"
_CHECKPOINTS = "SELECT size, note FROM office_ledgercheckpoint ORDER BY size"


class DatabaseStore:
    """`ledger.LedgerStore` over the tables of `models.py`, in plain SQL. One for each act: it holds the connection."""

    def __init__(self, alias: str = "default") -> None:
        self._database = connections[alias]
        self._on_server = self._database.vendor == "postgresql"
        self._rows_written = 0

    def lock(self) -> None:
        """Nothing to do: `database.writing` has made this the one writer before the first statement."""

    def size(self) -> int:
        """How many entries there are."""
        rows = self._rows('SELECT COALESCE(MAX("index") + 1, 0) FROM office_ledgerleaf')
        return as_number(rows[0][0])

    def look(self) -> Looked:
        """The end of the ledger, and whether a key was ever changed."""
        return look.read(self._rows(look.STATEMENTS[self._database.vendor]))

    def end(self) -> StoredEnd:
        """The end of the ledger."""
        return self.look().end

    def leave(self, end: StoredEnd) -> None:
        """Keep for the next act, where it can be told that nothing has changed since, the end that was committed."""
        if not self._on_server:
            look.leave(self._database, end, self._rows_written)

    def append(
        self, start: int, leaves: Sequence[bytes], records: Sequence[bytes], tiles: Sequence[tuple[int, int, bytes]]
    ) -> None:
        """Store leaves and sealed disclosures from index `start`, and tiles."""
        if self._on_server and len(leaves) == 1:
            messages.later(self._database, messages.ENTRY, start, leaves[0], records[0])
            for tile in tiles:
                messages.later(self._database, messages.TILE, *tile)
            return
        if self._on_server:
            self.append_leaves(start, leaves)
            self.append_sealed(start, records)
            self.put_tiles(tiles)
            return
        with self._database.wrap_database_errors:
            driver = self._driver()
            before = driver.total_changes
            if len(leaves) == 1:
                run = driver.execute
                run(_IN_FILE[_LEAF], (start, leaves[0]))
                run(_IN_FILE[_SEALED], (start, records[0]))
                for tile in tiles:
                    run(_IN_FILE[_TILE], tile)
            else:
                run = driver.executemany
                run(_IN_FILE[_LEAF], enumerate(leaves, start))
                run(_IN_FILE[_SEALED], enumerate(records, start))
                run(_IN_FILE[_TILE], tiles)
            self._rows_written += driver.total_changes - before

    def leaves(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """(index, leaf) of start..stop-1, in order."""
        return self._pairs("office_ledgerleaf", "leaf", start, stop)

    def leaves_with(self, *words: str) -> list[tuple[int, bytes]]:
        """(index, leaf) of the entries whose leaf holds any of `words` (of canonical JSON), in order.

        It reads through all leaves: for what has no number to go by.
        """
        holds = "position(%s::bytea IN leaf) > 0" if self._on_server else "instr(leaf, %s) > 0"
        where = " OR ".join([holds] * len(words))
        sql = f'SELECT "index", leaf FROM office_ledgerleaf WHERE {where} ORDER BY "index"'  # noqa: S608
        return [
            (as_number(index), as_bytes(leaf)) for index, leaf in self._rows(sql, [word.encode() for word in words])
        ]

    def first_with(self, *words: str) -> int | None:
        """The first entry whose leaf holds all of `words`, None where there is none; it reads no further than that."""
        holds = "position(%s::bytea IN leaf) > 0" if self._on_server else "instr(leaf, %s) > 0"
        where = " AND ".join([holds] * len(words))
        sql = f'SELECT "index" FROM office_ledgerleaf WHERE {where} ORDER BY "index" LIMIT 1'  # noqa: S608
        for (index,) in self._rows(sql, [word.encode() for word in words]):
            return as_number(index)
        return None

    def append_leaves(self, start: int, leaves: Sequence[bytes]) -> None:
        """Store leaves from index `start`."""
        self._insert(_LEAF, 'COPY office_ledgerleaf ("index", leaf)', list(enumerate(leaves, start)))

    def sealed(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """(index, sealed disclosures) of start..stop-1, in order; a destroyed one is b""."""
        return self._pairs("office_ledgersealed", "box", start, stop)

    def append_sealed(self, start: int, records: Sequence[bytes]) -> None:
        """Store sealed disclosures from index `start`."""
        self._insert(_SEALED, 'COPY office_ledgersealed ("index", box)', list(enumerate(records, start)))

    def entries(self, start: int, stop: int) -> list[tuple[int, bytes, bytes]]:
        """(index, leaf, sealed disclosures) of start..stop-1, in order; where one of the two is missing, neither."""
        return _typed(self._rows(_SPAN, (start, stop)))

    def entries_at(self, indices: Sequence[int]) -> list[tuple[int, bytes, bytes]]:
        """`entries` of these indices, in rising order."""
        wanted = list(indices) if self._on_server else str(list(indices))
        return _typed(self._rows(_PICKED[self._database.vendor], (wanted,)))

    def tiles(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """The tiles of these (level, number); what is missing is left out."""
        if not keys:
            return {}
        if self._on_server:
            found = self._rows(_TILES, ([level for level, _ in keys], [number for _, number in keys]))
            return {(as_number(level), as_number(number)): as_bytes(hashes) for level, number, hashes in found}
        tiles = {}
        for key in keys:
            for (hashes,) in self._rows("SELECT hashes FROM office_ledgertile WHERE level = %s AND number = %s", key):
                tiles[key] = as_bytes(hashes)
        return tiles

    def put_tiles(self, tiles: Sequence[tuple[int, int, bytes]]) -> None:
        """Store tiles; one that is there already grows."""
        self._many(_TILE_ON_SERVER if self._on_server else _TILE, list(tiles))

    def latest_checkpoint(self) -> tuple[int, str] | None:
        """The newest signed checkpoint and its size; with the cosignatures that witnesses gave for it."""
        for size, note in self._checkpoints(" DESC LIMIT 1"):
            return size, note + "".join(self.cosignatures(size))
        return None

    def any_key_event(self) -> bool:
        """Whether a key of anyone's was ever changed or found compromised."""
        return bool(self._rows("SELECT 1 FROM office_keyevent LIMIT 1"))

    def cosignatures(self, size: int) -> list[str]:
        """The cosignature lines of the checkpoint of that size."""
        return [as_text(line) for (line,) in self._rows(_COSIGNATURES, (size,))]

    def checkpoint(self, size: int) -> str:
        """The signed checkpoint of that size, "" where there is none."""
        return "".join(as_text(note) for (note,) in self._rows(_CHECKPOINT, (size,)))

    def cosigned_sizes(self, least: int) -> list[int]:
        """The sizes of checkpoints of at least `least` entries that anyone cosigned, largest first."""
        rows = self._rows(
            "SELECT DISTINCT size FROM office_ledgercosignature WHERE size >= %s ORDER BY size DESC", (least,)
        )
        return [as_number(size) for (size,) in rows]

    def cosigned(self) -> dict[str, int]:
        """The largest size that each signer (a key's name and id) has cosigned."""
        rows = self._rows("SELECT signer, MAX(size) FROM office_ledgercosignature GROUP BY signer")
        return {as_text(signer): as_number(size) for signer, size in rows}

    def put_cosignatures(self, size: int, lines: Sequence[tuple[str, str]]) -> None:
        """Store (signer, line); one of the same signer for that size stays as it is."""
        self._many(
            "INSERT INTO office_ledgercosignature (size, signer, line) VALUES (%s, %s, %s) "
            "ON CONFLICT (size, signer) DO NOTHING",
            [(size, signer, line) for signer, line in lines],
        )

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Every signed checkpoint, oldest first."""
        return iter(self._checkpoints(""))

    def put_checkpoint(self, size: int, note: str) -> None:
        """Store a signed checkpoint; one of the same size stays as it is."""
        if self._on_server:
            messages.later(self._database, messages.CHECKPOINT, size, note)
        else:
            with self._database.wrap_database_errors:
                driver = self._driver()
                before = driver.total_changes
                driver.execute(_IN_FILE[_PUT_CHECKPOINT], (size, note))
                self._rows_written += driver.total_changes - before

    def _checkpoints(self, order: str) -> list[tuple[int, str]]:
        return [(as_number(size), as_text(note)) for size, note in self._rows(_CHECKPOINTS + order)]

    def _pairs(self, table: str, column: str, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        sql = f'SELECT "index", {column} FROM {table} WHERE "index" >= %s AND "index" < %s ORDER BY "index"'  # noqa: S608
        for first in range(start, stop, CHUNK):
            for index, value in self._rows(sql, (first, min(first + CHUNK, stop))):
                yield as_number(index), as_bytes(value)

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; its rows."""
        with self._database.wrap_database_errors:
            if self._on_server:
                return list(self._cursor().execute(sql, parameters, binary=True).fetchall())
            return list(self._driver().execute(_marked(sql), parameters).fetchall())

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        with self._database.wrap_database_errors:
            if not self._on_server:
                self._driver().executemany(_marked(sql), rows)
            elif len(rows) == 1:
                self._cursor().execute(sql, rows[0])
            else:
                self._cursor().executemany(sql, rows)

    def _insert(self, sql: str, copy: str, rows: list[tuple[int, bytes]]) -> None:
        """Store (index, bytes): by one stream where the database is a server and they are many."""
        if not self._on_server or len(rows) < COPIED:
            self._many(sql, rows)
            return
        with self._database.wrap_database_errors, self._cursor().copy(f"{copy} FROM STDIN (FORMAT BINARY)") as stream:
            stream.set_types(["int8", "bytea"])
            for row in rows:
                stream.write_row(row)

    def _driver(self) -> Any:
        """The driver's own connection, in the transaction that Django began."""
        if self._database.connection is None:
            self._database.ensure_connection()
        return self._database.connection

    def _cursor(self) -> Any:
        from psycopg import Cursor  # parameters go to the server apart, so that the statement stays prepared

        messages.run_waiting(self._database)
        return Cursor(self._driver())


def _typed(rows: list[tuple[Any, ...]]) -> list[tuple[int, bytes, bytes]]:
    if {(type(leaf), type(box)) for _, leaf, box in rows} <= {(bytes, bytes)}:
        return cast("list[tuple[int, bytes, bytes]]", rows)
    return [(as_number(index), as_bytes(leaf), as_bytes(box)) for index, leaf, box in rows]


@lru_cache(maxsize=64)
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")
