"""The people: requesting officials of the agency, and the custodian's own officers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from counterfoil import agreement as agreements
from counterfoil.cases.agreements import agreement_in_use
from counterfoil.cases.entered.standing import OFFICIAL, Standing
from counterfoil.cases.office import Office, act
from counterfoil.cases.shown import Shown
from counterfoil.errors import InputError, NotFoundError
from counterfoil.office import models
from counterfoil.office.database import reading


def enroll_official(
    office: Office,
    official_id: str,
    agreement: str,
    name: str,
    claimed_office: str,
    starts: date,
    ends: date | None,
    key: Path,
    now: datetime,
) -> Shown:
    """Enroll a requesting official with the office as claimed, the days in it, and the public key.

    Whether that office may request is decided at each examination, on the day of signing, and not here
    (26 USC 6103(i)(2)(A)). Enrolling the same id again is refused, but for the end of the days in office.
    """
    from counterfoil.request import read_key

    _check_id(official_id, "official")
    if not name.strip() or not claimed_office.strip():
        raise InputError("An official needs a name and an office.", "Give --name and --office.")
    if ends is not None and ends < starts:
        raise InputError(f"The days in office end ({ends}) before they start ({starts}).", "Correct --from or --to.")
    public = read_key(key, private=False)
    facts = {"agreement": agreement, "name": name, "office": claimed_office, "starts": starts, "key": public}
    with act(office, now) as the_act:
        if the_act.keys.distrusted(public["kid"]):
            raise InputError("This key is recorded as compromised.", "The official makes a new one: `key new`.")
        agreement_in_use(agreement)
        known = _enrolled(office, official_id, facts)
        if known is None or known.ends != ends:
            entry = the_act.record(
                "official",
                {"id": official_id, "name": name, "office": claimed_office, "starts": str(starts),
                 "ends": str(ends or ""), "key": public},
                agreement=agreement,
                official=office.pseudonym(official_id),
            )  # fmt: skip
            if known is None:
                models.Official.objects.create(id=official_id, **facts, ends=ends, entry=entry, at=now)
            else:
                models.Ending.objects.create(entry=entry, kind=OFFICIAL, of=official_id, last_day=ends, at=now)
    with reading():
        return _official(office, official_id)


def _enrolled(office: Office, official_id: str, facts: Mapping[str, Any]) -> agreements.Official | None:
    known = Standing(office).official(official_id)
    if known is not None and any(getattr(known, field) != value for field, value in facts.items()):
        raise InputError(
            f"An official {official_id} is enrolled already with other facts.",
            "Choose another id; none is overwritten.",
        )
    return known


def list_officials(office: Office) -> list[Shown]:
    """Every enrolled official."""
    with reading():
        ids = models.Official.objects.order_by("id").values_list("id", flat=True)
        return [_official(office, official_id) for official_id in ids]


def add_officer(office: Office, officer_id: str, name: str, now: datetime) -> Shown:
    """Add one of the custodian's own officers. The same id with another name is refused."""
    _check_id(officer_id, "officer")
    if not name.strip():
        raise InputError("An officer needs a name.", "Give --name.")
    with act(office, now) as the_act:
        row = models.Officer.objects.filter(id=officer_id).first()
        if row is not None and row.name != name:
            raise InputError(f"An officer {officer_id} is there already, named {row.name}.", "Choose another id.")
        namesake = models.Officer.objects.filter(name__iexact=name.strip()).exclude(id=officer_id).first()
        if namesake is not None:
            raise InputError(
                f"{namesake.name} is an officer already, as {namesake.id}.",
                "One person has one id: two ids would let one person approve twice.",
            )
        if row is None:
            told = {"id": officer_id, "name": name.strip()}
            entry = the_act.record("officer", told, by=office.pseudonym(officer_id))
            models.Officer.objects.create(**told, entry=entry, at=now)
        else:
            Standing(office).require_officer(row)
    return Shown(officer_id, {"name": name})


def list_officers(office: Office) -> list[Shown]:
    """The custodian's own officers. Raises IntegrityError for one whom the ledger does not tell of."""
    with reading():
        rows, standing = list(models.Officer.objects.order_by("id")), Standing(office)
        for row in rows:
            standing.require_officer(row)
        return [Shown(row.id, {"name": row.name}) for row in rows]


def find_officer(office: Office, officer_id: str) -> models.Officer:
    """The officer of that id, for an act: the one door to it.

    Raises NotFoundError, and IntegrityError where the ledger does not tell of such an officer under that name.
    """
    officer = models.Officer.objects.filter(id=officer_id).first()
    if officer is None:
        raise NotFoundError(
            f"There is no officer {officer_id}.",
            "See `counterfoil officer list`, or add one with `officer add`.",
        )
    Standing(office).require_officer(officer)
    return officer


def _official(office: Office, official_id: str) -> Shown:
    official = Standing(office).official(official_id)
    if official is None:
        raise NotFoundError(f"There is no official {official_id}.", "See `counterfoil official list`.")
    facts = {
        "agreement": official.agreement,
        "name": official.name,
        "office": official.office,
        "from": str(official.starts),
        "to": str(official.ends) if official.ends else None,
        "kid": official.key.get("kid", ""),
    }
    return Shown(official.id, facts)


def _check_id(value: str, what: str) -> None:
    if not value or len(value) > 100 or not all(sign.isalnum() or sign in "-_.@" for sign in value):
        raise InputError(f"{value!r} is no id for an {what}.", "Use letters, digits and - _ . @, 100 at most.")
