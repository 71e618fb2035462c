"""What an examination found, and what follows for each request: PASSED, REFUSED or HELD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from counterfoil.examination.context import Ask
from counterfoil.law import Finding, load

Outcome = Literal["PASSED", "REFUSED", "HELD"]


@lru_cache(maxsize=1)
def _holding() -> frozenset[str]:
    return frozenset(code.id for code in load().codes.values() if code.effect == "hold")


@dataclass(frozen=True)
class Examination:
    """Findings on the batch and on each row, in the batch's order; rows without findings share one ().

    `asks` are what a later examination must remember: one for each row that is not refused, or that was refused
    for PROBING alone. `duplicates` names for a position the earlier same question (batch key, position).
    `to_review` are rows whose complete address of custody counsel sends to a person instead of refusing it.
    `request_ids` are the ids as given, () where no row was read.
    """

    batch: tuple[Finding, ...]
    rows: tuple[tuple[Finding, ...], ...]
    asks: tuple[Ask | None, ...]
    duplicates: Mapping[int, tuple[str, int]]
    to_review: frozenset[int] = field(default_factory=frozenset)
    request_ids: tuple[str, ...] = ()

    def outcome(self, position: int) -> Outcome:
        """What becomes of the request at `position`. A refusal beats a hold: it depends on the request alone."""
        if not self.batch and not self.rows[position]:
            return "PASSED"
        findings = (*self.batch, *self.rows[position])
        holding = _holding()
        if all(finding.code in holding for finding in findings):
            return "HELD"
        if position in self.to_review and all(f.code in holding for f in self.batch):
            return "HELD"
        return "REFUSED"

    def codes(self, position: int) -> tuple[str, ...]:
        """The codes that go with the outcome, each once, the batch's first.

        A refused request tells its refusals only: a hold would add nothing, and an order that comes or goes
        does not change the refusal.
        """
        found = dict.fromkeys(finding.code for finding in (*self.batch, *self.rows[position]))
        if self.outcome(position) == "REFUSED":
            return tuple(code for code in found if code not in _holding())
        return tuple(found)

    @property
    def held(self) -> bool:
        """Whether the whole batch waits: a hold stands against all of it and no refusal does."""
        return bool(self.batch) and all(finding.code in _holding() for finding in self.batch)

    @property
    def passed(self) -> tuple[int, ...]:
        """The positions of the requests that may be looked up."""
        if self.batch:
            return ()
        return tuple(position for position, findings in enumerate(self.rows) if not findings)
