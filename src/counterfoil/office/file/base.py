"""Django's connection to SQLite, which begins and commits by statements to the driver itself: every act does both."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.transaction import Atomic


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


class Whole(Atomic):
    """Django's `atomic`, which ends in one step where an outermost block went well, as nearly every act does."""

    def __init__(self, connection: DatabaseWrapper) -> None:
        super().__init__(connection.alias, savepoint=True, durable=False)
        self._connection = connection

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Commit, or what Django does otherwise."""
        own = self._connection
        ended = own.needs_rollback or own.closed_in_transaction or not own.commit_on_exit
        if kind or ended or own.run_on_commit or len(own.atomic_blocks) > 1:
            super().__exit__(kind, error, trace)
            return
        try:
            own._commit()
        except BaseException as failed:
            super().__exit__(type(failed), failed, failed.__traceback__)
            raise
        own.atomic_blocks.pop()
        own.in_atomic_block, own.autocommit = False, True
