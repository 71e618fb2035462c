"""The compiled and the interpreted form say the same of every text."""

from pathlib import Path

import pytest

from tests.compiled.conftest import COMPILING, run

VERDICTS = "from tests.compiled.verdicts import main; main()"


@pytest.mark.timeout(COMPILING)
def test_both_forms_say_the_same_of_every_text(made: Path):
    form, count, *fast = run(made, VERDICTS).split()
    pure, counted, *slow = run(made, VERDICTS, COUNTERFOIL_PURE="1").split()
    assert (form, pure) == ("True", "False")
    assert int(count) == int(counted) > 20_000
    assert fast == slow


TOLD = """
from counterfoil import address, person
for call in (lambda: address.split_line(None), lambda: address.parse(None), lambda: person.parse(None)):
    try:
        call()
    except (TypeError, AttributeError):
        print("refused")
"""


@pytest.mark.timeout(COMPILING)
def test_both_forms_refuse_what_is_no_text(made: Path):
    assert run(made, TOLD) == run(made, TOLD, COUNTERFOIL_PURE="1") == "refused\nrefused\nrefused"
