"""An office whose database was restored from before its last entries: the gap is stated, then the key is changed."""

import shutil

import pytest

from counterfoil import cases
from counterfoil.errors import HeldError
from counterfoil.office import database


def stated_and_changed(journey, new, monkeypatch):
    """Lose an entry, state the gap with the key as it is held, go on, and change the key for `new` ("": a file)."""
    path = journey.data / "counterfoil.sqlite3"
    database.close()
    shutil.copy(path, journey.folder / "backup")
    assert not (journey.data / "counterfoil.sqlite3-wal").exists()
    old = journey.office.vkey
    cases.add_officer(journey.office, "eve", "Eve", journey.now)
    database.close()
    for left in journey.data.glob("counterfoil.sqlite3*"):
        left.unlink()
    shutil.copy(journey.folder / "backup", path)
    journey.office = cases.open_office(journey.data)
    with pytest.raises(HeldError):
        cases.add_officer(journey.office, "fay", "Fay", journey.now)
    stated = cases.state_gap(journey.office, "ana", "the disk failed", journey.now)
    journey.office = cases.open_office(journey.data)
    assert (stated.previous, journey.office.origin) == (old, "counterfoil.example/ledger/2")
    cases.add_officer(journey.office, "fay", "Fay", journey.now)
    cases.rotate_ledger(journey.office, "ana", new, journey.now)
    for name in ("COUNTERFOIL_LEDGER_KEY", "COUNTERFOIL_LEDGER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    journey.office = cases.open_office(journey.data)
    cases.add_officer(journey.office, "gil", "Gil", journey.now)
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    assert journey.audit().problems == ()
    proof = cases.ledger_prove(journey.office, 0).facts["tlog_proof"].encode()
    from counterfoil.ledger.auditor.proof import check_proof

    assert check_proof(proof, stated.vkey).ok
