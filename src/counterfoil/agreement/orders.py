"""Court orders as data: which are in force at an instant, and which of them stop an answer.

The strictest in force is followed: every order in force stops a request unless the statute of the request is
among those that the order exempts. What cannot be read counts as in force and as exempting nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.law import Citation
from counterfoil.law.records import Faults, Record, read_yaml

PARTIES: Final = ("custodian", "requester")
"""Whom an order can bind."""
ACTS: Final = ("disclose", "look_up", "use")
"""What an order can forbid. Each stops the answer: what may not be looked up or used is not disclosed."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a court. Instants are aware, in UTC; `lifted` is the first instant it no longer binds.

    `carve_out` is text for people and exempts nothing; `statutes` are the provisions that the order exempts.
    """

    id: str
    court: str
    docket: str
    parties: tuple[str, ...]
    forbids: tuple[str, ...]
    carve_out: str
    statutes: tuple[Citation, ...]
    effective: datetime
    lifted: datetime | None
    supersedes: str | None
    document_sha256: str | None

    def as_dict(self) -> dict[str, Any]:
        """The data of the order's file; `read_order` gives the same order back."""
        return {
            "id": self.id,
            "court": self.court,
            "docket": self.docket,
            "parties": list(self.parties),
            "forbids": list(self.forbids),
            "carve_out": self.carve_out or None,
            "statutes": [str(statute) for statute in self.statutes],
            "effective": self.effective.isoformat(),
            "lifted": self.lifted.isoformat() if self.lifted else None,
            "supersedes": self.supersedes,
            "document_sha256": self.document_sha256,
        }

    def exempts(self, statute: Citation | None) -> bool:
        """Whether the order exempts requests under a statute; never without one."""
        return statute is not None and any(exempt.covers(statute) for exempt in self.statutes)

    def ever_runs(self) -> bool:
        """Whether it binds at any instant by its own dates: not if it was lifted before it took effect, or just then.

        Dates without a zone bind.
        """
        if self.lifted is None or _naive(self.lifted) or _naive(self.effective):
            return True
        return self.effective < self.lifted

    def runs(self, at: datetime) -> bool:
        """Whether the order binds at an instant by its own dates. Dates without a zone bind."""
        if _naive(self.effective):
            return True
        if at < self.effective:
            return False
        return self.lifted is None or _naive(self.lifted) or at < self.lifted


def read_order(source: Path | str | Mapping[str, Any]) -> Order:
    """The order of a YAML file (or of its data). Raises LawError that lists every fault."""
    faults = Faults()
    name = "order" if isinstance(source, Mapping) else Path(source).name
    data = source if isinstance(source, Mapping) else read_yaml(Path(source), faults)
    order = None if data is None else _order(Record(data, name, faults))
    faults.stop("The court order cannot be used")
    assert order is not None
    return order


def _order(record: Record) -> Order | None:
    carve_out, statutes = _carve_out(record)
    effective, lifted = record.instant("effective"), record.instant("lifted", required=False)
    identity, supersedes = (
        _name(record, "id"),
        _name(record, "supersedes") if record.has("supersedes") else None,
    )
    record.raw("supersedes", required=False)
    order = Order(
        id=identity,
        court=record.text("court"),
        docket=record.text("docket"),
        parties=_words(record, "parties", PARTIES),
        forbids=_words(record, "forbids", ACTS),
        carve_out=carve_out,
        statutes=statutes,
        effective=effective,  # type: ignore[arg-type]  # None only together with a fault
        lifted=lifted,
        supersedes=supersedes,
        document_sha256=_hash(record),
    )
    if effective and lifted and lifted <= effective:
        record.fault("lifted must lie after effective")
    if identity and supersedes == identity:
        record.fault("an order cannot supersede itself")
    record.done()
    return order


def _name(record: Record, key: str) -> str:
    value = record.text(key)
    if value and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", value):
        record.fault(f"{key} must be made of letters, digits, hyphen, underscore and period, at most 80")
    return value


def _words(record: Record, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
    words = record.texts(key)
    for word in words:
        if word not in allowed:
            record.fault(f"{key} holds {word!r}; it must be made of {', '.join(allowed)}")
    if not words and record.data.get(key) == []:
        record.fault(f"{key} must not be empty")
    return words


def _carve_out(record: Record) -> tuple[str, tuple[Citation, ...]]:
    """Text and exempt statutes: `carve_out` is a text with `statutes` beside it, or a mapping of both."""
    value = record.raw("carve_out", required=False)
    beside = record.citations("statutes", required=False)
    if isinstance(value, Mapping):
        inner = Record(value, f"{record.where}: carve_out", record.faults)
        text, within = inner.text("text", ""), inner.citations("statutes", required=False)
        inner.done()
        return text, tuple(dict.fromkeys((*beside, *within)))
    return record.text("carve_out", ""), beside


def _hash(record: Record) -> str | None:
    value = record.text("document_sha256", "")
    if value and not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        record.fault("document_sha256 must be 64 hexadecimal digits")
    return value.lower() or None


def orders_in_force(orders: Iterable[Order], at: datetime) -> tuple[Order, ...]:
    """The orders in force at an instant: by their own dates, and not superseded by another that runs then.

    An order supersedes only what is not younger than itself; orders that supersede each other in a circle
    supersede nothing. Raises InputError when the instant has no time zone.
    """
    if _naive(at):
        raise InputError("The instant has no time zone.", "Give it in UTC, such as 2025-11-21T17:00:00Z.")
    running = tuple(order for order in orders if order.runs(at))
    return tuple(order for order in running if not any(_supersedes(other, order, running) for other in running))


def forbidden(orders: Iterable[Order], at: datetime, statute: Citation | None) -> tuple[Order, ...]:
    """The orders in force that stop a request under a statute (None: not known); () when none does."""
    return tuple(order for order in orders_in_force(orders, at) if not order.exempts(statute))


def _supersedes(newer: Order, older: Order, running: Sequence[Order]) -> bool:
    if newer is older or newer.supersedes != older.id or newer.id == older.id:
        return False
    if not _naive(newer.effective) and not _naive(older.effective) and newer.effective < older.effective:
        return False
    return not _in_circle(newer, running)


def _in_circle(order: Order, running: Sequence[Order]) -> bool:
    by_id = {other.id: other for other in running}
    seen: set[str] = set()
    at: Order | None = by_id.get(order.supersedes or "")
    while at is not None and at.id not in seen:
        if at.id == order.id:
            return True
        seen.add(at.id)
        at = by_id.get(at.supersedes or "")
    return False


def _naive(moment: datetime) -> bool:
    return moment.tzinfo is None or moment.utcoffset() is None
