"""What came of the demo, against the truth by which its requests were made up."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from counterfoil.cli.demo.explain import Missed
from counterfoil.cli.demo.scene import Stage
from counterfoil.cli.demo.steps import Run

MOST_NAMED = 20  # requests that are named, where an error is found


class Truth(NamedTuple):
    """What is true of a request by the way it was made: never by the product's own rules."""

    lawful: bool
    confirm: bool
    way: str  # how the row was made, in a word


@dataclass(frozen=True)
class Verdict:
    """The funnel, and the two kinds of error in it. All counts are of requests."""

    received: int
    outcomes: Mapping[str, int]
    refused_by_code: Mapping[str, int]
    unlawful: tuple[str, ...]  # CONFIRMED, and by the truth it should not be
    wrongly_refused: tuple[str, ...]  # lawful by the truth, and refused or held
    missed: tuple[Missed, ...]  # to be confirmed by the truth, and not
    receipts: tuple[str, ...]  # what was wrong with the receipts in the answers

    def as_dict(self) -> dict[str, Any]:
        """The counts of the demo's document."""
        return {
            "received": self.received,
            "refused": self.outcomes.get("REFUSED", 0),
            "held": self.outcomes.get("HELD", 0),
            "confirmed": self.outcomes.get("CONFIRMED", 0),
            "no_confirmation": self.outcomes.get("NO_CONFIRMATION", 0),
            "unlawful": len(self.unlawful),
            "wrongly_refused": len(self.wrongly_refused),
            "missed": len(self.missed),
            "missed_by_kind": dict(Counter(entry.way for entry in self.missed).most_common()),
            "refused_by_code": dict(self.refused_by_code),
            "unlawful_requests": list(self.unlawful[:MOST_NAMED]),
            "wrongly_refused_requests": list(self.wrongly_refused[:MOST_NAMED]),
        }


def judge(run: Run, batches: int) -> Verdict:
    """Open every answer as an officer of the roster, and hold each row against the truth, in order."""
    truth = enumerate(read_truth(run.stage))
    outcomes: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    unlawful, wrongly, missed, receipts = [], [], [], []
    for number in range(1, batches + 1):
        opened = _open(run.stage, number)
        receipts += opened.problems
        for row in opened.rows:
            position, fact = next(truth)
            outcomes[row.outcome] += 1
            if row.outcome == "REFUSED":
                codes.update(row.codes)
            if row.outcome == "CONFIRMED" and not (fact.lawful and fact.confirm):
                unlawful.append(row.request_id)
            if fact.lawful and _stopped(row.outcome, as_sent=run.scene.scenario.as_sent):
                wrongly.append(row.request_id)
            if fact.confirm and row.outcome == "NO_CONFIRMATION":
                missed.append(Missed(position, row.request_id, fact.way))
    by_code = dict(sorted(codes.items(), key=lambda item: (-item[1], item[0])))
    return Verdict(
        sum(outcomes.values()), outcomes, by_code, tuple(unlawful), tuple(wrongly), tuple(missed), tuple(receipts)
    )


def _stopped(outcome: str, *, as_sent: bool) -> bool:
    return outcome == "REFUSED" or (outcome == "HELD" and not as_sent)


def _open(stage: Stage, number: int) -> Any:
    from counterfoil.answer import open_answer
    from counterfoil.cli.demo.made_up import a_roster_officers_key
    from counterfoil.request import read_key

    return open_answer(
        stage.answer(number).read_bytes(),
        read_key(a_roster_officers_key(stage, number), private=True),
        read_key(stage.data / "public" / "custodian.jwk"),
        vkey=(stage.data / "public" / "ledger.vkey").read_text(encoding="ascii").strip(),
    )


def read_truth(stage: Stage) -> Iterator[Truth]:
    """The truth about each request, in the order of the requests (an id may stand there twice)."""
    with (
        stage.truth.open(encoding="utf-8", newline="") as truths,
        stage.ways.open(encoding="utf-8", newline="") as ways,
    ):
        for fact, how in zip(csv.DictReader(truths), csv.DictReader(ways), strict=True):
            yield Truth(fact["lawful"] == "true", fact["confirm"] == "true", how["way"])
