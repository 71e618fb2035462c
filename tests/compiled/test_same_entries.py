"""Both forms write the same entries, tiles and roots, and refuse the same."""

from pathlib import Path

import pytest

from tests.compiled.conftest import COMPILING, run

WRITTEN = "from tests.compiled.entries import main; main()"


@pytest.mark.timeout(COMPILING)
def test_both_forms_write_the_same_ledger(made: Path):
    form, *fast = run(made, WRITTEN).split("\n")
    pure, *slow = run(made, WRITTEN, COUNTERFOIL_PURE="1").split("\n")
    assert (form, pure) == ("True", "False")
    assert fast == slow and len(fast) > 30
