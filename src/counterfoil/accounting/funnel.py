"""The funnel: every request received, and what became of it. The figures add up by construction.

26 USC 6103(p)(3)(A): a record of all requests, the refused ones too; nothing is left out silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class BatchCount:
    """One batch's figures: rows by outcome once an answer or a letter went out, else all of them open."""

    count: int
    outcomes: Mapping[str, int] | None
    refused_by_code: Mapping[str, int] = field(default_factory=dict)
    refused_at_door: bool = False


@dataclass(frozen=True)
class Funnel:
    """The sums over all batches; `received` is the sum of the five that follow it."""

    batches: int
    received: int
    refused: int
    held: int
    confirmed: int
    no_confirmation: int
    open: int
    refused_by_code: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the tables."""
        return {
            "batches": self.batches,
            "received": self.received,
            "refused": self.refused,
            "held": self.held,
            "confirmed": self.confirmed,
            "no_confirmation": self.no_confirmation,
            "open": self.open,
            "refused_by_code": dict(self.refused_by_code),
        }


def funnel(batches: Iterable[BatchCount]) -> Funnel:
    """Sum up batches."""
    sums: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for batch in batches:
        sums["batches"] += 1
        sums["received"] += batch.count
        codes.update(batch.refused_by_code)
        if batch.refused_at_door:
            sums["REFUSED"] += batch.count
        elif batch.outcomes is None:
            sums["open"] += batch.count
        else:
            sums.update(batch.outcomes)
    return Funnel(
        batches=sums["batches"],
        received=sums["received"],
        refused=sums["REFUSED"],
        held=sums["HELD"],
        confirmed=sums["CONFIRMED"],
        no_confirmation=sums["NO_CONFIRMATION"],
        open=sums["open"],
        refused_by_code=dict(sorted(codes.items(), key=lambda item: (-item[1], item[0]))),
    )
