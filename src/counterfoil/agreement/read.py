"""Read an agreement file; every fault of it is listed at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from counterfoil.agreement.model import KNOWN, Agreement, Suspension, Term
from counterfoil.agreement.schema import TERMS, Kind, fault_of
from counterfoil.errors import InputError
from counterfoil.law import Citation, load
from counterfoil.law.records import Faults, Record, read_yaml

DEFAULT: Final = "treasury-dhs-2025-04-07"
"""The id of the agreement that `init` puts in force."""

_FOLDER: Final = Path(__file__).parent / "agreements"


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Agreement]:
    """The agreements that come with the product, by id."""
    agreements = (read(path) for path in sorted(_FOLDER.glob("*.yaml")))
    return MappingProxyType({agreement.id: agreement for agreement in agreements})


def read(source: Path | str | Mapping[str, Any]) -> Agreement:
    """The agreement of a file (or of its data). Raises LawError that lists every fault."""
    faults = Faults()
    agreement = None
    if isinstance(source, Mapping):
        agreement = _agreement(Record(source, "agreement", faults))
    else:
        path = Path(source)
        data = read_yaml(path, faults)
        if data is not None:
            agreement = _agreement(Record(data, path.name, faults))
    faults.stop("The agreement cannot be used")
    assert agreement is not None
    return agreement


def _agreement(record: Record) -> Agreement:
    identity = record.text("id")
    if identity and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,79}", identity):
        record.fault("id must be made of a-z, 0-9, hyphen and period, at most 80 characters")
    parties = Record(record.raw("parties"), f"{record.where}: parties", record.faults)
    agreement = Agreement(
        id=identity,
        title=record.text("title"),
        custodian=parties.text("custodian"),
        requester=parties.text("requester"),
        agencies=parties.texts("agencies"),
        signed=record.day("signed", required=False),
        effective=record.day("effective", required=False),
        ends=record.day("ends", required=False),
        suspended=_suspensions(record),
        source=record.text("source"),
        terms=_terms(record),
    )
    _check(agreement, parties)
    parties.done()
    record.done()
    return agreement


def _check(agreement: Agreement, parties: Record) -> None:
    """What single keys cannot show: agencies known, days in order."""
    for key in agreement.agencies:
        if key not in load().agencies:
            parties.fault(f"agencies: {key} is not in the table of agencies")
    if not agreement.agencies:
        parties.fault("agencies must name at least one agency")
    faults, where = parties.faults, parties.where.removesuffix(": parties")
    if agreement.effective and not agreement.signed:
        faults.add(where, "effective is given and signed is not; a draft has neither")
    if agreement.signed and agreement.effective and agreement.effective < agreement.signed:
        faults.add(where, "effective lies before signed")
    if agreement.ends and (not agreement.effective or agreement.ends <= agreement.effective):
        faults.add(where, "ends must lie after effective")


def _suspensions(record: Record) -> tuple[Suspension, ...]:
    entries = record.raw("suspended", required=False) or []
    if not isinstance(entries, list):
        record.fault("suspended must be a list")
        return ()
    found = []
    for number, entry in enumerate(entries, start=1):
        one = Record(entry, f"{record.where}: suspended {number}", record.faults)
        starts, ends, reason = one.day("from"), one.day("until", required=False), one.text("reason")
        one.done()
        if starts and ends and ends <= starts:
            one.fault("until must lie after from")
        if starts:
            found.append(Suspension(starts, ends, reason))
    return tuple(found)


def _terms(record: Record) -> Mapping[str, Term]:
    entries = record.raw("terms")
    if not isinstance(entries, Mapping):
        record.fault("terms must be a mapping")
        return MappingProxyType({})
    defaults = record.raw("defaults", required=False)
    defaults = defaults if isinstance(defaults, Mapping) else {}
    terms: dict[str, Term] = {}
    for key in entries:
        if key not in TERMS:
            record.fault(f"terms: {str(key)[:60]} is not a known term")
    for key, kind in TERMS.items():
        if key not in entries:
            record.fault(f"terms: {key} is missing")
            continue
        entry = entries[key]
        whole = {**defaults, **entry} if isinstance(entry, Mapping) else entry
        terms[key] = _term(key, kind, Record(whole, f"{record.where}: {key}", record.faults))
    return MappingProxyType(terms)


def _term(key: str, kind: Kind, record: Record) -> Term:
    value = record.raw("value")
    fault = fault_of(kind, value, load().authorities)
    if fault:
        record.fault(fault)
    elif kind.form == "citations":
        _check_citations(value, record)
    known, withheld = record.choice("known", KNOWN), record.text("withheld", "")
    if known == "redacted" and not withheld:
        record.fault("a redacted term says in `withheld` why the public form leaves it out")
    day = record.day("date")
    term = Term(
        key=key,
        value=tuple(value) if isinstance(value, list) else value,
        unit=record.text("unit", ""),
        known=known,
        source=record.text("source"),
        date=day,  # type: ignore[arg-type]  # None only together with a fault, which stops the reading
        confirmed_by_counsel=record.flag("confirmed_by_counsel"),
        sentence=record.text("sentence"),
        withheld=withheld,
    )
    record.done()
    return term


def _check_citations(value: list[str], record: Record) -> None:
    for text in value:
        try:
            Citation.parse(text)
        except InputError as error:
            record.fault(error.what)


def as_mapping(agreement: Agreement) -> dict[str, Any]:
    """The data of the agreement's file: plain values, dates as text; `read` gives the same agreement back."""
    return {
        "id": agreement.id,
        "title": agreement.title,
        "parties": {
            "custodian": agreement.custodian,
            "requester": agreement.requester,
            "agencies": list(agreement.agencies),
        },
        "signed": _plain(agreement.signed),
        "effective": _plain(agreement.effective),
        "ends": _plain(agreement.ends),
        "suspended": [
            {"from": _plain(s.starts), "until": _plain(s.ends), "reason": s.reason} for s in agreement.suspended
        ],
        "source": agreement.source,
        "terms": {key: _term_mapping(term) for key, term in agreement.terms.items()},
    }


def _term_mapping(term: Term) -> dict[str, Any]:
    names = ("value", "unit", "known", "source", "date", "confirmed_by_counsel", "sentence", "withheld")
    plain = {name: _plain(getattr(term, name)) for name in names}
    return {name: value for name, value in plain.items() if value != "" or name not in ("unit", "withheld")}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
