"""Opening the database, whichever it is; one writer at a time; its faults as sentences.

sqlite.py       a file in the data directory, the default
postgresql.py   a server, named by a URL
place.py        which of them a data directory has
guards.py       what the database itself refuses
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from django.db import connections, transaction
from django.db.utils import DatabaseError, InterfaceError

from counterfoil.errors import CounterfoilError, InputError
from counterfoil.office import guards, postgresql, sqlite
from counterfoil.office.look import Looked
from counterfoil.office.place import Place, Server

T = TypeVar("T")
BUSY_SECONDS = 10.0
PRAGMAS = sqlite.PRAGMAS
FAULTS = (DatabaseError, InterfaceError, UnicodeDecodeError)
"""What a database raises: the last where SQLite's own words quote the damage."""


def create(place: Place) -> None:
    """Create the database at `place` in its safe form (a server's exists already), and its tables."""
    if not isinstance(place, Server):
        try:
            sqlite.make(place)
        except sqlite3.Error as error:
            raise sqlite.translated(error) from error
    connect(place)
    migrate()


def connect(place: Place) -> None:
    """Make `place` the database of this process; an earlier one is closed."""
    own = postgresql.settings(place) if isinstance(place, Server) else sqlite.settings(place, PRAGMAS, BUSY_SECONDS)
    connections["default"].close()
    connections.databases["default"].update(own)
    with contextlib.suppress(AttributeError):
        del connections["default"]  # there is none where none was used yet


def close() -> None:
    """Close the database of this process; the next statement opens it again."""
    connections["default"].close()


def migrate(alias: str = "default") -> None:
    """Bring the tables to the newest form."""
    from django.core.management import call_command

    with reading():
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def settle(unfinished: Path, path: Path) -> None:
    """Move a finished new database file to its place, and use it there."""
    sqlite.settle(connections["default"], unfinished, path)
    connect(path)


def writing() -> AbstractContextManager[None]:
    """One durable transaction: all of it, or nothing. No other writer runs at the same time."""
    engine = _engine()
    begin: Callable[[Any], None] = engine.begin
    return _transaction(connections["default"], engine, begin)


def acting() -> AbstractContextManager[Looked]:
    """`writing`, which begins with a look at the ledger's end."""
    connection = connections["default"]
    engine = _engine_of(connection)
    look: Callable[[Any], Looked] = engine.look_first
    return _transaction(connection, engine, look)


@contextmanager
def _transaction(connection: Any, engine: ModuleType, begin: Callable[[Any], T]) -> Iterator[T]:
    try:
        engine.wake(connection)
        with engine.transaction(connection):
            with connection.wrap_database_errors:
                found = begin(connection)
            with engine.until_end(connection):
                yield found
    except FAULTS as error:
        raise translated(error) from error


@contextmanager
def part() -> Iterator[None]:
    """A part of a transaction that fails by itself: what it did is taken back, the rest goes on."""
    try:
        with transaction.atomic():
            yield
    except FAULTS as error:
        raise translated(error) from error


@contextmanager
def reading() -> Iterator[None]:
    """Reads whose faults reach a person as a sentence."""
    try:
        _engine().wake(connections["default"])
        yield
    except FAULTS as error:
        raise translated(error) from error


@contextmanager
def faults_told() -> Iterator[None]:
    """A database's faults, of whichever that is open, reach a person as a sentence."""
    try:
        yield
    except FAULTS as error:
        raise translated(error) from error


@contextmanager
def snapshot() -> Iterator[None]:
    """`reading`, of one state of the database from first to last; nothing can be written inside."""
    with reading(), _engine().snapshot(connections["default"]):
        yield


def translated(error: Exception) -> CounterfoilError:
    """A database's error as one that a person can act on."""
    of_server = type(error.__cause__).__module__.startswith("psycopg") if error.__cause__ else is_server()
    engine = postgresql if of_server else sqlite
    found: CounterfoilError | None = _of_another_version() if engine.lacks(error) else None
    return found or engine.translated(error)


def _of_another_version() -> CounterfoilError | None:
    """What to say where a table or column is not there, and the database is of another version than this."""
    from django.db.migrations.loader import MigrationLoader

    try:
        loader = MigrationLoader(connections["default"])
    except FAULTS:  # within a transaction that has failed nothing can be asked
        return None
    there, ours = (
        {name for app, name in of if app == "office"}
        for of in (loader.applied_migrations or (), loader.disk_migrations)
    )
    if there - ours:
        return InputError("A newer version of Counterfoil made this database.", "Use that version, or a newer one.")
    if there and ours - there:
        do = "database prepare` as the role that owns it" if is_server() else "database upgrade`"
        return InputError("The database is of an older version.", f"Run `counterfoil {do}; nothing was changed.")
    return None


def state() -> Iterator[tuple[str, bool, str, str]]:
    """What the database says of its own soundness: (name, whether it is well, what, what to do)."""
    yield from _engine().state(connections["default"])


def journal_mode() -> str:
    """The journal mode of a database file: `wal` where it is as we made it."""
    return sqlite.pragma(connections["default"], "journal_mode")


def missing() -> list[str]:
    """What the database should have and has not: tables, guards, and that no two rows of a table are alike in a column.

    Nobody but a tamperer takes any of it away.
    """
    connection, engine = connections["default"], _engine()
    there, unique = engine.there(connection), engine.unique(connection)
    loose = [
        f"{table} unique ({', '.join(sorted(columns))})"
        for table, columns in _unique()
        if table in there and (table, columns) not in unique
    ]
    return sorted({*_tables(), *guards.NAMES, *loose} - there)


def altered() -> list[str]:
    """Guards that do not say what this version's say, themselves or in the function that they run."""
    connection = connections["default"]
    found = set(_engine().said(connection))
    return sorted(name for name, words in guards.words(connection.vendor).items() if (name, words) not in found)


def unapplied(alias: str = "default") -> list[str]:
    """The migrations that this version has and the database has not."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    targets = executor.loader.graph.leaf_nodes()
    return [f"{step.app_label}.{step.name}" for step, _backwards in executor.migration_plan(targets)]


def unknown() -> list[str]:
    """The migrations that the database has and this version has not: a newer version made them."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections["default"])
    ours = [key for key in loader.applied_migrations if key[0] == "office" and key not in loader.disk_migrations]
    return [f"{app}.{name}" for app, name in sorted(ours)]


def grant(role: str) -> list[str]:
    """Let the application's role of a server work in the office; the statements that were run."""
    with writing():
        return postgresql.grant(connections["default"], role, _tables())


def is_new() -> bool:
    """Whether the database holds no table of an office yet."""
    with reading():
        return not set(_tables()) & _engine().there(connections["default"])


def is_server() -> bool:
    """Whether the database is a server's."""
    return bool(connections["default"].vendor == "postgresql")


def _tables() -> tuple[str, ...]:
    from django.apps import apps

    return tuple(model._meta.db_table for model in apps.get_app_config("office").get_models())


def _unique() -> Iterator[tuple[str, frozenset[str]]]:
    """The columns of each table, taken together, of which no two rows may be alike."""
    from django.apps import apps

    for model in apps.get_app_config("office").get_models():
        of = model._meta
        columns = {field.name: str(field.column) for field in of.concrete_fields}
        yield of.db_table, frozenset(str(field.column) for field in of.pk_fields)
        for field in of.concrete_fields:
            if field.unique:
                yield of.db_table, frozenset({str(field.column)})
        for rule in of.total_unique_constraints:
            yield of.db_table, frozenset(columns[name] for name in rule.fields)


def _engine() -> ModuleType:
    return _engine_of(connections["default"])


def _engine_of(connection: Any) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite
