"""A PostgreSQL server for the tests, one a process; see `counterfoil.bench.server`, which starts it.

server()            the running server, started on first use; None where there are no binaries
Server.office()     the URL of a fresh database with the office's tables, for the role that may not change records
"""

import itertools
import os
import shutil
from functools import cache
from pathlib import Path

from counterfoil.bench import server as bench
from counterfoil.bench.server import binaries

OWNER, APPLICATION = "owner", "application"
TEMPLATE = "template_office"


class Server(bench.Server):
    """A cluster with an owner of the tables and a role for the application."""

    _numbers = itertools.count()

    def __init__(self, where, settings=()):
        super().__init__(where, ("shared_buffers=32MB", "max_wal_size=128MB", *settings), memory())

    def empty(self, owner=OWNER):
        """The URL of a fresh database without tables, for the role that owns it."""
        self._roles()
        name = f"d{os.getpid()}_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} OWNER {owner}")
        return self.url(name, owner)

    def office(self):
        """The URL of a fresh database with the office's tables, for the application's role."""
        self._template()
        name = f"d{os.getpid()}_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {OWNER} STRATEGY wal_log")
        return self.url(name, APPLICATION)

    def dump(self, url):
        """The database as `pg_dump` writes it."""
        return self.run("pg_dump", "--dbname", url.replace(f"{APPLICATION}@", f"{OWNER}@")).encode()

    def restore(self, dump, url):
        """Run a dump into an empty database."""
        file = self.root / "restored.sql"
        file.write_bytes(dump)
        file.chmod(0o644)
        self.run("psql", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", url, "--file", file)

    @cache  # noqa: B019 - there is one server
    def _roles(self):
        self.sql(f"CREATE ROLE {OWNER} LOGIN", f"CREATE ROLE {APPLICATION} LOGIN")

    @cache  # noqa: B019
    def _template(self):
        """Tables, guards and grants, made once as `counterfoil database prepare` makes them."""
        from counterfoil import cases

        self._roles()
        self.sql(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
        cases.prepare_database(self.url(TEMPLATE, OWNER), APPLICATION)
        disconnect()


def memory():
    """A folder in memory, where there is room: what a server writes there costs no wait for a disk."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > 2**31 else None


def disconnect():
    """Let go of the database of this process, so that it can be a template or be dropped."""
    from django.db import connections

    connections["default"].close()


@cache
def server():
    """The server of this process."""
    import atexit

    where = binaries()
    if where is None:
        return None
    running = Server(where)
    atexit.register(running.remove)
    return running
