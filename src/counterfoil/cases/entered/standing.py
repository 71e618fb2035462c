"""What was entered and stands: a row of the database is believed only where the ledger's entry says the same.

Whoever can write to the database could lift an order there, enter an override, an official, an officer or a safeguard
status, or add an approval of a batch or the lifting of its hold. Each of these rows names its entry; an entry takes the
ledger's keys, and is under the next signed checkpoint. So a forged row stops every step that would rest on it. What was
taken away is found by `problems`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from counterfoil import agreement as agreements
from counterfoil.cases.agreements import agreement_in_use
from counterfoil.cases.entered.found import agrees
from counterfoil.cases.entered.tokens import wrong_tokens
from counterfoil.cases.office import Office
from counterfoil.errors import CounterfoilError, IntegrityError, NotFoundError
from counterfoil.examination import Override
from counterfoil.ledger.entry import read_leaf
from counterfoil.office import convert, models
from counterfoil.office.ledger_store import DatabaseStore

if TYPE_CHECKING:
    from counterfoil.ledger import Entry, Ledger

ORDER, OVERRIDE, OFFICIAL = "order", "override", "official"
TYPES = (
    "stay", "stay_lifted", "override", "official", "officer", "safeguards", "agreement",
    "examination", "hold_lifted", "approval",
)  # fmt: skip
"""Types of entries that have a record in the database each."""

CHUNK = 1_000
"""Rows of examinations read at a time."""

Line = dict[str, Any]


class Standing:
    """What stands now, or stood before the ledger's entry `before`.

    Every method raises IntegrityError where the database says something that the ledger does not.
    """

    def __init__(self, office: Office, before: int | None = None) -> None:
        self._office = office
        self._before = before
        self._officers: dict[str, int] = {}

    def orders(self) -> list[agreements.Order]:
        """The court orders, oldest first, each with the instant at which it was lifted if it was."""
        return [order for order, _document in self.documented_orders()]

    def documented_orders(self) -> list[tuple[agreements.Order, Line]]:
        """The same, each with its document.

        `agreement.read_order` reads the document of an order that was in force at any instant: one that was lifted
        before it took effect says so, and no document that is entered may.
        """
        ended = self._ended(ORDER)
        lifted = [(row, _at(ended.get(row.id))) for row in self._orders()]
        return [(convert.order(row, at), convert.order_document(row, at)) for row, at in lifted]

    def overrides(self) -> list[tuple[models.Override, datetime | None]]:
        """Counsel's overrides, oldest first, each with the instant at which it was ended early."""
        ended = self._ended(OVERRIDE)
        found = []
        for row in models.Override.objects.order_by("at", "id"):
            if self._is_later(row.entry):
                continue
            what = f"override {row.id} was entered so"
            self._require(row.entry, what, {"type": "override", "override": row.id}, {"document": row.document})
            found.append((row, _at(ended.get(row.id))))
        return found

    def acts(self) -> tuple[Override, ...]:
        """The same as an examination takes them."""
        return tuple(convert.override(row, ended) for row, ended in self.overrides())

    def safeguards(self) -> models.Safeguards | None:
        """The newest status of the recipient's safeguards, None where none was recorded."""
        rows = models.Safeguards.objects.exclude(entry=None).order_by("-entry", "-id")
        row = next((row for row in rows.iterator() if not self._is_later(row.entry)), None)
        if row is not None:
            self._require(row.entry, "the safeguards are so", {"type": "safeguards"}, {"status": row.document})
        return row

    def official(self, official_id: str) -> agreements.Official | None:
        """An official with the last day in office, None where none of that id is enrolled."""
        row = models.Official.objects.filter(id=official_id).first()
        if row is None:
            return None
        last = self._ended(OFFICIAL).get(row.id)
        entry = self._enrolment(row) if row.entry is None else row.entry
        if self._is_later(entry):
            return None
        public = {"type": "official", "official": self._office.pseudonym(row.id), "agreement": row.agreement}
        facts = {"id": row.id, "name": row.name, "office": row.office, "starts": str(row.starts)}
        told = self._require(entry, f"official {row.id} was enrolled so", public, facts)
        if told.get("key", row.key) != row.key or (row.entry is not None and _day(told, row.ends) != row.ends):
            raise _contradiction(f"official {row.id} was enrolled so")
        return convert.official(row, last.last_day if last else _day(told, row.ends))

    def require_officer(self, row: models.Officer) -> int:
        """The entry by which an officer of the custodian was entered, under that name."""
        what = f"officer {row.id} was entered so"
        public = {"type": "officer", "by": self._office.pseudonym(row.id)}
        entry = (
            DatabaseStore().first_with(*(f'"{name}":"{value}"' for name, value in public.items()))
            if row.entry is None
            else row.entry
        )
        told = self._require(entry, what, public, {"id": row.id})
        if entry is None or told.get("name", row.name).strip() != row.name.strip():
            raise _contradiction(what)
        return entry

    def ended(self, kind: str, of: str) -> models.Ending | None:
        """The end that counts of one order, override or official."""
        return self._ended(kind).get(of)

    def require_decided(self, examination: models.Examination) -> None:
        """That the ledger tells of this examination, of the lifting of its hold, and of each of its approvals.

        An act on an earlier examination does not count for this one, nor does one of an officer who was not entered
        before it, and an entry and an officer count once, whatever the tables still refuse. A few entries are read,
        however many requests the batch has.
        """
        self.require_examined(examination)
        batch, counted = examination.batch_id, set[object]()
        for row, kind, what, disclosed in _acts_on(examination):
            acted = {row.entry, (kind, row.officer_id)}
            if row.entry < examination.entry or acted & counted:
                raise _contradiction(what)
            counted |= acted
            public = {"type": kind, "batch": batch, "by": self._office.pseudonym(row.officer_id)}
            self._require(row.entry, what, public, {"officer": row.officer_id, **disclosed})
            if self._entered(row.officer_id, what) > row.entry:
                raise _contradiction(what)

    def require_examined(self, examination: models.Examination) -> None:
        """That the ledger tells of this examination, with what it found."""
        batch = examination.batch_id
        what = f"batch {batch} was examined so"
        public = {"type": "examination", "batch": batch, "rule_set": examination.rule_set}
        disclosed = {"gates": examination.gates, "asked": examination.asked}
        if not agrees(examination, self._require(examination.entry, what, public, disclosed)):
            raise _contradiction(what)

    def _entered(self, officer_id: str, what: str) -> int:
        """The entry of an officer who acted."""
        if officer_id not in self._officers:
            row = models.Officer.objects.filter(id=officer_id).first()
            if row is None:
                raise IntegrityError(f"The database says that {what}, and has no officer {officer_id}.", _DO)
            self._officers[officer_id] = self.require_officer(row)
        return self._officers[officer_id]

    def _orders(self) -> Iterator[models.CourtOrder]:
        for row in models.CourtOrder.objects.order_by("at", "id"):
            if self._is_later(row.entry):
                continue
            what = f"order {row.id} was entered so"
            if not self._require(row.entry, what, {"type": "stay", "order": row.id}, {"document": row.document}):
                self._hold_to_public_terms(row, what)
            yield row

    def _hold_to_public_terms(self, row: models.CourtOrder, what: str) -> None:
        """Compare an order whose entry was expunged with what is left: its public part.

        An older version's entry does not say when the order ends by its own terms: then it has not ended.
        """
        assert row.entry is not None  # it was read
        terms = public_terms(agreements.read_order(row.document))
        if "lifted" in terms and "lifted" not in self._ledger.read(row.entry).public:
            del terms["lifted"]
            row.document = {**row.document, "lifted": None}
        self._require(row.entry, what, terms, {})

    def _ended(self, kind: str) -> dict[str, models.Ending]:
        found = {
            row.of: row
            for row in models.Ending.objects.filter(kind=kind).order_by("entry")
            if not self._is_later(row.entry)
        }
        for row in found.values():
            public, disclosed = self._words(row)
            self._require(row.entry, f"{kind} {row.of} {_SAID[kind]}", public, disclosed)
        return found

    def _words(self, row: models.Ending) -> tuple[Line, Line]:
        """What the ledger's entry of an ending must say."""
        if row.kind == ORDER:
            return {"type": "stay_lifted", "order": row.of}, {}
        if row.kind == OVERRIDE:
            return {"type": "override", "override": row.of}, {"ended": True}
        public = {"type": "official", "official": self._office.pseudonym(row.of)}
        return public, {"id": row.of, "ends": str(row.last_day or "")}

    def _enrolment(self, row: models.Official) -> int | None:
        """The entry of an official whom an older version enrolled: the newest that is no ending's."""
        endings = set(models.Ending.objects.filter(kind=OFFICIAL, of=row.id).values_list("entry", flat=True))
        found = [
            index
            for index, leaf in DatabaseStore().leaves_with(f'"official":"{self._office.pseudonym(row.id)}"')
            if read_leaf(leaf).public["type"] == "official" and index not in endings
        ]
        return max((index for index in found if not self._is_later(index)), default=found[0] if found else None)

    def _is_later(self, entry: int | None) -> bool:
        return self._before is not None and entry is not None and entry >= self._before

    def _require(self, entry: int | None, what: str, public: Line, disclosed: Line) -> Mapping[str, Any]:
        """What the ledger's entry discloses, {} where that was destroyed: then its public part alone speaks."""
        try:
            said = self._read(-1 if entry is None else entry)
        except NotFoundError:
            raise _contradiction(what) from None
        told = said.disclosed
        wrong = any(told.get(name) != value for name, value in disclosed.items()) if told else False
        if wrong or any(said.public.get(name) != value for name, value in public.items()):
            raise _contradiction(what)
        return told

    def _read(self, entry: int) -> Entry:
        return self._ledger.read(entry)

    @cached_property
    def _ledger(self) -> Ledger:
        return self._office.ledger()


class _Public(Standing):
    """The same by the public parts of entries that were read before: what is held to the ledger in its thousands."""

    def __init__(self, office: Office, entries: Mapping[int, Mapping[str, Any]]) -> None:
        super().__init__(office)
        self._entries = entries

    def _read(self, entry: int) -> Entry:
        from counterfoil.ledger import Entry

        return Entry(self._entries.get(entry, {}), {})


_SAID = {ORDER: "was lifted", OVERRIDE: "was ended", OFFICIAL: "has another last day"}


def public_terms(order: agreements.Order) -> Line:
    """What an auditor needs of an order to judge the answers given under it; a filed order is public."""
    ends = order.lifted if order.lifted is not None and order.lifted.tzinfo is not None else None  # else it binds on
    fields = {
        "forbids": list(order.forbids),
        "parties": list(order.parties),
        "effective": _instant(order.effective),
        "lifted": "" if ends is None else _instant(ends),
        "except": [str(statute) for statute in order.statutes],
        "supersedes": order.supersedes or "",
    }
    return {name: value for name, value in fields.items() if value}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def problems(office: Office) -> list[str]:
    """What the database and the ledger do not tell alike, in sentences: what was forged, and what was taken away."""
    accounted = _accounted()
    leaves = DatabaseStore().leaves_with(*(f'"type":"{kind}"' for kind in TYPES))
    entries = {index: read_leaf(leaf).public for index, leaf in leaves}
    found = list(
        dict.fromkeys((*_forged(office), *_undecided(_Public(office, entries)), *_found_otherwise(Standing(office))))
    )
    found += wrong_tokens()
    officers = {office.pseudonym(one) for one in models.Officer.objects.values_list("id", flat=True)}
    older = {office.pseudonym(row.id) for row in models.Official.objects.filter(entry=None)}
    older |= {row.sha256 for row in models.Adoption.objects.filter(entry=None)}
    for index, public in entries.items():
        known = index in accounted or not older.isdisjoint((public.get("official"), public.get("sha256")))
        if public["type"] == "officer":
            known = public.get("by", "") in officers
        if not known:
            name = public.get("order") or public.get("override") or public.get("batch") or ""
            found.append(f"The ledger has entry {index} ({public['type']} {name}".rstrip() + "), and the database not.")
    found += [
        f"The database has a record of entry {index}, which is of another kind." for index in accounted - set(entries)
    ]
    return found


def _forged(office: Office) -> Iterator[str]:
    """What rows say that the ledger does not."""
    standing = Standing(office)
    ids = models.Official.objects.values_list("id", flat=True)
    looks: list[Callable[[], object]] = [standing.orders, standing.overrides, standing.safeguards]
    looks += [partial(standing.official, one) for one in ids]
    looks += [partial(standing.require_officer, row) for row in models.Officer.objects.order_by("id")]
    adopted = models.Adoption.objects.values_list("agreement", flat=True)
    looks += [partial(agreement_in_use, one) for one in dict.fromkeys(adopted)]
    for look in looks:
        yield from _failed(look)


def _undecided(standing: Standing) -> Iterator[str]:
    """What of examinations, lifted holds and approvals the ledger does not tell, each batch in its turn."""
    rows = models.Examination.objects.defer("findings").prefetch_related("approvals", "lift").order_by("id")
    seen: set[int] = set()
    for row in rows.iterator(chunk_size=CHUNK):
        yield from _failed(partial(standing.require_decided, row))
        if row.entry in seen:
            yield _contradiction(f"batch {row.batch_id} was examined so").what
        seen.add(row.entry)


def _found_otherwise(standing: Standing) -> Iterator[str]:
    """What examinations found that the ledger does not tell: one at a time, for each may be large."""
    for number in models.Examination.objects.order_by("id").values_list("id", flat=True):
        yield from _failed(partial(standing.require_examined, models.Examination.objects.get(id=number)))


def _failed(look: Callable[[], object]) -> Iterator[str]:
    try:
        look()
    except CounterfoilError as error:
        yield error.what


def require_decided(office: Office, examination: models.Examination) -> None:
    """Raise IntegrityError where the ledger does not tell of a batch's newest examination and of the acts on it.

    Each entry of an examination has one row, and the newest row is of the newest entry.
    """
    same = models.Examination.objects.filter(batch=examination.batch_id, entry__gte=examination.entry)
    if same.count() != 1:
        raise _contradiction(f"batch {examination.batch_id} was examined so")
    Standing(office).require_decided(examination)


def _acts_on(examination: models.Examination) -> Iterator[tuple[Any, str, str, Line]]:
    """What officers did on it: the row, the type of its entry, in words, and what the entry also discloses."""
    lift = getattr(examination, "lift", None)
    if lift is not None:
        what = f"a hold of batch {examination.batch_id} was lifted by {lift.officer_id}"
        yield lift, "hold_lifted", what, {"reason": lift.reason}
    for row in examination.approvals.all():
        yield row, "approval", f"batch {examination.batch_id} was approved by {row.officer_id}", {}


def _accounted() -> set[int]:
    """The entries that have a record in the database."""
    found: set[int | None] = set(models.Ending.objects.values_list("entry", flat=True))
    for table in (
        models.CourtOrder, models.Override, models.Official, models.Safeguards, models.Adoption,
        models.Examination, models.HoldLift, models.Approval,
    ):  # fmt: skip
        found.update(table._default_manager.values_list("entry", flat=True))
    return {entry for entry in found if entry is not None}


def _at(ending: models.Ending | None) -> datetime | None:
    return ending.at if ending else None


def _day(told: Mapping[str, Any], otherwise: date | None) -> date | None:
    """The last day in office that an entry tells; where it was destroyed, the database's."""
    if "ends" not in told:
        return otherwise
    return date.fromisoformat(told["ends"]) if told["ends"] else None


def _contradiction(what: str) -> IntegrityError:
    return IntegrityError(f"The database says that {what}, and the ledger does not.", _DO)


_DO = "Nothing was done. Keep the files as they are, run `counterfoil doctor`, and tell the auditors."
