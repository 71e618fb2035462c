"""The ledger as the office's people use it: verify, sign, prove, export."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.cases.batch.examine import load_requests
from counterfoil.cases.batch.phase import find
from counterfoil.cases.office import Office, act
from counterfoil.cases.people import find_officer
from counterfoil.cases.witness.policy import gather, policy_in_force, require_witnessed
from counterfoil.cases.witness.watch import keep_record
from counterfoil.errors import InputError, NotFoundError
from counterfoil.ledger import tlog_proof
from counterfoil.ledger.auditor.policy import read_policy
from counterfoil.office import models
from counterfoil.office.database import reading, snapshot
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.progress import Tick

if TYPE_CHECKING:
    from counterfoil.ledger import Ledger


@dataclass(frozen=True)
class LedgerState:
    """What the ledger is, and what is wrong with it."""

    ok: bool
    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"ok": self.ok, **self.facts}


def ledger_verify(office: Office, progress: Tick | None = None) -> LedgerState:
    """Hash every entry anew and hold it against the tiles, every checkpoint and the sealed disclosures."""
    with snapshot():
        ledger = office.ledger()
        problems = [str(problem) for problem in ledger.verify(office.vkey, progress)]
        size = ledger.size()
        root = base64.b64encode(ledger.root()).decode()  # as checkpoints write it
    return LedgerState(not problems, {"size": size, "root": root, "problems": problems})


def ledger_checkpoint(office: Office, now: datetime, policy_text: str = "") -> LedgerState:
    """The newest signed checkpoint, cosigned by the witnesses of the policy given, or else of the one in force.

    The state is ok where their quorum is reached (or none is asked for); else `problems` says who lacks.
    """
    with act(office, now) as the_act:
        note = the_act.checkpoint()
        size = the_act.ledger.size()
    with reading():
        policy = read_policy(policy_text.encode("utf-8", "surrogateescape")) if policy_text else policy_in_force()
    if policy is None:
        with reading():
            _, note = DatabaseStore().latest_checkpoint() or (size, note)
        return LedgerState(True, {"size": size, "checkpoint": note, "vkey": office.vkey, "problems": []})
    found = gather(office, policy)
    facts = {"size": found.size, "checkpoint": found.note, "vkey": office.vkey, "problems": found.problems}
    keep_record(office, found.note)
    return LedgerState(found.enough, facts)


def ledger_export(office: Office, folder: Path, progress: Tick | None = None) -> LedgerState:
    """Write the public ledger as static tiles to `folder`; it holds no personal data.

    With a witness policy in force its witnesses are asked first; the state is ok where their quorum is reached, and
    `problems` says who did not cosign. The files are written all the same.
    """
    with reading():
        policy = policy_in_force()
    found = gather(office, policy) if policy is not None else None
    problems = found.problems if found is not None else []
    with snapshot():
        ledger = office.ledger()
        ledger.export(folder, progress)
        size = ledger.size()
    enough = found is None or found.enough
    return LedgerState(enough, {"id": str(folder), "size": size, "vkey": office.vkey, "problems": problems})


def ledger_prove(office: Office, index: int) -> LedgerState:
    """Proof of one entry, which verifies offline: leaf, inclusion proof, checkpoint with its cosignatures.

    As a receipt, and as a C2SP tlog-proof text (`tlog_proof`).
    """
    with snapshot():
        ledger = _ledger_with(office, index)
        facts = {**ledger.receipt(index, ()), "tlog_proof": tlog_proof(ledger, index)}
    return LedgerState(True, facts)


def ledger_prove_disclosing(
    office: Office, index: int, fields: Sequence[str], officer_id: str, reason: str, now: datetime
) -> LedgerState:
    """Proof of one entry with the named fields disclosed; the disclosure is itself an entry.

    Raises UnavailableError where witnesses are asked for and have not cosigned: then nothing is disclosed.
    """
    if not reason.strip():
        raise InputError("A disclosure needs its reason.", "Give it with --reason.")
    with act(office, now) as the_act:
        officer = find_officer(officer_id)
        disclosures = _ledger_with(office, index).disclosures(index, fields)
        entry = the_act.record(
            "disclosure",
            {"entry": index, "fields": list(fields), "reason": reason},
            by=office.pseudonym(officer.id),
            count=len(disclosures),
            sha256=sha256("~".join(disclosures).encode()).hexdigest(),
        )
    with reading():
        policy = policy_in_force()
    require_witnessed(office, policy, entry)
    with reading():
        ledger = office.ledger()
        facts = {**ledger.receipt(index, fields), "tlog_proof": tlog_proof(ledger, index, fields)}
    return LedgerState(True, {**facts, "ledger_entry": entry})


def request_entry(office: Office, batch_id: str, request_id: str, *, answer: bool = False) -> int:
    """The entry of a request in the ledger, or that of the answer to it. Raises NotFoundError."""
    with reading():
        batch = find(batch_id)
        if batch.first_request is None:
            raise NotFoundError(f"The rows of batch {batch.id} were not recorded one by one.", "Prove its receipt.")
        for position, request in enumerate(load_requests(office, batch)):
            if request.request_id == request_id:
                index = batch.first_request + position
                return _answer_to(office, batch, index) if answer else index
    raise NotFoundError(f"Batch {batch.id} has no request {request_id}.", "See `counterfoil batch show`.")


def _answer_to(office: Office, batch: models.Batch, index: int) -> int:
    released = models.Release.objects.filter(batch=batch).first()
    if released is None:
        raise NotFoundError(f"Batch {batch.id} was not answered yet.", "Prove the request itself, without --answer.")
    first = released.entry - batch.count
    for at, leaf in office.ledger().read_public(max(first, 0), released.entry):
        if leaf.public["type"] == "answer" and leaf.public["request"] == index:
            return at
    raise NotFoundError(f"There is no answer to entry {index} in the ledger.", "Run `counterfoil ledger verify`.")


def _ledger_with(office: Office, index: int) -> Ledger:
    ledger = office.ledger()
    if not 0 <= index < ledger.size():
        raise NotFoundError(f"There is no entry {index}.", f"The ledger has {ledger.size():,} entries, from 0 on.")
    return ledger
