"""What an examination is made in the light of: the law, the agreement, who signed, orders, safeguards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from counterfoil import agreement as agreements
from counterfoil import law
from counterfoil.cases.agreements import agreement_in_use
from counterfoil.cases.entered.standing import Standing
from counterfoil.cases.keys.distrust import signature_of
from counterfoil.cases.office import Office
from counterfoil.errors import InputError, NotFoundError
from counterfoil.examination import Context, Delivery
from counterfoil.office import models
from counterfoil.office.history import AskHistory
from counterfoil.request import Manifest, unverified_manifest


def context_of(office: Office, batch: models.Batch, now: datetime) -> Context:
    """The context of a stored batch as of `now`: always read anew, so that an order entered a moment ago counts."""
    manifest = manifest_of(batch.manifest)
    delivery = Delivery(
        channel=batch.channel,
        signature=signature_of(batch),  # type: ignore[arg-type]
        count=batch.count,
        sha256=batch.payload_sha256,
        duplicate_of=duplicate_of(batch.id, batch.payload_sha256, batch.requester_batch),
        received_at=batch.at,
    )
    return context_for(office, batch.id, manifest, delivery, now)


def context_for(
    office: Office, batch_key: str, manifest: Manifest | None, delivery: Delivery, now: datetime
) -> Context:
    """The context of a batch by its parts; `receive` uses it before there is a stored batch."""
    standing = Standing(office)
    return Context(
        law=law.load(),
        agreement=agreement_or_none_in_force(manifest.agreement if manifest else agreements.DEFAULT),
        on=now,
        manifest=manifest,
        delivery=delivery,
        official=standing.official(manifest.official) if manifest else None,
        safeguards=_read(standing.safeguards()),
        orders=tuple(standing.orders()),
        overrides=standing.acts(),
        history=AskHistory(now),
        batch_key=batch_key,
        token=office.token,
    )


def agreement_or_none_in_force(agreement_id: str) -> agreements.Agreement:
    """The agreement of that id; for an unknown one the default's terms under that id, never in force."""
    try:
        return agreement_in_use(agreement_id)
    except NotFoundError:
        default = agreement_in_use(agreements.DEFAULT)
        return replace(default, id=agreement_id, signed=None, effective=None)


def public_agreement(agreement_id: str) -> dict[str, str]:
    """The agreement as the ledger's public part names it; a stranger's text that names none stays out of it."""
    try:
        return {"agreement": agreement_in_use(agreement_id).id}
    except NotFoundError:
        return {}


@lru_cache(maxsize=4)
def manifest_of(jws: str) -> Manifest | None:
    """The manifest that a signed text holds, None where it holds none that can be read.

    Remembered, since an act asks for it several times and a roster may have a thousand keys to check.
    """
    if not jws:
        return None
    try:
        return unverified_manifest(jws)
    except InputError:
        return None


def duplicate_of(batch_key: str, payload_sha256: str, requester_batch: str, before: int | None = None) -> str | None:
    """The id of an earlier live batch with the same payload, or the same requester's batch id.

    A batch that was returned (`before` that ledger entry, where one is given), refused at the door or signed by
    someone else does not stand in the way of a corrected one.
    """
    if not payload_sha256:
        return None
    mine = models.Batch.objects.filter(id=batch_key).first()
    returned = models.Release.objects.filter(kind="returned")
    if before is not None:
        returned = returned.filter(entry__lt=before)
    live = (
        models.Batch.objects.filter(signature="valid", at_door=[])
        .exclude(id=batch_key)
        .exclude(id__in=returned.values("batch_id"))
    )
    if mine is not None:
        live = live.filter(receipt__lt=mine.receipt)
    same = live.filter(payload_sha256=payload_sha256)
    if requester_batch:
        same = same | live.filter(requester_batch=requester_batch)
    first = same.order_by("receipt").first()
    return first.id if first else None


def safeguards_in_use(office: Office) -> agreements.SafeguardStatus | None:
    """The newest recorded safeguard status, None where none was recorded."""
    return _read(Standing(office).safeguards())


def _read(status: models.Safeguards | None) -> agreements.SafeguardStatus | None:
    return agreements.read_safeguards(status.document) if status else None


def orders_entered(office: Office) -> tuple[agreements.Order, ...]:
    """Every court order ever entered, each with the instant of its lifting if it was lifted."""
    return tuple(Standing(office).orders())


def gates_of(context: Context) -> dict[str, Any]:
    """What stands open or closed, in a form that two moments can be compared by."""
    unmet: tuple[str, ...] = agreements.safeguards_unmet(context.safeguards, context.agreement, context.on.date())
    return {
        "agreement": context.agreement.id,
        "in_force": context.agreement.in_force(context.on.date()),
        "orders": sorted(order.id for order in agreements.orders_in_force(context.orders, context.on)),
        "safeguards": list(unmet),
        "signature": context.delivery.signature if context.delivery else "",
        "overrides": sorted({act.key for act in context.overrides if context.lifted(act.key)}),
    }
