"""Puts a defect into a lawful row: what the requester wrote is spoiled in one way, and the code is known.

The texts come from a grammar (data/defects.yaml), so that no two files hold the same strings. None of the
product's rules is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final

from counterfoil.synth.injury import address, law, person
from counterfoil.synth.injury.injurer import EXTRA_COLUMNS, Injurer, Row

__all__ = ["EXTRA_COLUMNS", "INJURIES", "Injurer", "Row", "injure"]

Injury = Callable[[Injurer, Row], None]

_REASONS: Final = ("REASON_GENERIC", "REASON_CIVIL", "REASON_IRRELEVANT", "REASON_OTHER_PURPOSE", "REASON_TAX")
_RECIPIENTS: Final = ("ROSTER_GROUP", "ROSTER_CONTRACTOR", "ROSTER_NOT_ENGAGED")


def _of(module: ModuleType) -> dict[str, Injury]:
    """Each function of the module that puts in a defect, under its code."""
    return {
        name.upper(): function
        for name, function in vars(module).items()
        if not name.startswith("_") and getattr(function, "__module__", "") == module.__name__
    }


def _text(code: str, column: str) -> Injury:
    """The column holds a deficient text of that code."""

    def put(injurer: Injurer, row: Row) -> None:
        row[column] = injurer.text(code, row)

    return put


INJURIES: Final[Mapping[str, Injury]] = {
    **_of(address),
    **_of(person),
    **_of(law),
    **{code: _text(code, "reason") for code in _REASONS},
    **{code: _text(code, "recipients") for code in _RECIPIENTS},
}
"""How each code that a single row can carry is put into it."""


def injure(code: str, injurer: Injurer, row: Row) -> None:
    """Put the defect into the row. KeyError for a code that no row can carry by itself."""
    INJURIES[code](injurer, row)
