"""Lift a hold that waits for a person: a named officer's recorded act, with the reason.

Only a hold on the shape of a batch can be lifted so. A court order and a safeguard are lifted where they
stand, not here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from counterfoil.cases.batch.examine import examination_of
from counterfoil.cases.batch.phase import Phase, find, phase_of, require, required_examination
from counterfoil.cases.office import Office, act
from counterfoil.cases.people import find_officer
from counterfoil.errors import InputError, NotAllowedError
from counterfoil.examination import Examination
from counterfoil.office import models
from counterfoil.office.database import reading

LIFTABLE = "BATCH_DRAGNET"
HOLDS = {"BATCH_DRAGNET", "HELD_COURT_ORDER", "SAFEGUARDS_NOT_MET"}


@dataclass(frozen=True)
class Lifted:
    """A lifted hold."""

    id: str
    state: str
    officer: str
    reason: str

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, "state": self.state, "officer": self.officer, "reason": self.reason}


def lift_hold(office: Office, batch_id: str, officer_id: str, reason: str, now: datetime) -> Lifted:
    """Record that `officer_id` has looked at the held batch and lets it go on, and why."""
    if not reason.strip():
        raise InputError("Lifting a hold needs a reason.", "Say with --reason what was reviewed and why it may go on.")
    with reading():
        batch = find(batch_id)
        officer = find_officer(office, officer_id)
        require(batch, Phase.HELD)
        held_by = _held_by(examination_of(batch))
    if held_by != {LIFTABLE}:
        raise NotAllowedError(
            f"Batch {batch.id} is held by {', '.join(sorted(held_by - {LIFTABLE}))}, which no officer can lift.",
            "Wait until the order or the safeguard allows it, then run `counterfoil batch examine` again.",
        )
    with act(office, now) as the_act:
        require(batch, Phase.HELD)
        entry = the_act.record(
            "hold_lifted",
            {"officer": officer.id, "reason": reason},
            batch=batch.id,
            by=office.pseudonym(officer.id),
        )
        models.HoldLift.objects.create(
            examination=required_examination(batch), officer=officer, reason=reason, entry=entry, at=now
        )
    return Lifted(batch.id, str(phase_of(batch)), officer.id, reason)


def _held_by(examination: Examination) -> set[str]:
    """The codes of what holds the batch, or its rows where the batch itself is free."""
    rows = (examination.codes(position) for position in range(len(examination.rows)))
    return ({code for codes in rows for code in codes} & HOLDS) | {f.code for f in examination.batch}


def as_lifted(batch: models.Batch) -> Examination:
    """The newest examination, less the finding that an officer has lifted."""
    examination = examination_of(batch)
    if not models.HoldLift.objects.filter(examination=required_examination(batch)).exists():
        return examination
    return replace(examination, batch=tuple(finding for finding in examination.batch if finding.code != LIFTABLE))
