"""An office's database copied into another, and compared with it row by row.

The database of this process is copied; the other one is open beside it for as long as `beside` lasts. What is
compared is a sum over the hashes of a table's rows, so that the order in which a database gives them is of no account.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models, transaction

from counterfoil.errors import InputError, IntegrityError
from counterfoil.office import database, guards, postgresql, sqlite
from counterfoil.office import models as ours
from counterfoil.office.ledger_store import CHUNK, DatabaseStore
from counterfoil.office.place import Place, Server

OTHER = "other"
_STOPPED = ("ledgerleaf", "handedout", "ledgercosignature")
"""Tables that an act writes first, or alone: an entry, and what is written without one."""
MOVED = "ledgerleaf_moved"
MESSAGE = "this database was moved"
"""What a database says that was moved: it takes no further entry, and so no further act."""
_LARGE = (ours.Release, ours.Examination, ours.Verification)
_MOD = 1 << 256

Told = Callable[[int], None]
"""Told the number of rows done, now and then."""
Table = tuple[int, int]
"""How many rows a table has, and the sum over their hashes."""


@contextmanager
def beside(place: Place, busy_seconds: float) -> Iterator[None]:
    """Have the database at `place` open beside that of this process."""
    own = (
        postgresql.settings(place)
        if isinstance(place, Server)
        else sqlite.settings(place, sqlite.PRAGMAS, busy_seconds)
    )
    connections.databases[OTHER] = {**connections.databases["default"], **own}
    try:
        yield
    finally:
        connections[OTHER].close()
        del connections[OTHER]
        del connections.databases[OTHER]


def tables() -> list[type[models.Model]]:
    """The tables of the office, each behind those that its rows refer to; approvals before what they allow."""
    waiting = sorted(apps.get_app_config("office").get_models(), key=lambda model: model.__name__)
    done: list[type[models.Model]] = []
    while waiting:
        ready = [model for model in waiting if _before(model) <= set(done)]
        done += ready
        waiting = [model for model in waiting if model not in ready]
    return done


def _before(model: type[models.Model]) -> set[Any]:
    named = {field.related_model for field in model._meta.concrete_fields if field.related_model is not None}
    return named | ({ours.Approval} if model in (ours.Verification, ours.Release) else set())


def rows() -> int:
    """How many rows the database of this process has."""
    return sum(model._default_manager.count() for model in tables())


def prepare(role: str = "") -> None:
    """Make the other database's tables where it has none, and let a server's role work in it.

    Raises InputError where the tables are of another version, or the server has no such role.
    """
    there = (postgresql if _is_server(OTHER) else sqlite).there(connections[OTHER])
    if not there & {model._meta.db_table for model in tables()}:
        database.migrate(OTHER)
    elif database.unapplied(OTHER):
        raise InputError(
            "The other database's tables are of another version.", "Run `counterfoil database prepare` for it first."
        )
    if role:
        with transaction.atomic(using=OTHER):
            postgresql.grant(connections[OTHER], role, tuple(model._meta.db_table for model in tables()))


def transfer(told: Told) -> dict[str, Table]:
    """Copy the office into the other database, whole or not at all; what each table holds.

    The other one is committed last, when this one takes no further entry: nothing is ever written to both. Where the
    process is killed between the two, the same call goes on. Raises InputError where the other one is not empty.
    """
    try:
        with transaction.atomic(using=OTHER):
            if _is_server(OTHER):
                postgresql.begin(connections[OTHER])
            _take_time(OTHER)
            with database.writing():
                _take_time("default")
                if is_empty():
                    copied = copy(told)
                    compare(copied, told)
                else:  # of a run that was killed before it was noted that the office is there
                    copied = _arrived(told)
                mark()
    except BaseException:
        with suppress(Exception), database.writing():
            unmark()
        raise
    return copied


def _take_time(alias: str) -> None:
    """Have a server wait for this transaction: it is silent for as long as the other database is read through."""
    if _is_server(alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _arrived(told: Told) -> dict[str, Table]:
    copied = sums(told) if is_marked() else {}
    try:
        if copied:
            compare(copied, told)
            return copied
    except IntegrityError:
        pass
    raise InputError("The other database holds an office already.", "Name an empty database; nothing was changed.")


def is_marked() -> bool:
    """Whether the database of this process takes no further entry."""
    return MOVED in (postgresql if _is_server("default") else sqlite).there(connections["default"])


def _is_server(alias: str) -> bool:
    return bool(connections[alias].vendor == "postgresql")


def is_empty(alias: str = OTHER) -> bool:
    """Whether no table of the office holds a row."""
    return not any(model._default_manager.using(alias).exists() for model in tables())


def copy(told: Told) -> dict[str, Table]:
    """Copy every table into the other database, in the transactions that are open on both; what each holds."""
    source = {}
    done = 0
    for model in tables():
        total = count = 0
        for portion in _portions(model, "default"):
            _put(model, portion)
            total = (total + sum(map(_hash, portion))) % _MOD
            count += len(portion)
            told(done + count)
        done += count
        source[model._meta.db_table] = (count, total)
    _count_on()
    return source


def compare(source: Mapping[str, Table], told: Told) -> None:
    """Read every table of the other database back. Raises IntegrityError where it holds anything else."""
    done = sum(count for count, _ in source.values())
    for model in tables():
        name = model._meta.db_table
        found, done = _sum(model, OTHER, told, done), done + source[name][0]
        if found != source[name]:
            raise IntegrityError(
                f"The table {name} of the other database does not hold what was copied into it.",
                "Nothing was changed where the office is. Run the command again, with another empty database.",
            )


def sums(told: Told) -> dict[str, Table]:
    """What each table of the database of this process holds."""
    found: dict[str, Table] = {}
    for model in tables():
        found[model._meta.db_table] = _sum(model, "default", told, sum(count for count, _ in found.values()))
    return found


def _sum(model: type[models.Model], alias: str, told: Told, before: int) -> Table:
    total = count = 0
    for portion in _portions(model, alias):
        total = (total + sum(map(_hash, portion))) % _MOD
        count += len(portion)
        told(before + count)
    return count, total


def _portions(model: type[models.Model], alias: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table, some at a time, as values that are the same from either database."""
    if model in (ours.LedgerLeaf, ours.LedgerSealed):
        yield from _of_the_ledger(model, alias)
        return
    names = [field.attname for field in model._meta.concrete_fields]
    size = 1 if model in _LARGE else 1000
    portion: list[tuple[Any, ...]] = []
    for row in model._default_manager.using(alias).values_list(*names).iterator(chunk_size=size):
        portion.append(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row))
        if len(portion) >= size:
            yield portion
            portion = []
    if portion:
        yield portion


def _of_the_ledger(model: type[models.Model], alias: str) -> Iterator[list[tuple[int, bytes]]]:
    store = DatabaseStore(alias)
    read = store.leaves if model is ours.LedgerLeaf else store.sealed
    size = store.size()
    for first in range(0, size, CHUNK):
        rows = list(read(first, min(first + CHUNK, size)))
        if [index for index, _ in rows] != list(range(first, min(first + CHUNK, size))):
            raise IntegrityError("The ledger lacks an entry.", "Run `counterfoil ledger verify` first.")
        yield rows


def _put(model: type[models.Model], rows: Sequence[tuple[Any, ...]]) -> None:
    if model is ours.LedgerLeaf:
        DatabaseStore(OTHER).append_leaves(rows[0][0], [leaf for _, leaf in rows])
    elif model is ours.LedgerSealed:
        DatabaseStore(OTHER).append_sealed(rows[0][0], [box for _, box in rows])
    else:
        names = [field.attname for field in model._meta.concrete_fields]
        made = [model(**dict(zip(names, row, strict=True))) for row in rows]
        model._default_manager.using(OTHER).bulk_create(made)


def _hash(row: tuple[Any, ...]) -> int:
    written = [json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else repr(value) for value in row]
    return int.from_bytes(sha256("\x1f".join(written).encode("utf-8", "surrogatepass")).digest(), "big")


def _count_on() -> None:
    """Let the other database number new rows from behind those that were copied."""
    connection = connections[OTHER]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def mark() -> None:
    """Let the database of this process take no further entry: its office is elsewhere."""
    vendor = connections["default"].vendor
    unmark()
    with connections["default"].cursor() as cursor:
        for table in _STOPPED:
            for statement in guards.trigger(vendor, f"{table}_moved", table, "INSERT", MESSAGE):
                cursor.execute(statement)


def unmark() -> None:
    """Take that back."""
    on_server = _is_server("default")
    with connections["default"].cursor() as cursor:
        for table in _STOPPED:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_moved{f' ON office_{table}' if on_server else ''}")
