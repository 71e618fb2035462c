"""The data directory of a call, opened; and the time of the act, read once at the door."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.door import Door
from counterfoil.cli.text import plain

if TYPE_CHECKING:
    from counterfoil.cases import Office

OfficerOption = Annotated[
    str,
    typer.Option("--as", metavar="OFFICER", help="Which of the custodian's officers acts (see `officer list`)."),
]


def opened(door: Door) -> Office:
    """The office in the data directory. Raises NotFoundError where `counterfoil init` has not been."""
    from counterfoil.cases import open_office

    told: list[str] = []

    def tell(sentence: str) -> None:
        """On standard error, once, with `--json` too: it is a fault, and no part of the answer."""
        if sentence not in told and not door.quiet:
            sys.stderr.write(plain(f"counterfoil: {sentence}") + "\n")
        told.append(sentence)

    return open_office(door.data, tell)


def now() -> datetime:
    """The time of this act, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
