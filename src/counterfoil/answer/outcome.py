"""The four outcomes, and no fifth.

A bare "confirmed" is return information, and so is "not confirmed" (26 USC 6103(b)(2)(A), (b)(8)); both are
given only in answer to a valid request. A refusal and a hold are functions of the request, the agreement,
the court orders and the safeguards alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What one request comes to."""

    CONFIRMED = "CONFIRMED"  # the address asked about is on file for this person in a requested year
    NO_CONFIRMATION = "NO_CONFIRMATION"  # no confirmation is given, and nothing follows from it
    REFUSED = "REFUSED"  # the request is deficient; codes say in what
    HELD = "HELD"  # a court order or a safeguard stops the answer


Came = tuple[Outcome, tuple[str, ...]]
"""What requests come to: the outcome, and codes where they are refused or held."""


@dataclass(frozen=True, slots=True)
class Row:
    """The answer to one request. There is no field for anything that the registry holds."""

    request_id: str
    outcome: Outcome
    codes: tuple[str, ...] = ()  # only with REFUSED and HELD

    def as_dict(self) -> dict[str, object]:
        """The row as the requester reads it."""
        return {"request_id": self.request_id, "outcome": self.outcome.value, "codes": list(self.codes)}


def counted(alike: Mapping[Came, int]) -> dict[str, int]:
    """How many rows came to each outcome, of how many came to the same with the same codes; every outcome is named."""
    counts: Counter[Outcome] = Counter()
    for (outcome, _), number in alike.items():
        counts[outcome] += number
    return {outcome.value: counts[outcome] for outcome in Outcome}


def by_code(alike: Mapping[Came, int], outcome: Outcome = Outcome.REFUSED) -> dict[str, int]:
    """How many rows of `outcome` carry each code, most frequent first."""
    counts: Counter[str] = Counter()
    for (came, codes), number in alike.items():
        if came is outcome:
            counts.update({code: codes.count(code) * number for code in codes})
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
