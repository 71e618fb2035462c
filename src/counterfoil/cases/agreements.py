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
from counterfoil.errors import NotFoundError
from counterfoil.office import models
from counterfoil.office.database import reading


def agreement_in_use(agreement_id: str) -> Agreement:
    """The agreement as adopted last, else the built-in of that id. Raises NotFoundError."""
    adopted = models.Adoption.objects.filter(agreement=agreement_id).order_by("-id").first()
    if adopted is not None:
        return agreements.read(json.loads(adopted.text))
    return built_in(agreement_id)


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
    newest = models.Adoption.objects.filter(agreement=agreement.id).order_by("-id").first()
    if newest is None or newest.sha256 != digest:
        models.Adoption.objects.create(agreement=agreement.id, text=text, sha256=digest, at=the_act.now)
        the_act.record("agreement", {"title": agreement.title}, agreement=agreement.id, sha256=digest)


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
