"""Load the custodian's file into its indexed form, and say what is loaded. No row of it is ever shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterfoil.cases.office import Office, act
from counterfoil.progress import Tick


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    id: str
    facts: Mapping[str, Any]

    @property
    def bad_rows(self) -> int:
        """Rows that could not be used."""
        return int(self.facts["bad_rows"])

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, **self.facts}


def load_registry(office: Office, paths: Sequence[Path], now: datetime, progress: Tick | None = None) -> Loaded:
    """Load the files; loading the same files again changes nothing and adds no ledger entry."""
    from counterfoil.verification import Registry, load_registry

    report = load_registry(paths, office.registry_folder, progress)
    facts = report.as_dict()
    registry = Registry.open(office.registry_folder)
    identity = str(registry.info()["id"])
    registry.close()
    if not report.already_loaded:
        with act(office, now) as the_act:
            the_act.record("registry", {"registry": identity, "files": facts.get("sha256s", {})})
    return Loaded(identity, facts)


def registry_info(office: Office) -> Loaded:
    """What is loaded: counts, years, files."""
    from counterfoil.verification import Registry

    registry = Registry.open(office.registry_folder)
    try:
        info = dict(registry.info())
    finally:
        registry.close()
    return Loaded(str(info.pop("id", "")), info)
