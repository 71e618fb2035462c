"""A request read once: every text turned into what it says, so that each rule is a few lines.

Reading depends on the request, the law and the agreement, never on another row. Texts that many rows share
(statutes, years, masked reasons) are read once and remembered.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple

from counterfoil import address as addresses
from counterfoil import person as persons
from counterfoil.address import Address
from counterfoil.errors import InputError
from counterfoil.examination.context import Context
from counterfoil.examination.dates import Day, read_day
from counterfoil.examination.periods import Period, read_period
from counterfoil.examination.reason.reasons import Reason, read_reason
from counterfoil.examination.reason.wording import names_of
from counterfoil.examination.reason.wording import wording as worded
from counterfoil.examination.roster import Recipients, Roster, agency_test
from counterfoil.examination.statutes import Cited, read_grounds, read_statutes
from counterfoil.examination.texts import fold, lexicon, says_nothing, words
from counterfoil.law import Citation, Law
from counterfoil.person import Name
from counterfoil.request import Request

_CACHE: Final = 65536
_PARTICLES: Final = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "Y"})
_ECHOES: Final = 4  # values of other cells; a reason may well give the order's date and the case
_POINTERS: Final = frozenset(
    ("see", "same", "above", "attached", "file", "enclosed", "case", "record")
)  # a reason elsewhere: general


class Investigation(NamedTuple):
    """The investigation of a request: its id folded ("" for a stand-in), and whether it is a stand-in."""

    id: str
    stand_in: bool


class Reading:
    """What one request says. Dates are `Day`s, tokens are folded; nothing here comes from a record.

    A `Reader` fills it.
    """

    request: Request
    today: date
    address: Address
    address_faults: tuple[str, ...]
    name: Name
    name_faults: tuple[str, ...]
    cited: tuple[Cited, ...]
    facts: frozenset[str]  # what the designated statutes cited ask for
    period: Period
    ordered: Day
    review: Day
    prior_removal: Day
    found: Day
    entry: Day
    born: Day
    reason: Reason | None  # None where no reason is given
    masked: str | None  # the reason with names, numbers and dates masked
    investigation: Investigation
    recipients: Recipients


class Reader:
    """Reads the requests of one batch, under one law and agreement."""

    def __init__(self, context: Context) -> None:
        self._law: Law = context.law
        self._today = context.on.date()
        agreement, manifest = context.agreement, context.manifest
        self._purposes = () if agreement.value("other_designated_statutes") else agreement.purposes
        self._order_always = bool(agreement.value("final_order_always"))
        of_agency = agency_test(context.law, agreement.agencies)
        self._roster = Roster(manifest.roster if manifest else None, of_agency)
        self._statutes: dict[str, tuple[tuple[Cited, ...], frozenset[str]]] = {}
        self._kinds: dict[str, str] = {}

    def read(self, request: Request) -> Reading:
        """Read one request. Never raises, whatever it holds."""
        said = Reading()
        said.request, said.today = request, self._today
        said.address = addresses.parse(request.address)
        said.address_faults = addresses.faults(said.address)
        said.name = persons.parse(request.name)
        said.name_faults = persons.faults(said.name)
        if "ADDR_THIRD_PARTY" in said.address_faults and _is_addressed(said.name, addresses.addressee(said.address)):
            said.address_faults = tuple(code for code in said.address_faults if code != "ADDR_THIRD_PARTY")
        said.cited, said.facts = self.statutes(request.statute)
        said.period = read_period(request.tax_years)
        said.ordered = read_day(request.removal_order_date)
        said.review = _review(request.judicial_review_decided)
        said.prior_removal = read_day(request.prior_removal_date)
        said.found = read_day(request.found_date)
        said.entry = read_day(request.entry_date)
        said.born = read_day(request.date_of_birth)
        said.reason, said.masked = self._reason(request)
        said.investigation = _investigation(request.investigation_id)
        said.recipients = self._roster.recipients(request.recipients)
        return said

    def statutes(self, text: str) -> tuple[tuple[Cited, ...], frozenset[str]]:
        """The provisions that a cell cites, and the facts that the designated ones among them ask for."""
        found = self._statutes.get(text)
        if found is None:
            if len(self._statutes) > _CACHE:
                self._statutes.clear()
            cited = read_statutes(text, self._law, self._today, self._purposes)
            facts = {fact for c in cited if c.statute for fact in c.statute.facts}
            if self._order_always and any(c.kind == "designated" for c in cited):
                facts.add("removal_order")
            found = self._statutes[text] = (cited, frozenset(facts))
        return found

    def _reason(self, request: Request) -> tuple[Reason | None, str | None]:
        if says_nothing(request.reason) and _POINTERS.isdisjoint(words(request.reason)):
            return None, None
        lines = (request.address_line1, request.city)
        names = names_of(request.given_name, request.middle_name, request.surname, lines=lines, years=request.tax_years)
        wording = worded(request.reason, names, request.investigation_id.strip(), self.kind_of)
        return read_reason(wording.said, echoes=_echoes(request)), wording.mask

    def kind_of(self, text: str) -> str:
        """What a citation inside a reason is: "criminal", "civil", "tax", or "law" for one that is no ground."""
        found = self._kinds.get(text)
        if found is None:
            if len(self._kinds) > _CACHE:
                self._kinds.clear()
            found = self._kinds[text] = _kind_of(text, self._law, self._today)
        return found


def _is_addressed(name: Name, named: tuple[str, ...]) -> bool:
    """Whether an attention line or C/O names the person that is asked about, and nobody else: ATTN: RITA ROE."""
    surnames = {*name.surnames, *name.surname_cores}
    own = {*name.forenames, *surnames, *(part[0] for part in name.forenames if part), name.suffix} | _PARTICLES
    return own.issuperset(named) and not surnames.isdisjoint(named) and not {*name.forenames}.isdisjoint(named)


def _echoes(request: Request) -> bool:
    """Whether its reason repeats many values of the request's other cells."""
    reason = fold(request.reason)
    cells = [cell for cell in _cells(request) if len(cell) > 3]
    left, wanted = len(cells), _ECHOES
    for cell in cells:
        if left < wanted:
            return False
        left -= 1
        if fold(cell) in reason and len(cell.strip()) > 3:
            wanted -= 1
    return wanted <= 0


_cells: Final = attrgetter(
    "surname", "address_line1", "city", "postal_code", "statute", "investigation_id", "removal_order_date",
    "removal_order_case", "removal_ground", "tax_years", "prior_removal_date", "found_date", "entry_date",
    "date_of_birth", "tin", "investigation_status",
)  # fmt: skip


def _kind_of(text: str, law: Law, today: date) -> str:
    citation = _citation(text)
    if citation is None:
        return "criminal"
    if citation.title == 26:
        return "law" if citation.section.startswith("6103") else "tax"
    statute = law.statute(citation, today)
    kinds = {statute.kind} if statute else {part.kind for part in law.parts(citation, today)}
    if kinds == {"civil"}:
        return "civil"
    return "tax" if kinds == {"tax"} else "criminal"


def _citation(text: str) -> Citation | None:
    """A citation in running text; a bare section ("section 1326") is taken to be of title 8."""
    plain = fold(text).strip(" .,;")
    for attempt in (plain, "8 usc " + plain.lstrip("§ ").removeprefix("sections").removeprefix("section").strip(" .")):
        try:
            return Citation.parse(attempt)
        except InputError:
            continue
    return None


_SPREADSHEET: Final = re.compile(
    r"=.*|[0-9](?:[.,][0-9]+e\+?|e\+)[0-9]{1,3}|#(?:ref|n/a|name|value|num|null|div/0)[!?]?"
)
_NOT_REVIEWED: Final = re.compile(
    r"no|none|n|false|n/?a|not applicable|not (?:judicially )?(?:reviewed|sought|appealed)|never (?:reviewed|appealed)"
    r"|(?:no|without) (?:judicial |court |further )?(?:review|appeal|petition)(?: [a-z ]*)?"
)
_UNDECIDED: Final = re.compile(r"\b(?:yet|pending|decision|decided|ruling|unknown|pend\w*|still)\b")


@lru_cache(maxsize=4096)
def _review(text: str) -> Day:
    """The day of the court's decision. "No" and "not reviewed" say that there was none: the same as a blank."""
    low = fold(text).strip(" .")
    if not _UNDECIDED.search(low) and _NOT_REVIEWED.fullmatch(low):
        return read_day("")
    return read_day(text)


@lru_cache(maxsize=_CACHE)
def _investigation(text: str) -> Investigation:
    if not text.strip():
        return Investigation("", stand_in=False)
    folded = fold(text)
    letters = [c for c in folded if c.isalnum()]
    if says_nothing(text) or len(set(letters)) <= 1 or _SPREADSHEET.fullmatch(folded):
        return Investigation("", stand_in=True)
    if _no_identifier().issuperset(words(text)):
        return Investigation("", stand_in=True)  # words about an investigation, and no identifier of one
    return Investigation(" ".join(folded.replace("-", " ").replace("/", " ").split()), stand_in=False)


@lru_cache(maxsize=1)
def _no_identifier() -> frozenset[str]:
    return frozenset(lexicon("placeholders")["no_identifier"])


@lru_cache(maxsize=16384)
def grounds(text: str) -> tuple[Citation, ...]:
    """The grounds of a removal order that a request names."""
    return read_grounds(text)
