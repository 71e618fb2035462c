"""The recipient's safeguard status, as recorded: a gate of every answer (26 USC 6103(p)(4))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterfoil import agreement as agreements
from counterfoil.cases.agreements import agreement_in_use
from counterfoil.cases.document import read
from counterfoil.cases.entered.standing import Standing
from counterfoil.cases.office import Office, act
from counterfoil.office import models
from counterfoil.office.database import reading


@dataclass(frozen=True)
class Safeguards:
    """The status in use and what of it is not met."""

    id: str
    status: dict[str, Any] | None
    unmet: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, "met": not self.unmet, "unmet": list(self.unmet), "status": self.status}


def record_safeguards(office: Office, path: Path, now: datetime) -> Safeguards:
    """Record the status in the YAML file `path`. Raises LawError with every fault of the file."""
    document = read(path)
    agreements.read_safeguards(document)
    with act(office, now) as the_act:
        entry = the_act.record("safeguards", {"status": document})
        models.Safeguards.objects.create(document=document, entry=entry, at=now)
    return show_safeguards(office, now)


def show_safeguards(office: Office, now: datetime) -> Safeguards:
    """The newest recorded status, judged as of `now`."""
    with reading():
        newest = Standing(office).safeguards()
        status = agreements.read_safeguards(newest.document) if newest else None
        unmet = agreements.safeguards_unmet(status, agreement_in_use(agreements.DEFAULT), now.date())
    return Safeguards(f"safeguards-{newest.pk}" if newest else "", newest.document if newest else None, unmet)
