"""Decide an old batch again, by the rule set that decided it or by today's; nothing is written.

The examination is made as of its own moment, from the requests in the ledger and from what was adopted, entered
and recorded by then. Confirmations are recomputed on request, for the rows that were looked up then and for no
other, on the very registry that was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterfoil import law
from counterfoil.cases.batch.examine import examination_of
from counterfoil.cases.batch.lift_hold import as_lifted
from counterfoil.cases.batch.phase import find, required_examination
from counterfoil.cases.batch.verify import confirmed_rows
from counterfoil.cases.entered.found import agrees
from counterfoil.cases.office import Office
from counterfoil.cases.rules import asof, child
from counterfoil.cases.rules.keep import archive_of, running_archive
from counterfoil.errors import InputError, IntegrityError
from counterfoil.examination import Examination
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.replay import ask_line, ask_of

Line = dict[str, Any]


@dataclass(frozen=True)
class Recomputed:
    """An old decision beside the same one made again."""

    id: str
    examined: str
    decided_by: str
    recomputed_by: str
    request_ids: tuple[str, ...]
    differences: tuple[Line, ...]
    counts: Line
    confirmations: Line | None
    gaps: tuple[str, ...] = field(default=())

    @property
    def same(self) -> bool:
        """Whether every row, and the batch as a whole, came out as it was recorded."""
        return not self.differences and (self.confirmations is None or not self.confirmations["differences"])

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "same": self.same,
            "examined": self.examined,
            "decided_by": self.decided_by,
            "recomputed_by": self.recomputed_by,
            "rows": len(self.request_ids),
            "outcomes": self.counts,
            "differences": list(self.differences),
            "confirmations": self.confirmations,
            "not_as_it_was": list(self.gaps),
        }


def recompute(
    office: Office,
    batch_id: str,
    *,
    current: bool = False,
    confirmations: bool = False,
    registry: Path | None = None,
) -> Recomputed:
    """Decide the batch again. `current` takes today's rules instead of those that decided.

    Raises InputError where there is no decision to recompute, NotFoundError where its rule set was not kept,
    IntegrityError where archive, ledger and database disagree.
    """
    with reading():
        batch = find(batch_id)
        if batch.at_door:
            raise InputError(
                f"Batch {batch.id} was refused at the door: its rows were not read and are not kept.",
                f"The decision is the codes in its receipt: {', '.join(batch.at_door)}.",
            )
        stored = required_examination(batch)
        recorded = examination_of(batch)
        _as_in_ledger(office, stored)
        requests = _records(office, batch)
        rules, data = _rules(office, stored.rule_set, current)
        gaps: list[str] = []
        found = _examined_again(office, batch, stored, requests, rules, data, gaps)
        bits = _confirmed_again(office, batch, stored, requests, current, registry) if confirmations else None
    return Recomputed(
        id=batch.id,
        examined=stored.at.isoformat(timespec="seconds"),
        decided_by=stored.rule_set,
        recomputed_by=rules,
        request_ids=tuple(record.get("request_id", "") for record in requests),
        differences=tuple(_differences(recorded, found, requests)),
        counts=_counts(stored, found),
        confirmations=bits,
        gaps=tuple(gaps),
    )


def _rules(office: Office, decided_by: str, current: bool) -> tuple[str, bytes]:
    """The rule set to ask and its archive."""
    if current:
        return law.rule_set().sha256, running_archive()
    return decided_by, archive_of(office, decided_by)


def _as_in_ledger(office: Office, stored: models.Examination) -> None:
    """The database's record of the examination must be the one that the ledger has."""
    entry = office.ledger().read(stored.entry)
    said = (entry.public.get("type"), entry.public.get("batch"), entry.public.get("rule_set"))
    if said != ("examination", stored.batch_id, stored.rule_set) or not agrees(stored, entry.disclosed):
        raise IntegrityError(
            f"The database's record of this examination is not that of ledger entry {stored.entry}.",
            "Nothing was recomputed. Run `counterfoil ledger verify`, and restore the database from a backup.",
        )


def _records(office: Office, batch: models.Batch) -> list[Line]:
    """The requests as the ledger keeps them."""
    start = batch.first_request
    if start is None:
        return []
    records: list[Line] = []
    for index, entry in enumerate(office.ledger().read_many(start, start + batch.count), start):
        if "request" not in entry.disclosed:
            raise InputError(
                f"What entry {index} of the ledger sealed was destroyed; the batch cannot be decided again.",
                "A decision is made on the whole batch. Its entries still show what was decided.",
            )
        records.append(entry.disclosed["request"])
    return records


def _examined_again(
    office: Office,
    batch: models.Batch,
    stored: models.Examination,
    requests: list[Line],
    rules: str,
    data: bytes,
    gaps: list[str],
) -> Line:
    history = asof.history(stored)

    def recall(lines: list[Line]) -> list[Line]:
        return [ask_line(ask) for ask in history.recall([ask_of(line) for line in lines])]

    question = {**asof.question(office, batch, stored), "requests": requests}
    found: Line = child.ask(data, rules, question, recall)["examination"]
    if history.rewritten:
        gaps.append(
            f"Since then examined anew, and remembered as found then: {', '.join(sorted(history.rewritten))}. "
            "A difference in PROBING or in a repeated request may come from that."
        )
    return found


def _differences(recorded: Examination, found: Mapping[str, Any], requests: list[Line]) -> Iterator[Line]:
    """The batch as a whole first, then each row that came out otherwise."""
    before, after = [finding.code for finding in recorded.batch], [code for code, _field in found["batch"]]
    if before != after:
        yield {"request_id": None, "recorded": {"codes": before}, "recomputed": {"codes": after}}
    for position, record in enumerate(requests):
        then, now = _row_then(recorded, position), _row_now(found, position)
        if then != now:
            yield {"request_id": record.get("request_id", ""), "recorded": then, "recomputed": now}


def _row_then(recorded: Examination, position: int) -> Line:
    of = recorded.duplicates.get(position)
    return {
        "outcome": recorded.outcome(position),
        "codes": [finding.code for finding in recorded.rows[position]],
        "fields": [finding.field for finding in recorded.rows[position]],
        "repeats": list(of) if of else None,
    }


def _row_now(found: Mapping[str, Any], position: int) -> Line:
    findings = found["rows"].get(str(position), ())
    return {
        "outcome": found["outcomes"][position],
        "codes": [code for code, _field in findings],
        "fields": [field for _code, field in findings],
        "repeats": found["duplicates"].get(str(position)),
    }


def _counts(stored: models.Examination, found: Mapping[str, Any]) -> Line:
    now = Counter(found["outcomes"])
    then = {"PASSED": stored.passed, "REFUSED": stored.refused, "HELD": stored.held_rows}
    return {"recorded": then, "recomputed": {name: now[name] for name in then}}


def _confirmed_again(
    office: Office,
    batch: models.Batch,
    stored: models.Examination,
    requests: list[Line],
    current: bool,
    registry: Path | None,
) -> Line:
    """The bits of the rows that passed then, from the registry of then."""
    verification = models.Verification.objects.filter(examination=stored).first()
    if verification is None:
        raise InputError(f"Batch {batch.id} was not verified: there is no bit to recompute.", "Leave that option out.")
    entry = office.ledger().read(verification.entry)
    rules, data = _rules(office, entry.public.get("rule_set", stored.rule_set), current)
    asked = list(as_lifted(batch).passed)  # repeated ones too: what they took over is what a look-up gives
    taken_over = int(entry.disclosed.get("duplicates", 0))
    if len(asked) != verification.looked_up + taken_over:
        raise IntegrityError(
            f"{verification.looked_up} look-ups and {taken_over} repeated requests are on record, "
            f"and {len(asked)} requests had passed.",
            "Nothing was looked up. Run `counterfoil ledger verify`.",
        )
    if not asked:
        return {"recomputed_by": rules, "registry": "", "rows": 0, "differences": []}
    folder = (registry or office.registry_folder).absolute()  # links are the child's to follow, or to stumble over
    question = {
        "form": 1,
        "task": "confirm",
        "registry": str(folder),
        "registry_id": entry.disclosed.get("registry", ""),
        "asked": [[position, requests[position]] for position in asked],
    }
    answer = child.ask(data, rules, question)
    other = (confirmed_rows(office, verification) & set(asked)) ^ set(answer["confirmed"])
    differences = [requests[position].get("request_id", "") for position in sorted(other)]
    return {"recomputed_by": rules, "registry": answer["registry"], "rows": len(asked), "differences": differences}
