"""Prove an entry to someone outside, offline: as it is published, or with chosen fields, which is a disclosure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.cases.batch.examine import load_requests
from counterfoil.cases.batch.phase import find
from counterfoil.cases.ledger import LedgerState
from counterfoil.cases.office import Office, act, require_new, write_new
from counterfoil.cases.redaction.officers import signed_by, who_shows
from counterfoil.cases.witness.policy import policy_in_force, require_witnessed
from counterfoil.cases.witness.watch import ask, require_current
from counterfoil.errors import InputError, NotFoundError
from counterfoil.ledger import tlog_proof
from counterfoil.office import models
from counterfoil.office.database import reading, snapshot

if TYPE_CHECKING:
    from counterfoil.ledger import Ledger

_BESIDE = ("tlog_proof", "ledger_entry", "problems")  # what is told of a proof and is no part of its receipt


def ledger_prove(office: Office, index: int) -> LedgerState:
    """Proof of one entry, which verifies offline: leaf, inclusion proof, checkpoint with its cosignatures.

    As a receipt, and as a C2SP tlog-proof text (`tlog_proof`). With a witness policy in force its witnesses are asked
    first; the state is ok where their quorum is reached, and `problems` says who did not cosign.
    """
    found = ask(office)
    with snapshot():
        ledger = _ledger_with(office, index)
        facts = {**ledger.receipt(index, ()), "tlog_proof": tlog_proof(ledger, index)}
    enough, problems = (found.enough, found.problems) if found is not None else (True, [])
    return LedgerState(enough, {**facts, "problems": problems})


def ledger_prove_disclosing(
    office: Office,
    index: int,
    fields: Sequence[str],
    officer_ids: Sequence[str],
    reason: str,
    now: datetime,
    output: Path | None = None,
) -> LedgerState:
    """Proof of one entry with the named fields disclosed; the disclosure is itself an entry.

    Written to `output`, for its owner alone, where one is named. Raises NotAllowedError where a field is personal and
    fewer than two different officers disclose it, UnavailableError where witnesses are asked for and have not
    cosigned: then it is recorded, and nothing is handed out.
    """
    if not reason.strip():
        raise InputError("A disclosure needs its reason.", "Give it with --reason.")
    require_current(office)
    if output is not None:
        require_new(output, "a proof with disclosures")
    with reading():
        _opened(_ledger_with(office, index), index, fields)
        officers = who_shows(office, officer_ids, fields, "The proof")
    with act(office, now) as the_act:
        disclosures = _opened(_ledger_with(office, index), index, fields)
        entry = the_act.record(
            "disclosure",
            {
                "entry": index,
                "fields": list(fields),
                "reason": reason,
                "officers": [officer.id for officer in officers],
            },
            count=1,
            sha256=sha256("~".join(disclosures).encode()).hexdigest(),
            **signed_by(office, officers),
        )
    with reading():
        policy = policy_in_force()
    require_witnessed(office, policy, entry, "The disclosure", _LATER)
    with snapshot():
        ledger = office.ledger()
        facts = {**ledger.receipt(index, fields), "tlog_proof": tlog_proof(ledger, index, fields)}
    if output is not None:
        write_new(output, proof_text(facts, output), 0o600)
    return LedgerState(True, {**facts, "ledger_entry": entry})


_LATER = (
    "Run the same command again when they can be reached. Each try is an entry of its own; only the last is given out."
)


def proof_text(facts: Mapping[str, Any], output: Path) -> str:
    """What the file `output` holds: a receipt where its name ends in .json, else the C2SP text."""
    if output.suffix != ".json":
        return str(facts["tlog_proof"])
    receipt = {name: value for name, value in facts.items() if name not in _BESIDE}
    return json.dumps(receipt, indent=2) + "\n"


def request_entry(office: Office, batch_id: str, request_id: str, *, answer: bool = False) -> int:
    """The entry of a request in the ledger, or that of the answer to it. Raises NotFoundError."""
    require_current(office)
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


def _opened(ledger: Ledger, index: int, fields: Sequence[str]) -> list[str]:
    """The disclosures of these fields. Raises NotFoundError where there is none, and says where it was destroyed."""
    gone = models.LedgerExpunction.objects.filter(index=index).first()
    if gone is not None:
        raise NotFoundError(
            f"Entry {index} was expunged by entry {gone.entry}: nothing of it can be shown.",
            "That it is in the ledger can be proved still: leave --disclose out.",
        )
    return ledger.disclosures(index, fields)
