"""Where the database of a data directory is: a file in it, or a PostgreSQL server that `database.url` names.

The record never holds a password. That comes as libpq takes it (PGPASSWORD, ~/.pgpass, a service file), or in
the environment variable COUNTERFOIL_DATABASE_URL, which must then name the same database.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from counterfoil.errors import InputError

FILE = "counterfoil.sqlite3"
RECORD = "database.url"
VARIABLE = "COUNTERFOIL_DATABASE_URL"
SCHEMES = ("postgresql", "postgres")
_FORM = "It looks like postgresql://USER@HOST/DATABASE?sslmode=verify-full."


@dataclass(frozen=True)
class Server:
    """A database on a PostgreSQL server, by its URL (which may hold a password; `public` does not)."""

    url: str

    def __repr__(self) -> str:
        """Never the password."""
        return f"Server({self.public!r})"

    def as_role(self, role: str) -> Server:
        """The same database for another role of the server; without a password, which was the first one's."""
        parts = urlsplit(Server(self.url).public)
        return Server(urlunsplit(parts._replace(netloc=f"{quote(role)}@{parts.netloc.rpartition('@')[2]}")))

    @property
    def has_password(self) -> bool:
        """Whether the URL holds a password."""
        return self.public != self.url

    @property
    def public(self) -> str:
        """The URL without the password: what is recorded and shown."""
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        options = parts.query.split("&") if parts.query else []
        query = "&".join(one for one in options if not one.startswith(("password=", "sslpassword=")))
        return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}" + (f"?{query}" if query else "")


Place = Path | Server
"""A database: the file of an embedded one, or a server's."""


def server(url: str) -> Server:
    """The database that a URL names. Raises InputError on anything but one of PostgreSQL."""
    text = url.strip()
    parts = urlsplit(text) if re.match(r"[a-z]+://", text) else None
    if parts is None or parts.scheme not in SCHEMES or not text.isprintable() or parts.fragment:
        raise InputError("That names no PostgreSQL database.", _FORM)
    if not parts.path.strip("/") and not re.search(r"(?:^|&)(?:dbname|service)=", parts.query):
        raise InputError("The URL names no database on the server.", _FORM)
    return Server(text)


def is_made(data: Path) -> bool:
    """Whether the data directory has a database."""
    return (data / FILE).exists() or (data / RECORD).exists()


def of(data: Path) -> Place | None:
    """The database of a data directory, None where it has none.

    Raises InputError where the environment names another database than the directory's own: nothing is ever
    written to a place that the directory does not know.
    """
    named = os.environ.get(VARIABLE, "")
    if (data / RECORD).exists():
        try:
            recorded = server((data / RECORD).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{data / RECORD} cannot be read.", "Restore it; it holds the database's URL.") from error
        if not named:
            return recorded
        if server(named).public != recorded.public:
            raise _contradicted(data, recorded.public)
        return server(named)
    if not (data / FILE).is_file():
        return None
    if named:
        raise _contradicted(data, FILE)
    return data / FILE


def _contradicted(data: Path, own: str) -> InputError:
    return InputError(
        f"The environment variable {VARIABLE} names another database than that of {data}, which is {own}.",
        "Unset the variable, or name the right data directory with --data.",
    )
