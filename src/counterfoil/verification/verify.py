"""Verify requests against the registry: one bit each, and how many were looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice

from counterfoil.errors import UnavailableError
from counterfoil.progress import Tick
from counterfoil.verification import keys
from counterfoil.verification.engine import Question, Verdict, read_question
from counterfoil.verification.registry import Opened, Registry
from counterfoil.verification.rule import Asked
from counterfoil.verification.search import Columns, read
from counterfoil.workers import Workers, cores, uncollected

Chunk = list[Asked | Question]

CHUNK = 4_000  # requests held at a time
AT_ONCE = 64
"""Requests that are read and then looked up: so few that what was read is still near the processor."""
_ALONE = 20_000
"""Requests from which on workers pay: to start one takes a third of a second of a processor, a request some 25 µs.
Of 42,000 one process took 1.2 s, and two that were started for it 0.85."""


@uncollected()
def verify(
    registry: Registry, asked: Iterable[Asked | Question], progress: Tick | None = None, *, workers: int = 1
) -> Verdict:
    """Which of the requests the registry confirms. Only requests that passed the examination may be given.

    `workers` is the number of processes, 0 for one a core; they read the requests too, so give `Question`s to
    them. The verdict is the same whatever their number.
    """
    chunks = _chunks(asked)
    first: list[Chunk] = []
    while sum(map(len, first)) < _ALONE and (chunk := next(chunks, None)) is not None:
        first.append(chunk)
    count = 1 if sum(map(len, first)) < _ALONE else workers or cores()
    confirmed: set[int] = set()
    looked_up = 0
    for positions, given in _answers(registry, chain(first, chunks), count):
        confirmed.update(positions)
        looked_up += given
        if progress is not None:
            progress(looked_up, 0)
    return Verdict(frozenset(confirmed), looked_up)


def _answers(registry: Registry, chunks: Iterator[Chunk], count: int) -> Iterator[tuple[list[int], int]]:
    if count == 1:
        yield from (_answer(registry, chunk) for chunk in chunks)
        return
    with Workers(count, kept=True) as workers:
        tasks = ((registry.opened, _columns(chunk)) for chunk in chunks)
        for positions, given in workers.run(ask_portion, tasks):
            registry.looked_up += given
            yield positions, given


def verify_one(registry: Registry, asked: Asked | Question) -> bool:
    """Whether the registry confirms this one request; the same rule on the same rows as `verify`."""
    return bool(_answer(registry, [asked])[0])


def ask_portion(opened: Opened, columns: Columns) -> tuple[list[int], int]:
    """What a worker does with a portion: the positions confirmed, and how many look-ups that were.

    `opened` is what a `Registry` has open in the process that started the worker, and so has checked; it stays open
    in the worker from portion to portion. `columns` are the requests in the form that costs least to hand over.
    UnavailableError: these files are no longer there as they were checked.
    """
    registry, count = _open(opened), len(columns[0]) if columns else 0
    confirmed: list[int] = []
    for at in range(0, count, AT_ONCE):
        confirmed += registry.look_up(read([column[at : at + AT_ONCE] for column in columns]))
    return confirmed, count


def _columns(chunk: Sequence[Asked | Question]) -> Columns:
    if not chunk:
        return ()
    questions = [_written(one) if isinstance(one, Asked) else one for one in chunk]
    positions, whos, wheres, years, births, tins = zip(*questions, strict=True)
    return (
        positions,
        [keys.year_bits(some) for some in years],
        births,
        tins,
        *zip(*whos, strict=True),
        *zip(*wheres, strict=True),
    )


def _written(one: Asked) -> Question:
    return Question(one.position, one.name.written, one.address.written, one.years, one.date_of_birth, one.tin)


@lru_cache(1)
def _open(opened: Opened) -> Registry:
    """The very files that were checked by the process that started this one; a worker may be older than they are."""
    registry = Registry(opened.generation, {})
    if registry.opened != opened:
        registry.close()
        raise UnavailableError("The registry was changed while it was asked.", "Verify again. Nothing was answered.")
    return registry


def _answer(registry: Registry, chunk: Chunk) -> tuple[list[int], int]:
    confirmed: list[int] = []
    for at in range(0, len(chunk), AT_ONCE):
        some = chunk[at : at + AT_ONCE]
        confirmed += registry.look_up([one if isinstance(one, Asked) else read_question(one) for one in some])
    return confirmed, len(chunk)


def _chunks(asked: Iterable[Asked | Question]) -> Iterator[Chunk]:
    rest = iter(asked)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
