"""Destroy the salts and values of an entry: the leaf stays, the tree verifies, and nobody can open it any more.

Recorded first, with the officer and the authority; the database lets a sealed record be emptied only where that
record stands. Then the bytes are wiped from the database's files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from counterfoil.cases.batch import clues
from counterfoil.cases.batch.phase import Phase, phase_of
from counterfoil.cases.office import Office, act
from counterfoil.cases.people import find_officer
from counterfoil.errors import InputError, NotAllowedError, NotFoundError, OutOfTurnError
from counterfoil.ledger.auditor.kinds import TEXT_MAX
from counterfoil.office import erasure, models
from counterfoil.office.database import reading

LASTING = frozenset({"setup", "key", "expunction", "disclosure"})
"""Types that tell of the ledger itself, and stay."""

FINISHED = frozenset({Phase.RELEASED, Phase.RETURNED})


@dataclass(frozen=True)
class Expunged:
    """Entries whose values are gone. `wiped`: whether the database's files are known to hold no byte of them."""

    entries: tuple[int, ...]
    recorded: tuple[int, ...]
    wiped: bool
    note: str

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "expunged": list(self.entries),
            "ledger_entries": list(self.recorded),
            "wiped": self.wiped,
            "note": self.note,
        }


def expunge(office: Office, indices: Sequence[int], officer_id: str, authority: str, now: datetime) -> Expunged:
    """Destroy the disclosures of these entries by an officer's act on a stated authority.

    An entry that was expunged before is wiped once more, and recorded only once. Raises OutOfTurnError for an
    entry of a batch that is not finished, NotAllowedError for one that tells of the ledger itself.
    """
    authority = authority.strip()
    if not authority or len(authority) > TEXT_MAX or not authority.isprintable():
        raise InputError(
            f"An expunction needs its authority, in one line of at most {TEXT_MAX} characters.",
            "Give the provision or the order with --authority.",
        )
    wanted = tuple(dict.fromkeys(indices))
    with reading():
        find_officer(office, officer_id)
        _may_go(office, wanted)
    destroyed: list[bytes] = []
    recorded: list[int] = []
    with act(office, now) as the_act:
        officer = find_officer(office, officer_id)
        _may_go(office, wanted)
        there = set(models.LedgerExpunction.objects.filter(index__in=wanted).values_list("index", flat=True))
        for index in wanted:
            if index in there:
                continue
            entry = the_act.record(
                "expunction", {"officer": officer.id}, by=office.pseudonym(officer.id), entry=index,
                authority=authority,
            )  # fmt: skip
            models.LedgerExpunction.objects.create(index=index, entry=entry, at=the_act.time)
            destroyed.append(erasure.destroy(index))
            recorded.append(entry)
    clues.sweep(office)
    again = len(recorded) < len(wanted)  # what stood there is not known any more: everything is written anew
    wiped, note = erasure.wipe(() if again else destroyed)
    return Expunged(wanted, tuple(recorded), wiped, note)


def _may_go(office: Office, indices: Sequence[int]) -> None:
    """Raise where one of the entries is not there, must stay, or is still needed."""
    ledger = office.ledger()
    size = ledger.size()
    if not indices:
        raise InputError("No entry is named.", "Name each with --entry.")
    for index in indices:
        if not 0 <= index < size:
            raise NotFoundError(f"There is no entry {index}.", f"The ledger has {size:,} entries, from 0 on.")
        ((_, leaf),) = ledger.read_public(index, index + 1)
        kind = leaf.public["type"]
        if kind in LASTING:
            raise NotAllowedError(f"Entry {index} ({kind}) tells of the ledger itself and stays.", "Name another.")
        batch = models.Batch.objects.filter(id=leaf.public.get("batch", "")).first()
        if batch is not None and phase_of(batch) not in FINISHED:
            raise OutOfTurnError(
                f"Entry {index} is of batch {batch.id}, which is not finished ({phase_of(batch)}).",
                "Release or return the batch first.",
            )
