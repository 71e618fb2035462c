"""Django's connection to SQLite, whose transactions begin by a statement to the driver itself: every act has one."""

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
