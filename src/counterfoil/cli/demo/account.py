"""What each step of a demo took, over all runs of it: kept beside its files, so that a run cut off counts too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterfoil.meter import Meter

NAME = "steps.json"


@dataclass
class Spent:
    """What one step took: sums of the clock and of processor time, and the most memory held at once."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0


class Account:
    """The steps of one demo. `runs` counts how often it was started; a killed run loses what its last step took."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.steps: dict[str, Spent] = {}
        self.runs = 1
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self.steps = {name: Spent(**spent) for name, spent in kept["steps"].items()}
            self.runs = int(kept["runs"]) + 1
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.steps = {}  # the first run, or a file that a kill cut off: the account begins anew
        self._keep()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step; steps of one name add up."""
        meter = Meter()
        try:
            with meter:
                yield
        finally:
            spent = self.steps.setdefault(name, Spent())
            spent.seconds += meter.seconds
            spent.cpu_seconds += meter.cpu_seconds
            spent.peak_mib = max(spent.peak_mib, meter.peak_mib)
            self._keep()

    def as_dict(self) -> dict[str, Any]:
        """`seconds`, `cpu_seconds` and `peak_mib` by step, and `runs`."""
        told = {
            figure: {name: round(getattr(spent, figure), digits) for name, spent in self.steps.items()}
            for figure, digits in (("seconds", 2), ("cpu_seconds", 2), ("peak_mib", 1))
        }
        made = [spent for name, spent in self.steps.items() if name.startswith("synth_")]
        told["seconds"]["synth"] = round(sum(spent.seconds for spent in made), 2)
        return {**told, "runs": self.runs}

    def _keep(self) -> None:
        from counterfoil.cli.inputs import write_text

        said = {"runs": self.runs, "steps": {name: vars(spent) for name, spent in self.steps.items()}}
        write_text(self._path, json.dumps(said, indent=1) + "\n")
