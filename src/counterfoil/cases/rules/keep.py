"""Keep the rule set that decides: its archive in the data directory, its hash in the ledger.

DIR/rules/<rule set>.zip is written whole before the entry that names it commits. What is kept once stays as
it is; a decision of ten years ago is recomputed from it (recompute.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from counterfoil import law
from counterfoil.cases.office import Act, Office, act, write_new
from counterfoil.cases.rules import archive
from counterfoil.cases.shown import Shown
from counterfoil.errors import IntegrityError, NotFoundError, UnavailableError
from counterfoil.law.rules import rule_set_of
from counterfoil.office import models
from counterfoil.office.database import reading

FOLDER = "rules"
PREFIX = 8  # characters of a hash by which a person may name it
KEEP = "If this very version runs here, `counterfoil rules keep` writes it anew; otherwise restore it from a backup."


def archive_path(office: Office, rule_set: str) -> Path:
    """Where the archive of a rule set stands."""
    return office.data / FOLDER / f"{rule_set}.zip"


def keep(the_act: Act) -> None:
    """Keep the running rule set, as part of an act that decides by it; one that is gone is written anew."""
    rule_set = law.rule_set().sha256
    kept = archive_path(the_act.office, rule_set).is_file()
    if not kept or _newest(rule_set) is None:
        _keep(the_act)


def keep_rules(office: Office, now: datetime) -> Shown:
    """Keep the running rule set now; an archive that is gone or damaged is written anew.

    Where the files that only help to run it have changed meanwhile, a second entry names the new archive.
    """
    with act(office, now) as the_act:
        row = _newest(law.rule_set().sha256)
        if row is None or _fault(office, row):
            _keep(the_act)
    return show_rules(office, law.rule_set().sha256)


def _keep(the_act: Act) -> None:
    rule_set, data = law.rule_set(), running_archive()
    digest = archive.sha256_of(data)
    path = archive_path(the_act.office, rule_set.sha256)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    write_new(path, data)
    row = _newest(rule_set.sha256)
    if row is not None and row.archive == digest:
        return  # the very bytes that the ledger names are back in their place
    entry = the_act.record("rules", {}, rule_set=rule_set.sha256, sha256=digest, version=rule_set.version)
    facts = {"version": rule_set.version, "archive": digest, "entry": entry, "at": the_act.now}
    models.RuleArchive.objects.create(rule_set=rule_set.sha256, **facts)


@lru_cache(maxsize=1)  # with the rule set's hash, which is remembered too: both of the same moment
def running_archive() -> bytes:
    """The archive of the running rule set. Raises UnavailableError where its files are no longer those that run."""
    data = archive.pack(archive.running_package())
    with tempfile.TemporaryDirectory(prefix="counterfoil-rules-") as place:
        archive.unpack(data, Path(place))
        if rule_set_of(Path(place) / archive.TOP) == law.rule_set():
            return data
    raise UnavailableError(
        "The program's files were changed while it ran.", "Run the same command again; nothing was recorded."
    )


def archive_of(office: Office, rule_set: str) -> bytes:
    """The archive of a kept rule set, checked against the ledger. Raises NotFoundError, IntegrityError."""
    row = _newest(rule_set)
    if row is None:
        raise NotFoundError(
            f"The rule set {rule_set[:12]} was not kept here.",
            "It decided before rule sets were kept; no other rule set is asked in its place.",
        )
    if fault := _fault(office, row):
        raise IntegrityError(f"{fault} Nothing was recomputed.", KEEP)
    return archive_path(office, rule_set).read_bytes()


def _fault(office: Office, row: models.RuleArchive) -> str:
    """What is wrong with a kept rule set, "" where its archive is the one that the ledger names."""
    said = office.ledger().read(row.entry).public
    if said.get("type") != "rules" or (said.get("rule_set"), said.get("sha256")) != (row.rule_set, row.archive):
        return f"The ledger does not name the archive of the rule set {row.rule_set[:12]}."
    path = archive_path(office, row.rule_set)
    try:
        data = path.read_bytes()
    except OSError as error:
        return f"The archive {path} cannot be read: {error.strerror}."
    return "" if archive.sha256_of(data) == row.archive else f"The archive {path} is not the one that the ledger names."


def list_rules(office: Office) -> list[Shown]:
    """Every rule set kept or decided by here, oldest first."""
    with reading():
        return [_shown(office, row) for row in _kept().values()] + list(_unkept())


def show_rules(office: Office, wanted: str = "") -> Shown:
    """One rule set by its hash or the first characters of it; without, the one that runs."""
    with reading():
        row = find_rules(wanted)
        shown = _shown(office, row)
        files = archive.listing(archive_of(office, row.rule_set)) if shown.facts["state"] == "kept" else {}
        return Shown(row.rule_set, {**shown.facts, "files": files})


def export_rules(office: Office, wanted: str, output: Path) -> Shown:
    """Write the checked archive of a rule set to `output`, for an auditor."""
    with reading():
        row = find_rules(wanted)
        data = archive_of(office, row.rule_set)
        facts = dict(_shown(office, row).facts)
    write_new(output, data)
    return Shown(row.rule_set, {**facts, "output": str(output)})


def find_rules(wanted: str) -> models.RuleArchive:
    """The kept rule set that a hash, or the first characters of one, names. Raises NotFoundError."""
    name = (wanted or law.rule_set().sha256).strip().lower()
    found = [row for rule_set, row in _kept().items() if rule_set.startswith(name)] if len(name) >= PREFIX else []
    if len(found) != 1:
        many = "More than one rule set begins" if found else "No rule set that is kept here begins"
        raise NotFoundError(f"{many} with {name[:64]!r}.", "See `counterfoil rules list`.")
    return found[0]


def _kept() -> dict[str, models.RuleArchive]:
    """By rule set, the newest record of its archive."""
    return {row.rule_set: row for row in models.RuleArchive.objects.order_by("entry")}


def _newest(rule_set: str) -> models.RuleArchive | None:
    return models.RuleArchive.objects.filter(rule_set=rule_set).order_by("-entry").first()


def _shown(office: Office, row: models.RuleArchive) -> Shown:
    fault = _fault(office, row)
    return Shown(
        row.rule_set,
        {
            "version": row.version,
            "running": row.rule_set == law.rule_set().sha256,
            "state": fault or "kept",
            "first_used": row.at.isoformat(timespec="seconds"),
            "ledger_entry": row.entry,
            "archive": str(archive_path(office, row.rule_set)),
            "archive_sha256": row.archive,
            "batches": _decided(row.rule_set),
        },
    )


def _decided(rule_set: str) -> list[str]:
    """The batches of which an examination was made by this rule set, in the order of their receipt."""
    examined = models.Examination.objects.filter(rule_set=rule_set)
    return list(dict.fromkeys(examined.order_by("batch__receipt", "id").values_list("batch_id", flat=True)))


def _unkept() -> Iterator[Shown]:
    kept = set(_kept())
    used = set(models.Examination.objects.values_list("rule_set", flat=True))
    for rule_set in sorted(used - kept):
        facts: dict[str, Any] = {"version": "", "running": False, "state": "not kept", "batches": _decided(rule_set)}
        yield Shown(rule_set, facts)
