"""The ledger as the office's people use it: verify, sign, export."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterfoil.cases.entered import standing
from counterfoil.cases.office import Office, act
from counterfoil.cases.witness.policy import gather, policy_in_force
from counterfoil.cases.witness.watch import ask, keep_record
from counterfoil.errors import CounterfoilError
from counterfoil.ledger.auditor.policy import read_policy
from counterfoil.office.database import reading, snapshot
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.progress import Tick


@dataclass(frozen=True)
class LedgerState:
    """What the ledger is, and what is wrong with it."""

    ok: bool
    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"ok": self.ok, **self.facts}


def ledger_verify(office: Office, progress: Tick | None = None) -> LedgerState:
    """Hash every entry anew and hold it against the tiles, every checkpoint and the sealed disclosures.

    Then hold the ledger against what is known outside it to be signed: by the record beside the keys, and by the
    witnesses of the policy in force. What is lost is a problem like any other, and `next` says what to do.
    """
    with snapshot():
        ledger = office.ledger()
        problems = [str(problem) for problem in ledger.verify(office.vkey, progress)] or standing.problems(office)
        size = ledger.size()
        root = base64.b64encode(ledger.root()).decode()  # as checkpoints write it
    found, do = _known_outside(office)
    problems += found
    return LedgerState(not problems, {"size": size, "root": root, "problems": problems, "next": do})


def _known_outside(office: Office) -> tuple[list[str], str]:
    """What is signed and not here, and what to do; asked outside the snapshot, which may be older than the record."""
    try:
        ask(office, keep=False)  # to verify writes nothing to the database
    except CounterfoilError as error:
        return [error.what], error.do
    return [], ""


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
    `problems` says who did not cosign. The files are written all the same. Raises HeldError, and writes nothing,
    where the ledger is known to have lost entries.
    """
    found = ask(office)
    problems = found.problems if found is not None else []
    with snapshot():
        ledger = office.ledger()
        ledger.export(folder, progress)
        size = ledger.size()
    enough = found is None or found.enough
    return LedgerState(enough, {"id": str(folder), "size": size, "vkey": office.vkey, "problems": problems})
