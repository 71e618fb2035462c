"""Counsel's overrides: a check lifted for a time, by a named person, on an authority that the record cites.

Nothing is lifted silently: entering and ending one is a ledger entry, and every examination of the time says
that it was lifted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil.cases.document import read
from counterfoil.cases.entered.standing import OVERRIDE, Standing
from counterfoil.cases.office import Office, act
from counterfoil.cases.shown import Shown
from counterfoil.errors import InputError, NotFoundError
from counterfoil.office import convert, models
from counterfoil.office.database import reading

KEYS = {
    "delegate_signature": "a signature for an authorised official counts as that official's",
    "ground_class": "the order's ground need not be shown to be of a class in 8 USC 1227(a)",
    "complete_custody_to_review": "a complete address of custody goes to a person instead of being refused",
}
"""What can be lifted."""

TEXT_MAX = 300  # as long as a public text of the ledger may be
FIELDS = ("id", "key", "authority", "entered_by", "starts", "ends")


def enter_override(office: Office, path: Path, now: datetime) -> Shown:
    """Enter the override in the YAML file `path`. Raises InputError with every fault of it."""
    document = _checked(read(path))
    with act(office, now) as the_act:
        row = models.Override.objects.filter(id=document["id"]).first()
        if row is not None and row.document != document:
            raise InputError(f"An override {row.id} is entered already with other terms.", "Give this one its own id.")
        if row is None:
            entry = the_act.record("override", {"document": document}, override=document["id"])
            models.Override.objects.create(id=document["id"], document=document, entry=entry, at=now)
    return _find(office, document["id"], now)


def end_override(office: Office, override_id: str, now: datetime) -> Shown:
    """End an override before its time."""
    with act(office, now) as the_act:
        if not models.Override.objects.filter(id=override_id).exists():
            raise NotFoundError(f"There is no override {override_id}.", "See `counterfoil override list`.")
        if Standing(office).ended(OVERRIDE, override_id) is None:
            entry = the_act.record("override", {"ended": True}, override=override_id)
            models.Ending.objects.create(entry=entry, kind=OVERRIDE, of=override_id, at=now)
    return _find(office, override_id, now)


def list_overrides(office: Office, now: datetime) -> list[Shown]:
    """Every override ever entered, oldest first."""
    with reading():
        return [_shown(row, ended, now) for row, ended in Standing(office).overrides()]


def _find(office: Office, override_id: str, now: datetime) -> Shown:
    return next(shown for shown in list_overrides(office, now) if shown.id == override_id)


def _checked(document: Mapping[str, Any]) -> dict[str, str]:
    faults = [f"{key} is not known here" for key in document if key not in FIELDS]
    faults += [f"{key} is missing" for key in FIELDS if document.get(key) is None]
    given = {key: document[key] for key in FIELDS if document.get(key) is not None}
    faults += [
        f"{key} must be a text of 1 to {TEXT_MAX} printable characters" for key in given if not _text(given[key])
    ]
    if "key" in given and given["key"] not in tuple(KEYS):
        faults.append(f"key must be one of {', '.join(KEYS)}")
    moments = {key: _instant(given[key]) for key in ("starts", "ends") if key in given}
    faults += [f"{key} is not a date or an instant" for key, moment in moments.items() if moment is None]
    starts, ends = moments.get("starts"), moments.get("ends")
    if starts and ends and ends <= starts:
        faults.append("ends must lie after starts")
    if faults:
        raise InputError("The override cannot be used.", "Mend the file; every fault is listed.", faults)
    plain = {key: str(document[key]) for key in FIELDS}
    return {**plain, **{key: moment.isoformat() for key, moment in moments.items() if moment}}


def _text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= len(value) <= TEXT_MAX


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _shown(row: models.Override, ended: datetime | None, now: datetime) -> Shown:
    act = convert.override(row, ended)
    told = {"ended": ended.isoformat()} if ended else {}
    return Shown(row.id, {**row.document, **told, "in_force": act.starts <= now < act.ends})
