"""What only the whole batch shows: how often a text, an investigation, an officer, an id occurs.

Counts take in every row, good or bad, so that no row can hide another; what is kept of a row are hashes and
the tokens of its Ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from counterfoil.examination.context import Context


class Row(NamedTuple):
    """What the batch must remember of a row: hashes of its texts, and the roster keys that it names."""

    request_id: str
    subject: int
    mask: int  # 0 where there is no reason
    investigation: str
    recipients: tuple[str, ...]
    order_day: int  # proleptic ordinal of the removal order's date, 0 where there is none


class Tally:
    """Counts over the rows of one batch. Sets stop growing just over their limit, so memory is bounded."""

    def __init__(self, context: Context) -> None:
        value = context.agreement.value
        self.rows = 0
        self.ids: Counter[str] = Counter()
        self.masks: Counter[int] = Counter()
        self.investigation_rows: Counter[str] = Counter()
        self.officer_rows: Counter[str] = Counter()
        self.order_days: Counter[int] = Counter()
        self.per_investigation: dict[str, set[int]] = {}
        self.per_officer: dict[str, set[int]] = {}
        self.most_per_investigation = int(value("subjects_per_investigation"))
        self.most_per_officer = int(value("subjects_per_officer"))
        self._share = float(value("boilerplate_share"))
        self._alike = int(value("boilerplate_rows"))

    def add(self, row: Row) -> None:
        """Count one row."""
        self.rows += 1
        self.ids[row.request_id] += 1
        if row.mask:
            self.masks[row.mask] += 1
        if row.investigation:
            self.investigation_rows[row.investigation] += 1
            _grow(self.per_investigation, row.investigation, row.subject, self.most_per_investigation)
        if row.order_day:
            self.order_days[row.order_day] += 1
        for key in row.recipients:
            self.officer_rows[key] += 1
            _grow(self.per_officer, key, row.subject, self.most_per_officer)

    def boilerplate(self, mask: int) -> bool:
        """Whether this text stands on too many rows: more than the share, and more than the number."""
        count = self.masks[mask] if mask else 0
        return count > self._alike and count > self._share * self.rows

    def crowded_investigation(self, investigation: str) -> bool:
        """Whether more persons than the agreement allows are asked about under this investigation."""
        return len(self.per_investigation.get(investigation, ())) > self.most_per_investigation

    def crowded_officer(self, keys: Iterable[str]) -> str:
        """The first of these roster keys that is named for more persons than one officer can engage, or ""."""
        return next((key for key in keys if len(self.per_officer.get(key, ())) > self.most_per_officer), "")

    def nothing_stands_out(self) -> bool:
        """Whether no row can have a finding from the batch around it (spares a second pass)."""
        return (
            len(self.ids) == self.rows
            and not any(self.boilerplate(mask) for mask, _ in self.masks.most_common(1))
            and all(len(found) <= self.most_per_investigation for found in self.per_investigation.values())
            and all(len(found) <= self.most_per_officer for found in self.per_officer.values())
        )

    def share(self, counts: Counter[str] | Counter[int]) -> float:
        """The share of all rows that the commonest value has (0.0 to 1.0)."""
        return max(counts.values(), default=0) / self.rows if self.rows else 0.0


def _grow(sets: dict[str, set[int]], key: str, member: int, limit: int) -> None:
    found = sets.get(key)
    if found is None:
        sets[key] = {member}
    elif len(found) <= limit:
        found.add(member)
