"""Bring a file that an older version made to the newest form, behind a backup that was read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from counterfoil.cases.office import Office
from counterfoil.errors import CounterfoilError, InputError, IntegrityError, NotFoundError
from counterfoil.office import place as places


@dataclass(frozen=True)
class Upgraded:
    """What was done to a database: the migrations that it lacked, and the backup of before."""

    id: str
    applied: tuple[str, ...]
    backup: str

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, "applied": list(self.applied), "backup": self.backup}


def upgrade_database(data: Path, now: datetime, backup: Path | None = None) -> Upgraded:
    """Apply the migrations that the file of `data` lacks; nothing, and no backup, where it lacks none.

    `backup`: where the copy of before goes, by default beside the file. Raises InputError where a newer version made
    the file, or where the office is on a server: `database prepare` does it there, as the role that owns the tables.
    """
    from counterfoil.office import database, sqlite

    place = places.of(data)
    if place is None:
        raise NotFoundError(f"There is no Counterfoil data in {data}.", "Name another directory with --data.")
    if isinstance(place, places.Server):
        raise InputError(
            f"The office's database is on a server: {place.public}.",
            "Run `counterfoil database prepare` as the role that owns it.",
        )
    database.connect(place)
    with database.reading():
        newer, applied = database.unknown(), tuple(database.unapplied())
    if newer:
        raise InputError(
            f"A newer version of Counterfoil made this database: {', '.join(newer)}.",
            "Use that version, or a newer one.",
        )
    if not applied:
        return Upgraded(str(place), (), "")
    kept = backup or data / f"{place.name}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"
    before = _ledger(data)
    sqlite.backup(place, kept)
    try:
        database.migrate()
        missing = database.missing()
        if missing or _ledger(data, before[0]) != before:
            raise IntegrityError(f"The database is not as it should be: {', '.join(missing) or 'its ledger'}.", "")
    except CounterfoilError as error:
        raise IntegrityError(
            f"The upgrade failed: {error.what}",
            f"Stop every process, put {kept} in the place of {place} (remove {place.name}-wal and -shm), and tell us.",
        ) from error
    return Upgraded(str(place), applied, str(kept))


def _ledger(data: Path, size: int | None = None) -> tuple[int, bytes]:
    """The size and root of the ledger, or its root at that size; what another process adds meanwhile is no fault."""
    from counterfoil.ledger import Ledger
    from counterfoil.office import database
    from counterfoil.office.ledger_store import DatabaseStore

    with database.reading():
        ledger = Ledger(DatabaseStore(), Office(data).origin)
        at = ledger.size() if size is None else size
        return at, ledger.root(at)
