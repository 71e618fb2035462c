"""Django's connection to PostgreSQL, whose driver is left in autocommit: BEGIN is a statement as any other.

The driver would otherwise send BEGIN by itself before the first statement, and wait for what the server says to it.
"""

from __future__ import annotations

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; `messages.py` begins its transactions where `begins_with_first` says so, else Django does."""

    begins_with_first = False

    def _start_transaction_under_autocommit(self) -> None:
        """What Django calls where a transaction is to begin."""
        if self.begins_with_first:
            self.begins_with_first = False
            return
        with self.wrap_database_errors:
            self.connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED", prepare=False)
