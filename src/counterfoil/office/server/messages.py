"""An act's messages to a server: the writer's lock with a first look, and what was written with the commit.

Each way to a server and back costs as much as the work there, so statements go together, as one text (PostgreSQL runs
those of a text in their order, and none behind one that fails). What depends on an earlier one's result goes in a
later message. The statements are prepared once a connection, at its second act, by PREPARE; where someone has
discarded them (a rollback in the driver does), they go as they are, and are prepared anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from counterfoil.office.guards import PUT_TILE

LOCK = 0x636F756E746572  # any number, the same for every writer

LOOK, ENTRY, TILE, CHECKPOINT, _LOCK = "look", "entry", "tile", "checkpoint", "lock"
_TYPES = {
    _LOCK: "",
    ENTRY: "(bigint, bytea, bytea)",
    TILE: "(smallint, bigint, bytea)",
    CHECKPOINT: "(bigint, text)",
}
_STATEMENTS = {
    _LOCK: f"""
SELECT pg_advisory_xact_lock({LOCK}),
       CASE WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply'
            ELSE set_config('synchronous_commit', 'on', true) END,
       current_setting('fsync'), current_setting('full_page_writes')
""",
    ENTRY: (
        'WITH leaf AS (INSERT INTO office_ledgerleaf ("index", leaf) VALUES ($1, $2)) '
        'INSERT INTO office_ledgersealed ("index", box) VALUES ($1, $3)'
    ),
    TILE: f"SELECT {PUT_TILE}($1::smallint, $2, $3)",
    CHECKPOINT: "INSERT INTO office_ledgercheckpoint (size, note) VALUES ($1, $2) ON CONFLICT (size) DO NOTHING",
}
_BEGIN, _COMMIT = "BEGIN ISOLATION LEVEL READ COMMITTED", "COMMIT"
_GONE = ("26000", "42P05")  # a statement is not prepared; is prepared already


class _Said:
    """What is known of a driver's connection."""

    acts = 0
    prepared = ""  # the look that is prepared there, with the others
    in_full = False  # to the end of this act: a part of it was rolled back, and the driver may have discarded them


_known: WeakKeyDictionary[Any, _Said] = WeakKeyDictionary()
"""By the driver's connection."""
_waiting: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()
"""By Django's connection, the statements of the act that have not gone to the server yet."""


def first(connection: Any, look: str) -> list[tuple[Any, ...]]:
    """Begin the transaction and take the writer's lock; what the lock's statement gives, then the rows of `look`.

    What is read is of after the lock was granted: under READ COMMITTED each statement sees what had committed by then.
    """
    from psycopg import Error
    from psycopg.pq import TransactionStatus

    run_waiting(connection)
    driver = connection.connection
    said = _known.setdefault(driver, _Said())
    said.acts += 1
    said.in_full = False
    begin = [_BEGIN] if driver.info.transaction_status == TransactionStatus.IDLE else []
    prepared: list[str] = []
    if look and said.acts > 1 and said.prepared != look:
        prepared = [f"PREPARE counterfoil_{name}{_TYPES.get(name, '')} AS {sql}" for name, sql in _all(look)]
        said.prepared = look
    asked = [_LOCK, LOOK] if look else [_LOCK]
    try:
        rows = _run(driver, [*begin, *prepared, *(_statement(said, name, look) for name in asked)])
    except Error as error:
        if not begin or not said.prepared or error.sqlstate not in _GONE:
            raise
        driver.rollback()
        said.prepared = ""
        rows = _run(driver, [*begin, *(_statement(said, name, look) for name in asked)])
    return rows


def later(connection: Any, name: str, *values: int | bytes | str) -> None:
    """Have one of the statements run before the next one on that connection, or in one message with the commit."""
    said = _known.setdefault(connection.connection, _Said())
    text = _statement(said, name, "", *values)
    if connection in _waiting:
        _waiting[connection].append(text)
    else:
        _send(connection, [text])


def run_waiting(connection: Any) -> None:
    """Run what waits: something is about to be asked that may depend on it."""
    waiting = _waiting.get(connection)
    if waiting:
        _waiting[connection] = []
        _send(connection, waiting)


@contextmanager
def until_end(connection: Any) -> Iterator[None]:
    """From `first` to the commit, which goes in one message with what waits; Django finds nothing left to commit."""
    if connection in _waiting:  # within another, which commits
        yield
        return
    _waiting[connection] = []
    try:
        with connection.execute_wrapper(_waiting_first):
            yield
        if not connection.needs_rollback:
            commit = [_COMMIT] if len(connection.atomic_blocks) == 1 else []
            _send(connection, [*_waiting[connection], *commit])
    finally:
        _waiting.pop(connection, None)


def _waiting_first(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
    """What Django has a statement of its own go through."""
    run_waiting(context["connection"])
    if sql.startswith("ROLLBACK"):
        _known.setdefault(context["connection"].connection, _Said()).in_full = True
    return execute(sql, parameters, many, context)


def _all(look: str) -> list[tuple[str, str]]:
    return [*_STATEMENTS.items(), (LOOK, look)]


def _statement(said: _Said, name: str, look: str, *values: int | bytes | str) -> str:
    """A statement as text: of one that is prepared, or in full."""
    given = [_literal(value) for value in values]
    if said.prepared and not said.in_full:
        return f"EXECUTE counterfoil_{name}({', '.join(given)})" if given else f"EXECUTE counterfoil_{name}"
    sql = look if name == LOOK else _STATEMENTS[name]
    for number, value in enumerate(given, 1):
        sql = sql.replace(f"${number}", value)
    return sql


def _literal(value: int | bytes | str) -> str:
    """A value in SQL: bytes as hexadecimal digits, a text by them too, so that nothing in it can end the literal."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f"convert_from('\\x{value.encode().hex()}', 'UTF8')"
    return f"'\\x{value.hex()}'"


def _send(connection: Any, statements: Sequence[str]) -> None:
    if statements:
        with connection.wrap_database_errors:
            _run(connection.connection, statements)


def _run(driver: Any, statements: Sequence[str]) -> list[tuple[Any, ...]]:
    """Run statements as one message; the rows of all of them."""
    from psycopg import Cursor

    cursor = Cursor(driver)
    cursor.execute("; ".join(statements), prepare=False)
    rows: list[tuple[Any, ...]] = []
    while True:
        if cursor.description is not None:
            rows += cursor.fetchall()
        if not cursor.nextset():
            return rows
