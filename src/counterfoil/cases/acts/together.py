"""Group commit: acts of many threads in one durable transaction, each answered when it has committed.

A disk makes so many transactions a second durable, and no more. Whoever's turn it is runs all acts that wait,
signs one checkpoint over them and commits once; the others find theirs done. An act that fails takes back what
it did and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

from counterfoil.cases.office import Act, Office, act

T = TypeVar("T")
MOST = 256
"""Acts in one transaction at most: none waits for more than these."""


@dataclass(eq=False)
class _Asked:
    """An act that waits: what to do, and what came of it."""

    do: Callable[[Act], Any]
    done: bool = False
    result: Any = None
    error: BaseException | None = None


class Together:
    """Runs acts on an open office. `clock` gives the time of an act."""

    def __init__(self, office: Office, clock: Callable[[], datetime]) -> None:
        self._office, self._clock = office, clock
        self._waiting: list[_Asked] = []
        self._list, self._turn = Lock(), Lock()

    def act(self, do: Callable[[Act], T]) -> T:
        """Run `do` in a transaction, with acts of other threads; what it gave, once that has committed.

        `do` runs in whichever thread has its turn. Raises what it raised, or what kept all from being committed.
        """
        asked = _Asked(do)
        with self._list:
            self._waiting.append(asked)
        with self._turn:
            while not asked.done:
                self._run(self._next())
        if asked.error is not None:
            raise asked.error
        result: T = asked.result
        return result

    def _next(self) -> list[_Asked]:
        with self._list:
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        return group

    def _run(self, group: list[_Asked]) -> None:
        try:
            with act(self._office, self._clock()) as the_act:
                for asked in group:
                    _try(the_act, asked)
        except BaseException as error:  # whatever ended the transaction, every thread in it is to hear of it
            for asked in group:
                asked.error = asked.error or error
        for asked in group:
            asked.done = True


def _try(the_act: Act, asked: _Asked) -> None:
    from counterfoil.office import database

    mark = the_act.ledger.mark()
    try:
        with database.part():
            asked.result = asked.do(the_act)
    except Exception as error:  # an act's failure is its caller's, who hears it in `act`; the others go on
        the_act.ledger.back_to(mark)
        asked.error = error
