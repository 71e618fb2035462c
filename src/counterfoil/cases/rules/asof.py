"""What an examination was made in the light of, as it stood then: read back from what is kept.

Documents are kept as entered, with the time; acts carry the number of their ledger entry. So the state of any
moment can be told again. What cannot is said in `gaps`, in words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from counterfoil import agreement as agreements
from counterfoil.cases.context import duplicate_of, manifest_of
from counterfoil.cases.office import Office
from counterfoil.office import convert, models
from counterfoil.office.history import PastHistory
from counterfoil.request import Manifest

Line = dict[str, Any]


def question(office: Office, batch: models.Batch, examination: models.Examination, gaps: list[str]) -> Line:
    """The examination as a question to a kept rule set (the form is that of `replay.py`)."""
    at, manifest = examination.at, manifest_of(batch.manifest)
    wanted = manifest.agreement if manifest else agreements.DEFAULT
    return {
        "form": 1,
        "task": "examine",
        "on": at.isoformat(),
        "batch": batch.id,
        "manifest": batch.manifest if manifest else "",
        "agreement": wanted,
        "adopted": _adopted({wanted, agreements.DEFAULT}, at),
        "delivery": {
            "channel": batch.channel,
            "signature": batch.signature,
            "count": batch.count,
            "sha256": batch.payload_sha256,
            "duplicate_of": duplicate_of(batch.id, batch.payload_sha256, batch.requester_batch, examination.entry),
            "received_at": batch.at.isoformat(),
        },
        "official": _official(office, manifest, examination, gaps),
        "safeguards": _safeguards(at),
        "orders": list(_orders(at)),
        "overrides": list(_overrides(at)),
        "token_key": office.subkey("token").hex(),
    }


def history(examination: models.Examination) -> PastHistory:
    """What had been asked before that examination."""
    return PastHistory(examination.at, examination.entry)


def _adopted(ids: set[str], at: datetime) -> dict[str, Any]:
    rows = models.Adoption.objects.filter(agreement__in=ids, at__lte=at).order_by("id")
    return {row.agreement: json.loads(row.text) for row in rows}  # the newest of an id stands last


def _safeguards(at: datetime) -> Mapping[str, Any] | None:
    newest = models.Safeguards.objects.filter(at__lte=at).order_by("-id").first()
    return newest.document if newest else None


def _orders(at: datetime) -> Iterator[Line]:
    """Orders entered by then; a lifting that came later had not happened."""
    for row in models.CourtOrder.objects.filter(at__lte=at).order_by("at", "id"):
        lifted = {"lifted": row.lifted_at.isoformat()} if row.lifted_at and row.lifted_at <= at else {}
        yield {**row.document, **lifted}


def _overrides(at: datetime) -> Iterator[Line]:
    for row in models.Override.objects.filter(at__lte=at).order_by("at", "id"):
        act = convert.override(row)
        yield {**asdict(act), "starts": act.starts.isoformat(), "ends": act.ends.isoformat()}


def _official(
    office: Office, manifest: Manifest | None, examination: models.Examination, gaps: list[str]
) -> Line | None:
    """The signing official as enrolled then; only the last day in office can have changed since."""
    row = models.Official.objects.filter(id=manifest.official).first() if manifest else None
    if row is None:
        return None
    facts = {**asdict(convert.official(row)), "starts": row.starts.isoformat()}
    if row.at <= examination.at:
        return {**facts, "ends": row.ends.isoformat() if row.ends else None}
    enrolled = _enrolled_then(office, row, examination)
    if enrolled is None:
        return None
    if "ends" not in enrolled:
        gaps.append(f"The days in office of {row.id} as of then are no longer on record; today's were used.")
    return {**facts, "ends": enrolled.get("ends", row.ends.isoformat() if row.ends else None) or None}


def _enrolled_then(office: Office, row: models.Official, examination: models.Examination) -> Line | None:
    """What the ledger says of the official up to that examination, {} where it was destroyed, None: not enrolled."""
    ledger, pseudonym = office.ledger(), office.pseudonym(row.id)
    told: Line | None = None
    for index, leaf in ledger.read_public(0, examination.entry):
        if leaf.public["type"] == "official" and leaf.public.get("official") == pseudonym:
            told = dict(ledger.read(index).disclosed)
    return told
