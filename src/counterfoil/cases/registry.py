"""Load the custodian's file into its indexed form, and say what is loaded. No row of it is ever shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from counterfoil.cases.office import Office, act
from counterfoil.cases.shown import Shown
from counterfoil.office import models
from counterfoil.progress import Tick


def load_registry(
    office: Office, paths: Sequence[Path], now: datetime, progress: Tick | None = None, *, workers: int = 0
) -> Shown:
    """Load the files; loading the same files again changes nothing and adds no ledger entry.

    `workers` is the number of processes, 0 for one a core.
    """
    from counterfoil.verification import Registry, load_registry

    facts = load_registry(paths, office.registry_folder, progress, now=now, workers=workers).as_dict()
    registry = Registry.open(office.registry_folder)
    identity = str(registry.info()["id"])
    registry.close()
    with act(office, now) as the_act:
        # Asked of the database and not of the report: a run cut off after the load must still make the entry.
        _row, new = models.RegistryLoaded.objects.get_or_create(registry=identity, defaults={"at": now})
        if new:
            the_act.record("registry", {"registry": identity, "files": facts["sha256s"]})
    return Shown(identity, facts)


def registry_info(office: Office) -> Shown:
    """What is loaded: counts, years, files."""
    from counterfoil.verification import Registry

    registry = Registry.open(office.registry_folder)
    try:
        info = dict(registry.info())
    finally:
        registry.close()
    return Shown(str(info.pop("id", "")), info)
