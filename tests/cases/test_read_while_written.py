"""What reads the whole ledger sees one state of it, while other processes write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counterfoil import cases
from counterfoil.ledger import audit

pytestmark = pytest.mark.both_databases
ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from counterfoil import cases
office = cases.open_office(Path(sys.argv[1]))
for number in range(3):
    cases.add_officer(office, f"late-{number}", f"Late {number}", datetime(2026, 3, 2, 12, tzinfo=UTC))
"""


def writer(data):
    """A tick that lets another process write, once."""
    done = []

    def tick(*_):
        if not done:
            done.append(True)
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
            subprocess.run([sys.executable, "-c", WRITE, str(data)], env=environment, check=True)

    return tick


def test_a_ledger_that_grows_while_it_is_verified_verifies(journey):
    before = journey.office.ledger().size()
    state = cases.ledger_verify(journey.office, writer(journey.data))
    assert (state.ok, state.facts["size"]) == (True, before)
    assert journey.office.ledger().size() == before + 3
    assert cases.ledger_verify(journey.office).ok


def test_a_ledger_that_grows_while_it_is_exported_is_whole_in_the_export(journey):
    before = journey.office.ledger().size()
    state = cases.ledger_export(journey.office, journey.folder / "export", writer(journey.data))
    report = audit(journey.folder / "export", journey.office.vkey)
    assert (report.ok, report.size, state.facts["size"]) == (True, before, before)
    assert journey.office.ledger().size() == before + 3
