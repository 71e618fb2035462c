"""Answer a portion of a batch: its rows of the answer, and the entries that account for them.

What 5 USC 552a(c)(1) and 26 USC 6103(p)(3)(A) ask an accounting to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from counterfoil import law
from counterfoil.answer.compose import row_bytes
from counterfoil.answer.outcome import Came, Outcome, Row
from counterfoil.cases.portions.ledger import Made, made
from counterfoil.cases.portions.stored import Sealing, Stored, records_of
from counterfoil.examination import tax_years
from counterfoil.ledger import Entry
from counterfoil.request.record import picker

AUTHORITY = "26 USC 6103(i)(2)"
ANSWERED = (Outcome.CONFIRMED, Outcome.NO_CONFIRMATION)

Said = Came
"""The outcome of a request, and codes where it was refused or held."""


class Reply(NamedTuple):
    """What all answers to one batch have in common."""

    batch: str
    first: int  # the entry of its first request
    time: datetime
    rule_set: str
    requester: str
    employees: tuple[str, ...]


class Replied(NamedTuple):
    """Entries, rows of the answer as JSON with a comma between, and what the answered requests cited."""

    made: Made
    rows: bytes
    statutes: set[str]
    years: set[int]


def reply(sealing: Sealing, start: int, to: Reply, portion: list[Stored], said: Sequence[Said]) -> Replied:
    """The answers to a portion; their entries are for the indices from `start` on."""
    requests = [Asked(position, *_asked(record)) for position, record in records_of(sealing, to.first, portion)]
    rows = [Row(request.request_id, *one) for request, one in zip(requests, said, strict=True)]
    cited = {(one.statute, one.tax_years) for one, row in zip(requests, rows, strict=True) if row.outcome in ANSWERED}
    return Replied(
        made(sealing, start, to.time, _entries(to, requests, rows)),
        b",\n".join([row_bytes(row) for row in rows]),
        {canonical(statute) for statute, _ in cited},
        {year for _, years in cited for year in tax_years(years)},
    )


class Asked(NamedTuple):
    """What of a request its answer and the accounting for it name."""

    position: int
    request_id: str
    statute: str
    tax_years: str
    investigation_id: str
    recipients: str


_asked = picker(*Asked._fields[1:])


def _entries(to: Reply, requests: list[Asked], rows: list[Row]) -> Iterator[Entry]:
    for request, row in zip(requests, rows, strict=True):
        yield Entry.at(
            to.time,
            "answer",
            {
                "codes": row.codes,
                "cited": request.statute,
                "period": request.tax_years,
                "purpose": request.investigation_id,
                "requester": to.requester,
                "recipients": request.recipients,
                "employees": to.employees,
            },
            batch=to.batch,
            request=to.first + request.position,
            authority=AUTHORITY,
            rule_set=to.rule_set,
            outcome=row.outcome.value,
            **_cited(request, row),
        )


def _cited(request: Asked, row: Row) -> dict[str, str]:
    """The statute in its canonical form, where the request named one that can be read; never a requester's text."""
    cited = canonical(request.statute) if row.outcome is not Outcome.REFUSED else ""
    return {"statute": cited} if cited else {}


@lru_cache(maxsize=4096)
def canonical(statute: str) -> str:
    """A cited statute in its one form; several are joined; "" where none can be read."""
    return "; ".join(dict.fromkeys(str(citation) for citation in law.citations_in(statute)))
