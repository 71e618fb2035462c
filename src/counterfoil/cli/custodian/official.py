"""`counterfoil official`: requesting officials, each with the office held and the days in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.inputs import day
from counterfoil.cli.text import table

group = noun("official", "Enroll the officials who may request, and list them.")


@command(
    group,
    "enroll",
    "counterfoil official enroll director-1 --agreement treasury-dhs-2025-04-07 --name 'Ada Example' "
    "--office 'Acting Director, ICE' --from 2025-03-10 --key director.jwk.pub",
    "counterfoil official enroll secretary-1 --agreement treasury-dhs-2025-04-07 --name 'Ben Example' "
    "--office 'Secretary of Homeland Security' --from 2025-01-25 --to 2027-01-20 --key secretary.jwk.pub",
    "counterfoil --json official enroll ig-1 --agreement treasury-dhs-2025-04-07 --name 'Cy Example' "
    "--office 'Inspector General' --from 2025-05-01 --key ig.jwk.pub",
)
def enroll(
    door: Door,
    id: Annotated[str, typer.Argument(metavar="ID", help="A short name for the official, unique here.")],
    agreement: Annotated[
        str,
        typer.Option("--agreement", metavar="ID", help="The agreement under which the official requests."),
    ],
    name: Annotated[str, typer.Option("--name", metavar="N", help="The person's name.")],
    office: Annotated[str, typer.Option("--office", metavar="O", help="The office held, in its own words.")],
    starts: Annotated[str, typer.Option("--from", metavar="DATE", help="First day in office, YYYY-MM-DD.")],
    key: Annotated[
        Path, typer.Option("--key", metavar="PUB", help="The official's public key (FILE.pub of `key new`).")
    ],
    ends: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="Last day in office, YYYY-MM-DD; leave out while in office."),
    ] = None,
) -> Answer:
    """Enroll a requesting official: office, days in it, public key.

    Whether that office may request is examined with each batch, on the day of its signature.
    """
    from counterfoil import cases

    first, last = day(starts, "--from"), day(ends, "--to") if ends is not None else None
    official = cases.enroll_official(opened(door), id, agreement, name, office, first, last, key, now())
    return Answer(official.as_dict(), [f"Official {id} enrolled."])


@command(
    group,
    "list",
    "counterfoil official list",
    "counterfoil official list --json",
    "counterfoil --data /srv/counterfoil official list",
)
def list_(door: Door) -> Answer:
    """List the enrolled officials with their offices and days."""
    from counterfoil import cases

    officials = [official.as_dict() for official in cases.list_officials(opened(door))]
    rows = [(o["id"], o["name"], o["office"], o["from"], o["to"] or "", o["agreement"]) for o in officials]
    lines = table(("id", "name", "office", "from", "to", "agreement"), rows)
    return Answer({"officials": officials}, lines or ["No official is enrolled."])
