"""Whose turn it is: the phase of a batch, computed from what happened to it and never stored.

received ─ examined ─ approved once ─ approved ─ verified ─ released
   │          │
refused      held (waits for a person, an order or a safeguard)  ─ returned
"""

from __future__ import annotations

from enum import StrEnum

from counterfoil.errors import NotFoundError, OutOfTurnError
from counterfoil.office import models


class Phase(StrEnum):
    """Where a batch stands."""

    REFUSED = "refused"  # at the door: nothing of it can be examined; it can be returned
    RECEIVED = "received"
    HELD = "held"
    EXAMINED = "examined"
    APPROVED_ONCE = "approved once"
    APPROVED = "approved"
    VERIFIED = "verified"
    RELEASED = "released"
    RETURNED = "returned"


NEXT = {
    Phase.REFUSED: "`counterfoil batch return`",
    Phase.RECEIVED: "`counterfoil batch examine`",
    Phase.HELD: "`counterfoil batch lift-hold` by an officer, or `batch examine` again once the order or safeguard "
    "allows it, or `batch return`",
    Phase.EXAMINED: "`counterfoil batch approve` by an officer",
    Phase.APPROVED_ONCE: "`counterfoil batch approve` by a second officer",
    Phase.APPROVED: "`counterfoil batch verify`",
    Phase.VERIFIED: "`counterfoil batch release`",
    Phase.RELEASED: "nothing; `batch release` hands out the same answer again",
    Phase.RETURNED: "nothing; `batch return` hands out the same letter again",
}
"""What comes next in each phase, in words for a person."""


def find(batch_id: str) -> models.Batch:
    """The batch of that id. Raises NotFoundError."""
    batch = models.Batch.objects.filter(id=batch_id).first()
    if batch is None:
        raise NotFoundError(f"There is no batch {batch_id}.", "See `counterfoil batch list`.")
    return batch


def newest_examination(batch: models.Batch) -> models.Examination | None:
    """The examination that counts: the newest."""
    return batch.examinations.order_by("-id").first()


def phase_of(batch: models.Batch) -> Phase:
    """Where the batch stands now."""
    release = models.Release.objects.filter(batch=batch).first()
    if release is not None:
        return Phase.RELEASED if release.kind == "answered" else Phase.RETURNED
    if batch.at_door:
        return Phase.REFUSED
    examination = newest_examination(batch)
    if examination is None:
        return Phase.RECEIVED
    if models.Verification.objects.filter(examination=examination).exists():
        return Phase.VERIFIED
    if examination.held and not models.HoldLift.objects.filter(examination=examination).exists():
        return Phase.HELD
    approvals = examination.approvals.count()
    return (Phase.EXAMINED, Phase.APPROVED_ONCE, Phase.APPROVED)[min(approvals, 2)]


def require(batch: models.Batch, *allowed: Phase) -> Phase:
    """The batch's phase, if it is one of `allowed`. Raises OutOfTurnError with what comes next instead."""
    phase = phase_of(batch)
    if phase not in allowed:
        raise OutOfTurnError(f"Batch {batch.id} is {phase}: it is not this step's turn.", f"Next: {NEXT[phase]}.")
    return phase


def required_examination(batch: models.Batch) -> models.Examination:
    """The examination of a batch that is past that step."""
    examination = newest_examination(batch)
    if examination is None:
        raise OutOfTurnError(f"Batch {batch.id} has not been examined.", f"Next: {NEXT[Phase.RECEIVED]}.")
    return examination
