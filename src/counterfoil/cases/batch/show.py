"""What batches there are, and what happened to one: for the custodian's officers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from counterfoil import law
from counterfoil.cases.batch.examine import REPEATABLE
from counterfoil.cases.batch.lift_hold import as_lifted
from counterfoil.cases.batch.outcomes import counts
from counterfoil.cases.batch.phase import NEXT, Phase, find, newest_examination, phase_of
from counterfoil.cases.batch.receive import door_findings
from counterfoil.cases.context import context_of, gates_of
from counterfoil.cases.entered.standing import require_decided
from counterfoil.cases.office import Office
from counterfoil.cases.shown import Shown
from counterfoil.office import models
from counterfoil.office.database import reading

EXAMINE_AGAIN = "`counterfoil batch examine` again: an order, the safeguards or the agreement changed since"


class BatchShown(Shown):
    """A batch for a person."""

    @property
    def state(self) -> str:
        """Where it stands: see phase.py."""
        return str(self.facts["state"])


def list_batches(office: Office) -> list[BatchShown]:  # noqa: ARG001
    """Every batch, oldest first."""
    with reading():
        return [BatchShown(row.id, _line(row, phase_of(row))) for row in models.Batch.objects.order_by("receipt")]


def show_batch(office: Office, batch_id: str, now: datetime) -> BatchShown:
    """One batch: its history, its counts and what comes next. Which rows were confirmed is in the answer alone."""
    with reading():
        row = find(batch_id)
        phase = phase_of(row)
        changed = phase in REPEATABLE and _gates_changed(office, row, now)
        after = EXAMINE_AGAIN if changed else _waits(row, phase)
        return BatchShown(row.id, {**_line(row, phase), "next": after or NEXT[phase], **_history(office, row)})


def _waits(row: models.Batch, phase: Phase) -> str:
    """What to do where the answer is recorded and never left: the witnesses, or the file, were not to be had."""
    step = {Phase.RELEASED: "release", Phase.RETURNED: "return"}.get(phase)
    if step is None or models.HandedOut.objects.filter(release__batch=row).exists():
        return ""
    return f"`counterfoil batch {step}` again: it is recorded, and waits for the witnesses to cosign"


def _gates_changed(office: Office, row: models.Batch, now: datetime) -> bool:
    """Whether what stood open or closed at the examination stands otherwise now."""
    newest = newest_examination(row)
    return newest is not None and newest.gates != gates_of(context_of(office, row, now))


def _line(row: models.Batch, phase: Phase) -> dict[str, Any]:
    return {
        "state": str(phase),
        "requester_batch": row.requester_batch,
        "agreement": row.agreement,
        "official": row.official,
        "count": row.count,
        "received": row.at.isoformat(timespec="seconds"),
        "codes": list(row.at_door),
    }


def _history(office: Office, row: models.Batch) -> dict[str, Any]:
    the_law = law.load()
    examination = newest_examination(row)
    if examination is None:
        return {"batch": [finding.explain(the_law) for finding in door_findings(row)], "approvals": []}
    require_decided(office, examination)
    effective = as_lifted(row)
    counted = counts(effective)
    lift = models.HoldLift.objects.filter(examination=examination).first()
    verification = models.Verification.objects.filter(examination=examination).first()
    release = models.Release.objects.filter(batch=row).first()
    return {
        "batch": [finding.explain(the_law) for finding in effective.batch],
        "examined": examination.at.isoformat(timespec="seconds"),
        "rule_set": examination.rule_set,
        "passed": counted["PASSED"],
        "refused": counted["REFUSED"],
        "held": counted["HELD"],
        "hold_lifted_by": lift.officer_id if lift else None,
        "approvals": list(examination.approvals.order_by("slot").values_list("officer_id", flat=True)),
        "looked_up": verification.looked_up if verification else 0,
        "released": release.at.isoformat(timespec="seconds") if release else None,
        "outcomes": release.counts if release else None,
    }
