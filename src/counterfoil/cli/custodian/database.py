"""`counterfoil database`: the file in the data directory, or a PostgreSQL server instead of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs
from counterfoil.errors import InputError

group = noun("database", "Show, upgrade, move the database; prepare a PostgreSQL server.")

UrlOption = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        help="postgresql://USER@HOST/DATABASE, without a password; by default that of COUNTERFOIL_DATABASE_URL.",
    ),
]


def without_password(url: str) -> str:
    """The URL of the option. Raises InputError where it holds a password: every account could read it."""
    from counterfoil.office.place import VARIABLE, server

    if url and server(url).has_password:
        raise InputError(
            "A password on the command line can be read by every account of the machine.",
            f"Leave it out of --database; put it into ~/.pgpass, PGPASSWORD or {VARIABLE}.",
        )
    return url


@command(
    group,
    "prepare",
    "counterfoil database prepare --database postgresql://owner@db.example/counterfoil --role application",
    "counterfoil database prepare --database postgresql://owner@db.example/counterfoil",
    "counterfoil database prepare --database 'postgresql://owner@/counterfoil?host=/run/postgresql' --json",
)
def prepare(
    door: Door,  # noqa: ARG001 - every command has one
    url: UrlOption = "",
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="The server's role that the office will work as.")
    ] = "",
) -> Answer:
    """Make the tables and guards, or bring them up to date.

    It is done as the role that owns them.

    With --role, that role is given what the office needs: it adds records and cannot change or delete one.
    """
    from counterfoil import cases
    from counterfoil.office.place import VARIABLE

    named = without_password(url) or os.environ.get(VARIABLE, "")
    if not named:
        raise InputError("Which database?", f"Name it with --database, or in {VARIABLE}.")
    made = cases.prepare_database(named, role)
    lines = [
        f"The database {made.id} is ready: {len(made.applied)} migrations applied.",
        *([f"{role} may add records, and change or delete none."] if role else []),
    ]
    return Answer(made.as_dict(), lines)


@command(
    group,
    "show",
    "counterfoil database show",
    "counterfoil --data /srv/counterfoil database show",
    "counterfoil database show --json",
)
def show(door: Door) -> Answer:
    """Show which database is used, and how sound it says it is."""
    from counterfoil import cases

    opened(door)
    where, checks = cases.database_state(door.data)
    sound = all(check.ok for check in checks)
    document = {"id": where, "ok": sound, "checks": [check.as_dict() for check in checks]}
    told = pairs([("database", where), *((check.name, check.what) for check in checks)])
    return Answer(document, list(told), DONE if sound else FOUND)


@command(
    group,
    "upgrade",
    "counterfoil database upgrade",
    "counterfoil --data /srv/counterfoil database upgrade --backup /srv/backup/before-upgrade.sqlite3",
    "counterfoil database upgrade --json",
)
def upgrade(
    door: Door,
    backup: Annotated[
        Path | None,
        typer.Option("--backup", metavar="FILE", help="Where the copy of before goes (default: beside the file)."),
    ] = None,
) -> Answer:
    """Bring a file that an older version made to the newest form.

    A backup is made and read back first. Stop other processes that use the file. A server's database is brought up to
    date by `database prepare`.
    """
    from counterfoil import cases

    done = cases.upgrade_database(door.data, now(), backup)
    if not done.applied:
        return Answer(done.as_dict(), [f"{done.id} is up to date."])
    lines = [f"{done.id} is up to date: {', '.join(done.applied)}.", f"What it was before is in {done.backup}."]
    return Answer(done.as_dict(), lines)


@command(
    group,
    "move",
    "counterfoil database move --database postgresql://owner@db.example/counterfoil --role application",
    "counterfoil database move --to-file --owner postgresql://owner@db.example/counterfoil",
    "counterfoil database move --cancel --json",
)
def move(
    door: Door,
    url: Annotated[
        str, typer.Option("--database", metavar="URL", help="To this empty database, as the role that owns it.")
    ] = "",
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="The server's role that the office works as from then on.")
    ] = "",
    to_file: Annotated[bool, typer.Option("--to-file", help="From the server back to a file.")] = False,
    owner: Annotated[
        str, typer.Option("--owner", metavar="URL", help="The server's database as the role that owns it.")
    ] = "",
    cancel: Annotated[bool, typer.Option("--cancel", help="Stay, after a move that was cut short.")] = False,
) -> Answer:
    """Move the office to a PostgreSQL server, or back to a file.

    Every table is copied and compared in one transaction. What was left takes no further entry, and is kept. A move
    that was cut short is finished by the same command.
    """
    from counterfoil import cases

    if (bool(url), to_file, cancel).count(True) != 1:
        raise InputError("Where to?", "Give --database URL, --to-file, or --cancel.")
    if cancel:
        place = cases.cancel_move(door.data, without_password(owner))
        return Answer({"id": place}, [f"The office goes on in {place}."])
    with progress(door, "Moving the database") as tick:
        if to_file:
            done = cases.move_to_file(door.data, without_password(owner), tick)
        else:
            done = cases.move_to_server(door.data, without_password(url), role, tick)
    lines = [
        f"The office's database is now {done.id}: {sum(done.rows.values()):,} rows, {done.size:,} ledger entries.",
        f"What it was, {done.previous}, takes no further entry.",
    ]
    return Answer(done.as_dict(), lines)
