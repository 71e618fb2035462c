"""Ask the registry about the requests that passed, and about no other: one bit each (26 USC 6103(i)(2))."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from counterfoil import law
from counterfoil.cases.batch.examine import load_requests
from counterfoil.cases.batch.lift_hold import as_lifted
from counterfoil.cases.batch.on_spark import OnSpark
from counterfoil.cases.batch.on_spark import look_up as on_spark
from counterfoil.cases.batch.phase import Phase, find, phase_of, require, required_examination
from counterfoil.cases.context import context_of
from counterfoil.cases.gates import require_open, require_still_open
from counterfoil.cases.office import Office, act
from counterfoil.cases.rules.keep import keep
from counterfoil.errors import IntegrityError
from counterfoil.examination import tax_years
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.progress import Tick
from counterfoil.request import Request
from counterfoil.verification import Question, Registry, Verdict
from counterfoil.verification import verify as ask_registry


@dataclass(frozen=True)
class Verified:
    """How many were looked up. How many were confirmed is told by the answer alone."""

    id: str
    state: str
    looked_up: int
    duplicates: int

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "state": self.state,
            "looked_up": self.looked_up,
            "duplicates": self.duplicates,
        }


def verify(
    office: Office,
    batch_id: str,
    now: datetime,
    progress: Tick | None = None,
    *,
    workers: int = 0,
    spark: OnSpark | None = None,
) -> Verified:
    """Verify the batch's passed requests against the registry and keep the bits sealed until release.

    A request that repeats an answered one (same person, address, years, investigation) takes that answer and
    causes no look-up. `workers` is the number of processes, 0 for one a core; with `spark` a cluster is asked
    instead. The bits depend on neither.
    """
    with reading():
        batch = find(batch_id)
        require(batch, Phase.APPROVED)
        stored = required_examination(batch)
        require_open(stored, context_of(office, batch, now), now)
        examination = as_lifted(batch)
        requests = load_requests(office, batch)
    passed = set(examination.passed)
    repeated = {position: of for position, of in examination.duplicates.items() if position in passed}
    asked = [_asked(request) for request in requests if request.position in passed and request.position not in repeated]
    confirmed, looked_up, source = _look_up(office, asked, progress, workers, spark)
    with act(office, now) as the_act:
        require_still_open(stored, batch, context_of(office, batch, the_act.time), Phase.APPROVED)
        confirmed |= _repeated(office, batch, repeated, confirmed)
        keep(the_act)
        entry = the_act.record(
            "verification",
            {"registry": source, "duplicates": len(repeated)},
            batch=batch.id,
            rule_set=law.rule_set().sha256,
            looked_up=looked_up,
        )
        models.Verification.objects.create(
            examination=stored,
            confirmed=office.seal(json.dumps(sorted(confirmed)).encode(), f"verification/{stored.pk}"),
            looked_up=looked_up,
            entry=entry,
            at=now,
        )
    return Verified(batch.id, str(phase_of(batch)), looked_up, len(repeated))


def confirmed_rows(office: Office, verification: models.Verification) -> frozenset[int]:
    """The positions that the registry confirmed."""
    box = bytes(verification.confirmed)
    return frozenset(json.loads(office.unseal(box, f"verification/{verification.examination_id}")))


def _look_up(
    office: Office, asked: list[Question], progress: Tick | None, workers: int, spark: OnSpark | None
) -> tuple[set[int], int, str]:
    """The confirmed positions, the look-ups, and which registry said so. Nothing asked: nothing opened."""
    if not asked:
        return set(), 0, ""
    told = None if progress is None else lambda done, _: progress(done, len(asked))
    verdict, source = on_spark(office, asked, spark, told) if spark else _look_up_here(office, asked, told, workers)
    if verdict.looked_up != len(asked):
        raise IntegrityError(
            f"{verdict.looked_up} look-ups were counted for {len(asked)} requests that passed.",
            "Nothing was recorded. Run `counterfoil doctor` and report this.",
        )
    return set(verdict.confirmed), verdict.looked_up, source


def _look_up_here(office: Office, asked: list[Question], progress: Tick | None, workers: int) -> tuple[Verdict, str]:
    registry = Registry.open(office.registry_folder)
    try:
        verdict = ask_registry(registry, asked, progress, workers=workers)
        return verdict, str(registry.info().get("id", ""))
    finally:
        registry.close()


def _asked(request: Request) -> Question:
    return Question(
        position=request.position,
        name=request.name,
        address=request.address,
        years=frozenset(tax_years(request.tax_years)),
        date_of_birth=request.date_of_birth.strip(),
        tin=request.tin.strip(),
    )


def _repeated(
    office: Office, batch: models.Batch, repeated: dict[int, tuple[str, int]], confirmed: set[int]
) -> set[int]:
    """The repeated requests whose earlier answer was a confirmation."""
    return {
        position
        for position, (of_batch, of_position) in repeated.items()
        if _earlier(office, batch, of_batch, of_position, confirmed)
    }


def _earlier(office: Office, batch: models.Batch, of_batch: str, of_position: int, confirmed: set[int]) -> bool:
    if of_batch == batch.id:
        return of_position in confirmed
    earlier = models.Verification.objects.filter(examination__release__batch_id=of_batch).first()
    return earlier is not None and of_position in confirmed_rows(office, earlier)
