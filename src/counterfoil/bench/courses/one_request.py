"""One request, interactively: asked of an open registry, and its entry made durable."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from counterfoil.bench.courses import ledger
from counterfoil.bench.courses.common import WHEN
from counterfoil.bench.courses.verify import data
from counterfoil.bench.courses.verify.ours import question
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed

OPEN = "open the registry, every file checked"
LOOK_UP = "verify one request, from its columns"
WRITTEN = "verify one request, its ledger entry made durable first"
SINGLES = 5_000
WITH_ENTRY = 1_000


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """A registry of n people, its index, and the lawful ones of the requests about it."""
    return data.prepare_everyday(folder, n=n)


def ours(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The look-up and the rule alone; then each after an entry of the office's ledger, in a file."""
    from counterfoil import cases
    from counterfoil.verification import Registry

    registry, opened = timed(OPEN, 1, lambda: Registry.open(folder / data.INDEX))
    rows = data.some_rows(folder, SINGLES, *data.ASKED)
    asked = [question(at, *row.values()) for at, row in enumerate(rows)]
    _ask(registry, asked[0])
    alone = each(LOOK_UP, [partial(_ask, registry, one) for one in asked])
    with ledger._scratch(folder) as place, registry:
        cases.init(place, WHEN)
        office = cases.open_office(place)
        ledger._receive(office, WITH_ENTRY)
        written = each(WRITTEN, [partial(_write_and_ask, office, registry, one) for one in asked[:WITH_ENTRY]])
    return [opened, alone, written]


def _ask(registry: Any, one: Any) -> bool:
    from counterfoil.verification import verify_one

    return verify_one(registry, one)


def _write_and_ask(office: Any, registry: Any, one: Any) -> bool:
    ledger._append(office, one.position, 1)
    return _ask(registry, one)
