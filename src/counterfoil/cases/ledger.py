"""The ledger as the office's people use it: verify, sign, prove, export."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterfoil.cases.office import Office, act
from counterfoil.errors import NotFoundError
from counterfoil.office.database import reading
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
    """Hash every entry anew and hold it against the tiles, every checkpoint and the sealed disclosures."""
    with reading():
        ledger = office.ledger()
        problems = [str(problem) for problem in ledger.verify(office.vkey, progress)]
        size = ledger.size()
        root = base64.b64encode(ledger.root()).decode()  # as checkpoints write it
    return LedgerState(not problems, {"size": size, "root": root, "problems": problems})


def ledger_checkpoint(office: Office, now: datetime) -> LedgerState:
    """The newest signed checkpoint."""
    with act(office, now) as the_act:
        note = the_act.checkpoint()
        size = the_act.ledger.size()
    return LedgerState(True, {"size": size, "checkpoint": note, "vkey": office.vkey})


def ledger_export(office: Office, folder: Path, progress: Tick | None = None) -> LedgerState:
    """Write the public ledger as static tiles to `folder`; it holds no personal data."""
    with reading():
        ledger = office.ledger()
        ledger.export(folder, progress)
        size = ledger.size()
    return LedgerState(True, {"id": str(folder), "size": size, "vkey": office.vkey})


def ledger_prove(office: Office, index: int) -> LedgerState:
    """A receipt for one entry, which verifies offline: leaf, inclusion proof, checkpoint."""
    with reading():
        ledger = office.ledger()
        if not 0 <= index < ledger.size():
            raise NotFoundError(f"There is no entry {index}.", f"The ledger has {ledger.size():,} entries, from 0 on.")
        receipt = ledger.receipt(index, ())
    return LedgerState(True, dict(receipt))
