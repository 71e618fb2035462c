"""What each request of an examined batch comes to, worked out once for all that were found the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from counterfoil.examination import Examination

Came = tuple[str, tuple[str, ...]]
"""PASSED, REFUSED or HELD, and the codes that go with it; requests that were found the same share one."""


def outcomes(examination: Examination) -> Iterator[Came]:
    """`Examination.outcome` and `Examination.codes` of each row, in the batch's order."""
    known: dict[tuple[int, bool], Came] = {}
    reviewed = examination.to_review
    for position, findings in enumerate(examination.rows):
        key = id(findings), position in reviewed  # rows that were found the same share one tuple, as a rule
        came = known.get(key)
        if came is None:
            came = known[key] = examination.outcome(position), examination.codes(position)
        yield came


def counts(examination: Examination) -> Counter[str]:
    """How many rows PASSED, are REFUSED, are HELD."""
    return Counter([outcome for outcome, _ in outcomes(examination)])
