"""Examine a batch: every deficiency of every request, before any record is opened (26 USC 6103(b)(7))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil import law
from counterfoil.cases.batch import clues
from counterfoil.cases.batch.outcomes import counts as counted
from counterfoil.cases.batch.outcomes import outcomes
from counterfoil.cases.batch.phase import Phase, find, newest_examination, phase_of, required_examination
from counterfoil.cases.batch.receive import door_findings
from counterfoil.cases.context import context_of, gates_of, public_agreement
from counterfoil.cases.entered.found import FOUND, by_code, found_of
from counterfoil.cases.office import Office, act
from counterfoil.cases.portions.judge import Rows
from counterfoil.cases.portions.stored import ALONE
from counterfoil.cases.rules.keep import keep
from counterfoil.errors import OutOfTurnError
from counterfoil.examination import Context, Examination, examine_portions
from counterfoil.law import Finding
from counterfoil.office import convert, history, models
from counterfoil.office.database import reading
from counterfoil.office.folding import folded_beside
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.progress import Tick
from counterfoil.request import Request
from counterfoil.request.record import request_of
from counterfoil.workers import cores

REPEATABLE = (Phase.HELD, Phase.EXAMINED, Phase.APPROVED_ONCE, Phase.APPROVED, Phase.VERIFIED)


@dataclass(frozen=True)
class Examined:
    """What an examination found."""

    id: str
    state: str
    request_ids: tuple[str, ...]
    examination: Examination
    refused_at_door: int = 0

    @property
    def counts(self) -> Counter[str]:
        """How many rows PASSED, are REFUSED, are HELD."""
        return counted(self.examination)

    def as_dict(self) -> dict[str, object]:
        """The document of `batch examine --json`."""
        the_law, counts = law.load(), self.counts
        return {
            "id": self.id,
            "state": self.state,
            "rows": [self._row(position, the_law) for position in range(len(self.request_ids))],
            "batch": [finding.explain(the_law) for finding in self.examination.batch],
            "passed": counts["PASSED"],
            "refused": counts["REFUSED"] + self.refused_at_door,
            "held": counts["HELD"],
            "refused_by_code": self.refused_by_code(),
        }

    def refused_by_code(self) -> dict[str, int]:
        """How many refused rows carry each code."""
        if self.refused_at_door:
            return {finding.code: self.refused_at_door for finding in self.examination.batch}
        came = outcomes(self.examination)
        counts = Counter([code for outcome, codes in came if outcome == "REFUSED" for code in codes])
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def _row(self, position: int, the_law: law.Law) -> dict[str, Any]:
        findings = self.examination.rows[position]
        return {
            "request_id": self.request_ids[position],
            "outcome": self.examination.outcome(position),
            "codes": list(self.examination.codes(position)),
            "findings": [finding.explain(the_law) for finding in findings],
        }


def examine(
    office: Office, batch_id: str, now: datetime, progress: Tick | None = None, workers: int | None = None
) -> Examined:
    """Examine the batch as of `now` and record what was found.

    A large batch is judged by `workers` processes, as many as there are processors where it is None; what is
    found and recorded is the same for any number.

    It is this step's turn once after receipt; again while the batch is held; and again whenever a court order,
    the safeguards or the agreement have changed since, which asks for new approvals.
    """
    with reading():
        batch = find(batch_id)
        if batch.at_door:
            return at_door(batch)
        context = context_of(office, batch, now)
        _require_turn(batch, context)
        asked_before = history.newest()
        team = cores() if workers is None else workers
        examination, notes = _examined(office, batch, context, progress, team)
    gates = gates_of(context)
    with folded_beside(batch.count >= ALONE), act(office, now) as the_act:
        _still_turn(batch, context)
        if history.newest() != asked_before:  # another batch was examined meanwhile: its requests count for probing
            examination, notes = _examined(office, batch, context, None, team)
        counts, asks = counted(examination), [ask for ask in examination.asks if ask is not None]
        keep(the_act)
        row = models.Examination(
            batch=batch,
            findings=convert.pack_examination(examination),
            rule_set=law.rule_set().sha256,
            gates=gates,
            held=examination.held or (not counts["PASSED"] and counts["HELD"] > 0),
            passed=counts["PASSED"],
            refused=counts["REFUSED"],
            held_rows=counts["HELD"],
            asked=len(asks),
            at=now,
        )
        row.entry = the_act.record(
            "examination",
            {"codes": by_code(examination), "gates": gates, "asked": len(asks), FOUND: found_of(row)},
            batch=batch.id,
            **public_agreement(context.agreement.id),
            rule_set=row.rule_set,
            count=batch.count,
        )
        row.save(force_insert=True)
        history.record(batch, asks)
        request_ids = examination.request_ids or tuple(row.request_id for row in _opened(office, batch))
    clues.keep(office, row, notes)
    clues.sweep(office)
    return Examined(batch.id, str(phase_of(batch)), request_ids, examination)


def load_requests(office: Office, batch: models.Batch) -> tuple[Request, ...]:
    """The batch's requests, opened from the ledger's sealed disclosures."""
    return tuple(_opened(office, batch))


def _opened(office: Office, batch: models.Batch) -> Iterator[Request]:
    if batch.first_request is None:
        return
    start = batch.first_request
    for position, entry in enumerate(office.ledger().read_many(start, start + batch.count)):
        # An expunged request, which only a finished batch has, is empty: it is nobody's, and refused if examined.
        yield request_of(entry.disclosed.get("request", {}), position)


def _examined(
    office: Office, batch: models.Batch, context: Context, progress: Tick | None, workers: int
) -> tuple[Examination, bytes]:
    """What is found of the requests, which are opened as they are stored by whoever judges them; and their clues."""
    count = 0 if batch.first_request is None else batch.count
    rows = Rows(DatabaseStore(), office.sealing(), batch.first_request or 0, count, clues.noter(batch))
    return examine_portions(rows, context, progress, workers), bytes(rows.notes)


def examination_of(batch: models.Batch) -> Examination:
    """What the newest examination of the batch found."""
    return convert.unpack_examination(bytes(required_examination(batch).findings))


def at_door(batch: models.Batch) -> Examined:
    """A batch refused at the door, as an examination without rows."""
    examination = Examination(batch=door_findings(batch), rows=(), asks=(), duplicates={})
    return Examined(batch.id, str(phase_of(batch)), (), examination, refused_at_door=batch.count)


def _require_turn(batch: models.Batch, context: Context) -> None:
    phase = phase_of(batch)
    if phase in (Phase.RECEIVED, Phase.HELD):
        return
    newest = newest_examination(batch)
    changed = newest is not None and newest.gates != gates_of(context)
    if phase in REPEATABLE and changed:
        return
    from counterfoil.cases.batch.phase import require

    require(batch, Phase.RECEIVED, Phase.HELD)


def _still_turn(batch: models.Batch, context: Context) -> None:
    """Asked again inside the transaction: another process may have examined the batch meanwhile."""
    try:
        _require_turn(batch, context)
    except OutOfTurnError as error:
        raise OutOfTurnError(error.what, error.do) from None


__all__ = ["Examined", "Finding", "at_door", "examination_of", "examine", "load_requests"]
