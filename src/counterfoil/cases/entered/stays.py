"""Court orders: entered, lifted, listed. One in force stops every answer that it forbids, at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from counterfoil import agreement as agreements
from counterfoil.cases.document import read
from counterfoil.cases.entered.standing import ORDER, Standing, public_terms
from counterfoil.cases.office import Office, act
from counterfoil.cases.shown import Shown
from counterfoil.errors import InputError, NotFoundError
from counterfoil.office import models
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
            awaited = (
                {} if order.runs(the_act.time) else {"in_force": False}
            )  # of its day the public part tells no hour
            entry = the_act.record("stay", {"document": document}, order=order.id, **public_terms(order), **awaited)
            models.CourtOrder.objects.create(id=order.id, document=document, entry=entry, at=now)
    return _find(office, order.id, now)


def lift_stay(office: Office, order_id: str, now: datetime) -> Shown:
    """Record that the order was lifted as of `now`."""
    with reading():
        if not models.CourtOrder.objects.filter(id=order_id).exists():
            raise NotFoundError(f"There is no order {order_id}.", "See `counterfoil stay list`.")
    with act(office, now) as the_act:
        if Standing(office).ended(ORDER, order_id) is None:
            entry = the_act.record("stay_lifted", {}, order=order_id)
            models.Ending.objects.create(entry=entry, kind=ORDER, of=order_id, at=now)
    return _find(office, order_id, now)


def list_stays(office: Office, now: datetime) -> list[Shown]:
    """Every order ever entered, oldest first, and whether it is in force at `now`."""
    with reading():
        orders = Standing(office).documented_orders()
    in_force = {order.id for order in agreements.orders_in_force([order for order, _ in orders], now)}
    return [Shown(order.id, {**document, "in_force": order.id in in_force}) for order, document in orders]


def _find(office: Office, order_id: str, now: datetime) -> Shown:
    return next(shown for shown in list_stays(office, now) if shown.id == order_id)
