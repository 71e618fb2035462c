"""Make a data directory, or a server's database; what was cut short can be run again."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil import errors
from counterfoil.cases.keys import held
from counterfoil.cases.office import (
    DATABASE,
    DEFAULT_ORIGIN,
    LOST_DATABASE,
    RESTORE_DATABASE,
    UNFINISHED,
    Office,
    act,
    is_office,
    write_new,
)
from counterfoil.keys import CUSTODIAN, DATA, LEDGER
from counterfoil.keys.source import is_set
from counterfoil.office.place import Server


@dataclass(frozen=True)
class Prepared:
    """A server's database made ready: the migrations that were applied, and the grants that were given."""

    id: str
    role: str
    applied: tuple[str, ...]
    granted: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, "role": self.role, "applied": list(self.applied), "granted": list(self.granted)}


@dataclass(frozen=True)
class Initialised:
    """A new data directory."""

    id: str
    agreement: str
    vkey: str
    custodian: str

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"id": self.id, "agreement": self.agreement, "vkey": self.vkey, "custodian": self.custodian}


def init(data: Path, now: datetime, origin: str = DEFAULT_ORIGIN, database_url: str = "") -> Initialised:
    """Make a data directory: keys, database, ledger, and the built-in agreement in force.

    The database is a file of the directory, or the one on a PostgreSQL server that `database_url` (or else the
    environment variable COUNTERFOIL_DATABASE_URL) names. It is moved, or noted, into place last: a run that was
    cut short can be repeated.
    """
    from counterfoil import agreement as agreements
    from counterfoil.office import place

    named = database_url or os.environ.get(place.VARIABLE, "")
    server = place.server(named) if named else None
    _may_be_made(data)
    _make_keys(data, origin)
    office = Office(data)
    if server is None:
        _begin_in_a_file(office, now)
    else:
        _begin_on_a_server(office, server, now)
    (data / UNFINISHED).unlink()
    return Initialised(str(data), agreements.DEFAULT, office.vkey, str(data / "public" / "custodian.jwk"))


def _begin_in_a_file(office: Office, now: datetime) -> None:
    from counterfoil.office import database

    unfinished = office.data / (DATABASE + ".new")
    for leftover in office.data.glob(DATABASE + ".new*"):
        leftover.unlink()
    (office.data / "keys" / "ledger.checkpoint").unlink(missing_ok=True)  # of the run that was cut short
    database.create(unfinished)
    _first_entries(office, now)
    database.settle(unfinished, office.data / DATABASE)


def _begin_on_a_server(office: Office, server: Server, now: datetime) -> None:
    """Tables where there are none yet, then the first entries, unless a run that was cut short wrote them."""
    from counterfoil.office import database, place

    database.connect(server)
    if database.is_new():
        database.migrate()
    with database.reading():
        if office.ledger().size() == 0:
            _first_entries(office, now)
        elif not _is_own(office):
            raise errors.InputError(
                f"The database at {server.public} holds another office already.", "Name an empty database."
            )
    write_new(office.data / place.RECORD, server.public + "\n", 0o600)


def _is_own(office: Office) -> bool:
    """Whether the first entry of the ledger was sealed with this office's key."""
    try:
        return office.ledger().read(0).disclosed.get("vkey") == office.vkey
    except errors.IntegrityError:
        return False


def _first_entries(office: Office, now: datetime) -> None:
    from counterfoil import agreement as agreements
    from counterfoil.cases.agreements import adopt, built_in
    from counterfoil.cases.rules.keep import keep

    with act(office, now) as the_act:
        the_act.record("setup", {"vkey": office.vkey, "custodian": json.dumps(office.public_key)})
        keep(the_act)
        adopt(the_act, built_in(agreements.DEFAULT))


def _may_be_made(data: Path) -> None:
    """Refuse a place where an office is, or where one was and lost its database; other files are left alone."""
    if is_office(data):
        raise errors.InputError(f"{data} already holds Counterfoil data.", "Name another directory with --data.")
    if data.exists() and not data.is_dir():
        raise errors.InputError(f"{data} is not a directory.", "Name another with --data.")
    if (data / "keys").exists() and not (data / UNFINISHED).exists():
        raise errors.InputError(LOST_DATABASE.format(data=data), RESTORE_DATABASE)


def _make_keys(data: Path, origin: str) -> None:
    """Write the keys that are not there yet; one that the environment names is used, and written nowhere."""
    from counterfoil.ledger import new_ledger_key
    from counterfoil.request import new_key

    keys, public = data / "keys", data / "public"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any(data.iterdir()):  # the registry and the database are for nobody else on this machine
        data.chmod(0o700)  # but a folder with other files in it is not ours to shut: the doctor says so
    write_new(data / UNFINISHED, "counterfoil init was cut short: run it again\n")
    keys.mkdir(exist_ok=True, mode=0o700)
    public.mkdir(exist_ok=True)
    if not (is_set(DATA) or (keys / "data.key").exists()):
        write_new(keys / "data.key", secrets.token_bytes(32).hex() + "\n", 0o600)
    if not (is_set(CUSTODIAN) or (keys / "custodian.jwk").exists()):
        write_new(keys / "custodian.jwk", json.dumps(new_key(), indent=1) + "\n", 0o600)
    write_new(public / "custodian.jwk", json.dumps(Office(data).public_key, indent=1) + "\n")
    if is_set(LEDGER):
        vkey = held.ledger_signer(data, origin).verifier.vkey
        write_new(public / "ledger.vkey", vkey + "\n")
    elif not (keys / "ledger.key").exists() or not (public / "ledger.vkey").exists():
        private, vkey = new_ledger_key(origin)
        write_new(keys / "ledger.key", private + "\n", 0o600)
        write_new(public / "ledger.vkey", vkey + "\n")


def prepare_database(url: str, role: str = "") -> Prepared:
    """Bring the tables and guards of the server's database to the newest form, as the role that owns them.

    `role` is the application's: it is given what it needs, and no UPDATE, DELETE or TRUNCATE on what is fixed.
    Raises InputError where the server has no such role.
    """
    from counterfoil.office import database, place

    server = place.server(url)
    database.connect(server)
    with database.reading():
        applied = database.unapplied()
    database.migrate()
    granted = database.grant(role) if role else []
    return Prepared(server.public, role, tuple(applied), tuple(granted))
