"""Names drawn from the county, by what a kind of pair needs, and how anybody writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from counterfoil.bench.pairs.ground import Ground
from counterfoil.bench.pairs.model import Side
from counterfoil.synth.country.names import Name, plain, words

_TRIES = 20


def named(ground: Ground, rng: Random) -> Name:
    """Anybody's name, without its suffix."""
    return rng.choice(ground.people)._replace(suffix="")


def found(ground: Ground, rng: Random, wanted: Callable[[Name], object]) -> Name | None:
    """Somebody's name that is as wanted; None when a few draws found none."""
    drawn = (named(ground, rng) for _ in range(_TRIES))
    return next((name for name in drawn if wanted(name)), None)


def two_surnames(ground: Ground, rng: Random) -> Name | None:
    """A name with two surnames that have nothing in common."""
    return found(ground, rng, lambda name: len(name.surnames) > 1 and unlike(name.surnames[:1], name.surnames[1:]))


def with_middle(ground: Ground, rng: Random) -> Name | None:
    """A name with a middle name."""
    return found(ground, rng, lambda name: len(name.middle) > 1)


def one_surname(ground: Ground, rng: Random) -> str:
    """Anybody's first surname."""
    return named(ground, rng).surnames[0]


def unlike(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether two lists of names have no word in common, and none that begins another."""
    first = {word for name in one for word in words(name)}
    second = {word for name in two for word in words(name)}
    return not any(a.startswith(b) or b.startswith(a) for a in first for b in second)


def write(name: Name, rng: Random, form: bool = False) -> Side:
    """As anybody writes it; `form`: as a tax form has it, in capitals without accents."""
    given, middle, surname, suffix = name.given, name.middle, name.surname, name.suffix
    if middle and rng.random() < 0.6:
        middle = plain(middle)[0] + ("." if not form and rng.random() < 0.5 else "")
    if form or rng.random() < 0.5:
        given, middle, surname = plain(given), plain(middle), plain(surname)
    if form or rng.random() < 0.4:
        return given.upper(), middle.upper(), surname.upper(), suffix
    if suffix in ("JR", "SR") and rng.random() < 0.6:
        suffix = suffix.capitalize() + rng.choice(("", "."))
    return given, middle, surname, suffix
