"""What the law says, as values: codes of findings, designated statutes, authorities, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from counterfoil.law.citation import Citation

_LISTS: Final = {
    "ADDR": "MISSING PLACEHOLDER ZIP_ONLY NO_NUMBER NO_STREET INCOMPLETE MALFORMED CONTRADICTORY MULTIPLE "
    "WILDCARD UNIT_NEEDED FOREIGN THIRD_PARTY DETENTION AGENCY",
    "NAME": "MISSING INCOMPLETE PLACEHOLDER MULTIPLE MALFORMED WILDCARD",
    "PERIOD": "MISSING VAGUE FUTURE EXCESSIVE MALFORMED",
    "STATUTE": "MISSING VAGUE CIVIL TAX NOT_FEDERAL UNKNOWN FACTS FACTS_90DAY FACTS_CLASS",
    "ORDER": "MISSING MALFORMED",
    "REASON": "MISSING GENERIC BOILERPLATE CIVIL IRRELEVANT OTHER_PURPOSE TAX",
    "SIGNER": "NOT_AUTHORISED DELEGATE EXPIRED NOT_FEDERAL",
    "ROSTER": "MISSING GROUP CONTRACTOR NOT_ENGAGED OTHER_AGENCY IMPLAUSIBLE",
    "BATCH": "COUNT HASH OVER_CAP DUPLICATE DRAGNET MALFORMED",
    "REQUEST_ID": "MALFORMED DUPLICATE",
}
_SINGLE: Final = (
    "ID_MALFORMED OVERSUPPLY NO_INVESTIGATION INVESTIGATION_CLOSED INVESTIGATION_IMPLAUSIBLE NOT_IN_WRITING "
    "SIGNATURE_INVALID SIGNATURE_STALE CERT_MISSING STORAGE_UNSAFE CHANNEL_UNREGISTERED "
    "AGREEMENT_NOT_IN_FORCE SAFEGUARDS_NOT_MET PROBING HELD_COURT_ORDER"
)

CODES: Final[tuple[str, ...]] = (
    *(f"{group}_{name}" for group, names in _LISTS.items() for name in names.split()),
    *_SINGLE.split(),
)
"""The closed list of codes that a finding can have. A law folder holds each exactly once."""

SCOPES: Final = ("request", "batch", "gate")
EFFECTS: Final = ("refuse", "hold")
KINDS: Final = ("criminal", "civil", "tax")
FACTS: Final = (
    "removal_order",
    "ninety_days",
    "class_1227a",
    "prior_removal",
    "found_date",
    "entry_date",
)
"""Names of the facts that a statute can ask of a request."""


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of deficiency: what it is, on what law, and how to mend the request.

    `scope` is what it stops: one request, the whole batch, or (gate) everything from the agency for now.
    `message` and `remedy` speak of the request and never of the custodian's file.
    """

    id: str
    field: str
    scope: str
    effect: str
    citation: tuple[str, ...]
    message: str
    remedy: str
    source: str
    confirmed_by_counsel: bool


@dataclass(frozen=True, slots=True)
class Statute:
    """One provision: criminal (may be designated), civil or tax, from `effective` until before `repealed`.

    `facts` names what a request under it must show (see FACTS). `effective` is the day from which the
    table relies on the provision; `source` says what was read.
    """

    citation: Citation
    kind: str
    sentence: str
    effective: date
    repealed: date | None
    facts: tuple[str, ...]
    source: str
    confirmed_by_counsel: bool

    def in_force(self, on: date) -> bool:
        """Whether the table relies on the provision on that day."""
        return self.effective <= on and (self.repealed is None or on < self.repealed)


@dataclass(frozen=True, slots=True)
class Setting:
    """One number or switch of the law or of practice, with where it comes from."""

    key: str
    value: int | bool | str
    unit: str
    source: str
    date: date
    confirmed_by_counsel: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Authority:
    """One office that 26 USC 6103(i)(2)(A) lets ask: head of an agency, inspector general, listed official.

    `patterns` recognise its title in normal form: the titles of the agency's head where `agency` is set (the
    text must name that agency too), regular expressions over the whole text where it is "".
    """

    key: str
    office: str
    kind: str
    agency: str
    patterns: tuple[str, ...]
    citation: str
    source: str


@dataclass(frozen=True, slots=True)
class Agency:
    """One federal agency and the names it goes by; `parent` is the department it belongs to."""

    key: str
    name: str
    names: tuple[str, ...]
    parent: str | None
    shared_name: bool  # states have offices of that name too


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word classes that tell what kind of office a text names; patterns over the normal form."""

    fillers: frozenset[str]
    acting: tuple[str, ...]
    former: tuple[str, ...]
    delegate: tuple[str, ...]
    non_federal: Mapping[str, tuple[str, ...]]
    rewrites: Mapping[str, str]
    places: tuple[str, ...]
    always_outside: tuple[str, ...]  # classes of `non_federal` that no Federal agency has


@dataclass(frozen=True, slots=True)
class Law:
    """All of the law as read from one folder; nothing in it can be changed."""

    codes: Mapping[str, Code]
    statutes: tuple[Statute, ...]
    authorities: Mapping[str, Authority]
    settings: Mapping[str, Setting]
    agencies: Mapping[str, Agency]
    lexicon: Lexicon
    index: Mapping[Citation, tuple[Statute, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the statutes: a look-up walks up from the provision to its title."""
        index: dict[Citation, tuple[Statute, ...]] = {}
        for statute in self.statutes:
            index[statute.citation] = (*index.get(statute.citation, ()), statute)
        object.__setattr__(self, "index", MappingProxyType(index))

    def statute(self, citation: Citation, on: date) -> Statute | None:
        """The closest entry in force on that day that covers the citation, or None when none does."""
        at: Citation | None = citation
        while at:
            for statute in reversed(self.index.get(at, ())):
                if statute.in_force(on):
                    return statute
            at = at.parent
        return None

    def parts(self, citation: Citation, on: date) -> tuple[Statute, ...]:
        """Entries in force that lie within the citation: `8 USC 1325` has criminal and civil parts."""
        return tuple(s for s in self.statutes if s.in_force(on) and citation.covers(s.citation))

    def value(self, key: str) -> int | bool | str:
        """The value of a setting; KeyError when there is no such setting."""
        return self.settings[key].value


@dataclass(frozen=True, slots=True)
class Finding:
    """One deficiency of one request or batch. `detail` speaks of the request only, never of a record."""

    code: str
    field: str
    detail: str = ""

    def explain(self, law: Law) -> dict[str, str]:
        """The finding for a person: code, field, message, citation and remedy."""
        code = law.codes[self.code]
        message = f"{code.message} {self.detail}" if self.detail else code.message
        return {
            "code": self.code,
            "field": self.field,
            "message": message,
            "citation": "; ".join(code.citation),
            "remedy": code.remedy,
        }
