"""`counterfoil audit`: check an exported ledger, with no database and no trust in the custodian."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.door import DONE, FOUND, Answer, Door, command
from counterfoil.cli.text import pairs, table


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command(
        app,
        "audit",
        "counterfoil audit ledger-export --vkey ledger.vkey",
        "counterfoil audit ledger-export --vkey 'custodian.example+1a2b3c4d+AbCd…'",
        "counterfoil audit ledger-export --vkey ledger.vkey --since checkpoint-of-last-month",
    )(audit)


def audit(
    _door: Door,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The exported ledger (a C2SP tlog-tiles tree).")],
    vkey: Annotated[
        str, typer.Option("--vkey", metavar="KEY", help="The ledger's public key, or a file that holds it.")
    ],
    since: Annotated[
        list[Path] | None,
        typer.Option(
            "--since",
            metavar="CHECKPOINT",
            help="A checkpoint kept from an earlier audit: the ledger must still contain it.",
        ),
    ] = None,
) -> Answer:
    """Check an exported ledger: entries, tiles, signatures.

    Exit code 1 when anything is wrong, each fault in words.
    """
    from counterfoil.cli.inputs import read_text, text_or_file
    from counterfoil.ledger import audit as audit_export

    earlier = [read_text(path, "checkpoint") for path in since or ()]
    report = audit_export(folder, text_or_file(vkey, "ledger's public key"), since=earlier)
    lines = [
        *pairs([("ledger", report.origin), ("entries", f"{report.size:,}"), ("root", report.root)]),
        *table(("", ""), [(kind, f"{count:,}") for kind, count in report.types.items()], right=(1,)),
        *(f"  wrong: {problem}" for problem in report.problems),
        "The ledger is whole." if report.ok else "The ledger is NOT whole.",
    ]
    return Answer(report.as_dict(), lines, DONE if report.ok else FOUND)
