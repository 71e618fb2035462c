"""`counterfoil safeguard`: the recipient's safeguard status, a condition of every answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import DONE, FOUND, Answer, Door, command, noun
from counterfoil.cli.text import pairs

group = noun("safeguard", "Record the recipient's safeguard status, and show it.")


@command(
    group,
    "record",
    "counterfoil safeguard record safeguards.yaml",
    "counterfoil safeguard record safeguards.yaml --json",
    "counterfoil --data /srv/counterfoil safeguard record safeguards-2026.yaml",
)
def record(door: Door, file: Annotated[Path, typer.Argument(metavar="FILE", help="The status, as YAML.")]) -> Answer:
    """Record the recipient's safeguard status from a YAML file.

    Nothing recorded means not met, and then every batch is held (26 USC 6103(p)(4)).
    """
    from counterfoil import cases

    return _status(cases.record_safeguards(opened(door), file, now()).as_dict(), "Recorded.", DONE)


@command(
    group,
    "show",
    "counterfoil safeguard show",
    "counterfoil safeguard show --json",
    "counterfoil --data /srv/counterfoil safeguard show",
)
def show(door: Door) -> Answer:
    """Show the safeguard status, and what is not met today.

    Exit code 1 when something is not met."""
    from counterfoil import cases

    return _status(cases.show_safeguards(opened(door), now()).as_dict(), "", FOUND)


def _status(document: dict[str, object], first: str, when_unmet: int) -> Answer:
    unmet = list(document.get("unmet") or ())  # type: ignore[call-overload]
    lines = [first] if first else []
    lines += pairs(
        [(name, value) for name, value in document.items() if isinstance(value, str | int) and name != "met"]
    )
    lines += [f"  not met: {reason}" for reason in unmet]
    lines.append("The safeguards are NOT met: batches are held." if unmet else "The safeguards are met.")
    return Answer(document, lines, when_unmet if unmet else DONE)
