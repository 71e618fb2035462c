"""What answers: any engine that asks the registry by the same keys and decides by the same rule.

The engine in this process is `registry.py` and `verify.py`; one for a cluster reads the same files and calls the
same pure functions of `batches.py`. Whatever the engine, the same requests get the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.progress import Tick
from counterfoil.verification.rule import Asked


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that the registry adds to an answer: the positions confirmed, and the count of look-ups."""

    confirmed: frozenset[int]
    looked_up: int


class Question(NamedTuple):
    """One request as written: read only where it is decided, so that worker processes share the reading.

    `date_of_birth` is YYYY-MM-DD or ""; `tin` is as written or "".
    """

    position: int
    name: names.Written
    address: addresses.Written
    years: frozenset[int]
    date_of_birth: str = ""
    tin: str = ""


def read_question(question: Question) -> Asked:
    """The question as the rule sees it."""
    return Asked(
        question.position,
        names.parse(question.name),
        addresses.parse(question.address),
        question.years,
        question.date_of_birth,
        question.tin,
    )


class Engine(Protocol):
    """Asks the registry. Only requests that passed the examination may be given to it."""

    def verify(self, asked: Iterable[Question], progress: Tick | None = None) -> Verdict:
        """Which of the requests the registry confirms; `looked_up` counts every request given.

        `progress` gets (done so far, 0). IntegrityError for a registry that is not whole, UnavailableError when it
        cannot be read: never a verdict that lacks something.
        """

    def close(self) -> None:
        """Let go of files, processes and memory."""
