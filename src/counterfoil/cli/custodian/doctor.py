"""`counterfoil doctor`: what is wrong with this installation, and what to do."""

from __future__ import annotations

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    command(
        app,
        "doctor",
        "counterfoil doctor",
        "counterfoil --data /srv/counterfoil doctor",
        "counterfoil doctor --json",
    )(doctor)


def doctor(door: Door) -> Answer:
    """Check this installation; say of each fault what to do.

    Clock, keys, database, ledger, registry, agreement. Exit code 1 when something is wrong.
    """
    from counterfoil import cases

    checks = cases.doctor(opened(door), now())
    wrong = [check for check in checks if not check.ok]
    lines: list[str] = []
    for check in checks:
        lines.append(f"{'ok   ' if check.ok else 'WRONG'}  {check.name}: {check.what}")
        if not check.ok and check.do:
            lines.append(f"       What to do: {check.do}")
    lines.append("Nothing is wrong." if not wrong else f"{len(wrong)} of {len(checks)} checks found something wrong.")
    document = {"ok": not wrong, "checks": [check.as_dict() for check in checks]}
    return Answer(document, lines, FOUND if wrong else DONE)
