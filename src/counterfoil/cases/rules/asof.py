"""What an examination was made in the light of, as it stood then: read back from what is kept.

Documents are kept as entered, and they and acts carry the number of their ledger entry. So the state before any
entry can be told again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from counterfoil import agreement as agreements
from counterfoil.cases.context import duplicate_of, manifest_of
from counterfoil.cases.entered.standing import Standing
from counterfoil.cases.office import Office
from counterfoil.office import models
from counterfoil.office.history import PastHistory
from counterfoil.request import Manifest

Line = dict[str, Any]


def question(office: Office, batch: models.Batch, examination: models.Examination) -> Line:
    """The examination as a question to a kept rule set (the form is that of `replay.py`)."""
    at, manifest = examination.at, manifest_of(batch.manifest)
    standing = Standing(office, before=examination.entry)
    status = standing.safeguards()
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
        "official": _official(standing, manifest),
        "safeguards": status.document if status else None,
        "orders": [document for order, document in standing.documented_orders() if order.ever_runs()],
        "overrides": list(_overrides(standing)),
        "token_key": office.subkey("token").hex(),
    }


def history(examination: models.Examination) -> PastHistory:
    """What had been asked before that examination."""
    return PastHistory(examination.at, examination.entry)


def _adopted(ids: set[str], at: datetime) -> dict[str, Any]:
    rows = models.Adoption.objects.filter(agreement__in=ids, at__lte=at).order_by("id")
    return {row.agreement: json.loads(row.text) for row in rows}  # the newest of an id stands last


def _overrides(standing: Standing) -> Iterator[Line]:
    for act in standing.acts():
        yield {**asdict(act), "starts": act.starts.isoformat(), "ends": act.ends.isoformat()}


def _official(standing: Standing, manifest: Manifest | None) -> Line | None:
    """The signing official as enrolled then, with the last day in office as it was known then."""
    official = standing.official(manifest.official) if manifest else None
    if official is None:
        return None
    ends = official.ends.isoformat() if official.ends else None
    return {**asdict(official), "starts": official.starts.isoformat(), "ends": ends}
