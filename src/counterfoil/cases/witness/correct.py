"""Correct a gap that was stated before: a checkpoint turns up by which the ledger had signed more than was known.

The name that it is of has ended with that gap, and nothing of the present name is lost. So the ledger keeps its name,
and a second entry repeats the statement with the larger size and its root.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.cases.office import Office, act
from counterfoil.cases.witness.watch import Lost
from counterfoil.errors import IntegrityError, OutOfTurnError
from counterfoil.ledger.auditor.note import Head
from counterfoil.ledger.auditor.statements import Gap
from counterfoil.office.database import reading
from counterfoil.office.ledger_store import DatabaseStore

if TYPE_CHECKING:
    from counterfoil.office import models


def stated_before(office: Office, lost: Lost) -> list[Gap]:
    """What the ledger has stated of the earlier name that a checkpoint is of; [] where it is of the present one."""
    if lost.head.origin == office.origin:
        return []
    with reading():
        return _stated_of(lost.head.origin)


def _stated_of(origin: str) -> list[Gap]:
    read = [(index, json.loads(leaf)) for index, leaf in DatabaseStore().leaves_with('"type":"gap"')]
    known = [Gap.of(index, public) for index, public in read if public["type"] == "gap"]
    return [gap for gap in known if gap.origin == origin]


def correct(
    office: Office, officer: models.Officer, reason: str, now: datetime, lost: Lost, stated: list[Gap]
) -> tuple[int, Gap]:
    """Enter that more was signed under an earlier name than is `stated`; the entry, and the gap that it corrects.

    Raises OutOfTurnError where the statement covers the checkpoint already, IntegrityError where none could: the
    checkpoint and the statement, or what is left, are two histories.
    """
    _require_more(lost.head, stated)
    with act(office, now, ask_witnesses=False) as the_act:
        first = _require_more(lost.head, _stated_of(lost.head.origin))  # another officer may have been first
        index = the_act.record(
            "gap",
            {"reason": reason, "checkpoint": lost.note, "officer": officer.name},
            by=office.pseudonym(officer.id),
            entry=first.entry,
            size=lost.head.size,
            root=_encoded(lost.head),
            previous=first.previous,
            vkey=first.vkey,
        )
    return index, first


def _require_more(head: Head, stated: list[Gap]) -> Gap:
    """The gap that a checkpoint corrects. Raises OutOfTurnError, IntegrityError where it corrects none."""
    first, root = stated[0], _encoded(head)
    most = max(gap.size for gap in stated)
    if head.size <= first.entry or any(gap.size == head.size and gap.root != root for gap in stated):
        raise IntegrityError(
            f"Under the name {head.origin} another history of {head.size:,} entries was signed than this ledger holds"
            " or states: no entry of it can make that good.",
            "Keep the checkpoint, and have it found out who signed it: the key may have been stolen, or a copy of the"
            " office worked with. `counterfoil key compromised` records the one.",
        )
    if head.size <= most:
        raise OutOfTurnError(
            f"Entry {first.entry} states already that {head.origin} had signed {most:,} entries and lost those from"
            f" {first.entry} on: a checkpoint of {head.size:,} is covered by it, and nothing else is lost.",
            "Nothing was entered, and nothing needs to be.",
        )
    return first


def _encoded(head: Head) -> str:
    return base64.b64encode(head.root).decode()
