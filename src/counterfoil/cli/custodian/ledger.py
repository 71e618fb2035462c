"""`counterfoil ledger`: the record of every request and every outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.progress import progress
from counterfoil.cli.text import pairs

group = noun("ledger", "Verify the ledger, sign it, export it, and prove entries.")


@command(
    group,
    "verify",
    "counterfoil ledger verify",
    "counterfoil ledger verify --json",
    "counterfoil --data /srv/counterfoil ledger verify",
)
def verify(door: Door) -> Answer:
    """Verify the whole ledger against its own signed checkpoints.

    Exit code 1 when anything is wrong, each fault in words.
    """
    from counterfoil import cases

    with progress(door, "Verifying the ledger") as tick:
        report = cases.ledger_verify(opened(door), progress=tick)
    document = report.as_dict()
    lines = [
        *pairs([("entries", f"{document['size']:,}"), ("root", document["root"])]),
        *(f"  wrong: {problem}" for problem in report.facts["problems"]),
        "The ledger verifies." if report.ok else "The ledger does NOT verify.",
    ]
    return Answer(document, lines, DONE if report.ok else FOUND)


@command(
    group,
    "checkpoint",
    "counterfoil ledger checkpoint",
    "counterfoil ledger checkpoint > checkpoint-today",
    "counterfoil ledger checkpoint --json",
)
def checkpoint(door: Door) -> Answer:
    """Print the newest signed checkpoint, for others to keep."""
    from counterfoil import cases

    signed = cases.ledger_checkpoint(opened(door), now())
    return Answer(signed.as_dict(), raw=signed.facts["checkpoint"])


@command(
    group,
    "export",
    "counterfoil ledger export ledger-export",
    "counterfoil ledger export /srv/public/ledger --json",
    "counterfoil --data /srv/counterfoil ledger export ledger-export",
)
def export(door: Door, folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the tree goes.")]) -> Answer:
    """Write the ledger as files that anyone can audit.

    A C2SP tlog-tiles tree; it holds no personal data."""
    from counterfoil import cases

    with progress(door, "Exporting the ledger") as tick:
        written = cases.ledger_export(opened(door), folder, progress=tick)
    document = written.as_dict()
    vkey = door.data / "public" / "ledger.vkey"
    return Answer(
        document,
        [
            f"The ledger ({document['size']:,} entries) is in {folder}",
            f"Audit it with: counterfoil audit {folder} --vkey {vkey}",
        ],
    )


@command(
    group,
    "prove",
    "counterfoil ledger prove 12",
    "counterfoil ledger prove 12 -o proof-12.json",
    "counterfoil --data /srv/counterfoil ledger prove 0 --json",
)
def prove(
    door: Door,
    index: Annotated[int, typer.Argument(metavar="INDEX", min=0, help="The entry's number, from 0.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where the proof goes, as JSON.")
    ] = None,
) -> Answer:
    """Prove that an entry is in the ledger (RFC 9162)."""
    import json

    from counterfoil import cases
    from counterfoil.cli.inputs import write_text

    document = cases.ledger_prove(opened(door), index).as_dict()
    text = json.dumps(document, indent=2) + "\n"
    if output is None:
        return Answer(document, raw=text)
    write_text(output, text)
    return Answer({**document, "output": str(output)}, [f"The proof of entry {index} is in {output}"])
