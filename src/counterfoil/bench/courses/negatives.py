"""Hard negatives and respellings by the million: how often are two called the same, or not, against the making?"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from counterfoil.bench.courses.common import SEED
from counterfoil.bench.model import Taken
from counterfoil.bench.pairs import ADDRESS, Pair, Side, block, blocks
from counterfoil.bench.stopwatch import peak_mib

WHAT = "make a pair, parse and compare it"
ALONE, KNOWN = "", "with the street book"
_EXAMPLES = {
    False: 20,
    True: 2,
}  # pairs of each kind that differ, or do not, and were wrongly judged: kept in the result
_AHEAD = 8  # blocks of work handed out to a process before its results are taken


class Wrong(NamedTuple):
    """A pair that was judged otherwise than it was made; `how`: `ALONE` or `KNOWN`."""

    how: str
    pair: Pair


class Tally(NamedTuple):
    """What came of a block. `pairs` by (of, kind, same); the wrong ones; processor seconds; peak of memory."""

    pairs: Counter[tuple[str, str, bool]]
    wrong: list[Wrong]
    cpu: float
    peak_mib: float


def judged(number: int, count: int, seed: int) -> Tally:
    """Make one block's pairs and put them to the rules, without a street book and with the block's own."""
    from counterfoil import address

    start = time.process_time()
    made = list(block(number, count, seed))
    read = {side: _read(side) for pair in made for side in (*pair.filed, pair.a, pair.b) if pair.of == ADDRESS}
    book = address.Places()
    for side in dict.fromkeys(side for pair in made for side in pair.filed):
        book.add(read[side])
    wrong = []
    for pair in made:
        if pair.of == ADDRESS:
            a, b = read[pair.a], read[pair.b]
            said = {ALONE: address.compare(a, b).same, KNOWN: address.compare(a, b, book).same}
        else:
            said = dict.fromkeys((ALONE, KNOWN), _one_name(pair))
        wrong += [Wrong(how, pair) for how, same in said.items() if same != pair.same]
    counted = Counter((pair.of, pair.kind, pair.same) for pair in made)
    return Tally(counted, wrong, time.process_time() - start, peak_mib())


def _read(side: Side) -> Any:
    from counterfoil import address

    return address.parse(address.split_line(side[0]) if len(side) == 1 else address.Written(*side))


def _one_name(pair: Pair) -> bool:
    from counterfoil import person

    a, b = (person.parse(person.Written(*side)) for side in (pair.a, pair.b))
    return person.compare(a, b)[0] is person.Likeness.SAME


def tallies(count: int, seed: int, processes: int) -> Iterator[Tally]:
    """Every block's tally, in the order of the blocks; a few blocks at a time are under way."""
    numbers = range(blocks(count))
    work = partial(judged, count=count, seed=seed)
    if processes < 2 or len(numbers) < 2:
        yield from map(work, numbers)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = []
        for number in numbers:
            waiting.append(pool.submit(work, number))
            if len(waiting) >= processes * _AHEAD:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def prepare(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Nothing: the pairs are made as they are judged, and never all held at once."""
    return []


def ours(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """All n pairs, on every core."""
    processes, judges = os.cpu_count() or 1, rules()
    start = time.perf_counter()
    counted, missed, false, examples, cpu, peak = _summed(tallies(n, SEED, processes))
    seconds = time.perf_counter() - start
    facts = {
        "same": sum(number for (_, _, same), number in counted.items() if same),
        "different": sum(number for (_, _, same), number in counted.items() if not same),
        "false": sum(number for (_, _, how), number in false.items() if how == ALONE),
        "false_known": sum(number for (_, _, how), number in false.items() if how == KNOWN),
        "missed": sum(number for (_, _, how), number in missed.items() if how == ALONE),
        "missed_known": sum(number for (_, _, how), number in missed.items() if how == KNOWN),
        "processes": processes,
        "peak_mib_of_one": round(peak, 1),
        "by_kind": _by_kind(counted, missed, false),
        "examples": examples,
        "rules": judges,
    }
    return [Taken(WHAT, n, seconds, cpu, facts)]


def rules() -> str:
    """The rule set that was put to the test."""
    from counterfoil.law import rule_set

    return rule_set().sha256


Counts = Counter[tuple[str, str, str]]


def _summed(every: Iterable[Tally]) -> tuple[Counter[tuple[str, str, bool]], Counts, Counts, list[Any], float, float]:
    counted: Counter[tuple[str, str, bool]] = Counter()
    missed: Counts = Counter()
    false: Counts = Counter()
    examples: list[Any] = []
    cpu = peak = 0.0
    for tally in every:
        counted += tally.pairs
        cpu, peak = cpu + tally.cpu, max(peak, tally.peak_mib)
        for how, pair in tally.wrong:
            of_kind = (pair.of, pair.kind, how)
            wrong = missed if pair.same else false
            wrong[of_kind] += 1
            told = pair.of == ADDRESS or how == ALONE  # a street book changes nothing for a name
            if told and wrong[of_kind] <= _EXAMPLES[pair.same]:
                a, b = (" | ".join(side) for side in (pair.a, pair.b))
                examples.append({"same": pair.same, "kind": pair.kind, "how": how or "alone", "a": a, "b": b})
    return counted, missed, false, examples, cpu, peak


def _by_kind(counted: Counter[tuple[str, str, bool]], missed: Counts, false: Counts) -> list[dict[str, Any]]:
    """One row a kind: different ones first, then the respellings."""
    rows = []
    for (of, kind, same), number in sorted(counted.items(), key=lambda one: (one[0][2], one[0][0])):
        wrong = missed if same else false
        both = {ALONE: wrong[of, kind, ALONE], KNOWN: wrong[of, kind, KNOWN]}
        rows.append({"kind": f"{of}: {kind}", "same": same, "pairs": number, "wrong": both})
    return rows
