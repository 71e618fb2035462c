"""Load the custodian's file into its indexed form, and say what is loaded. No row of it is ever shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from counterfoil.cases.office import Office, act
from counterfoil.cases.shown import Shown
from counterfoil.errors import IntegrityError
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.progress import Tick
from counterfoil.verification.files.manifest import ANEW


def load_registry(
    office: Office,
    paths: Sequence[Path],
    now: datetime,
    progress: Tick | None = None,
    *,
    workers: int = 0,
    replace: bool = False,
    ignore: Collection[str] = (),
) -> Shown:
    """Load the files; loading the same files again changes nothing and adds no ledger entry.

    Whatever makes another registry the current one is an entry, also where that one was loaded before. `workers` is
    the number of processes, 0 for one a core; with `replace` the registry is made of these files alone; `ignore` names
    columns to be left out.
    """
    from counterfoil.verification import Registry, load_registry

    with reading():
        earlier = loaded()
    report = load_registry(
        paths,
        office.registry_folder,
        progress,
        now=now,
        workers=workers,
        replace=replace,
        ignore=ignore,
        recorded=earlier,
    )
    facts = report.as_dict()
    with Registry.open(office.registry_folder) as registry:
        identity = str(registry.info()["id"])
    with act(office, now) as the_act:
        # Asked of the database and not of the report: a run cut off after the load must still make the entry.
        if _in_use(office) != identity:
            entry = the_act.record("registry", {"registry": identity, "files": facts["sha256s"]})
            models.RegistryLoaded.objects.create(registry=f"{identity}{_AT}{entry}", at=now)
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


_AT = "@"  # between a registry's id and the index of the entry of its load


def loaded() -> list[str]:
    """The ids of the registries that were loaded here, in the order of their loads; the last is the one in use."""
    return [identity for identity, _ in _loads()]


def _loads() -> list[tuple[str, int]]:
    """Ids, and the entries of their loads; -1 for one of before entries were noted."""
    rows = models.RegistryLoaded.objects.values_list("registry", "at")
    found = [(*text.partition(_AT)[::2], at) for text, at in rows]
    known = [(identity, int(entry or -1), at) for identity, entry, at in found]
    return [(identity, entry) for identity, entry, _ in sorted(known, key=lambda load: load[1:])]


def _in_use(office: Office) -> str:
    """The registry that was loaded last, as the ledger's entry says; "" for none.

    Of an entry that was expunged only its type is left: that it is of a load at all, and then the row stands.
    """
    newest, entry = next(reversed(_loads()), ("", -1))
    if entry < 0:
        return newest
    told = office.ledger().read(entry)
    if told.disclosed:
        return str(told.disclosed.get("registry", ""))
    return newest if told.public.get("type") == "registry" else ""


def require_loaded(office: Office, identity: str) -> None:
    """Raise IntegrityError where another registry than this one was loaded last: it may lack holds and corrections.

    The record is believed only where the ledger's entry says the same.
    """
    newest = _in_use(office)
    if identity == newest:
        return
    last = f"the one that was loaded last is {newest}" if newest else "no load of it is recorded"
    raise IntegrityError(
        f"The registry in {office.registry_folder} is {identity}; {last}.",
        "Nothing was answered. If a load is at work or was cut off, let it end, or run it again with the same files. "
        f"Else put the folder of the last load back, or {ANEW}",
    )
