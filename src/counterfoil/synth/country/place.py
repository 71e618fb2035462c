"""Where people of the made-up country can live: states, towns, streets and delivery points, as facts."""

from __future__ import annotations

import random
from functools import cache, lru_cache
from math import gcd
from typing import Final, NamedTuple

from counterfoil.synth.chance import data, in_proportion

STREET: Final = "street"
PO_BOX: Final = "po_box"
RURAL: Final = "rural_route"
CONTRACT: Final = "highway_contract"
GENERAL: Final = "general_delivery"
MILITARY: Final = "military"
PUERTO_RICO: Final = "puerto_rico"
FORMS: Final = (STREET, PO_BOX, RURAL, CONTRACT, GENERAL, MILITARY, PUERTO_RICO)

MILITARY_STATES: Final = ("AA", "AE", "AP")
ZIPS_A_TOWN: Final = 2
TOWNS_A_COUNTY: Final = 3


class Place(NamedTuple):
    """One delivery point: its facts, not how anybody writes them. Two places are the same when equal.

    `route` is the number of a rural or contract route, or `PSC 3` of a military address; `style` tells
    how a street numbers its houses.
    """

    form: str
    style: str = ""  # plain, ordinal, grid, hyphenated, fraction, highway, wisconsin, spanish, puerto_rico
    number: str = ""
    pre: str = ""
    name: str = ""
    suffix: str = ""
    post: str = ""
    unit_kind: str = ""
    unit: str = ""
    route: str = ""
    box: str = ""
    urbanization: str = ""
    town: str = ""
    state: str = ""
    zip5: str = ""

    @property
    def building(self) -> Place:
        """The same place without its unit."""
        return self._replace(unit_kind="", unit="")


class Street(NamedTuple):
    """One street of a town. Two streets that differ in one direction or the suffix alone are twins."""

    style: str
    pre: str
    name: str
    suffix: str
    post: str
    zip5: str
    urbanization: str = ""


class Town(NamedTuple):
    """One town: its name, its ZIP Codes and its streets."""

    name: str
    state: str
    zips: tuple[str, ...]
    streets: tuple[Street, ...]


@cache
def zips_of(state: str) -> tuple[str, ...]:
    """Every five-digit ZIP within the state's prefixes, in order, without those that look like fillers."""
    never = set(data("places")["never_zip"])
    prefixes: list[int] = []
    for part in data("places")["states"][state]["zip3"]:
        first, _, last = str(part).partition("-")
        prefixes.extend(range(int(first), int(last or first) + 1))
    return tuple(z for p in prefixes for n in range(1, 100) if (z := f"{p:03}{n:02}") not in never)


def zips_for(state: str, county: int) -> tuple[str, ...]:
    """The ZIP Codes of one county of a state, side by side; no other county has them while they last."""
    pool = zips_of(state)
    size = TOWNS_A_COUNTY * ZIPS_A_TOWN
    blocks = len(pool) // size
    step = next(s for s in (37, 41, 43, 47, 53) if gcd(s, blocks) == 1)
    first = (county * step + county // blocks) % blocks * size
    return pool[first : first + size]


@lru_cache(maxsize=8)
def states_of(counties: int) -> tuple[tuple[str, int], ...]:
    """For each county of the country its state and its number within the state: by weight, spread evenly."""
    order = in_proportion({s: f["weight"] for s, f in data("places")["states"].items()})
    first = list(data("places")["states"])[:7]  # even a small country has every form of address
    count: dict[str, int] = {}
    found = []
    for index in range(counties):
        state = first[index] if index < len(first) <= counties else next(order)
        found.append((state, count.get(state, 0)))
        count[state] = count.get(state, 0) + 1
    return tuple(found)


@cache
def _town_names(state: str) -> tuple[str, ...]:
    words = data("places")["town"]
    plain = [a + b for a in words["first"] for b in words["last"] if a[-1] != b[0]]
    random.Random(f"towns/{state}").shuffle(plain)
    return tuple(plain)


def town_name(rng: random.Random, state: str, number: int) -> str:
    """The name of town `number` of a state; no two of a state are alike while the list lasts."""
    words = data("places")["town"]
    names = _town_names(state)
    name = names[number % len(names)]
    way = rng.random()
    if way < 0.1 or number >= len(names):
        return f"{rng.choice(words['before'])} {name}"
    return f"{name} {rng.choice(words['after'])}" if way < 0.2 else name


def ordinal(number: int) -> str:
    """`1ST`, `22ND`, `113TH`."""
    ending = "TH" if 10 < number % 100 < 14 else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"
