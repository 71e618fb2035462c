"""`counterfoil officer`: the custodian's own officers, who approve and release."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.text import table

group = noun("officer", "Add the custodian's own officers, and list them.")


@command(
    group,
    "add",
    "counterfoil officer add alba --name 'Alba Example'",
    "counterfoil officer add boris --name 'Boris Example' --json",
    "counterfoil --data /srv/counterfoil officer add cara --name 'Cara Example'",
)
def add(
    door: Door,
    id: Annotated[str, typer.Argument(metavar="ID", help="A short name for the officer, unique here.")],
    name: Annotated[str, typer.Option("--name", metavar="N", help="The person's name.")],
) -> Answer:
    """Add an officer of the custodian.

    Two different ones approve each release."""
    from counterfoil import cases

    officer = cases.add_officer(opened(door), id, name, now())
    return Answer(officer.as_dict(), [f"Officer {id} added."])


@command(
    group,
    "list",
    "counterfoil officer list",
    "counterfoil officer list --json",
    "counterfoil --data /srv/counterfoil officer list",
)
def list_(door: Door) -> Answer:
    """List the custodian's officers."""
    from counterfoil import cases

    officers = [officer.as_dict() for officer in cases.list_officers(opened(door))]
    lines = table(("id", "name"), [(o["id"], o["name"]) for o in officers])
    return Answer({"officers": officers}, lines or ["No officer has been added."])
