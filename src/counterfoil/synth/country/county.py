"""One county of the made-up country: its people, where they lived in each year, and what is on hold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from counterfoil.synth.chance import Urn, data, generator, urn
from counterfoil.synth.country.names import Name, Names
from counterfoil.synth.country.place import (
    MILITARY_STATES,
    TOWNS_A_COUNTY,
    ZIPS_A_TOWN,
    Place,
    Town,
    town_name,
    zips_for,
)
from counterfoil.synth.country.streets import Homes, StreetMaker
from counterfoil.synth.country.tin import itin, ssn

NOT_FILED = -1

_SIZES = {1: 34, 2: 33, 3: 16, 4: 10, 5: 4, 6: 3}
_HOLDS = {"": 9880, "informant": 25, "impairment": 45, "protected": 50}
_MOVES, _LEAVES, _NOT_FILED = 0.10, 0.02, 0.04


class Person(NamedTuple):
    """One person. `homes` has for each year the index of a place, or NOT_FILED.

    `held_from` is the index of the first year whose row carries the hold.
    """

    name: Name
    birth: str
    tin: str
    hold: str
    held_from: int
    homes: tuple[int, ...]
    household: int


class County(NamedTuple):
    """Towns, places and people of one county. Nobody moves out of it, so its truth is in it alone."""

    number: int
    years: tuple[int, ...]
    towns: tuple[Town, ...]
    places: list[Place]
    people: list[Person]


def make_county(
    seed: int, number: int, state: str, in_state: int, start: int, size: int, years: tuple[int, ...]
) -> County:
    """The county from its seed and number: `size` people numbered from `start`."""
    rng = generator("county", seed, number)
    rural = rng.random() * (0.3 if rng.random() < 0.4 else 1.0)
    towns = _towns(rng, state, in_state, size, rural)
    maker = _Maker(rng, towns, rural, start, years)
    while len(maker.people) < size:
        maker.household(size)
    return County(number, years, towns, maker.places, maker.people)


def _towns(rng: random.Random, state: str, in_state: int, size: int, rural: float) -> tuple[Town, ...]:
    streets = StreetMaker(rng, state, rural)
    zips = zips_for(state, in_state)
    towns = []
    for at in range(TOWNS_A_COUNTY):
        own = zips[at * ZIPS_A_TOWN :][: rng.choice((1, ZIPS_A_TOWN))]
        if state in MILITARY_STATES:
            name = ("APO", "FPO", "DPO")[at]
        else:
            name = town_name(rng, state, in_state * TOWNS_A_COUNTY + at)
        towns.append(Town(name, state, own, streets.streets(max(5, size // 90), own)))
    return tuple(towns)


class _Maker:
    """Makes household after household."""

    def __init__(
        self, rng: random.Random, towns: tuple[Town, ...], rural: float, start: int, years: tuple[int, ...]
    ) -> None:
        families = data("names")["families"]
        self._rng, self._start, self._years = rng, start, years
        self._homes = [iter(Homes(rng, town, rural)) for town in towns]
        self._left: list[int] = []  # places that somebody has moved out of
        self._families = urn(rng, {f: facts["share"] for f, facts in families.items()})
        self._itin = {f: facts["itin"] for f, facts in families.items()}
        self._names = {family: Names(rng, family) for family in families}
        self._sizes: Urn[int] = urn(rng, _SIZES)
        self._holds = urn(rng, _HOLDS)
        self._households = 0
        self._neighbours: dict[Place, list[Name]] = {}  # building with units -> who lives there
        self.places: list[Place] = []
        self.people: list[Person] = []

    def household(self, limit: int) -> None:
        """One more household, in a home of its own."""
        rng = self._rng
        here = self._new_place(rng.randrange(len(self._homes)) if rng.random() < 0.6 else 0)
        place = self.places[here]
        neighbours = self._neighbours.setdefault(place.building, []) if place.unit else []
        path = self._path(here)
        members = self._members(neighbours)[: limit - len(self.people)]
        for name, birth in members:
            self._add(name, birth, path)
        neighbours.extend(name for name, _ in members)
        self._households += 1

    def _new_place(self, town: int) -> int:
        self.places.append(next(self._homes[town]))
        return len(self.places) - 1

    def _path(self, here: int) -> tuple[int, ...]:
        """Where a household lives in each year that starts at `here`."""
        path = [here]
        for _ in self._years[1:]:
            if self._rng.random() < _MOVES:
                self._left.append(here)
                here = self._elsewhere(here)
            path.append(here)
        return tuple(path)

    def _elsewhere(self, here: int) -> int:
        if self._left and self._rng.random() < 0.3:
            free = self._left.pop(self._rng.randrange(len(self._left)))
            if free != here:
                return free
        return self._new_place(self._rng.randrange(len(self._homes)))

    def _add(self, name: Name, birth: str, path: tuple[int, ...]) -> None:
        rng = self._rng
        if rng.random() < _LEAVES:  # one person moves out of the household
            at = rng.randrange(1, len(path)) if len(path) > 1 else 0
            path = path[:at] + (self._elsewhere(path[0]),) * (len(path) - at)
        filed = tuple(NOT_FILED if rng.random() < _NOT_FILED else home for home in path)
        if max(filed) == NOT_FILED:
            filed = path
        hold = self._holds.draw()
        held_from = rng.randrange(len(path)) if hold and rng.random() < 0.3 else 0
        if hold and filed[held_from] == NOT_FILED:
            held_from = next(i for i, home in enumerate(filed) if home != NOT_FILED)
        number = self._start + len(self.people)
        tin = itin(number) if rng.random() < self._itin[name.family] else ssn(number)
        self.people.append(Person(name, birth, tin, hold, held_from, filed, self._households))

    def _members(self, neighbours: Sequence[Name]) -> list[tuple[Name, str]]:
        """The grown-up people of one household: a couple, their children, relatives, or strangers."""
        rng = self._rng
        names = self._names[self._families.draw()]
        size = self._sizes.draw()
        surnames, hyphenated = names.surnames()
        sex = "M" if rng.random() < 0.5 else "F"
        year = rng.randrange(1938, 1988)
        if neighbours and rng.random() < 0.05:  # a namesake of somebody in the building
            found = [(rng.choice(neighbours), self._birth(year))]
        else:
            found = [(names.of(sex, surnames, hyphenated), self._birth(year))]
        if size == 1:
            return found
        if rng.random() < 0.12:  # people who share a home and nothing else
            return found + [self._stranger() for _ in range(size - 1)]
        partner = names.surname() if rng.random() < 0.5 else ""
        theirs = (partner,) if partner else surnames
        spouse = names.of("F" if sex == "M" else "M", theirs, hyphenated and not partner)
        found.append((spouse, self._birth(year + rng.randrange(-5, 9))))
        for _ in range(size - 2):
            elder = found[0] if sex == "M" else found[1]
            found.append(self._child(names, elder[0], theirs[-1], year, hyphenated))
        return _apart(found)

    def _stranger(self) -> tuple[Name, str]:
        names = self._names[self._families.draw()]
        surnames, hyphenated = names.surnames()
        return names.of(self._rng.choice("MF"), surnames, hyphenated), self._birth(self._rng.randrange(1950, 2004))

    def _child(self, names: Names, parent: Name, mother: str, year: int, hyphenated: bool) -> tuple[Name, str]:
        rng = self._rng
        birth = self._birth(min(2005, year + rng.randrange(19, 36)))
        if rng.random() < 0.16:  # a child who bears the parent's name
            return parent, birth
        own = names.child(parent.surnames, mother)
        return names.of(rng.choice("MF"), own, hyphenated and len(own) > 1), birth

    def _birth(self, year: int) -> str:
        random = self._rng.random
        return f"{year}-{int(random() * 12) + 1:02}-{int(random() * 28) + 1:02}"


def _apart(members: list[tuple[Name, str]]) -> list[tuple[Name, str]]:
    """Relatives of one name, the elder and the younger, told apart as families do, or not at all."""
    ways = [*data("names")["generations"], ["", ""]]
    for elder in (0, 1):
        for younger in range(2, len(members)):
            (name, birth), (other, later) = members[elder], members[younger]
            if name == other and not name.suffix:
                first, second = ways[int(later[-2:]) % len(ways)]
                members[elder] = (name._replace(suffix=first), birth)
                members[younger] = (other._replace(suffix=second), later)
                return members
    return members
