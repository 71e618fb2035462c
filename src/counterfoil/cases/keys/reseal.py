"""Seal the disclosures of old entries anew, with the key that seals now. Can be cut short and run again."""

from __future__ import annotations

from counterfoil.cases.office import Office
from counterfoil.ledger.sealed import DESTROYED, key_id_of
from counterfoil.ledger.tree import leaf_hash
from counterfoil.office import erasure
from counterfoil.office.database import reading, writing
from counterfoil.office.ledger_store import DatabaseStore
from counterfoil.progress import Tick

PORTION = 2_000


def reseal(office: Office, progress: Tick | None = None) -> int:
    """Seal every record that an older key sealed with the newest one; how many there were.

    What the older keys sealed is then wiped from the database's files, so that they open nothing that is left here.
    """
    with reading():
        size = DatabaseStore().size()
    done = 0
    for start in range(0, size, PORTION):
        stop = min(start + PORTION, size)
        with writing():
            done += _portion(office, start, stop)
        if progress is not None:
            progress(stop, size)
    if done:
        erasure.wipe()
    return done


def _portion(office: Office, start: int, stop: int) -> int:
    store, box = DatabaseStore(), office.ledger().box()
    old = [
        (i, record)
        for i, record in store.sealed(start, stop)
        if record != DESTROYED and key_id_of(record) != box.key_id
    ]
    leaves = dict(store.leaves(start, stop)) if old else {}
    for index, record in old:
        hashed = leaf_hash(leaves[index])
        erasure.replace(index, box.seal(index, hashed, box.text(index, hashed, record)))
    return len(old)
