"""The whole way of a small batch, saying after each act what is now durable: `python -m tests.faults.way FOLDER`.

Each line said is an acknowledgement: the size and root of the ledger that a person may rely on from then on.
"""

import os
import sys
from pathlib import Path

from counterfoil import cases
from counterfoil.cli import trouble
from tests.cases.killed_run import steps
from tests.journey import NOW


def acknowledge(office):
    from counterfoil.office.database import reading

    with reading():
        ledger = office.ledger()
        size = ledger.size()
        root = ledger.root(size)
    os.write(1, f"{size} {root.hex()}\n".encode())


def run(folder, synchronous="FULL", between=lambda: None):
    from counterfoil.office import database

    assert "synchronous=FULL" in database.PRAGMAS
    database.PRAGMAS = database.PRAGMAS.replace("synchronous=FULL", f"synchronous={synchronous}")
    database.PRAGMAS += " PRAGMA wal_autocheckpoint=16;"  # so that cuts fall into checkpoints of the log, too
    office = cases.open_office(folder / "data")
    for number in range(8):
        cases.add_officer(office, f"officer-{number}", f"Officer {number}", NOW)
        acknowledge(office)
    between()
    batch = cases.receive(office, folder / "batch.sealed", "api", NOW).id
    acknowledge(office)
    steps(office, batch, folder / "data" / "answer", lambda: acknowledge(office))
    between()
    os.write(1, b"answered\n")
    cases.add_officer(office, "last", "Last Officer", NOW)
    acknowledge(office)


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]), *sys.argv[2:])
    except Exception as error:
        told = trouble.explain(error)  # as the command does: a sentence, or a fault of ours
        if told is None:
            raise
        sys.exit(f"refused: {told}")
