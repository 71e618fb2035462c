"""What several courses share: peers by name, the moment of a run, JSON files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

from counterfoil.compiled import PURE
from counterfoil.synth.facts import REFERENCE_DAY

SEED = 1
WHEN = datetime.combine(REFERENCE_DAY, time(15), UTC)
"""The moment of every act in a run: the day on which the made-up requests are written."""


CHECKOUT = Path(__file__).parents[4]
"""The root of a checkout; in an installed package there is no `tests` in it."""


def peer(module: str) -> Any:
    """A peer's module."""
    return import_module(module)


@contextmanager
def interpreted() -> Iterator[None]:
    """Have the processes that are started in the meantime run the rules from their sources."""
    before = os.environ.get(PURE)
    os.environ[PURE] = "1"
    try:
        yield
    finally:
        os.environ.pop(PURE)
        if before is not None:
            os.environ[PURE] = before


def save(path: Path, value: object) -> None:
    """Keep prepared data."""
    path.write_text(json.dumps(value), encoding="utf-8")


def load(path: Path) -> Any:
    """Prepared data."""
    return json.loads(path.read_text(encoding="utf-8"))
