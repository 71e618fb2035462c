"""Move an office from its file to a server's database, or back. It is in one of them at any moment, and writes to one.

The copy is made and compared in one transaction, the former database then takes no further entry, and only when the
copy has committed does the data directory name it. A move that was cut short is finished by the same command.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil import errors
from counterfoil.cases.office import DATABASE, Office, write_new
from counterfoil.office import place as places
from counterfoil.office.place import Place, Server
from counterfoil.progress import Tick

if TYPE_CHECKING:
    from counterfoil.office.copying import Table

MOVED = ".moved"
"""Behind the name of a file that the office was in, and of the record of a server that it was on."""


@dataclass(frozen=True)
class Moved:
    """Where the office's database is now, and what went there."""

    id: str
    previous: str
    rows: Mapping[str, int]
    size: int
    root: str

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "previous": self.previous,
            "rows": dict(self.rows),
            "size": self.size,
            "root": self.root,
        }


def move_to_server(data: Path, url: str, role: str = "", progress: Tick | None = None) -> Moved:
    """Move the office in `data` from its file into the server's empty database at `url`, of the role that owns it.

    With `role`, that one is given what it needs, and the office works as it from then on.
    """
    source = _source(data)
    if isinstance(source, Server):
        raise errors.InputError(f"The office's database is on a server already: {source.public}.", "Move it to a file.")
    server = places.server(url)
    named = server.as_role(role) if role else Server(server.public)
    copied, size, root = _copy(data, source, server, progress, role)
    write_new(data / places.RECORD, named.public + "\n", 0o600)
    _set_aside(source)
    kept = _aside(source) if _aside(source).exists() else source
    return Moved(named.public, str(kept), _counts(copied), size, root)


def move_to_file(data: Path, owner_url: str = "", progress: Tick | None = None) -> Moved:
    """Move the office in `data` from its server into a file of the data directory.

    `owner_url`: the server's database for the role that owns its tables, where the office works as another.
    """
    from counterfoil.office import database, sqlite

    source = _source(data)
    if not isinstance(source, Server):
        raise errors.InputError(f"The office's database is a file already: {source}.", "Move it to a server.")
    owner = places.server(owner_url) if owner_url else source
    target, unfinished = data / DATABASE, data / (DATABASE + ".new")
    if target.exists():
        raise errors.InputError(f"{target} is in the way.", "Move it away; it may be of before an earlier move.")
    for leftover in data.glob(DATABASE + ".new*"):
        leftover.unlink()
    sqlite.make(unfinished)
    copied, size, root = _copy(data, owner, unfinished, progress)
    database.connect(unfinished)
    database.settle(unfinished, target)
    (data / places.RECORD).replace(data / (places.RECORD + MOVED))
    return Moved(str(target), source.public, _counts(copied), size, root)


def cancel_move(data: Path, owner_url: str = "") -> str:
    """Let the office in `data` go on where it is, after a move that was cut short; where that is."""
    from counterfoil.office import copying, database

    source = _source(data)
    database.connect(places.server(owner_url) if owner_url else source)
    with database.writing():
        copying.unmark()
    return source.public if isinstance(source, Server) else str(source)


def _source(data: Path) -> Place:
    found = places.of(data)
    if found is None:
        raise errors.NotFoundError(f"There is no Counterfoil data in {data}.", "Name another directory with --data.")
    return found


def _copy(
    data: Path, source: Place, target: Place, progress: Tick | None, role: str = ""
) -> tuple[dict[str, Table], int, str]:
    """Copy and compare; what each table holds, and the ledger's size and root, which are the same in both."""
    from counterfoil.ledger import Ledger
    from counterfoil.office import copying, database
    from counterfoil.office.ledger_store import DatabaseStore

    database.connect(source)
    ledger = Ledger(DatabaseStore(), Office(data).origin)
    with database.reading():
        faults = [*database.unapplied(), *database.missing()]
        if faults:
            raise errors.InputError(
                f"The database is not as this version makes it: {', '.join(faults)}.", "Run `counterfoil doctor`."
            )
        size, latest = ledger.size(), ledger.store.latest_checkpoint()
    with copying.beside(target, database.BUSY_SECONDS), database.faults_told():
        copying.prepare(role)
        whole = 2 * copying.rows()  # each is written, and read back
        copied = copying.transfer(lambda done: progress(min(done, whole), whole) if progress is not None else None)
        ledger.store = DatabaseStore(copying.OTHER)
        if latest is None or ledger.size() < size or ledger.root(size) != _root_of(latest[1]):
            raise errors.IntegrityError("The ledger in the other database is not this one.", "Run the command again.")
        return copied, ledger.size(), base64.b64encode(ledger.root()).decode()


def _root_of(note: str) -> bytes:
    return base64.b64decode(note.split("\n")[2])


def _counts(copied: Mapping[str, Table]) -> dict[str, int]:
    return {name.removeprefix("office_"): count for name, (count, _) in copied.items()}


def _aside(path: Path) -> Path:
    return path.with_name(path.name + MOVED)


def _set_aside(path: Path) -> None:
    """Give the former file another name, and make it one that can only be read; not while another process has it."""
    import sqlite3

    from counterfoil.office import database, sqlite

    database.close()
    with contextlib.suppress(sqlite3.Error):  # it takes no entry, wherever it stands
        sqlite.fold(path)
        path.replace(_aside(path))
        _aside(path).chmod(0o400)
