"""The four outcomes, and no fifth.

A bare "confirmed" is return information, and so is "not confirmed" (26 USC 6103(b)(2)(A), (b)(8)); both are
given only in answer to a valid request. A refusal and a hold are functions of the request, the agreement,
the court orders and the safeguards alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What one request comes to."""

    CONFIRMED = "CONFIRMED"  # the address asked about is on file for this person in a requested year
    NO_CONFIRMATION = "NO_CONFIRMATION"  # no confirmation is given, and nothing follows from it
    REFUSED = "REFUSED"  # the request is deficient; codes say in what
    HELD = "HELD"  # a court order or a safeguard stops the answer


@dataclass(frozen=True, slots=True)
class Row:
    """The answer to one request. There is no field for anything that the registry holds."""

    request_id: str
    outcome: Outcome
    codes: tuple[str, ...] = ()  # only with REFUSED and HELD

    def as_dict(self) -> dict[str, object]:
        """The row as the requester reads it."""
        return {"request_id": self.request_id, "outcome": self.outcome.value, "codes": list(self.codes)}


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows came to each outcome; every outcome is named."""
    counts = Counter(row.outcome for row in rows)
    return {outcome.value: counts[outcome] for outcome in Outcome}


def by_code(rows: Iterable[Row], outcome: Outcome = Outcome.REFUSED) -> dict[str, int]:
    """How many rows of `outcome` carry each code, most frequent first."""
    counts = Counter(code for row in rows if row.outcome is outcome for code in row.codes)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
