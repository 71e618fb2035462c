"""Ours: the clues that an examination leaves, and the look-up with them, without them, and of one request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.verify.asking import ONE, cold_and_warm
from counterfoil.bench.courses.verify.data import ASKED, ID, INDEX, NAME, count_of, ids_at, only, portions, some_rows
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed

READ = "read all requests and take their clues, as the examination does"
CLUES = "clues.bin"
"""A clue for each lawful request, one after another, as an examination leaves them for the verification."""
SINGLES = 200


def clues(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Open and parse each request, as the examination has to in any case, and leave its clue."""
    spent, taken = timed(READ, count_of(folder), lambda: _leave_clues(folder))
    facts = {"seconds_of_it_for_clues": round(spent, 6), "mib_of_clues": (folder / CLUES).stat().st_size / 2**20}
    return [taken.noting(facts)]


def _leave_clues(folder: Path) -> float:
    """Write the clues; the seconds that these took beside the reading."""
    from counterfoil.verification import clue_of, read_question

    spent = 0.0
    with (folder / CLUES).open("wb") as target:
        for questions in _portions_of_questions(folder):
            asked = [read_question(question) for question in questions]
            begin = time.perf_counter()
            target.writelines(clue_of(one.name, one.address, one.years, one.date_of_birth, one.tin) for one in asked)
            spent += time.perf_counter() - begin
    return spent


def ours(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """From the clues to the requests confirmed, with cold files and again; and some requests one by one."""
    import pyarrow as pa

    from counterfoil.verification import Registry

    told: dict[str, int] = {}

    def all_of_them() -> Any:
        confirmed, told["left_by_the_sieve"] = by_clues(folder)
        return pa.array(confirmed.values(), pa.string())

    taken = cold_and_warm(folder, folder / INDEX, all_of_them, lambda: told)
    with Registry.open(folder / INDEX) as registry:
        asked = [question(0, *row.values()) for row in some_rows(folder, SINGLES, *ASKED)]
        _one(registry, asked[0])
        taken.append(each(ONE, [partial(_one, registry, one) for one in asked]))
    return taken


def without_clues(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The same, every request opened, parsed and looked up, as where no clue was left."""
    return cold_and_warm(folder, folder / INDEX, lambda: ids_at(folder, read_anew(folder)), dict)


def by_clues(folder: Path) -> tuple[dict[int, str], int]:
    """Position and id of those confirmed by way of the clues, and how many requests the sieve left to be opened."""
    from counterfoil.verification import Registry, verify

    ids: dict[int, str] = {}
    with Registry.open(folder / INDEX) as registry:
        verdict = verify(registry, _questions_left(registry, folder, ids), workers=0)
        _all_counted(registry, folder)
    return {position: ids[position] for position in sorted(verdict.confirmed)}, verdict.looked_up


def read_anew(folder: Path) -> frozenset[int]:
    """The positions confirmed, every request read."""
    from counterfoil.verification import Registry, verify

    with Registry.open(folder / INDEX) as registry:
        confirmed = verify(registry, _questions(folder), workers=0).confirmed
        _all_counted(registry, folder)
    return confirmed


def _all_counted(registry: Any, folder: Path) -> None:
    if registry.looked_up != count_of(folder):
        raise AssertionError(f"{registry.looked_up} of {count_of(folder)} requests were looked up.")


def _one(registry: Any, asked: Any) -> bool:
    from counterfoil.verification import verify_one

    return verify_one(registry, asked)


def _questions(folder: Path) -> Iterator[Any]:
    for questions in _portions_of_questions(folder):
        yield from questions


def _portions_of_questions(folder: Path) -> Iterator[Iterator[Any]]:
    """The lawful requests as the registry is asked them, a batch of the file at a time."""
    positions = count()
    for batch in portions(folder, *ASKED):
        yield _of_batch(positions, batch)


def _questions_left(registry: Any, folder: Path, ids: dict[int, str]) -> Iterator[Any]:
    """Those that the sieve leaves, a batch of the file at a time; `ids` gets their ids by position."""
    passed = registry.sift((folder / CLUES).read_bytes())
    for positions, batch in only(folder, passed, ID, *ASKED):
        ids.update(zip(positions, batch.column(ID).to_pylist(), strict=True))
        yield from _of_batch(positions, batch)


def _of_batch(positions: Iterable[int], batch: Any) -> Iterator[Any]:
    made = _question()
    # the columns come first: zip ends with them and takes no position in vain
    for *texts, position in zip(*(batch.column(name).to_pylist() for name in ASKED), positions, strict=False):
        yield made(position, *texts)


def question(position: int, *said: str) -> Any:
    """A request of the columns ASKED, as the registry is asked it."""
    return _question()(position, *said)


@cache
def _question() -> Callable[..., Any]:
    """What `question` does. It is imported once, and only in the process of a contestant that asks so."""
    from counterfoil.address import Written as Where
    from counterfoil.person import Written as Who
    from counterfoil.verification import Question

    def made(position: int, born: str, tin: str, years: str, *texts: str) -> Question:
        return Question(position, Who(*texts[: len(NAME)]), Where(*texts[len(NAME) :]), _years(years), born, tin)

    return made


@lru_cache(4096)
def _years(written: str) -> frozenset[int]:
    return frozenset(map(int, written.split()))
