"""Two names: parse and compare them. Ours beside a parser of names and a likeness of strings."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.bench.courses.addresses import FROM_TEXT, LIKE, PARSED, PEOPLE_A_PAIR, against_truth
from counterfoil.bench.courses.common import SEED, interpreted, load, peer, save
from counterfoil.bench.model import Taken
from counterfoil.bench.process import in_a_process
from counterfoil.bench.stopwatch import timed

if TYPE_CHECKING:
    from counterfoil.synth.country.names import Name

Columns = list[str]  # given, middle, surname, suffix


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """Write n pairs: one name in two spellings, or the names of two people."""
    save(folder / "pairs.json", list(islice(_pairs(n), n)))
    return []


def _pairs(n: int) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    from counterfoil.synth.asking.letters import write_name
    from counterfoil.synth.country.country import Country, maker
    from counterfoil.synth.country.spelling import name_on_form

    rng = random.Random(SEED)  # noqa: S311 - made-up data
    while True:
        country = Country(max(240, n * PEOPLE_A_PAIR), rng.randrange(1_000_000), (2024,), maker())
        for county in country.all():
            for person, next_one in pairwise(county.people):
                same = rng.random() < 0.5
                if not same and _key(person.name) == _key(next_one.name):
                    continue  # two people who could be taken for one another by their names alone
                other = person.name if same else next_one.name
                yield tuple(name_on_form(person.name, rng)), tuple(write_name(other, rng, keep_suffix=True)), same


def _key(name: Name) -> str:
    from counterfoil.synth.country.names import key

    return key(name.given, name.surname)


def ours(folder: Path, *, n: int) -> list[Taken]:
    """Our parse and compare, and compare alone; only SAME is called the same."""
    from counterfoil import person

    def judge(a: Columns, b: Columns) -> bool:
        said, _ = person.compare(person.parse(person.Written(*a)), person.parse(person.Written(*b)))
        return said is person.Likeness.SAME

    taken = _from_text(folder, judge)
    pairs = load(folder / "pairs.json")
    parsed = [tuple(person.parse(person.Written(*columns)) for columns in pair[:2]) for pair in pairs]
    _, alone = timed(PARSED, n, lambda: sum(person.compare(a, b)[0] is person.Likeness.SAME for a, b in parsed))
    return [*taken, alone]


def ours_interpreted(folder: Path, *, n: int) -> list[Taken]:
    """The same in a process that is asked to run the rules from their sources."""
    with interpreted():
        return list(in_a_process("names:ours", folder, {"n": n}).taken)


def nameparser(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """First and last name as nameparser reads them, equal in capitals."""
    read = peer("nameparser").HumanName

    def judge(a: Columns, b: Columns) -> bool:
        one, other = read(_line(a)), read(_line(b))
        return bool((one.first.upper(), one.last.upper()) == (other.first.upper(), other.last.upper()))

    return _from_text(folder, judge)


def rapidfuzz(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """A token_sort_ratio of the whole names of 90 or more."""
    ratio = peer("rapidfuzz.fuzz").token_sort_ratio
    return _from_text(folder, lambda a, b: bool(ratio(_line(a).upper(), _line(b).upper()) >= LIKE))


def _line(columns: Columns) -> str:
    return " ".join(filter(None, columns))


def _from_text(folder: Path, judge: Callable[[Columns, Columns], bool]) -> list[Taken]:
    pairs = load(folder / "pairs.json")
    judge(["MADE", "", "UPNAME", ""], ["Made", "", "Upname", ""])  # its tables are loaded now
    said, taken = timed(FROM_TEXT, len(pairs), lambda: [judge(a, b) for a, b, _ in pairs])
    return [taken.noting(against_truth(list(said), pairs))]
