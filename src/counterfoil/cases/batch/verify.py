"""Ask the registry about the requests that passed, and about no other: one bit each (26 USC 6103(i)(2))."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from counterfoil import law
from counterfoil.cases.batch import clues
from counterfoil.cases.batch.lift_hold import as_lifted
from counterfoil.cases.batch.on_spark import OnSpark
from counterfoil.cases.batch.on_spark import look_up as on_spark
from counterfoil.cases.batch.phase import Phase, find, phase_of, require, required_examination
from counterfoil.cases.context import context_of
from counterfoil.cases.gates import require_open, require_still_open
from counterfoil.cases.office import Office, act
from counterfoil.cases.portions import look
from counterfoil.cases.portions.stored import Sealing, Stored, picked, team
from counterfoil.cases.registry import require_loaded
from counterfoil.cases.rules.keep import keep
from counterfoil.errors import IntegrityError, UnavailableError
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.progress import Tick
from counterfoil.verification import CLUE_SIZE, Opened, Question, Registry, Verdict
from counterfoil.verification import verify as ask_registry
from counterfoil.workers import Workers


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

    A request that repeats an answered one takes that answer and causes no look-up, where a look-up would give it
    again (see `_holding`). `workers` is the number of processes, 0 for one a core; with `spark` a cluster is asked
    instead. The bits depend on neither.
    """
    with reading():
        batch = find(batch_id)
        require(batch, Phase.APPROVED)
        stored = required_examination(batch)
        require_open(office, stored, context_of(office, batch, now))
        examination = as_lifted(batch)
        passed = set(examination.passed)
        repeated = {position: of for position, of in examination.duplicates.items() if position in passed}
        repeated, here = _holding(office, batch, repeated)
        asked = _Asked(office, stored, sorted(passed - repeated.keys()))
        confirmed, looked_up, source = _look_up(asked, progress, workers, spark)
        if here and source not in ("", here):
            raise UnavailableError(
                "The registry was changed while it was asked.", "Verify again. Nothing was answered."
            )
    with act(office, now) as the_act:
        require_still_open(office, stored, batch, context_of(office, batch, the_act.time), Phase.APPROVED)
        if looked_up:
            require_loaded(office, source)  # not another one since
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
    clues.sweep(office)
    return Verified(batch.id, str(phase_of(batch)), looked_up, len(repeated))


def confirmed_rows(office: Office, verification: models.Verification) -> frozenset[int]:
    """The positions that the registry confirmed."""
    box = bytes(verification.confirmed)
    return frozenset(json.loads(office.unseal(box, f"verification/{verification.examination_id}")))


class _Asked:
    """The requests of a batch that are to be looked up: as stored, and opened in portions where they are needed.

    `positions` are those that are still to be read, of `count` in all.
    """

    def __init__(self, office: Office, examination: models.Examination, positions: list[int]) -> None:
        self.office, self.count, self.positions = office, len(positions), positions
        self._examination = examination
        self._sealing, self._first = office.sealing(), examination.batch.first_request or 0

    def sift(self, registry: Registry) -> None:
        """Leave those that a row may be about, as far as the clues tell that the examination noted of them."""
        kept = clues.kept(self.office, self._examination, registry.rules)
        if kept is not None:
            noted = b"".join([kept[at * CLUE_SIZE : (at + 1) * CLUE_SIZE] for at in self.positions])
            self.positions = [self.positions[number] for number in registry.sift(noted)]

    def tasks(self, opened: Opened) -> Iterator[tuple[Opened, Sealing, int, list[Stored]]]:
        """What workers are given, for `look.look_up`."""
        return ((opened, self._sealing, self._first, portion) for portion in self._portions())

    def questions(self) -> Iterator[Question]:
        """What is asked, opened here."""
        return chain.from_iterable(look.questions(self._sealing, self._first, one) for one in self._portions())

    def _portions(self) -> Iterator[list[Stored]]:
        return picked(DatabaseStore(), self._first, self.positions)


def _look_up(asked: _Asked, progress: Tick | None, workers: int, spark: OnSpark | None) -> tuple[set[int], int, str]:
    """The confirmed positions, the look-ups, and which registry said so. Nothing asked: nothing opened."""
    if not asked.count:
        return set(), 0, ""
    if spark:
        told = None if progress is None else lambda done, _: progress(done, asked.count)
        verdict, source = on_spark(asked.office, list(asked.questions()), spark, told)
    else:
        verdict, source = _look_up_here(asked, progress, workers)
    if verdict.looked_up != asked.count:
        raise IntegrityError(
            f"{verdict.looked_up} look-ups were counted for {asked.count} requests that passed.",
            "Nothing was recorded. Run `counterfoil doctor` and report this.",
        )
    return set(verdict.confirmed), verdict.looked_up, source


def _look_up_here(asked: _Asked, progress: Tick | None, workers: int) -> tuple[Verdict, str]:
    """By this process and others. The registry counts each request, as ruled out or as looked up."""
    with Registry.open(asked.office.registry_folder) as registry:
        source = str(registry.info().get("id", ""))
        require_loaded(asked.office, source)
        asked.sift(registry)
        told = None if progress is None else lambda *_: progress(registry.looked_up, asked.count)
        if told is not None:
            told()  # of those that are ruled out, who may be all
        with team(len(asked.positions), workers) as processes:
            if processes.count == 1:
                confirmed = ask_registry(registry, asked.questions(), told).confirmed
            else:
                confirmed = _together(asked, registry, processes, told)
        return Verdict(confirmed, registry.looked_up), source


def _together(asked: _Asked, registry: Registry, workers: Workers, progress: Tick | None) -> frozenset[int]:
    """By worker processes, which open the requests too; what they find does not depend on their number."""
    confirmed: set[int] = set()
    for positions, given in workers.run(look.look_up, asked.tasks(registry.opened)):
        confirmed.update(positions)
        registry.looked_up += given
        if progress is not None:
            progress(registry.looked_up, asked.count)
    return frozenset(confirmed)


def _holding(
    office: Office, batch: models.Batch, repeated: dict[int, tuple[str, int]]
) -> tuple[dict[int, tuple[str, int]], str]:
    """The repeated requests whose earlier bit a look-up would give again: it is of this very registry and rule set.

    And which registry that is, "" where it need not be known. What was loaded since may hold back whom it confirmed
    (26 USC 6103(i)(6)), or have the address that it missed.
    """
    earlier = {of_batch for of_batch, _ in repeated.values()} - {batch.id}
    if not earlier:
        return repeated, ""
    now = _read_now(office), law.rule_set().sha256
    same = {batch.id, *(one for one in earlier if _read_then(office, one) == now)}
    return {position: of for position, of in repeated.items() if of[0] in same}, now[0]


def _read_now(office: Office) -> str:
    with Registry.open(office.registry_folder) as registry:
        return str(registry.info()["id"])


def _read_then(office: Office, batch_id: str) -> tuple[str, str]:
    """The registry and the rule set that an answered batch was verified by, as its ledger entry says."""
    earlier = models.Verification.objects.filter(examination__release__batch_id=batch_id).first()
    if earlier is None:
        return "", ""
    entry = office.ledger().read(earlier.entry)
    return str(entry.disclosed.get("registry", "")), str(entry.public.get("rule_set", ""))


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
