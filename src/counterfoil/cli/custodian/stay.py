"""`counterfoil stay`: court orders, which act at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.custodian.office import now, opened
from counterfoil.cli.door import Answer, Door, command, noun
from counterfoil.cli.text import table

group = noun("stay", "Enter court orders, lift them, and list them.")


@command(
    group,
    "enter",
    "counterfoil stay enter order.yaml",
    "counterfoil stay enter order.yaml --json",
    "counterfoil --data /srv/counterfoil stay enter orders/25-cv-00457.yaml",
)
def enter(door: Door, file: Annotated[Path, typer.Argument(metavar="FILE", help="The order, as YAML.")]) -> Answer:
    """Enter a court order; what it forbids is held.

    From its effective time on."""
    from counterfoil import cases

    order = cases.enter_stay(opened(door), file, now()).as_dict()
    return Answer(order, [f"Order {order['id']} entered; it takes effect at {order['effective']}."])


@command(
    group,
    "lift",
    "counterfoil stay lift order-1",
    "counterfoil stay lift order-1 --json",
    "counterfoil --data /srv/counterfoil stay lift order-1",
)
def lift(door: Door, id: Annotated[str, typer.Argument(metavar="ID", help="The order's id.")]) -> Answer:
    """Record that a court order no longer holds.

    The order itself stays on record."""
    from counterfoil import cases

    order = cases.lift_stay(opened(door), id, now()).as_dict()
    return Answer(order, [f"Order {id} lifted."])


@command(
    group,
    "list",
    "counterfoil stay list",
    "counterfoil stay list --json",
    "counterfoil --data /srv/counterfoil stay list",
)
def list_(door: Door) -> Answer:
    """List the court orders on record, in force or not."""
    from counterfoil import cases

    orders: list[dict[str, Any]] = [order.as_dict() for order in cases.list_stays(opened(door), now())]
    rows = [
        (
            o["id"],
            o["court"],
            o["docket"],
            ", ".join(o["forbids"]),
            o["effective"],
            o.get("lifted") or "",
            "yes" if o["in_force"] else "no",
        )
        for o in orders
    ]
    lines = table(("id", "court", "docket", "forbids", "effective", "lifted", "in force"), rows)
    return Answer({"orders": orders}, lines or ["No court order is on record."])
