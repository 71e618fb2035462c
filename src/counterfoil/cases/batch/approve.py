"""Approve a batch: two different officers of the custodian, neither of them who submitted.

26 USC 6103(a) and the delegation of disclosure authority ask that a person with that authority decides;
two are asked for so that no single person can release an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from counterfoil.cases.batch.phase import Phase, find, phase_of, require, required_examination
from counterfoil.cases.context import context_of
from counterfoil.cases.gates import require_open, require_still_open
from counterfoil.cases.office import Office, act
from counterfoil.cases.people import find_officer
from counterfoil.errors import NotAllowedError
from counterfoil.office import models
from counterfoil.office.database import reading


@dataclass(frozen=True)
class Approved:
    """One approval."""

    id: str
    state: str
    officer: str
    approvals: int

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, "state": self.state, "officer": self.officer, "approvals": self.approvals}


def approve(office: Office, batch_id: str, officer_id: str, now: datetime) -> Approved:
    """Record the officer's approval of the batch as examined.

    Raises NotAllowedError where the officer submitted the batch or has approved it already, OutOfTurnError where
    the batch is not examined or is held.
    """
    with reading():
        batch = find(batch_id)
        officer = find_officer(office, officer_id)
        require(batch, Phase.EXAMINED, Phase.APPROVED_ONCE)
        examination = required_examination(batch)
        require_open(office, examination, context_of(office, batch, now))
    _not_own(batch, officer)
    with act(office, now) as the_act:
        context = context_of(office, batch, the_act.time)
        require_still_open(office, examination, batch, context, Phase.EXAMINED, Phase.APPROVED_ONCE)
        if examination.approvals.filter(officer=officer).exists():
            raise NotAllowedError(
                f"{officer.name} has approved this batch already.",
                "A second, different officer must approve it.",
            )
        entry = the_act.record("approval", {"officer": officer.id}, batch=batch.id, by=office.pseudonym(officer.id))
        models.Approval.objects.create(
            examination=examination,
            officer=officer,
            submitted_by=batch.official,
            slot=examination.approvals.count() + 1,
            entry=entry,
            at=now,
        )
    return Approved(batch.id, str(phase_of(batch)), officer.id, examination.approvals.count())


def _not_own(batch: models.Batch, officer: models.Officer) -> None:
    """Who submits cannot approve: neither under the same id nor under the same name."""
    official = models.Official.objects.filter(id=batch.official).first()
    same_name = official is not None and official.name.casefold().split() == officer.name.casefold().split()
    if officer.id == batch.official or same_name:
        raise NotAllowedError(
            f"{officer.name} submitted this batch and cannot approve it.",
            "Two other officers must approve it.",
        )
