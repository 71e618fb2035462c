"""Every error that a person can meet: what happened, and what to do.

    CounterfoilError
    ├── InputError           2  the call or its input cannot be used
    │   ├── NotFoundError    2  the named thing does not exist
    │   └── LawError         2  a law or agreement file has faults (all of them listed)
    ├── NotAllowedError      3  the person may not do this
    │   └── OutOfTurnError   3  it is not this step's turn
    ├── HeldError            1  a court order, a safeguard or a person's decision is waited for
    ├── IntegrityError       1  something stored or received is not what it claims to be
    └── UnavailableError     2  disk full, database locked, file not writable: try again

The number is the exit code of the command line. `main()` catches `CounterfoilError` once; nothing else
is caught broadly, so a programming error stays visible to the tests.
"""

from __future__ import annotations

from collections.abc import Sequence


class CounterfoilError(Exception):
    """Base of all errors that are shown to a person.

    `what` says what happened, `do` what to do about it, `details` further lines (one fault each).
    `code` is stable for machines, `exit_code` is what the command line ends with.
    """

    code = "ERROR"
    exit_code = 2

    def __init__(self, what: str, do: str = "", details: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.do = do
        self.details = tuple(details)

    def as_dict(self) -> dict[str, object]:
        """The error as the JSON document that `--json` prints."""
        return {"error": {"code": self.code, "message": self.what, "next": self.do, "details": list(self.details)}}


class InputError(CounterfoilError):
    """The call or its input cannot be used."""

    code = "INPUT"


class NotFoundError(InputError):
    """The named thing does not exist."""

    code = "NOT_FOUND"


class LawError(InputError):
    """A file of law, settings, an agreement or an order has faults; `details` lists every one."""

    code = "LAW"


class NotAllowedError(CounterfoilError):
    """The person may not do this."""

    code = "NOT_ALLOWED"
    exit_code = 3


class OutOfTurnError(NotAllowedError):
    """It is not this step's turn."""

    code = "OUT_OF_TURN"


class HeldError(CounterfoilError):
    """The answer waits: a court order, a safeguard or the agreement stops it."""

    code = "HELD"
    exit_code = 1


class IntegrityError(CounterfoilError):
    """Something stored or received is not what it claims to be."""

    code = "INTEGRITY"
    exit_code = 1


class UnavailableError(CounterfoilError):
    """The machine could not do it now: disk full, database locked, file not writable."""

    code = "UNAVAILABLE"
