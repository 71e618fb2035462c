"""Thousands of made pairs put to the rules: none that differs is called the same, and few respellings are missed.

The generator shares nothing with the rules. The full three million are `counterfoil bench negatives`.
"""

import ast
from collections import Counter
from pathlib import Path

import pytest

from counterfoil.bench.courses.negatives import ALONE, KNOWN, tallies
from counterfoil.bench.pairs import BLOCK, KINDS, block, blocks

PAIRS = Path(__file__).parents[2] / "src" / "counterfoil" / "bench" / "pairs"
SEED = 7

NOT_RECOGNISED = {
    "unit as No.": 1.0,  # NO 4 may be the beginning of a name
    "number and a half, hyphen": 1.0,  # 12-1/2 may be a number with a hyphen
    "Scandinavian letters in two plain spellings": 1.0,  # neither side shows that the letter stood there
    "German letters in two plain spellings": 0.8,
    "street's name apart or together": 0.04,  # SILVERSOUTH may be one name, SILVER SOUTH a direction
    "another hand": 0.02,
    "number in words": 0.02,  # in Connecticut a CT at the end of the line may be the state
    "quadrant in other words": 0.02,  # in Nebraska an NE may be the state
    "title or degree": 0.02,
}
"""Kinds of true pairs that are missed, by design or for want of a safe rule, and the most that may be."""


def pairs_of(seed, numbers=range(3), count=9 * BLOCK):
    return [pair for number in numbers for pair in block(number, count, seed)]


def judged(count, processes=2):
    """(pairs by kind, wrong verdicts by kind and way, the wrong pairs that differ)."""
    made, wrong, false = Counter(), Counter(), []
    for tally in tallies(count, SEED, processes):
        made += tally.pairs
        for how, pair in tally.wrong:
            wrong[pair.kind, how] += 1
            if not pair.same:
                false.append((how, pair.kind, pair.a, pair.b))
    return made, wrong, false


def check(count):
    made, wrong, false = judged(count)
    assert sum(made.values()) == count
    assert {(of, kind, same) for (of, same), kinds in KINDS.items() for kind in kinds} == set(made)
    assert false == []
    for (_, kind, same), number in made.items():
        for how in (ALONE, KNOWN):
            assert not same or wrong[kind, how] <= NOT_RECOGNISED.get(kind, 0) * number + 1, (kind, how, number)
    assert sum(wrong.values()) <= 0.05 * 2 * count


def test_of_thirty_thousand_made_pairs_none_that_differs_is_called_the_same():
    check(30_000)


@pytest.mark.slow
def test_of_three_hundred_thousand_made_pairs_none_that_differs_is_called_the_same():
    check(300_000)


def test_the_same_seed_makes_the_same_pairs_and_another_makes_others():
    one, other = pairs_of(1), pairs_of(2)
    assert one == pairs_of(1)
    in_common = {pair.a for pair in one} & {pair.a for pair in other}  # small numbers on common streets
    assert len(in_common) < 0.05 * len(one)


def test_a_block_is_made_alike_whichever_process_makes_it():
    count = 2 * BLOCK
    alone, shared = (list(tallies(count, SEED, processes)) for processes in (1, 2))
    assert [tally.pairs for tally in alone] == [tally.pairs for tally in shared]
    assert [tally.wrong for tally in alone] == [tally.wrong for tally in shared]


def test_half_of_the_pairs_are_the_same_and_every_kind_comes_in_turn():
    pairs = pairs_of(SEED)
    assert len(pairs) == 3 * BLOCK
    assert sum(pair.same for pair in pairs) == len(pairs) // 2
    assert {pair.kind for pair in pairs} == {kind for kinds in KINDS.values() for kind in kinds}


def test_the_two_sides_of_a_pair_that_differs_are_never_written_alike():
    for pair in pairs_of(SEED):
        assert pair.same or pair.a != pair.b, pair


def test_no_kind_has_two_makers():
    names = [kind for kinds in KINDS.values() for kind in kinds]
    assert len(names) == len(set(names))


def test_a_number_of_pairs_that_fills_no_block_is_made_exactly():
    assert blocks(BLOCK + 1) == 2
    assert len(list(block(1, BLOCK + 1, SEED))) == 1


def test_the_generator_takes_nothing_from_the_rules():
    taken = set()
    for path in PAIRS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                taken.add(node.module)
            elif isinstance(node, ast.Import):
                taken |= {alias.name for alias in node.names}
    ours = {module for module in taken if module.startswith("counterfoil")}
    assert {m for m in ours if not m.startswith(("counterfoil.synth", "counterfoil.bench.pairs"))} == set()
