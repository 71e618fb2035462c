"""Judge the rows of a batch in portions, by several processes where they are many; what is found is the same as in one.

A process is given a portion as it is stored or was read, and what opens it; it gives back what was found of the rows
and what their batch must remember. A worker is a Python of its own (never a copy of this process, which may hold a
database and threads). One that dies ends the examination with an error; nothing has been recorded then.
"""

from __future__ import annotations

import gc
import io
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from copyreg import dispatch_table
from dataclasses import fields, replace
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from counterfoil.address import Address
from counterfoil.examination.context import NO_HISTORY, Ask, Context
from counterfoil.examination.periods import years_of
from counterfoil.examination.rows import Asked, Judge, Judged
from counterfoil.examination.tally import Row
from counterfoil.law import Finding
from counterfoil.person import Name
from counterfoil.request import Request
from counterfoil.workers import Workers

ALONE: Final = 4_000
"""Rows up to which one process is as fast: a worker takes half a second to start."""
PORTION: Final = 500
"""Rows handed to a process at a time."""

_values = attrgetter(*(field.name for field in fields(Request)))


class Portion(NamedTuple):
    """Some rows of a batch, in order: the position of the first, how many, and what `opener` is called with."""

    start: int
    rows: int
    given: tuple[Any, ...]


class Noter(NamedTuple):
    """Notes of each row a few bytes, as many of any: what `note` makes of one that passes by itself, `none` else.

    `note` is a function of a module; it is given what was read: the name, the address and the tax years, and the date
    of birth and taxpayer number as written.
    """

    note: Callable[[Name, Address, Iterable[int], str, str], bytes]
    none: bytes


class Source(Protocol):
    """The rows of a batch in portions, and what turns a portion into requests, in whatever process."""

    @property
    def opener(self) -> Callable[..., Iterable[Request]]:
        """A function of a module, so that another process finds it."""
        ...

    @property
    def noter(self) -> Noter | None:
        """What is to be noted of each row, if anything."""
        ...

    def portions(self, most: int) -> Iterator[Portion]:
        """Portions in order, of `most` rows in all."""
        ...

    def noted(self, notes: bytes) -> None:
        """Take the notes of the next rows, in order."""
        ...

    def rest(self) -> int:
        """How many rows are left, which nobody opens."""
        ...


class Plain:
    """Requests that are read already, or as they are read."""

    def __init__(self, requests: Iterable[Request]) -> None:
        self._rest = iter(requests)

    @property
    def opener(self) -> Callable[..., Iterable[Request]]:
        """Requests from their values."""
        return made

    @property
    def noter(self) -> None:
        """Nothing is noted."""
        return None

    def portions(self, most: int) -> Iterator[Portion]:
        """Portions of the requests, as they are read."""
        rows, start = islice(self._rest, most), 0
        while values := [_values(row) for row in islice(rows, PORTION)]:
            yield Portion(start, len(values), (values,))
            start += len(values)

    def noted(self, notes: bytes) -> None:
        """Nothing was noted."""

    def rest(self) -> int:
        """How many requests are left; they are read."""
        return sum(1 for _ in self._rest)


def made(values: Iterable[tuple[Any, ...]]) -> Iterator[Request]:
    """Requests of these values."""
    return (Request(*row) for row in values)


class Found(NamedTuple):
    """What was found of a portion's rows: a list for each part, a place in each list for each row."""

    start: int
    findings: list[tuple[Finding, ...]]
    to_review: list[int]  # positions
    rows: list[tuple[Any, ...]]  # the values of each `Row`
    asked: list[Asked | None]
    notes: bytes = b""

    def asks(self, context: Context) -> Iterator[Ask | None]:
        """What a later examination must know of each row, None where that is nothing."""
        for position, one in enumerate(self.asked, self.start):
            yield one and Ask(*one, context.on, context.batch_key, position, answered=False, exceeded=False)

    def told(self) -> Iterator[Row]:
        """What the batch must remember of each row."""
        return map(Row._make, self.rows)


def judged(source: Source, context: Context, workers: int, most: int) -> Generator[Found, None, None]:
    """The first `most` rows judged, in order. Raises UnavailableError where a worker cannot run to its end."""
    portions, opener, noter = source.portions(most), source.opener, source.noter
    first: list[Portion] = []
    if workers > 1:
        for portion in portions:
            first.append(portion)
            if portion.start + portion.rows >= ALONE:
                setup, rest = _packed(replace(context, history=NO_HISTORY)), chain(first, portions)
                with Workers(workers, kept=True) as team:
                    tasks = ((setup, opener, noter, portion) for portion in rest)
                    yield from team.in_order(_judged_elsewhere, tasks)
                return
    judge = Judge(context)
    for portion in chain(first, portions):
        yield _judged(judge, opener, noter, portion)


def _judged(judge: Judge, opener: Callable[..., Iterable[Request]], noter: Noter | None, portion: Portion) -> Found:
    found, notes = Found(portion.start, [], [], [], []), []
    for position, request in enumerate(opener(*portion.given), portion.start):
        one = judge.judge(request)
        found.findings.append(one.findings)
        found.rows.append(tuple(one.row))
        found.asked.append(one.asked)
        if one.to_review:
            found.to_review.append(position)
        if noter is not None:
            notes.append(_note(noter, one))
    return found._replace(notes=b"".join(notes)) if notes else found


def _note(noter: Noter, one: Judged) -> bytes:
    if one.asked is None:
        return noter.none
    said, request = one.reading, one.reading.request
    years = years_of(request.tax_years)
    return noter.note(said.name, said.address, years, request.date_of_birth.strip(), request.tin.strip())


def _judged_elsewhere(
    setup: bytes, opener: Callable[..., Iterable[Request]], noter: Noter | None, portion: tuple[Any, ...]
) -> Found:
    """`_judged`, in a worker process."""
    return _judged(_judge(setup), opener, noter, Portion(*portion))


@lru_cache(maxsize=1)
def _judge(setup: bytes) -> Judge:
    """The judge of a batch, kept from portion to portion."""
    gc.disable()  # as in `examine`: reading makes no cycles
    return Judge(pickle.loads(setup))  # noqa: S301 - from the process that started this one


def _packed(context: Context) -> bytes:
    """A context for another process; read-only mappings, which pickle does not know, as such."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, 5)
    pickler.dispatch_table = {**dispatch_table, MappingProxyType: lambda given: (_read_only, (dict(given),))}
    pickler.dump(context)
    return buffer.getvalue()


def _read_only(given: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(given)
