"""The keys of the office and of those who ask it: id, where it is held, and whether it is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterfoil.cases.keys import held
from counterfoil.cases.keys.state import CUSTODIAN, LEDGER, OFFICIAL, SEALING, KeyState, key_state
from counterfoil.cases.office import Office
from counterfoil.cases.witness.watch import require_current
from counterfoil.keys import source
from counterfoil.office import models
from counterfoil.office.database import reading


def list_keys(office: Office) -> list[dict[str, Any]]:
    """Every key that is known here, the one in use before those it replaced."""
    with reading():
        state = key_state()
        ledger = office.ledger(state)
        ledger_keys = [span.key.id.hex() for span in reversed(ledger.chain().spans)]
        custodian_keys = [office.public_key["kid"], *reversed(list(state.until))]
        folder = office.data / "keys"
        rows = _rows(LEDGER, ledger_keys, source.find(source.LEDGER, folder).told, state)
        for use, key in office.own_keys(ledger):  # under the names of before a gap, too
            if use == LEDGER and state.distrusted(key):
                rows[0] |= {"in_use": False, "compromised_since": state.compromised[key].isoformat()}
        rows += _rows(CUSTODIAN, list(dict.fromkeys(custodian_keys)), source.find(source.CUSTODIAN, folder).told, state)
        sealing = [identifier.hex() for identifier in ledger.box().key_ids]
        current = ledger.box().key_id.hex()
        sealing.sort(key=lambda identifier: identifier != current)
        rows += _rows(SEALING, sealing, _sealing_source(folder, state.newest.get(SEALING)), state)
        for row in models.Official.objects.order_by("id"):
            rows += _rows(OFFICIAL, [row.key.get("kid", "")], row.id, state)
    return rows


def _sealing_source(folder: Path, newest: str | None) -> str:
    """Where the sealing key in use is: derived from the data key, wherever that is, until it was changed once."""
    if newest is None:
        return f"derived from the data key, {source.find(source.DATA, folder).told}"
    path = folder / f"sealing-{newest}.key"
    if not path.exists():  # under another name, as a backup may have it
        return f"in {folder}"
    return held.given(source.read_key_file(path), path).told


def key_history(office: Office) -> dict[str, Any]:
    """The changes of the ledger's key, by which proofs check with any of its keys; a document for everyone.

    Raises HeldError where the ledger is known to have lost entries, a change of key perhaps among them.
    """
    from counterfoil.ledger.prove import history

    require_current(office)
    with reading():
        return history(office.ledger())


def _rows(use: str, keys: list[str], where: str, state: KeyState) -> list[dict[str, Any]]:
    rows = []
    for number, key in enumerate(keys):
        since, until = state.compromised.get(key), state.until.get(key)
        rows.append(
            {
                "use": use,
                "id": key,
                "in_use": number == 0 and since is None,
                "where": where if number == 0 else "replaced",
                "opens_until": until.isoformat() if until else None,
                "compromised_since": since.isoformat() if since else None,
            }
        )
    return rows
