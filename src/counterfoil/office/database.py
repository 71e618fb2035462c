"""Opening the database: SQLite made so that a power cut loses nothing, one writer at a time.

A file is created under `synchronous=EXTRA` before it is switched to write-ahead logging, then used with
`synchronous=FULL`: measured, every other order lost acknowledged rows in simulated power cuts
(docs/decisions/0003-sqlite.md).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections, transaction
from django.db.utils import DatabaseError, OperationalError

from counterfoil.errors import CounterfoilError, IntegrityError, UnavailableError

PRAGMAS = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
BUSY_SECONDS = 10.0
FAULTS = (DatabaseError, UnicodeDecodeError)
"""What a damaged database raises: the second where SQLite's own words quote the damage."""


def create(path: Path) -> None:
    """Create the database file at `path` in its safe form, and its tables."""
    fresh = sqlite3.connect(path, isolation_level=None)
    try:
        fresh.execute("PRAGMA synchronous=EXTRA")
        fresh.execute("CREATE TABLE made (by TEXT)")
        fresh.execute("DROP TABLE made")
        fresh.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        raise translated(error) from error
    finally:
        fresh.close()
    path.chmod(0o600)
    connect(path)
    migrate()


def connect(path: Path) -> None:
    """Make `path` the database of this process; an earlier one is closed."""
    options = {"transaction_mode": "IMMEDIATE", "init_command": PRAGMAS, "timeout": BUSY_SECONDS}
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}
    connections["default"].close()
    connections.databases["default"].update(database)
    with contextlib.suppress(AttributeError):
        del connections["default"]  # there is none where none was used yet


def migrate() -> None:
    """Bring the tables to the newest form."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def journal_mode() -> str:
    """The journal mode in force: `wal` where the file is as we made it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        return str(cursor.fetchone()[0])


def quick_check() -> str:
    """What the database says of its own pages: `ok`, or the first fault."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        return str(cursor.fetchone()[0])


@contextmanager
def writing() -> Iterator[None]:
    """One durable transaction: all of it, or nothing. No other writer runs at the same time."""
    try:
        with transaction.atomic():
            yield
    except FAULTS as error:
        raise translated(error) from error


@contextmanager
def reading() -> Iterator[None]:
    """Reads whose faults reach a person as a sentence."""
    try:
        yield
    except FAULTS as error:
        raise translated(error) from error


def translated(error: Exception) -> CounterfoilError:
    """A database's error as one that a person can act on."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return UnavailableError(
            "Another process is writing to the database.",
            "Wait until it has finished and try again; nothing was changed.",
        )
    if "full" in text:
        return UnavailableError("The disk is full.", "Make room and run the same command again; nothing was changed.")
    if "malformed" in text or "not a database" in text or isinstance(error, UnicodeDecodeError):
        return IntegrityError(
            "The database file is damaged.", "Restore it from a backup, then run `counterfoil ledger verify`."
        )
    if "readonly" in text or "unable to open" in text or "disk I/O" in text:
        return UnavailableError(
            f"The database cannot be used: {text}.",
            "Check that its disk has room, and the permissions of the file and its folder; nothing was changed.",
        )
    if isinstance(error, OperationalError) and "no such table" in text:
        return IntegrityError("The database lacks a table.", "Run `counterfoil doctor`.")
    return IntegrityError(f"The database refused the change: {text}.", "Nothing was changed.")


def settle(unfinished: Path, path: Path) -> None:
    """Move a finished new database to its place: its log is folded in first, so that it is one file."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    connections["default"].close()
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    connect(path)


def missing() -> list[str]:
    """Tables and guards that the database should have and has not: what nobody but a tamperer takes away."""
    from importlib import import_module

    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_app_config("office").get_models()}
    guards = import_module("counterfoil.office.migrations.0002_guards").NAMES
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        there = {str(name) for (name,) in cursor.fetchall()}
    return sorted((tables | set(guards)) - there)


def unapplied() -> list[str]:
    """The migrations that this version has and the database has not."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["default"])
    targets = executor.loader.graph.leaf_nodes()
    return [f"{step.app_label}.{step.name}" for step, _backwards in executor.migration_plan(targets)]
