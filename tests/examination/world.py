"""A valid request, officer, official, manifest and agreement, and how a sentence of law changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from counterfoil import agreement as agreements
from counterfoil import law
from counterfoil.agreement import Official
from counterfoil.examination import NO_HISTORY, Ask, Context, Delivery, Examination, Override, examine
from counterfoil.request import Manifest, Request, RosterEntry

ON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AGREEMENT = agreements.built_in()[agreements.DEFAULT]
HASH = "ab" * 32
REASON = (
    "Investigation HSI-2026-0042: a neighbor and a lease place the subject at this address after the final order of "
    "2024-01-15. The 2022 address would corroborate residence there and rebut the claim of having left."
)
REQUEST = Request(
    request_id="r-1",
    given_name="Rita",
    surname="Ejemplar",
    address_line1="742 Larkspur Ave",
    city="Chicago",
    state="IL",
    postal_code="60608",
    tax_years="2022",
    statute="8 USC 1253(a)(1)(A)",
    reason=REASON,
    investigation_id="HSI-2026-0042",
    investigation_status="open",
    removal_order_date="2024-01-15",
    removal_order_case="A012-345-678",
    removal_ground="8 USC 1227(a)(1)(B)",
    recipients="o1",
)
OFFICER = RosterEntry(
    key="o1",
    name="Dana Whitfield",
    title="Special Agent",
    agency="ICE",
    email="dana.whitfield@agency.example",
    role="case agent",
    engaged="yes",
)
OFFICIAL = Official(
    id="official-1",
    agreement=AGREEMENT.id,
    name="Jordan Avery",
    office="Acting Director, U.S. Immigration and Customs Enforcement",
    starts=date(2025, 3, 1),
    ends=None,
)
SAFEGUARDS: dict[str, Any] = {
    "agency": "ICE",
    "report": {"period": 2026, "approved": "2026-01-20"},
    "last_review": "2025-06-01",
    "findings": [],
    "overdue_disposals": 0,
}
ORDER: dict[str, Any] = {
    "id": "order-1",
    "court": "D.D.C.",
    "docket": "25-cv-00457",
    "parties": ["custodian"],
    "forbids": ["disclose"],
    "carve_out": None,
    "effective": "2025-11-21T17:00:00Z",
    "lifted": None,
    "supersedes": None,
    "document_sha256": None,
}


class Remembered:
    """A history that holds what it is given, and hands out what shares a name, a number or an address."""

    def __init__(self, asks: Sequence[Ask] = ()) -> None:
        self.asks = list(asks)

    def recall(self, asked: Sequence[Ask]) -> Sequence[Ask]:
        names = {(ask.given, ask.surnames[:1]) for ask in asked}
        tins = {ask.tin for ask in asked if ask.tin}
        addresses = {ask.address for ask in asked}
        return [
            ask
            for ask in self.asks
            if (ask.given, ask.surnames[:1]) in names or ask.tin in tins or ask.address in addresses
        ]

    def after(self, examination: Examination, *, answered: bool = True) -> Remembered:
        """This history with the asks of an examination recorded, and answered."""
        new = [replace(ask, answered=answered and not ask.exceeded) for ask in examination.asks if ask is not None]
        return Remembered([*self.asks, *new])


def context(**changes: Any) -> Context:
    """The context of a requester's own check, with changes."""
    parts: dict[str, Any] = {
        "law": law.load(),
        "agreement": AGREEMENT,
        "on": ON,
        "manifest": None,
        "delivery": None,
        "official": None,
        "safeguards": None,
        "orders": (),
        "overrides": (),
        "history": NO_HISTORY,
        "batch_key": "b-1",
    }
    return Context(**(parts | changes))


def received(rows: int = 1, **changes: Any) -> Context:
    """The context of a batch as received, valid in all respects, with changes."""
    parts: dict[str, Any] = {
        "manifest": manifest(rows),
        "delivery": delivery(rows),
        "official": OFFICIAL,
        "safeguards": agreements.read_safeguards(SAFEGUARDS),
    }
    return context(**(parts | changes))


def manifest(rows: int = 1, **changes: Any) -> Manifest:
    parts: dict[str, Any] = {
        "batch_id": "B-2026-1",
        "agreement": AGREEMENT.id,
        "official": OFFICIAL.id,
        "signed_at": "2026-11-20T10:00:00Z",
        "count": rows,
        "sha256": HASH,
        "format": "csv",
        "roster": (OFFICER,),
        "certification": "use-only-2025",
        "storage": "case_system",
        "channel": "sdt",
    }
    return Manifest(**(parts | changes))


def delivery(rows: int = 1, **changes: Any) -> Delivery:
    parts: dict[str, Any] = {
        "channel": "sdt",
        "signature": "valid",
        "count": rows,
        "sha256": HASH,
        "duplicate_of": None,
        "received_at": ON - timedelta(hours=1),
    }
    return Delivery(**(parts | changes))


def requests(changes: Sequence[Mapping[str, Any]]) -> list[Request]:
    """Valid requests, each with its changes; ids differ unless the changes say otherwise."""
    made = []
    for position, change in enumerate(changes):
        values = {"request_id": f"r-{position + 1}"} | dict(change)
        if "oversupplied" in values:
            values["oversupplied"] = tuple(values["oversupplied"])
        made.append(replace(REQUEST, position=position, **values))
    return made


def sentence_context(sentence: Mapping[str, Any], rows: int) -> Context:
    """The context that a sentence speaks of: a requester's own check, or a batch as received."""
    on = datetime.fromisoformat(sentence.get("at", ON.isoformat()))
    agreement = AGREEMENT
    if "terms" in sentence:
        terms = {key: replace(agreement.terms[key], value=value) for key, value in sentence["terms"].items()}
        agreement = replace(agreement, terms={**agreement.terms, **terms})
    if "agreement" in sentence:
        agreement = replace(agreement, **{k: date.fromisoformat(v) for k, v in sentence["agreement"].items()})
    overrides = tuple(
        Override(
            key=o["key"],
            authority=o.get("authority", "26 USC 6103(i)(2)"),
            entered_by="counsel",
            starts=ON - timedelta(days=1),
            ends=ON + timedelta(days=o.get("days", 1)),
        )
        for o in sentence.get("overrides", ())
    )
    if sentence.get("preflight"):
        return context(on=on, agreement=agreement, overrides=overrides)
    roster = tuple(replace(OFFICER, **change) for change in sentence.get("roster", ({},)))
    official = dict(sentence.get("official") or {})
    official |= {key: date.fromisoformat(official[key]) for key in ("starts", "ends") if key in official}
    safeguards = sentence.get("safeguards", {})
    return received(
        rows,
        on=on,
        agreement=agreement,
        overrides=overrides,
        manifest=manifest(rows, **({"roster": roster} | dict(sentence.get("manifest", {})))),
        delivery=delivery(rows, **({"received_at": on} | dict(sentence.get("delivery", {})))),
        official=None if "official" in sentence and sentence["official"] is None else replace(OFFICIAL, **official),
        safeguards=None if safeguards is None else agreements.read_safeguards(SAFEGUARDS | safeguards),
        orders=tuple(agreements.read_order(ORDER | change) for change in sentence.get("orders", ())),
    )


def letters(number: int) -> str:
    """A number as letters, to make names that differ: 0 is "ba", 1 "be"."""
    text = ""
    while True:
        number, rest = divmod(number, 50)
        text += "bdfglmnrst"[rest // 5] + "aeiou"[rest % 5]
        if not number:
            return text


def judge(sentence: Mapping[str, Any]) -> tuple[Examination, int]:
    """Examine what a sentence describes; the examination and the number of rows."""
    changes = [dict(change) for change in sentence.get("rows", [sentence.get("request", {})])]
    changes += [dict(changes[0]) for _ in range(sentence.get("copies", 1) - 1)]
    for number, change in enumerate(changes):
        for field, text in sentence.get("vary", {}).items():
            change[field] = text.format(n=number + 1, a=letters(number))
    made = requests(changes)
    return examine(made, sentence_context(sentence, len(made))), len(made)
