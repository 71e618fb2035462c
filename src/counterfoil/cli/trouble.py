"""What can go wrong, as a message and an exit code: every failure of a command ends here, once.

CounterfoilError          its own words, its own exit code
a call that cannot be     the usage, 2
disk full, no permission  UnavailableError, 2
database locked           UnavailableError, 2
Ctrl-C                    130
the reader went away      141, silent, as other programs do
anything else             a fault of Counterfoil, 2; the traceback with COUNTERFOIL_DEBUG=1
"""

from __future__ import annotations

import errno
import json
import os
import sys

from counterfoil.cli.text import plain
from counterfoil.errors import CounterfoilError, InputError, IntegrityError, UnavailableError

INTERRUPTED = 130
PIPE_CLOSED = 141
REPORT_TO = "the maintainers (CONTRIBUTING.md says how)"

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_FAILING = {"OperationalError", "InterfaceError", "DatabaseError"}  # not what a wrong statement of ours raises
_NOT_THERE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EEXIST}


def explain(error: BaseException) -> CounterfoilError | None:
    """The error in words for a person, or None when it is none that a person can mend."""
    if isinstance(error, CounterfoilError):
        return error
    if isinstance(error, MemoryError):
        return UnavailableError(
            "There is not enough memory.",
            "Free some memory or use a smaller file, then run the command again.",
        )
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return UnavailableError(
            "The system starts no further thread.",
            "Let other programs end, or raise the limit of processes, then run the command again.",
        )
    if isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason:
        return InputError("The call holds bytes that are no text in UTF-8.", "Write names and ids in UTF-8.")
    if isinstance(error, OSError):
        return _of_system(error)
    return _of_database(error)


def _of_system(error: OSError) -> CounterfoilError:
    where = f": {error.filename}" if isinstance(error.filename, str) else ""
    if error.errno in _FULL:
        return UnavailableError(
            f"The disk is full{where}.", "Free some space and run the command again; nothing was lost."
        )
    if error.errno in _FORBIDDEN:
        return UnavailableError(
            f"This account may not read or write there{where}.",
            "Choose another place, or have the permissions of the file and its folder changed.",
        )
    if error.errno in _NOT_THERE:
        return InputError(f"{error.strerror}{where}.", "Check the path.")
    return UnavailableError(
        f"The system answered: {error.strerror or error}{where}.", "Mend that and run the command again."
    )


def _of_database(error: BaseException) -> CounterfoilError | None:
    """An error of the office's database as it says; SQLite's and DuckDB's own by the words they use.

    No library is imported to ask: an error of one has imported it.
    """
    if (
        isinstance(error, Exception)
        and type(error).__module__ == "django.db.utils"
        and (type(error).__name__ in _FAILING or _is_damage(error))
    ):
        from counterfoil.office import database

        return database.translated(error)
    names = {kind.__name__ for kind in type(error).__mro__}
    text = str(error).lower()
    if "no space left on device" in text or "database or disk is full" in text:
        return UnavailableError("The disk is full.", "Free some space and run the command again; nothing was lost.")
    if not names & {"DatabaseError", "OperationalError", "IOException"}:
        return None
    if "locked" in text or "busy" in text:
        return UnavailableError(
            "The database is locked by another process.",
            "Wait until the other command has ended, then run this one again.",
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text or "permission denied" in text:
        return UnavailableError(
            "The database cannot be opened for writing.",
            "Check the permissions of the data directory and its files.",
        )
    if "disk i/o error" in text:
        return UnavailableError(
            "The disk did not take what was written to the database.",
            "Check its space and its health, then run the command again; nothing was lost.",
        )
    if "not a database" in text or "malformed" in text:
        return IntegrityError(
            "The database file is damaged.",
            "Keep the file, restore the latest backup beside it, and compare the ledgers.",
        )
    return None


def _is_damage(error: Exception) -> bool:
    """Whether a server says that something in it is broken (SQLSTATE class XX), as a page that cannot be right."""
    return str(getattr(error.__cause__, "sqlstate", None)).startswith("XX")


def tell(error: CounterfoilError, as_json: bool) -> int:
    """Say what happened and what to do; returns the exit code."""
    if as_json and _said(json.dumps(error.as_dict(), indent=2, default=str) + "\n"):
        return error.exit_code
    lines = [f"counterfoil: {error.what}", *(f"  - {detail}" for detail in error.details)]
    if error.do:
        lines.append(f"What to do: {error.do}")
    sys.stderr.write(plain("\n".join(lines)) + "\n")
    return error.exit_code


def _said(document: str) -> bool:
    """Write to standard output; False where it takes nothing (a full disk): what is wrong goes elsewhere then."""
    try:
        sys.stdout.write(document)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in its buffer is lost anyway
        return False
    return True


class FaultError(CounterfoilError):
    """An error that nobody foresaw: a fault of Counterfoil itself."""

    code = "FAULT"


def fault(error: BaseException) -> FaultError:
    """An error that nobody foresaw, in words that give nothing of the data away."""
    place = _place(error)
    return FaultError(
        f"This is a fault of Counterfoil ({type(error).__name__}{place}). Nothing was answered.",
        f"Report it to {REPORT_TO} with this line and the command's name; "
        "COUNTERFOIL_DEBUG=1 shows the traceback, which may hold personal data.",
    )


def _place(error: BaseException) -> str:
    """File and line where it arose, inside this package: enough to find it, no data in it."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename.replace(os.sep, "/")
        if "/counterfoil/" in path:
            place = f" at {path.rsplit('/counterfoil/', 1)[1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
