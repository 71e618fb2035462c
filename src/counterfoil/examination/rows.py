"""One request of a batch, judged by itself: what a row's findings are is the same whoever judges it, and when."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from counterfoil import address as addresses
from counterfoil import person as persons
from counterfoil.agreement import orders_in_force
from counterfoil.examination.context import Context
from counterfoil.examination.gates.held_court_order import held_court_order, held_request
from counterfoil.examination.reading import Reader, Reading
from counterfoil.examination.rulebook import order_of, rulebook
from counterfoil.examination.tally import Row
from counterfoil.examination.unread import of_what_was_read
from counterfoil.law import Finding
from counterfoil.request import Request

CUSTODY = frozenset({"ADDR_DETENTION", "ADDR_AGENCY"})
NONE: tuple[Finding, ...] = ()

_SHARED_MOST = 50_000  # lists of findings that are kept once for all rows that have them


Asked = tuple[str, tuple[str, ...], str, str, str, str, str, str]
"""The first eight parts of an `Ask`, as tokens; the others are the batch's, and the place in it."""


_Person = tuple[str, tuple[str, ...]]  # `persons.identity`


class Judged(NamedTuple):
    """What was found of one request, and what its batch must remember of it."""

    findings: tuple[Finding, ...]
    to_review: bool
    row: Row
    asked: Asked | None
    reading: Reading


class Judge:
    """Judges the requests of one batch, each by itself. Never raises on what a request holds."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._reader = Reader(context)
        self._token = lru_cache(maxsize=16384)(context.token)  # of what many rows share
        self._rules = tuple(rulebook().rules.values())
        self._orders = bool(orders_in_force(context.orders, context.on)) and not held_court_order(context)
        self._custody_to_review = context.lifted("complete_custody_to_review")
        self._shared: dict[tuple[Finding, ...], tuple[Finding, ...]] = {}

    def judge(self, request: Request) -> Judged:
        """Judge one request."""
        reading, context = self._reader.read(request), self._context
        found = [finding for rule in self._rules if (finding := rule(reading, context))]
        found += [Finding(code, "address") for code in reading.address_faults if not _again(code, found)]
        found += [Finding(code, "name") for code in reading.name_faults]
        if request.malformed:
            found = of_what_was_read(found, request)
        refused = bool(found)
        if self._orders and (held := held_request(reading.cited, context)):
            found.append(held)
        to_review = self._custody_to_review and refused and {finding.code for finding in found} <= CUSTODY
        person = persons.identity(reading.name)
        asked = None if refused else self._asked(reading, person)
        findings = self._once(in_order(found)) if found else NONE
        return Judged(findings, to_review, _row(reading, person), asked, reading)

    def _asked(self, reading: Reading, person: _Person) -> Asked:
        """What a later examination must know of this request."""
        token, often = self._context.token, self._token
        given, surnames = person
        tin = "".join(filter(str.isdigit, reading.request.tin))
        return (
            often(f"given:{given}"),
            tuple([often(f"surname:{surname}") for surname in surnames]),
            token(f"born:{reading.born.day}") if reading.born.day else "",
            token(f"tin:{tin}") if tin else "",
            token(f"address:{addresses.delivery_key(reading.address)}"),
            often("years:" + " ".join(map(str, reading.period.years))),
            token(f"investigation:{reading.investigation.id}"),
            token(f"question:{_question(reading)}"),
        )

    def _once(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        if len(self._shared) >= _SHARED_MOST:
            return findings
        return self._shared.setdefault(findings, findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of the closed list of codes."""
    return tuple(sorted(findings, key=lambda finding: order_of(finding.code)))


def number_of(text: str) -> int:
    """A number that stands for a text (64 bits, never 0): the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1


def _question(reading: Reading) -> str:
    """All that the registry is asked with, and the investigation: the same text is the same question."""
    who, where = persons.reading_key(reading.name), addresses.reading_key(reading.address)
    rest = (str(reading.born.day), reading.request.tin, *map(str, reading.period.years), reading.investigation.id)
    return "\n".join((who, where, *rest))


def _again(code: str, found: list[Finding]) -> bool:
    return any(finding.code == code for finding in found)


def _row(reading: Reading, person: _Person) -> Row:
    request = reading.request
    return Row(
        request_id=request.request_id,
        subject=_subject(reading, person),
        mask=number_of(reading.masked) if reading.masked is not None else 0,
        investigation=reading.investigation.id,
        recipients=reading.recipients.keys,
        order_day=reading.ordered.day.toordinal() if reading.ordered.day else 0,
    )


def _subject(reading: Reading, person: _Person) -> int:
    """Who is counted as one person: the name as folded, with date of birth and tax number where given."""
    given, surnames = person
    tin = "".join(filter(str.isalnum, reading.request.tin))
    return number_of("\n".join((str(reading.born.day), tin, given, *surnames)))
