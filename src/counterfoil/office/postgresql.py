"""PostgreSQL as the office's database: durable by its own settings, one writer at a time.

Before each act one statement takes the writer's lock (an advisory lock, held until the transaction ends), sets
`synchronous_commit` to on for the transaction, and reads whether the server keeps what it was told to keep.
Under READ COMMITTED every statement after it sees all that earlier writers committed; a stricter level would
look at the state from before the lock was granted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from counterfoil.errors import CounterfoilError, InputError, IntegrityError, UnavailableError
from counterfoil.office import guards, look
from counterfoil.office.look import Looked
from counterfoil.office.place import Server
from counterfoil.office.server import messages

LOCK_SECONDS = 10.0
IDLE_SECONDS = 1.0
"""After so long without a word the connection is tried before an act relies on it."""

_AS_WE_RELY_ON = "-c synchronous_commit=on -c standard_conforming_strings=on"
_NOTHING = "nothing was changed."
_ALIVE = (
    "-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6 "
    "-c idle_in_transaction_session_timeout=900s"
)
"""The server lets go of the writer's lock two minutes after our machine has vanished, and of an act that says nothing
for a quarter of an hour; by its defaults it would hold the lock for two hours, or for ever."""


def settings(server: Server) -> dict[str, Any]:
    """Django's settings for the database at `server`. Raises InputError on a URL that libpq cannot read."""
    try:
        from psycopg import IsolationLevel, ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise InputError(
            "PostgreSQL needs the package psycopg.", "Install it with `pip install 'counterfoil[postgres]'`."
        ) from error
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(server.url))
    except ProgrammingError as error:
        raise InputError(f"The database's URL cannot be read: {_line(error)}.", "Correct it.") from error
    session = f"-c lock_timeout={int(LOCK_SECONDS * 1000)} {_AS_WE_RELY_ON} {_ALIVE}"
    options = {
        "connect_timeout": 10,
        "application_name": "counterfoil",
        "prepare_threshold": 3,
        "keepalives_idle": 60,
        "keepalives_interval": 10,
        "keepalives_count": 6,
        "isolation_level": IsolationLevel.READ_COMMITTED,
        **given,
        "options": f"{given.get('options', '')} {session}".strip(),
    }
    name = options.pop("dbname", "")
    return {"ENGINE": "counterfoil.office.server", "NAME": name, "OPTIONS": options}


def begin(connection: Any) -> None:
    """Become the only writer until the transaction ends.

    Raises UnavailableError where the server would lose what it has acknowledged (`fsync` or `full_page_writes` off).
    """
    _begin(connection, "")


def look_first(connection: Any) -> Looked:
    """`begin`, and the end of the ledger as the only writer finds it, in one message."""
    return look.read(_begin(connection, look.STATEMENTS["postgresql"]))


def _begin(connection: Any, statement: str) -> list[tuple[Any, ...]]:
    (_, commit, fsync, pages), *rows = messages.first(connection, statement)
    off = [
        name
        for name, value in (("synchronous_commit", commit), ("fsync", fsync), ("full_page_writes", pages))
        if value not in ("on", "remote_apply")
    ]
    if off:
        raise UnavailableError(
            f"The database server has {' and '.join(off)} off: a power cut could lose what it has acknowledged.",
            f"Have it set to on in the server's configuration; {_NOTHING}",
        )
    return rows


until_end = messages.until_end


@contextmanager
def transaction(connection: Any) -> Iterator[None]:
    """A transaction, which is begun by the first message, of `begin`; or a part of the one that has begun."""
    from django.db.transaction import atomic

    connection.begins_with_first = not connection.in_atomic_block
    try:
        with atomic():
            yield
    finally:
        connection.begins_with_first = False


_heard: dict[int, float] = {}


def wake(connection: Any) -> None:
    """Drop a connection that has died while nobody used it, so that the next statement opens another."""
    if connection.connection is None or connection.in_atomic_block:
        return
    now = time.monotonic()
    idle = now - _heard.get(id(connection), now - 2 * IDLE_SECONDS) > IDLE_SECONDS
    if connection.connection.closed or (idle and not connection.is_usable()):  # closed: a statement has found it so
        connection.close()
    _heard[id(connection)] = now


@contextmanager
def snapshot(connection: Any) -> Iterator[None]:
    """Reads that all see one state of the database."""
    from django.db import transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def there(connection: Any) -> set[str]:
    """The tables and the active guards of the office."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' UNION ALL "
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
        return {str(name) for (name,) in cursor.fetchall()}


def unique(connection: Any) -> set[tuple[str, frozenset[str]]]:
    """Of which columns of a table no two rows may be alike; an index over some of its rows alone is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indexrelid, attname FROM pg_index JOIN pg_class of ON of.oid = indrelid "
            "JOIN pg_attribute held ON held.attrelid = indrelid AND held.attnum = ANY (indkey[0:indnkeyatts - 1]) "
            "WHERE relnamespace = 'public'::regnamespace AND indisunique AND indisvalid AND indisready "
            "AND indpred IS NULL AND indexprs IS NULL"
        )
        return guards.together(cursor.fetchall())


def said(connection: Any) -> Iterator[tuple[str, str]]:
    """Each guard with its words and those of the function that it runs, as `guards.words` tells them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(held.oid), "
            "concat_ws(chr(10), prosrc, array_to_string(proconfig, chr(10))) FROM pg_trigger held "
            "JOIN pg_proc runs ON runs.oid = tgfoid JOIN pg_class guarded ON guarded.oid = tgrelid "
            "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
        )
        return iter([(str(name), guards.plain("postgresql", says, does)) for name, says, does in cursor.fetchall()])


def state(connection: Any) -> Iterator[tuple[str, bool, str, str]]:
    """What the doctor asks of the server: (name, whether it is well, what, what to do)."""
    with connection.cursor() as cursor:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute("SELECT current_setting(%s)", [name])
            value = str(cursor.fetchone()[0])
            well = value in ("on", "remote_apply")
            yield (
                f"database {name}",
                well,
                value,
                "" if well else f"Have {name} set to on in the server's configuration.",
            )
        cursor.execute("SELECT current_user, bool_or(pg_get_userbyid(relowner) = current_user) FROM pg_class "
                       "WHERE relname LIKE 'office\\_%%' AND relkind = 'r'", [])  # fmt: skip
        role, owns = cursor.fetchone()
    what = (
        f"{role} owns the tables and could take their guards away" if owns else f"{role}, which may not change records"
    )
    yield "database role", True, what, ""


def grant(connection: Any, role: str, tables: tuple[str, ...]) -> list[str]:
    """Give the application's role what it needs, and no more; the statements.

    Raises InputError where there is no such role, where it owns the tables, and where we do not.
    """
    quote = connection.ops.quote_name
    database = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise InputError(
                f"The server has no role {role}.", f"Make it there first: CREATE ROLE {quote(role)} LOGIN;"
            )
        cursor.execute(
            "SELECT current_user, bool_and(pg_has_role(relowner, 'USAGE')), bool_or(pg_get_userbyid(relowner) = %s) "
            "FROM pg_class WHERE relname LIKE 'office\\_%%' AND relkind = 'r'", [role]
        )  # fmt: skip
        user, ours, its = cursor.fetchone()
        if its:
            raise InputError(
                f"The role {role} owns the tables, and could always change them.", "Name another with --role."
            )
        if not ours:  # the server would say so in a warning alone
            raise InputError(
                f"{user} does not own the tables and can give nobody rights on them.",
                "Name the database with the role that owns them.",
            )
        cursor.execute("SELECT current_database()")
        database = cursor.fetchone()[0]
        statements = guards.grants(quote(role), quote(database), tables)
        for statement in statements:
            cursor.execute(statement, None)
    return statements


def lacks(error: BaseException) -> bool:
    """Whether the server misses a table, a column or a function."""
    return getattr(error.__cause__, "sqlstate", None) in _LACKS


def translated(error: BaseException) -> CounterfoilError:
    """A server's error as one that a person can act on, by its SQLSTATE."""
    state = str(getattr(error.__cause__, "sqlstate", None) or _of_connecting(str(error)))
    if not state or state[:2] == "08" or state[:3] == "57P":
        return UnavailableError(
            f"The database server cannot be reached or has ended the connection: {_line(error)}.",
            "Run the same command again when it is there: what was recorded is found, and nothing happens twice.",
        )
    if "was moved" in str(error):
        return UnavailableError(
            "This database was moved: the office goes on in another.",
            "End this program and start it again with the data directory as it is now; nothing was changed.",
        )
    for begins, said in _SAID.items():
        if state.startswith(begins):
            kind, what, do = said
            return kind(what.format(_line(error)), do)
    return IntegrityError(f"The database refused the change: {_line(error)}.", "Nothing was changed.")


def _of_connecting(text: str) -> str:
    """The SQLSTATE of a refused connection, which libpq tells in words only; "" for any other."""
    if "authentication failed" in text or "no password supplied" in text or "no pg_hba.conf entry" in text:
        return "28"
    return "3D" if re.search(r"database \"[^\"]*\" does not exist", text) else ""


_RESTORE = "Restore it from a backup, then run `counterfoil ledger verify`."
_GRANT = "Have its owner run `counterfoil database prepare` with --role for this account."
_LACKS = ("42P01", "42703", "42883")
_SAID: dict[str, tuple[type[CounterfoilError], str, str]] = {
    "28": (UnavailableError, "The database server does not let us in: {}.", "Check user and password (~/.pgpass)."),
    "3D": (UnavailableError, "The database is not there: {}.", "Check the URL, or have the database created."),
    "53": (UnavailableError, "The database server has run out of something: {}.", f"Make room there; {_NOTHING}"),
    "55P03": (
        UnavailableError,
        "Another process is writing to the database.",
        "Wait until it has finished and try again; nothing was changed.",
    ),
    "40": (UnavailableError, "Another process was in the way: {}.", "Run the same command again; nothing was changed."),
    "25P03": (UnavailableError, "The database server waited for this act no longer: {}.", "Run the command again."),
    "25006": (UnavailableError, "The database server only reads: {}.", "Name the primary server."),
    "42501": (UnavailableError, "The database server does not allow this account that: {}.", _GRANT),
    **dict.fromkeys(_LACKS, (IntegrityError, "The database lacks a table or a column.", "Run `counterfoil doctor`.")),
    "22": (InputError, "A value cannot be stored: {}.", "Shorten or correct it; nothing was changed."),
    "XX": (IntegrityError, "The database is damaged: {}.", _RESTORE),
}  # fmt: skip


def _line(error: BaseException) -> str:
    """The first line of what the server said: later ones may quote values."""
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
