"""An agreement between a custodian and an agency, and the officials who may ask under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from counterfoil.errors import NotFoundError
from counterfoil.law import Citation, Office, Statute, load, read_office

KNOWN: Final = ("public", "reported", "not_found", "redacted")
"""How a term is known: read in the filed text; reported by others; looked for and not found; redacted."""


def as_day(on: date) -> date:
    """The day of a date, or of an instant in UTC."""
    if isinstance(on, datetime):
        return (on.astimezone(UTC) if on.tzinfo else on).date()
    return on


@dataclass(frozen=True, slots=True)
class Term:
    """One number or clause of an agreement, with where it comes from.

    `known` says how it is known (see KNOWN). Where the text does not give it, `value` is the default that the
    custodian uses and `sentence` says so. `withheld` is the reason why the public form leaves it out, or "".
    """

    key: str
    value: Any
    unit: str
    known: str
    source: str
    date: date
    confirmed_by_counsel: bool
    sentence: str
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which the agreement is not in force: from `starts` until before `ends` (None: open)."""

    starts: date
    ends: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A written agreement as data.

    `agencies` are keys of the agencies that may ask (see law/authorities/agencies.yaml). Dates are days;
    `ends` is the first day on which the agreement is no longer in force. A draft has neither `signed` nor
    `effective` and is never in force.
    """

    id: str
    title: str
    custodian: str
    requester: str
    agencies: tuple[str, ...]
    signed: date | None
    effective: date | None
    ends: date | None
    suspended: tuple[Suspension, ...]
    source: str
    terms: Mapping[str, Term] = field(default_factory=dict)

    def value(self, key: str) -> Any:
        """The value of a term. Raises NotFoundError when the agreement has no such term."""
        try:
            return self.terms[key].value
        except KeyError:
            raise NotFoundError(
                f"The agreement {self.id} has no term {key!r}.", "The terms are listed by: agreement show."
            ) from None

    def in_force(self, on: date) -> bool:
        """Whether the agreement is in force on a day (an instant counts by its day in UTC)."""
        day = as_day(on)
        if self.effective is None or day < self.effective or (self.ends is not None and self.ends <= day):
            return False
        return not any(s.starts <= day and (s.ends is None or day < s.ends) for s in self.suspended)

    def warns(self, on: date) -> bool:
        """Whether the agreement ends within the days of notice that it sets."""
        if self.ends is None or not self.in_force(on):
            return False
        return (self.ends - as_day(on)).days <= int(self.value("end_notice_days"))

    @property
    def parties(self) -> tuple[str, str]:
        """The custodian and the agency that asks."""
        return (self.custodian, self.requester)

    @property
    def requesting_offices(self) -> tuple[str, ...]:
        """Keys of the offices that may sign a request (see Law.authorities)."""
        return tuple(self.value("requesting_offices"))

    @property
    def statutes_named(self) -> tuple[Citation, ...]:
        """The statutes that the agreement names."""
        return tuple(Citation.parse(text) for text in self.value("statutes"))

    @property
    def purposes(self) -> tuple[Citation, ...]:
        """The statutes to which the agreement is limited; () where any designated criminal statute serves."""
        return () if self.value("other_designated_statutes") else self.statutes_named

    @property
    def storage_accepted(self) -> tuple[str, ...]:
        """Classes of storage in which an answer may be kept."""
        return tuple(self.value("storage_accepted"))

    @property
    def certifications(self) -> tuple[str, ...]:
        """Keys of the use-only texts of which a manifest must carry one."""
        return tuple(self.value("certifications"))

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels by which a batch may come."""
        return tuple(self.value("channels"))

    def reaches(self, statute: Statute) -> bool:
        """Whether the agreement reaches a criminal statute: it names it, or any designated one serves."""
        if statute.kind != "criminal":
            return False
        limits = self.purposes
        return not limits or any(n.covers(statute.citation) or statute.citation.covers(n) for n in limits)

    def office(self, text: str, name: str = "") -> Office:
        """Read the office of an official; a title alone means the head of an agency of this agreement."""
        return read_office(text, load(), name=name, within=self.agencies)

    def may_request(self, text: str, name: str = "") -> bool:
        """Whether an office, by its name, is one of those that this agreement lets sign."""
        authority = self.office(text, name).authority
        return authority is not None and authority.key in self.requesting_offices


def unsafe_in_force(agreement: Agreement, on: date) -> Agreement:
    """The same terms as though in force on a day: to compare what two agreements would say, not to act on."""
    return replace(agreement, effective=as_day(on), ends=None, suspended=())


@dataclass(frozen=True, slots=True)
class Official:
    """A requesting official as enrolled. `starts` and `ends` are the first and the last day in office."""

    id: str
    agreement: str
    name: str
    office: str
    starts: date
    ends: date | None
    key: Mapping[str, Any] = field(default_factory=dict)  # public JWK

    def holds_office(self, on: date) -> bool:
        """Whether the person holds the office on a day (an instant counts by its day in UTC)."""
        day = as_day(on)
        return self.starts <= day and (self.ends is None or day <= self.ends)
