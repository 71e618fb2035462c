"""Is it an address: made-up addresses in five columns, one in ten with something left out."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

from counterfoil.address import Written, faults, parse
from counterfoil.bench.courses.common import SEED
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed

ONE, TWO = "read the columns and judge them", "the same in two processes"
LEFT_OUT = 0.1
PEOPLE_AT_ONCE = 20_000


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """Write n addresses, each with whether something was left out."""
    with (folder / "addresses.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((*row, "left out" if wanting else "") for row, wanting in islice(_addresses(), n))
    return []


def _addresses() -> Iterator[tuple[Written, bool]]:
    from counterfoil.synth.country.country import Country, maker
    from counterfoil.synth.country.spelling import hand, write_address

    rng = random.Random(SEED)  # noqa: S311 - made-up data
    while True:
        country = Country(PEOPLE_AT_ONCE, rng.randrange(1_000_000), (2024,), maker())
        for county in country.all():
            for place in dict.fromkeys(county.places):
                written = Written(*write_address(place, hand(rng)))
                wanting = rng.random() < LEFT_OUT
                yield (_without_something(written, rng) if wanting else written), wanting


def _without_something(written: Written, rng: random.Random) -> Written:
    """The address without its number, its town or its ZIP Code, or with a phrase in place of its line."""
    ways = [
        written._replace(postal_code=""),
        written._replace(line1=rng.choice(("Unknown", "Failed to provide", "NO ADDRESS", "Homeless")), line2=""),
    ]
    if written.line1[0].isdigit():
        ways.append(written._replace(line1=written.line1.partition(" ")[2]))
    if not written.line2:
        ways.append(written._replace(city=""))
    return rng.choice(ways)


def ours(folder: Path, *, n: int) -> list[Taken]:
    """Read the file and judge every address: all in one process, then each of two processes its half."""
    path = folder / "addresses.csv"
    judged(path, 64, 0)  # the tables are loaded now
    found, one = timed(ONE, n, lambda: judged(path, 1, 0))
    in_two, two = timed(TWO, n, lambda: _in_two(path))
    facts = {"left_out": found[0], "not_found": found[1], "wrongly_found": found[2]}
    return [one.noting(facts), two.noting({"the_same": int(in_two == found)})]


def _in_two(path: Path) -> tuple[int, ...]:
    with ProcessPoolExecutor(2) as pool:
        halves = list(pool.map(partial(judged, path, 2), range(2)))
    return tuple(map(sum, zip(*halves, strict=True)))


def judged(path: Path, of: int, at: int) -> tuple[int, ...]:
    """Of every `of`-th row: where something is left out, where that was not found, and where more was found."""
    left_out = not_found = wrongly = 0
    with path.open(encoding="utf-8", newline="") as file:
        for *columns, wanting in islice(csv.reader(file), at, None, of):
            found = faults(parse(Written(*columns)))
            left_out += wanting != ""
            not_found += wanting != "" and not found
            wrongly += wanting == "" and bool(found)
    return left_out, not_found, wrongly
