"""What the database itself refuses, as SQL for SQLite and for PostgreSQL; the migrations create it.

    kept            a record is never deleted (on PostgreSQL: nor truncated)
    unchanged       a record is never changed
    two_people      neither look-up nor answer before two different officers have approved
    grows           a tile keeps the hashes that it has
    asked           who was asked about in a batch that has an answer is never forgotten
    narrow          a sealed record is emptied only where its expunction is recorded, or sealed anew with the newest key

They are a second belt: the code keeps the same rules, and on PostgreSQL the application's role lacks the
privileges as well (`grants`). `database.missing` looks for each name in `NAMES`, and `database.altered` holds the words
of each guard, and of the function that it runs, to this version's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FIXED = (
    "ledgerleaf",
    "ledgercheckpoint",
    "approval",
    "release",
    "verification",
    "holdlift",
    "examination",
    "adoption",
)
"""Tables whose rows are added and never changed."""

KEPT = (*FIXED, "ledgertile", "batch")
"""Tables whose rows are never deleted."""

WITNESSED = ("ledgercosignature", "witnesspolicy")
"""Tables that came with the witnesses (migration 0004): rows are added, never changed and never deleted."""

KEYED = ("keyevent", "ledgerexpunction")
"""Tables that came with changes of keys and expunctions (migration 0005): likewise."""

FETCHED = ("handedout",)
"""The table that came with the days after a first fetch (migration 0008): likewise."""

ENTERED = (
    "courtorder",
    "override",
    "official",
    "officer",
    "safeguards",
    "ending",
    "registryloaded",
    "rulearchive",
)
"""Tables of what people enter (migration 0010): likewise. A later fact, a lifting or an end, is a row of its own."""

NAMES = (
    *(f"{table}_kept" for table in KEPT),
    *(f"{table}_unchanged" for table in FIXED),
    "verification_two_people",
    "release_two_people",
    "ledgertile_grows",
    *(f"{table}_{guard}" for table in (*WITNESSED, *KEYED, *FETCHED, *ENTERED) for guard in ("kept", "unchanged")),
    "ledgersealed_kept",
    "ledgersealed_narrow",
    "batch_unchanged",
    "askrow_unchanged",
    "askrow_asked",
)
"""The guards that every database has."""

PUT_TILE = "counterfoil_put_tile"
"""On PostgreSQL, the function by which a role without UPDATE stores a tile or lets one grow."""

_DELETED, _CHANGED = "a record is never deleted", "a record is never changed"
_ALONE, _SHRINKS = "two different officers must approve first", "a tile only grows"
_APPROVERS = (
    "(SELECT COUNT(DISTINCT officer_id) FROM office_approval"
    " WHERE examination_id = NEW.examination_id AND officer_id <> submitted_by) < 2"
)
_MISSING = "a sealed record is emptied only where its expunction is recorded"
_EXPUNGED = 'EXISTS (SELECT 1 FROM office_ledgerexpunction gone WHERE gone."index" = OLD."index")'
_NEWEST_KEY = "(SELECT key FROM office_keyevent WHERE use = 'sealing' AND act = 'rotated' ORDER BY id DESC LIMIT 1)"
_WIDE = {  # bytes 2 to 9 of a record name its key
    vendor: f"""NEW."index" <> OLD."index" OR NOT (
    (length(NEW.box) = 0 AND {_EXPUNGED})
    OR (length(OLD.box) > 0 AND COALESCE({hexed.format("NEW")} = {_NEWEST_KEY} AND {hexed.format("OLD")} <>
        {hexed.format("NEW")}, FALSE)))"""
    for vendor, hexed in (
        ("sqlite", "lower(hex(substr({}.box, 2, 8)))"),
        ("postgresql", "encode(substr({}.box, 2, 8), 'hex')"),
    )
}
_GROWTH = (
    "NEW.level <> OLD.level OR NEW.number <> OLD.number OR length(NEW.hashes) < length(OLD.hashes)"
    " OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes"
)


_REMEMBERED = "who was asked about in a batch that has an answer is never forgotten"
_ANSWERED = "EXISTS (SELECT 1 FROM office_release given WHERE given.batch_id = OLD.batch_id)"


def create(schema_editor: Any) -> None:
    """Create every guard in `NAMES`; called by a migration with its schema editor."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for statement in (_REFUSE, _TWO_PEOPLE, _TILE):
            schema_editor.execute(statement, params=None)
    for statement in _statements(vendor):
        schema_editor.execute(statement, params=None)


def create_witnessed(schema_editor: Any) -> None:
    """Create the guards of the tables in `WITNESSED`; called by their migration with its schema editor."""
    _only_added(schema_editor, WITNESSED)


def create_keyed(schema_editor: Any) -> None:
    """Create the guards of the tables in `KEYED` and of sealed records; called by their migration."""
    _only_added(schema_editor, KEYED)
    _run(schema_editor, (_NARROW,), _sealed)


def create_fetched(schema_editor: Any) -> None:
    """Create the guards of the tables in `FETCHED`; called by their migration."""
    _only_added(schema_editor, FETCHED)


def create_entered(schema_editor: Any) -> None:
    """Create the guards of the tables in `ENTERED`, and those that batches and asks lacked; called by their migration.

    A migration after it that alters one of these tables creates its guards anew: SQLite may rebuild the table.
    """
    _only_added(schema_editor, ENTERED)
    _run(schema_editor, (), _unchanged)


def create_asked(schema_editor: Any) -> None:
    """Create the guard of the tokens of who was asked about; called by its migration (0011)."""
    _run(schema_editor, (_ASKED,), _asked)


def fix_path(schema_editor: Any) -> None:
    """Have the functions that ask other tables ask the office's, whatever the session made; called by 0012.

    A session's temporary tables are found before all others by their bare names, unless the path names them last.
    """
    if schema_editor.connection.vendor == "postgresql":
        for function in _ASKING:
            schema_editor.execute(f"ALTER FUNCTION {_name(function)}() SET {_PATH}", params=None)


def words(vendor: str) -> Mapping[str, str]:
    """By the name of each trigger, what it and the function that it runs say and set, in the form of `plain`."""
    statements = [
        *_statements(vendor),
        *_added(vendor, (*WITNESSED, *KEYED, *FETCHED, *ENTERED)),
        *_sealed(vendor),
        *_unchanged(vendor),
        *_asked(vendor),
    ]
    bodies = {_name(function): function.split("$$")[1] for function in (_REFUSE, *_ASKING)}
    bodies |= {_name(function): f"{bodies[_name(function)]}\n{_PATH}" for function in _ASKING}
    if vendor == "sqlite":
        return {_name(statement): plain(vendor, statement) for statement in statements}
    runs = re.compile(r"EXECUTE FUNCTION (\w+)")
    return {_name(statement): plain(vendor, statement, bodies[runs.findall(statement)[0]]) for statement in statements}


def plain(vendor: str, trigger: str, body: str = "") -> str:
    """A trigger and its function's body and settings, whichever way the database writes the first out again."""
    if vendor == "sqlite":
        return re.sub(r'[\s"]', "", trigger)
    return re.sub(r'::[a-z]+( varying)?|\bpublic\.|[\s"()]', "", trigger.lower()) + "\n" + body.strip()


def together(rows: Iterable[tuple[Any, Any, Any]]) -> set[tuple[str, frozenset[str]]]:
    """Rows of (table, index, column) as each index of a table with its columns."""
    found: dict[tuple[str, Any], set[str]] = {}
    for table, index, column in rows:
        found.setdefault((str(table), index), set()).add(str(column))
    return {(table, frozenset(columns)) for (table, _), columns in found.items()}


def _name(statement: str) -> str:
    return statement.split()[2].partition("(")[0]


def _run(schema_editor: Any, functions: tuple[str, ...], triggers: Any) -> None:
    vendor = schema_editor.connection.vendor
    for statement in (*(functions if vendor == "postgresql" else ()), *triggers(vendor)):
        schema_editor.execute(statement, params=None)


def _only_added(schema_editor: Any, tables: tuple[str, ...]) -> None:
    for statement in _added(schema_editor.connection.vendor, tables):
        schema_editor.execute(statement, params=None)


def _added(vendor: str, tables: tuple[str, ...]) -> Iterator[str]:
    for table in tables:
        yield from trigger(vendor, f"{table}_kept", table, "DELETE", _DELETED)
        yield from trigger(vendor, f"{table}_unchanged", table, "UPDATE", _CHANGED)


def _sealed(vendor: str) -> Iterator[str]:
    yield from trigger(vendor, "ledgersealed_kept", "ledgersealed", "DELETE", _DELETED)
    if vendor == "sqlite":  # a condition here may hold a query
        yield from trigger(vendor, "ledgersealed_narrow", "ledgersealed", "UPDATE", _MISSING, _WIDE[vendor])
    else:
        yield _NARROWED


def _unchanged(vendor: str) -> Iterator[str]:
    for table in ("batch", "askrow"):
        yield from trigger(vendor, f"{table}_unchanged", table, "UPDATE", _CHANGED)


def _asked(vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        yield from trigger(vendor, "askrow_asked", "askrow", "DELETE", _REMEMBERED, _ANSWERED)
        return
    runs = "EXECUTE FUNCTION"
    yield f"CREATE TRIGGER askrow_asked BEFORE DELETE ON office_askrow FOR EACH ROW {runs} counterfoil_asked()"
    refuse = f"{runs} counterfoil_refuse('{_REMEMBERED}')"
    yield f"CREATE TRIGGER askrow_asked_whole BEFORE TRUNCATE ON office_askrow FOR EACH STATEMENT {refuse}"


def _statements(vendor: str) -> Iterator[str]:
    for table in KEPT:
        yield from trigger(vendor, f"{table}_kept", table, "DELETE", _DELETED)
    for table in FIXED:
        yield from trigger(vendor, f"{table}_unchanged", table, "UPDATE", _CHANGED)
    yield from trigger(vendor, "ledgertile_grows", "ledgertile", "UPDATE", _SHRINKS, _GROWTH)
    yield from _two_people(vendor, "verification", "")
    yield from _two_people(vendor, "release", "NEW.kind = 'answered'")


def trigger(vendor: str, name: str, table: str, event: str, message: str, when: str = "") -> Iterator[str]:
    """The statements of a guard that refuses `event` (DELETE, UPDATE, INSERT) on a table of the office.

    `when` is a condition over NEW and OLD that both databases understand. On PostgreSQL what guards DELETE
    guards TRUNCATE as well.
    """
    condition = f"WHEN ({when})" if when else ""
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        yield f"CREATE TRIGGER {name} BEFORE {event} ON office_{table} {condition} {refuse}"
        return
    refuse = f"EXECUTE FUNCTION counterfoil_refuse('{message}')"
    yield f"CREATE TRIGGER {name} BEFORE {event} ON office_{table} FOR EACH ROW {condition} {refuse}"
    if event == "DELETE":
        yield f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON office_{table} FOR EACH STATEMENT {refuse}"


def _two_people(vendor: str, table: str, only: str) -> Iterator[str]:
    name = f"{table}_two_people"
    if vendor == "sqlite":  # a condition here may hold a query
        yield from trigger(vendor, name, table, "INSERT", _ALONE, f"{only} AND {_APPROVERS}" if only else _APPROVERS)
        return
    when = f"WHEN ({only})" if only else ""
    yield (
        f"CREATE TRIGGER {name} BEFORE INSERT ON office_{table} FOR EACH ROW {when} "
        "EXECUTE FUNCTION counterfoil_two_people()"
    )


_REFUSE = """
CREATE FUNCTION counterfoil_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$
"""


def _stops(name: str, condition: str, message: str, row: str = "NEW") -> str:
    """A server's function that refuses with a message where the condition holds, and else lets the row pass."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF;
  RETURN {row};
END $$
"""


_NARROW = _stops("counterfoil_narrow", _WIDE["postgresql"], _MISSING)
_TWO_PEOPLE = _stops("counterfoil_two_people", _APPROVERS, _ALONE)
_ASKED = _stops("counterfoil_asked", _ANSWERED, _REMEMBERED, "OLD")

_NARROWED = (
    "CREATE TRIGGER ledgersealed_narrow BEFORE UPDATE ON office_ledgersealed FOR EACH ROW "
    "EXECUTE FUNCTION counterfoil_narrow()"
)

_ASKING = (_TWO_PEOPLE, _NARROW, _ASKED)
_PATH = "search_path=pg_catalog, public, pg_temp"  # as the server keeps it

_TILE = f"""
CREATE FUNCTION {PUT_TILE}(at_level smallint, at_number bigint, grown bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC
  INSERT INTO office_ledgertile (level, number, hashes) VALUES (at_level, at_number, grown)
  ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes;
END
"""  # noqa: S608 - arguments are bound; a body in standard SQL needs no search path


def grants(role: str, database: str, tables: Iterator[str] | tuple[str, ...]) -> list[str]:
    """The statements that let `role` (quoted as an identifier already) work in the office, and no more.

    It reads and adds, and has no UPDATE, DELETE or TRUNCATE, but for two: a sealed record may be emptied
    (expungement), which leaves its leaf and the tree as they are, and a later examination replaces the tokens of an
    earlier one, which a guard allows while the batch has no answer. A tile grows by `PUT_TILE` alone.
    """
    statements = [
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT ON django_migrations TO {role}",
        f"REVOKE EXECUTE ON FUNCTION {PUT_TILE}(smallint, bigint, bytea) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {PUT_TILE}(smallint, bigint, bytea) TO {role}",
    ]
    for table in tables:
        name = table.removeprefix("office_")
        allowed = ["SELECT", "INSERT"]
        allowed += ["UPDATE (box)"] if name == "ledgersealed" else []
        allowed += ["DELETE"] if name == "askrow" else []
        statements += [f"REVOKE ALL ON {table} FROM {role}", f"GRANT {', '.join(allowed)} ON {table} TO {role}"]
    return statements
