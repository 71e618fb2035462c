"""Pairs block by block: a block is one county's ground, the same from the same seed, whoever makes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import cycle, islice

from counterfoil.bench.pairs import boxes, namesakes, renamed, respelled, streets
from counterfoil.bench.pairs.ground import ELSEWHERE, Ground
from counterfoil.bench.pairs.model import ADDRESS, NAME, Maker, Pair
from counterfoil.synth.chance import generator
from counterfoil.synth.country.country import Country, maker
from counterfoil.synth.country.place import states_of

BLOCK = 1_500
"""Pairs of one block; memory never holds more than one block."""

KINDS: Mapping[tuple[str, bool], Mapping[str, Maker]] = {
    (ADDRESS, False): {**streets.NEAR, **boxes.NEAR},
    (ADDRESS, True): respelled.SAME,
    (NAME, False): namesakes.NEAR,
    (NAME, True): renamed.SAME,
}
"""What the pairs are of and whether they are the same -> kind -> how it is made."""

_ORDER = ((ADDRESS, False), (ADDRESS, True)) * 2 + ((NAME, False), (NAME, True))
"""Which come after one another: as many that differ as that do not, and twice as many addresses as names."""

_A_COUNTY = 500
_YEARS = (2024,)
_TRIES = 60


def blocks(count: int) -> int:
    """How many blocks hold `count` pairs."""
    return -(-count // BLOCK)


def block(number: int, count: int, seed: int) -> Iterator[Pair]:
    """Block `number` of a stream of `count` pairs: half of them the same, half not, kinds in turn."""
    size = min(BLOCK, count - number * BLOCK)
    ground = _ground(number, blocks(count), seed)
    rng = generator("pairs", seed, number)
    turns = {which: cycle(_turned(list(kinds.items()), number)) for which, kinds in KINDS.items()}
    for at in range(size):
        which = _ORDER[at % len(_ORDER)]
        kind, make = next(turns[which])
        made = next((m for _ in range(_TRIES) if (m := make(ground, rng)) is not None), None)
        while made is None:  # this county has no such place: another kind in its stead
            kind, make = next(turns[which])
            made = make(ground, rng)
        filed = (made.a, *((made.b,) if made.b_filed else ()), *made.filed)
        yield Pair(which[0], kind, which[1], made.a, made.b, filed if which[0] == ADDRESS else ())


def _turned(kinds: list[tuple[str, Maker]], number: int) -> list[tuple[str, Maker]]:
    """Each block begins with another kind, so that a short one does not always have the same."""
    at = number * 7 % len(kinds)
    return kinds[at:] + kinds[:at]


def _ground(number: int, count: int, seed: int) -> Ground:
    """The county of a block; states without streets of the usual kind are passed over."""
    country = Country(max(24, count * 2) * _A_COUNTY, seed, _YEARS, maker())
    states = states_of(country.counties)
    usual = (county for county, (state, _) in enumerate(states) if state not in ELSEWHERE)
    at = next(islice(usual, number, None))
    return Ground(country.county(at), generator("ground", seed, number))
