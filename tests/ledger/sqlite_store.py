"""A LedgerStore on SQLite with real transactions: what a store has to be, in its plainest form."""

import sqlite3

from counterfoil.ledger.store import end_of


class SqliteStore:
    def __init__(self, path=":memory:"):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(
            """
            CREATE TABLE leaf (i INTEGER PRIMARY KEY, data BLOB);
            CREATE TABLE sealed (i INTEGER PRIMARY KEY, data BLOB);
            CREATE TABLE tile (level INTEGER, n INTEGER, data BLOB, PRIMARY KEY (level, n));
            CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT);
            """
        )
        self.statements = 0

    def run(self, sql, *values):
        self.statements += 1
        return self.db.execute(sql, values)

    def lock(self):
        assert self.db.in_transaction

    def size(self):
        return self.run("SELECT COALESCE(MAX(i) + 1, 0) FROM leaf").fetchone()[0]

    def leaves(self, start, stop):
        return self.run("SELECT i, data FROM leaf WHERE i >= ? AND i < ? ORDER BY i", start, stop).fetchall()

    def end(self):
        return end_of(self)

    def leave(self, end):
        pass

    def append(self, start, leaves, records, tiles):
        self.append_leaves(start, leaves)
        self.append_sealed(start, records)
        self.put_tiles(tiles)

    def append_leaves(self, start, leaves):
        self.statements += 1
        self.db.executemany("INSERT INTO leaf VALUES (?, ?)", enumerate(leaves, start))

    def sealed(self, start, stop):
        return self.run("SELECT i, data FROM sealed WHERE i >= ? AND i < ? ORDER BY i", start, stop).fetchall()

    def append_sealed(self, start, records):
        self.statements += 1
        self.db.executemany("INSERT INTO sealed VALUES (?, ?)", enumerate(records, start))

    def tiles(self, keys):
        found = {}
        for key in keys:
            row = self.run("SELECT data FROM tile WHERE level = ? AND n = ?", *key).fetchone()
            if row:
                found[key] = row[0]
        return found

    def put_tiles(self, tiles):
        self.statements += 1
        self.db.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", tiles)

    def latest_checkpoint(self):
        return self.run("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()

    def checkpoints(self):
        return self.run("SELECT size, note FROM checkpoint ORDER BY size").fetchall()

    def put_checkpoint(self, size, note):
        self.run("INSERT INTO checkpoint VALUES (?, ?)", size, note)
