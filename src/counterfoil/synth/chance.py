"""Chance that can be repeated: small helpers over `random.Random`, the same from the same seed everywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

T = TypeVar("T")


@cache
def data(name: str) -> Any:
    """The packaged data file `name` (without `.yaml`), read once."""
    text = (Path(__file__).parent / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def generator(*parts: object) -> random.Random:
    """A generator of its own for each purpose: the parts name it, the same parts give the same numbers."""
    return random.Random("/".join(map(str, parts)))


class Urn(Generic[T]):
    """Things drawn with weights and put back. Draws many at once, which is several times faster."""

    __slots__ = ("_cum", "_drawn", "_rng", "_things")

    def __init__(self, rng: random.Random, things: Sequence[T], weights: Sequence[float] = ()) -> None:
        self._rng = rng
        self._things = things
        self._cum = list(accumulate(weights or [1.0] * len(things)))
        self._drawn: list[T] = []

    def draw(self) -> T:
        """The next thing."""
        if not self._drawn:
            self._drawn = self._rng.choices(self._things, cum_weights=self._cum, k=64)
        return self._drawn.pop()


def urn(rng: random.Random, weights: Mapping[T, float]) -> Urn[T]:
    """An urn of the keys of `weights`."""
    return Urn(rng, list(weights), list(weights.values()))


def rank_weights(count: int, skew: float) -> list[float]:
    """Weights of a list whose first members are commoner: rank to the power of minus `skew`."""
    return [(rank + 2) ** -skew for rank in range(count)]


def in_proportion(weights: Mapping[T, float]) -> Iterator[T]:
    """An endless sequence in which each key comes as often as its weight asks, spread evenly.

    After any number of draws each key has come within about one of its share (smooth weighted round robin).
    """
    keys, shares = list(weights), list(weights.values())
    total = sum(shares)
    credit = [0.0] * len(keys)
    while True:
        credit = [had + share for had, share in zip(credit, shares, strict=True)]
        at = credit.index(max(credit))
        credit[at] -= total
        yield keys[at]
