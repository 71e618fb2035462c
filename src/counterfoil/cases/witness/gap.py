"""State a gap: the ledger has lost entries that it had signed, and goes on under a new name.

The old name's last signed tree cannot be continued, and whoever holds its checkpoint can show that. So nothing
is signed under that name any more: the surviving entries, and after them an entry that names what was lost, by
whom it is stated and why, become the beginning of a ledger of another name. Places (name, number) are thereby
never filled twice, witnesses of the old name keep what they know, and those who shall watch the new one have to
be asked.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.cases.office import BEFORE_GAP, Act, Office, write_new
from counterfoil.cases.people import find_officer
from counterfoil.cases.witness.correct import correct, stated_before
from counterfoil.cases.witness.policy import gather, policy_in_force
from counterfoil.cases.witness.watch import Lost, judged, keep_record, lost_by_record, lost_by_witnesses
from counterfoil.errors import InputError, IntegrityError, OutOfTurnError
from counterfoil.ledger import Checkpoint, LedgerSigner
from counterfoil.ledger.auditor.note import read_key, read_note
from counterfoil.office.database import reading, writing
from counterfoil.office.ledger_store import DatabaseStore

if TYPE_CHECKING:
    from counterfoil.office import models


@dataclass(frozen=True)
class Stated:
    """A gap that was stated: the entry, what was lost, and the ledger's name and key from now on."""

    entry: int
    lost_from: int
    lost_to: int
    previous: str
    vkey: str
    corrects: int | None = None  # the entry of the earlier statement, where the ledger keeps its name

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            **({} if self.corrects is None else {"corrects": self.corrects}),
            "id": str(self.entry),
            "ledger_entry": self.entry,
            "lost": {"from": self.lost_from, "before": self.lost_to},
            "previous_vkey": self.previous,
            "vkey": self.vkey,
        }


def state_gap(office: Office, officer_id: str, reason: str, now: datetime, checkpoint: str = "") -> Stated:
    """State the gap that the record, a witness or the checkpoint given shows; OutOfTurnError if there is none.

    A checkpoint of a name that ended with a gap before corrects that statement, and the ledger keeps its name.
    """
    if not reason.strip():
        raise InputError("A gap needs its reason.", "Give it with --reason.")
    cut_short = _cut_short(office)
    if cut_short is not None:
        return cut_short
    lost = _lost(office, checkpoint)
    with reading():
        officer = find_officer(office, officer_id)
        size, latest = office.ledger().size(), DatabaseStore().latest_checkpoint()
        if latest is None or latest[0] != size or judged(office, latest[1]) is not None:
            raise IntegrityError(
                "The entries that are left do not give the root of their own newest checkpoint.",
                "Run `counterfoil ledger verify`, and restore a backup that verifies first.",
            )
    stated = stated_before(office, lost)
    if stated:
        index, first = correct(office, officer, reason, now, lost, stated)
        return Stated(index, first.entry, lost.head.size, first.previous, office.vkey, first.entry)
    previous, signer = _signed_with(office, latest[1]), _renamed(office)
    write_new(_kept_key(office, size), previous + "\n")
    with writing():
        note = _enter(office, officer, reason, now, lost, signer, previous)
    _rename(office, signer.verifier.vkey, note)
    return Stated(size, size, lost.head.size, previous, signer.verifier.vkey)


def _signed_with(office: Office, note: str) -> str:
    """The key that signed what is left: an earlier one where the change to today's is among what is lost."""
    read = read_note(note.encode())
    return next(vkey for vkey in (office.vkey, *office.earlier_vkeys) if read.signed_by(read_key(vkey)))


def _enter(
    office: Office, officer: models.Officer, reason: str, now: datetime, lost: Lost, signer: LedgerSigner, previous: str
) -> str:
    """The entry, and the first checkpoint under the new name."""
    # With a compromised key too: it cannot be changed before the gap is stated.
    the_act = Act(office, now, despite=True)
    ledger = the_act.ledger
    ledger.foremost = None  # a gap stands where entries are lost: no entry on the clock comes before it
    index = the_act.record(
        "gap",
        {"reason": reason, "checkpoint": lost.note, "officer": officer.name},
        by=office.pseudonym(officer.id),
        entry=ledger.size(),
        size=lost.head.size,
        root=base64.b64encode(lost.head.root).decode(),
        previous=previous,
        vkey=signer.verifier.vkey,
    )
    if index != lost.size:
        raise IntegrityError("Another entry came in between.", "Run the same command again.")
    note = Checkpoint(signer.name, index + 1, ledger.root(index + 1)).sign(signer)
    ledger.store.put_checkpoint(index + 1, note)
    return note


def _lost(office: Office, checkpoint: str) -> Lost:
    """What is lost: by the checkpoint given, else by the record, else by what the witnesses hold."""
    lost = judged(office, checkpoint) if checkpoint else lost_by_record(office)
    if lost is None and not checkpoint:
        with reading():
            policy = policy_in_force()
        if policy is not None:
            lost = lost_by_witnesses(office, policy, list(gather(office, policy).collected.behind))
    if lost is None:
        raise OutOfTurnError(
            "The ledger holds every entry that it is known to have signed: there is no gap to state.",
            "If you hold a checkpoint that it does not continue, name it with --checkpoint.",
        )
    return lost


def _renamed(office: Office) -> LedgerSigner:
    """The signing key under the ledger's next name: `…/2` after the first gap, then `…/3`."""
    from counterfoil.cases.keys.held import ledger_signer

    base, number = office.origin, 2
    if office.gaps:
        match = re.fullmatch(r"(.+)/([0-9]+)", office.origin)
        base, number = (match[1], int(match[2]) + 1) if match else (office.origin, 2)
    return ledger_signer(office.data, f"{base}/{number}")


def _rename(office: Office, vkey: str, note: str) -> None:
    """Make the new name the office's own, now that the entry has committed."""
    write_new(office.data / "public" / "ledger.vkey", vkey + "\n")
    office.forget_keys()
    keep_record(office, note)


def _cut_short(office: Office) -> Stated | None:
    """Finish a statement whose entry had committed when the command was stopped; None where there is none."""
    with reading():
        ledger = office.ledger()
        index = ledger.size() - 1
        entry = ledger.leaf(index)
        note = DatabaseStore().checkpoint(index + 1)
    public = json.loads(entry)
    if public.get("type") != "gap" or public["entry"] != index or public["vkey"] == office.vkey:
        return None
    _rename(office, public["vkey"], note)
    return Stated(index, index, public["size"], public["previous"], public["vkey"])


def _kept_key(office: Office, index: int) -> Path:
    return office.data / "public" / f"{BEFORE_GAP}{index}.vkey"
