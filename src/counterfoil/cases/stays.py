"""Court orders: entered, lifted, listed. One in force stops every answer that it forbids, at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil import agreement as agreements
from counterfoil.cases.document import read
from counterfoil.cases.office import Office, act
from counterfoil.cases.shown import Shown
from counterfoil.errors import InputError, NotFoundError
from counterfoil.office import convert, models
from counterfoil.office.database import reading


def enter_stay(office: Office, path: Path, now: datetime) -> Shown:
    """Enter the order in the YAML file `path`. The same id with other terms is refused: orders are superseded."""
    document = read(path)
    order = agreements.read_order(document)
    with act(office, now) as the_act:
        row = models.CourtOrder.objects.filter(id=order.id).first()
        if row is not None and row.document != document:
            raise InputError(
                f"An order {order.id} is entered already with other terms.",
                "Enter the new one under its own id, with `supersedes: " + order.id + "`.",
            )
        if row is None:
            models.CourtOrder.objects.create(id=order.id, document=document, at=now)
            the_act.record("stay", {"document": document}, order=order.id, **_public(order))
    return _find(order.id, now)


def lift_stay(office: Office, order_id: str, now: datetime) -> Shown:
    """Record that the order was lifted as of `now`."""
    with reading():
        if not models.CourtOrder.objects.filter(id=order_id).exists():
            raise NotFoundError(f"There is no order {order_id}.", "See `counterfoil stay list`.")
    with act(office, now) as the_act:
        row = models.CourtOrder.objects.get(id=order_id)
        if row.lifted_at is None:
            row.lifted_at = now
            row.save(update_fields=["lifted_at"])
            the_act.record("stay_lifted", {}, order=order_id)
    return _find(order_id, now)


def list_stays(office: Office, now: datetime) -> list[Shown]:  # noqa: ARG001
    """Every order ever entered, oldest first, and whether it is in force at `now`."""
    with reading():
        rows = list(models.CourtOrder.objects.order_by("at", "id"))
    orders = tuple(convert.order(row) for row in rows)
    in_force = {order.id for order in agreements.orders_in_force(orders, now)}
    return [_stay(row, row.id in in_force) for row in rows]


def _public(order: agreements.Order) -> dict[str, Any]:
    """What an auditor needs of an order to judge the answers given under it; a filed order is public."""
    fields = {
        "forbids": list(order.forbids),
        "parties": list(order.parties),
        "effective": order.effective.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "except": [str(statute) for statute in order.statutes],
        "supersedes": order.supersedes or "",
    }
    return {name: value for name, value in fields.items() if value}


def _find(order_id: str, now: datetime) -> Shown:
    with reading():
        orders = tuple(convert.order(row) for row in models.CourtOrder.objects.all())
        row = models.CourtOrder.objects.get(id=order_id)
    return _stay(row, any(order.id == order_id for order in agreements.orders_in_force(orders, now)))


def _stay(row: models.CourtOrder, in_force: bool) -> Shown:
    facts = dict(row.document)
    if row.lifted_at is not None:
        facts["lifted"] = row.lifted_at.isoformat()
    return Shown(row.id, {**facts, "in_force": in_force})
