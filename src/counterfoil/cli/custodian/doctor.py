"""`counterfoil doctor`: what is wrong with this installation, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command
from counterfoil.cli.progress import progress

if TYPE_CHECKING:
    from counterfoil.cases import Check


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
    checks = _checks(door)
    wrong = sum(1 for check in checks if not check.ok)
    lines: list[str] = []
    for check in checks:
        lines.append(f"{check.level.ljust(7)}  {check.name}: {check.what}")
        if check.level != "ok" and check.do:
            lines.append(f"         What to do: {check.do}")
    lines.append(_verdict(len(checks), wrong, sum(1 for check in checks if check.level == "warning")))
    document = {"ok": not wrong, "checks": [check.as_dict() for check in checks]}
    return Answer(document, lines, FOUND if wrong else DONE)


def _verdict(checks: int, wrong: int, warnings: int) -> str:
    if wrong:
        return f"{wrong} of {checks} checks found something wrong."
    return f"Nothing is wrong; {warnings} to see to before answers can go out." if warnings else "Nothing is wrong."


def _checks(door: Door) -> list[Check]:
    from counterfoil import cases
    from counterfoil.cases.health import nothing_here
    from counterfoil.errors import NotFoundError

    try:
        office = opened(door)
    except NotFoundError:
        return [nothing_here(door.data)]
    with progress(door, "Examining the office") as tick:
        return cases.doctor(office, now(), progress=tick)
