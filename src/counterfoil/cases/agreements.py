"""Agreements: the built-in ones, those adopted here, and what two of them would answer differently."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

from counterfoil import agreement as agreements
from counterfoil.agreement import Agreement
from counterfoil.cases.office import Act, Office, act
from counterfoil.cases.shown import Shown
from counterfoil.errors import IntegrityError, NotFoundError
from counterfoil.ledger.entry import read_leaf
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.office.ledger_store import DatabaseStore


def agreement_in_use(agreement_id: str) -> Agreement:
    """The agreement as adopted last, else the built-in of that id.

    Raises NotFoundError, and IntegrityError where the ledger does not say that it was adopted.
    """
    adopted = _adopted_last(agreement_id)
    if adopted is None:
        return built_in(agreement_id)
    if not _is_in_ledger(adopted):
        raise IntegrityError(
            f"The database says that {agreement_id} was adopted with these terms, and the ledger does not.",
            "Nothing was done. Keep the files as they are, run `counterfoil doctor`, and tell the auditors.",
        )
    return agreements.read(json.loads(adopted.text))


def _adopted_last(agreement_id: str) -> models.Adoption | None:
    rows = models.Adoption.objects.filter(agreement=agreement_id)
    return rows.exclude(entry=None).order_by("-entry", "-id").first() or rows.order_by("-id").first()


def _is_in_ledger(row: models.Adoption) -> bool:
    """Whether the entry of an adoption names these terms. For one of an older version, the newest of that agreement."""
    if row.entry is None:
        leaves = DatabaseStore().leaves_with('"type":"agreement"')
    else:
        leaves = list(DatabaseStore().leaves(row.entry, row.entry + 1))
    said = [
        leaf.public for leaf in (read_leaf(data) for _, data in leaves) if leaf.public.get("agreement") == row.agreement
    ]
    digest = hashlib.sha256(row.text.encode()).hexdigest()
    return bool(said) and (said[-1]["type"], said[-1].get("sha256")) == ("agreement", digest)


def built_in(agreement_id: str) -> Agreement:
    """The built-in agreement of that id. Raises NotFoundError."""
    known = agreements.built_in()
    if agreement_id not in known:
        raise NotFoundError(f"There is no agreement {agreement_id}.", f"Known here: {', '.join(sorted(known))}.")
    return known[agreement_id]


def adopt(the_act: Act, agreement: Agreement) -> None:
    """Adopt an agreement within an act; the same terms again change nothing."""
    text = json.dumps(agreements.as_mapping(agreement), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = _adopted_last(agreement.id)
    if newest is None or newest.sha256 != digest:
        entry = the_act.record("agreement", {"title": agreement.title}, agreement=agreement.id, sha256=digest)
        models.Adoption.objects.create(agreement=agreement.id, text=text, sha256=digest, entry=entry, at=the_act.now)


def adopt_agreement(office: Office, path: Path, now: datetime) -> Shown:
    """Adopt the agreement in `path`. Raises LawError with every fault of the file."""
    agreement = agreements.read(path)
    with act(office, now) as the_act:
        adopt(the_act, agreement)
    return _shown(agreement)


def list_agreements(office: Office, now: datetime) -> list[Shown]:  # noqa: ARG001
    """The adopted and the built-in agreements, and whether each is in force at `now`."""
    with reading():
        adopted = set(models.Adoption.objects.values_list("agreement", flat=True))
        known = sorted(adopted | set(agreements.built_in()))
        return [_line(agreement_in_use(agreement_id), agreement_id in adopted, now) for agreement_id in known]


def show_agreement(office: Office, agreement_id: str) -> Shown:  # noqa: ARG001
    """Every term of an agreement with its provenance."""
    with reading():
        agreement = agreement_in_use(agreement_id)
    return _shown(agreement)


def check_agreement(path: Path) -> Shown:
    """Check an agreement's file without adopting it. Raises LawError with every fault."""
    agreement = agreements.read(path)
    return _shown(agreement)


def publish_agreement(office: Office, agreement_id: str) -> Shown:  # noqa: ARG001
    """The public form: withheld terms are named, with the reason, and not shown."""
    with reading():
        agreement = agreement_in_use(agreement_id)
    return Shown(agreement.id, agreements.public_form(agreement))


def _shown(agreement: Agreement) -> Shown:
    return Shown(agreement.id, agreements.as_mapping(agreement))


def _line(agreement: Agreement, adopted: bool, now: datetime) -> Shown:
    return Shown(
        agreement.id,
        {
            "title": agreement.title,
            "signed": str(agreement.signed or ""),
            "adopted": adopted,
            "in_force": agreement.in_force(now.date()),
        },
    )
