"""`counterfoil init`: a new data directory."""

from __future__ import annotations

import typer

from counterfoil.cli.custodian.database import UrlOption, without_password
from counterfoil.cli.custodian.office import now
from counterfoil.cli.door import Answer, Door, command, note
from counterfoil.cli.text import pairs


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command(
        app,
        "init",
        "counterfoil init",
        "counterfoil --data /srv/counterfoil init",
        "counterfoil init --data trial --database postgresql://application@db.example/counterfoil --json",
    )(init)


def init(door: Door, url: UrlOption = "") -> Answer:
    """Make a new data directory, the built-in agreement in force.

    public/custodian.jwk and public/ledger.vkey in it are what requesters and auditors need. Cases and ledger go into
    a file of the directory, or with --database into a PostgreSQL database.
    """
    from counterfoil import cases

    made = cases.init(door.data, now(), database_url=without_password(url))
    document = {
        **made.as_dict(),
        "data": str(door.data),
        "ledger_vkey": str(door.data / "public" / "ledger.vkey"),
    }
    lines = [
        f"A new office in {door.data}",
        *(
            "  " + line
            for line in pairs(
                [
                    ("agreement in force", made.agreement),
                    ("for requesters", door.data / "public" / "custodian.jwk"),
                    ("for auditors", door.data / "public" / "ledger.vkey"),
                ]
            )
        ),
    ]
    note(door, "Next: counterfoil officer add, counterfoil official enroll, counterfoil registry load.")
    return Answer(document, lines)
