"""Which source a key of the office has: the environment, a file that it names, or the data directory's own file.

In each place may stand the key's text, or the `pkcs11:` address of one in a token (RFC 7512).
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from counterfoil.errors import InputError, IntegrityError
from counterfoil.keys.uri import TokenUri, is_uri, read_uri

RESTORE = "Restore it from a backup, then run `counterfoil doctor`."
KEY_MAX = 65_536
_MINE = "Run this as the account that owns it, which must be able to read it: `chmod 600 {}`."


@dataclass(frozen=True)
class Source:
    """Where to look for one key: its environment variable (and that with `_FILE`), and its file in `keys/`."""

    name: str
    variable: str
    file: str

    @property
    def file_variable(self) -> str:
        """The variable that names a file."""
        return self.variable + "_FILE"


LEDGER = Source("ledger", "COUNTERFOIL_LEDGER_KEY", "ledger.key")
CUSTODIAN = Source("custodian", "COUNTERFOIL_CUSTODIAN_KEY", "custodian.jwk")
DATA = Source("data", "COUNTERFOIL_DATA_KEY", "data.key")


@dataclass(frozen=True, repr=False)
class Found:
    """A key's text, and where it was found; `uri` where the key itself is in a token."""

    text: str
    where: str
    path: Path | None
    uri: TokenUri | None = None

    def __repr__(self) -> str:
        """Never the key."""
        return f"Found({self.where!r})"

    @property
    def told(self) -> str:
        """The source in words, without any secret."""
        return f"in a PKCS#11 token ({self.uri}), named by {self.where}" if self.uri else f"from {self.where}"


def find(source: Source, folder: Path) -> Found:
    """The key of a source; `folder` is the data directory's `keys/`.

    The environment comes before the file. Raises IntegrityError where the key is missing or empty, InputError
    where a file can be read by others or two sources are named.
    """
    in_environment, named = os.environ.get(source.variable), os.environ.get(source.file_variable)
    if in_environment and named:
        raise InputError(
            f"Both {source.variable} and {source.file_variable} are set.", "Unset one: a key has one source."
        )
    if in_environment:
        return _found(in_environment.strip(), f"the environment ({source.variable})", None)
    path = Path(named) if named else folder / source.file
    where = f"the file {path}" + (f" ({source.file_variable})" if named else "")
    return _found(read_key_file(path), where, path)


def is_set(source: Source) -> bool:
    """Whether the environment names this key."""
    return bool(os.environ.get(source.variable) or os.environ.get(source.file_variable))


def _found(text: str, where: str, path: Path | None) -> Found:
    return Found(text, where, path, read_uri(text) if is_uri(text) else None)


def read_key_file(path: Path, renew: str = "counterfoil key rotate") -> str:
    """The text of a private key's file, which must be its owner's alone (0600 or less).

    `renew` is the command that makes another key. Raises IntegrityError where it is missing, damaged or empty,
    InputError where others may read or write it, or this account may not.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # a pipe is not waited for
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            raw = file.read(KEY_MAX + 1)
        text = raw.decode("utf-8").strip()
    except PermissionError as error:
        raise InputError(f"The key {path} cannot be read: {error.strerror}.", _MINE.format(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise IntegrityError(f"The key {path} cannot be read: {reason}.", RESTORE) from error
    if mode & 0o077:
        raise InputError(
            f"The key {path} can be read or written by others (its mode is {mode:04o}); it is not used.",
            f"Run `chmod 600 {path}`, and consider whether the key must be replaced: `{renew}`.",
        )
    if not text:
        raise IntegrityError(f"The key {path} is empty.", RESTORE)
    if len(raw) > KEY_MAX:
        raise IntegrityError(f"The key {path} is too large for a key.", RESTORE)
    return text
