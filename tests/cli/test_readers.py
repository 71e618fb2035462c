"""Whom an answer is for, in a line that a person can read."""

from __future__ import annotations

import pytest

from counterfoil.cli.outside.answer import readers_in_words


@pytest.mark.parametrize("number", [1, 5, 6, 30, 1_200])
def test_the_first_readers_are_named_and_the_others_counted(number: int) -> None:
    names = [f"Officer {n}, Special Agent, ICE" for n in range(1, number + 1)]
    said = readers_in_words(names).split("; ")
    assert said[:5] == names[:5]
    assert said[5:] == ([f"and {number - 5:,} more (--json gives all)"] if number > 5 else [])
