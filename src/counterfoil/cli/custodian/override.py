"""`counterfoil override`: counsel lifts a check for a time, on an authority that the record cites."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.text import table

SHOWN = ("id", "key", "authority", "entered_by", "starts", "ends")

group = noun("override", "Enter counsel's overrides, end them, and list them.")


@command(
    group,
    "enter",
    "counterfoil override enter override.yaml",
    "counterfoil override enter override.yaml --json",
    "counterfoil --data /srv/counterfoil override enter delegate-2026.yaml",
)
def enter(door: Door, file: Annotated[Path, typer.Argument(metavar="FILE", help="The override, as YAML.")]) -> Answer:
    """Enter an override: what is lifted, by whom, until when.

    YAML with id, key (delegate_signature, ground_class or complete_custody_to_review), authority (the
    provision relied on), entered_by, starts and ends. It is in the ledger, and every examination of its time
    says that the check was lifted.
    """
    from counterfoil import cases

    override = cases.enter_override(opened(door), file, now()).as_dict()
    return Answer(override, [f"Override {override['id']} entered: {override['key']}, until {override['ends']}."])


@command(
    group,
    "end",
    "counterfoil override end delegate-2026",
    "counterfoil override end delegate-2026 --json",
    "counterfoil --data /srv/counterfoil override end delegate-2026",
)
def end(door: Door, id: Annotated[str, typer.Argument(metavar="ID", help="The override's id.")]) -> Answer:
    """End an override before its time. It stays on record."""
    from counterfoil import cases

    return Answer(cases.end_override(opened(door), id, now()).as_dict(), [f"Override {id} ended."])


@command(
    group,
    "list",
    "counterfoil override list",
    "counterfoil override list --json",
    "counterfoil --data /srv/counterfoil override list",
)
def list_(door: Door) -> Answer:
    """List the overrides on record, in force or not."""
    from counterfoil import cases

    overrides = [override.as_dict() for override in cases.list_overrides(opened(door), now())]
    rows = [[*(o[name] for name in SHOWN), "yes" if o["in_force"] else "no"] for o in overrides]
    lines = table(("id", "lifts", "authority", "entered by", "from", "to", "in force"), rows)
    return Answer({"overrides": overrides}, lines or ["No override is on record."])
