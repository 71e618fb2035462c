"""The rules as found in their folders: one a file, file name = function name = code in lower case.

Adding a rule is adding a file; nothing else lists it. The order of findings is that of the closed list of
codes, so that the same request gives the same findings in the same order everywhere.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.examination.tally import Row, Tally
from counterfoil.law import CODES, Finding

RequestRule = Callable[[Reading, Context], Finding | None]
RowRule = Callable[[Row, Tally, Context], Finding | None]
BatchRule = Callable[[Tally, Context], Finding | None]
GateRule = Callable[[Context], Finding | None]

FOLDERS = ("rules", "row_rules", "batch_rules", "gates")


class Rulebook(NamedTuple):
    """Every rule by its code: on a request alone, on a row in its batch, on the batch, and the gates."""

    rules: dict[str, RequestRule]
    row_rules: dict[str, RowRule]
    batch_rules: dict[str, BatchRule]
    gates: dict[str, GateRule]


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    """All rules, discovered once."""
    return Rulebook(*(_folder(name) for name in FOLDERS))


def _folder(name: str) -> dict[str, Any]:
    package = importlib.import_module(f"counterfoil.examination.{name}")
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("_"):
            continue  # what several rules share
        rule = importlib.import_module(f"{package.__name__}.{module.name}")
        found[module.name.upper()] = getattr(rule, module.name)
    return dict(sorted(found.items(), key=lambda item: order_of(item[0])))


def order_of(code: str) -> int:
    """Where a code stands in the closed list."""
    return _ORDER.get(code, len(_ORDER))


_ORDER = {code: place for place, code in enumerate(CODES)}
