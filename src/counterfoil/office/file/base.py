"""Django's connection to SQLite, which begins and commits by statements to the driver itself: every act does both."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; each transaction begins as the only writer's.

    `begun` and `left` are of `look.py`: what an act found at its beginning, and what the last one left.
    """

    begun: Any = None
    left: Any = None

    def _start_transaction_under_autocommit(self) -> None:
        """What Django calls where a transaction is to begin."""
        with self.wrap_database_errors:
            self.connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        """What Django calls where a transaction is to become durable; no log of statements is kept here."""
        if self.connection is not None:
            with self.wrap_database_errors:
                self.connection.commit()

    def _set_autocommit(self, autocommit: bool) -> None:
        """What Django calls after a transaction, where the driver is as a rule as it is to be."""
        if self.connection.isolation_level is not None or not autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def ensure_connection(self) -> None:
        """Connect where that is needed; Django asks several times an act."""
        if self.connection is None:
            super().ensure_connection()
