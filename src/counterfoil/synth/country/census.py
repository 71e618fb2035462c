"""Who lives where in one county, for making requests whose truth is known."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable

from counterfoil.synth.country.county import NOT_FILED, County, Person
from counterfoil.synth.country.names import Name, words
from counterfoil.synth.country.place import PUERTO_RICO, STREET, Place


class Census:
    """One county turned about: from a place to its people, from a street to its twins."""

    def __init__(self, county: County, rng: random.Random) -> None:
        self.county = county
        self.people = county.people
        self.years = county.years
        self._at: dict[Place, list[Person]] = defaultdict(list)
        self._buildings: dict[Place, set[Place]] = defaultdict(set)
        self._households: dict[int, list[Person]] = defaultdict(list)
        self._streets: dict[tuple[str, str, str], set[tuple[str, str, str]]] = defaultdict(set)
        for person in county.people:
            self._households[person.household].append(person)
            for home in set(person.homes) - {NOT_FILED}:
                self._at[county.places[home]].append(person)
        for place in self._at:
            if place.unit:
                self._buildings[place.building].add(place)
            if place.form in (STREET, PUERTO_RICO):
                self._streets[_street(place)].add((place.pre, place.suffix, place.post))
        self._order = list(range(len(self.people)))
        rng.shuffle(self._order)

    def household_of(self, person: Person) -> list[Person]:
        """Everybody who began in the person's household, the person included."""
        return self._households[person.household]

    def shuffled(self) -> list[int]:
        """Numbers of all people of the county, in an order of chance."""
        return self._order

    def home(self, person: Person, year: int) -> Place | None:
        """Where the person's return of that tax year says, None when none was filed."""
        home = person.homes[self.years.index(year)] if year in self.years else NOT_FILED
        return None if home == NOT_FILED else self.county.places[home]

    def years_at(self, person: Person, place: Place) -> list[int]:
        """The tax years whose return gives this place."""
        return [year for year in self.years if self.home(person, year) == place]

    def filed(self, person: Person) -> list[int]:
        """The tax years with a return."""
        return [y for y, home in zip(self.years, person.homes, strict=True) if home != NOT_FILED]

    def living_at(self, place: Place) -> list[Person]:
        """Everybody who ever gave this place, in any year."""
        return self._at.get(place, [])

    def others_alike(self, name: Name, place: Place, besides: Person | None, birth: str = "") -> list[Person]:
        """People ever at the place, or in a building asked about as a whole, who may be taken for `name`.

        Alike is broad: one given or middle name and one surname in common. With a date of birth those with
        another are left out: it tells them apart.
        """
        found = []
        for other in self._near(place):
            if other is besides or (birth and other.birth != birth):
                continue
            if may_be(name, other.name):
                found.append(other)
        return found

    def units_of(self, place: Place) -> list[Place]:
        """The other units of the building in which somebody lives."""
        return sorted(self._buildings.get(place.building, set()) - {place})

    def variants_of(self, place: Place) -> list[tuple[str, str, str]]:
        """(direction, suffix, direction behind) of the streets of this name in the town where people live."""
        return sorted(self._streets.get(_street(place), set()))

    def _near(self, place: Place) -> Iterable[Person]:
        yield from self._at.get(place, [])
        if not place.unit:
            for unit in self._buildings.get(place, ()):
                yield from self._at[unit]
        elif place.building in self._at:
            yield from self._at[place.building]


def may_be(one: Name, other: Name) -> bool:
    """Whether two names have a given or middle name and a word of their surnames in common."""
    if not words(one.surname) & words(other.surname):
        return False
    first, second = words(one.given), words(other.given)
    return bool(first & second or first & words(other.middle) or words(one.middle) & second)


def _street(place: Place) -> tuple[str, str, str]:
    return (place.town, place.zip5, place.name)
