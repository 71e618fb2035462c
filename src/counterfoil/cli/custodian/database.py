"""`counterfoil database`: a PostgreSQL server instead of the file in the data directory."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.text import pairs
from counterfoil.errors import InputError

group = noun("database", "Prepare a PostgreSQL database; show which one is used.")

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
