"""The people of one county as subjects of requests: each asked about once, nobody probed by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from counterfoil.synth.asking.asks import Ask, Asker
from counterfoil.synth.chance import generator
from counterfoil.synth.country.census import Census
from counterfoil.synth.country.country import Country
from counterfoil.synth.country.county import Person
from counterfoil.synth.country.names import key
from counterfoil.synth.country.place import STREET, Place
from counterfoil.synth.facts import hash_of

NAMES_AN_ADDRESS: Final = 4  # asked about at one address in a file, but for reverse probing
_STRANGERS: Final = ("unknown_person", "household_stranger")  # ways that use up nobody of the county
_TRIES: Final = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of request of a mix: how is asked, which defect is put in, how many rows together."""

    ask: str
    weight: float
    defect: str = ""
    tin: str = ""
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows that stand together in the file, in this order."""

    item: Item
    asks: tuple[Ask, ...]


class Asked:
    """What was asked in the file so far, so that no row probes by chance.

    Two people whose names could be one subject's are asked about only with dates of birth that differ.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def admits(self, ask: Ask) -> bool:
        """Whether the ask can stand in the file beside the others; if so it is remembered."""
        who = key(ask.name.given, ask.name.surname)
        mine = hash_of(f"{who}|{ask.birth}")
        known = hash_of(who) in self._seen
        if known and (not ask.birth or hash_of(f"{who}|") in self._seen or mine in self._seen):
            return False
        self._seen.update((hash_of(who), mine))
        return True


class Pool:
    """The people of one county who can still be asked about."""

    def __init__(
        self,
        country: Country,
        number: int,
        seed: int,
        asked: Asked,
        fresh_tin: Callable[[], str],
        without_birth: float,
    ) -> None:
        """`without_birth`: share of rows that give no date of birth at first."""
        self._without_birth = without_birth
        self._rng = generator("ask", seed, number)
        self._census = Census(country.county(number), self._rng)
        self._asker = Asker(self._census, self._rng, fresh_tin)
        self._asked = asked
        self._used: set[int] = set()
        self._reached: Counter[str] = Counter()  # way -> how far its people have been tried
        self._places: Counter[Place] = Counter()

    def unit(self, item: Item, most: int) -> Unit | None:
        """One unit of that item, None when nobody left serves for it."""
        size = self._rng.randrange(item.least, most + 1)
        if item.ask == "several_addresses":
            asks = self._several_addresses(size)
        elif item.ask == "several_names":
            asks = self._several_names(size)
        else:
            found = [self._next(item.ask, item.tin) for _ in range(size)]
            asks = tuple(ask for ask in found if ask is not None)
        return Unit(item, asks) if len(asks) == size else None

    def _next(self, way: str, tin: str) -> Ask | None:
        """The next person who serves for that way of asking."""
        for person in self._people(way):
            ask = self._try(way, person, tin)
            if ask is not None:
                self._places[ask.place] += 1
                return ask
        return None

    def _people(self, way: str) -> Iterator[Person]:
        people = self._census.people
        if way in _STRANGERS:
            yield from (self._rng.choice(people) for _ in range(_TRIES))
            return
        order = self._census.shuffled()
        while self._reached[way] < len(order):
            number = order[self._reached[way]]
            self._reached[way] += 1
            if number not in self._used:
                self._used.add(number)
                yield people[number]  # control comes back only when this person did not serve
                self._used.discard(number)

    def _try(self, way: str, person: Person, tin: str) -> Ask | None:
        rng = self._rng
        number = tin == "always" or (not tin and rng.random() < 0.12)
        for birth in (False, True) if rng.random() < self._without_birth else (True,):
            ask = self._asker.ask(way, person, birth, number)
            if ask is None or self._places[ask.place] >= NAMES_AN_ADDRESS:
                return None
            if self._asked.admits(ask):
                return ask
        return None

    def _several_addresses(self, size: int) -> tuple[Ask, ...]:
        """One person with the right address first, then with others: the others probe."""
        first = self._next("spelled", "")
        if first is None:
            return ()
        places = [first.place]
        for _ in range(_TRIES):
            place = self._rng.choice(self._census.county.places)
            if len(places) < size and place.building not in [p.building for p in places] and place.form == STREET:
                places.append(place)
        return tuple(
            first._replace(way="several_addresses", place=p, confirm=first.confirm and p is first.place) for p in places
        )

    def _several_names(self, size: int) -> tuple[Ask, ...]:
        """Many people at one address, none of whom lives there."""
        houses = [p for p in self._census.county.places if p.form == STREET and p.number.isdigit() and not p.unit]
        if not houses:
            return ()
        house = self._rng.choice(houses)
        house = house._replace(number=str(int(house.number) + 61))
        found: list[Ask] = []
        for _ in range(_TRIES * size):
            ask = self._asker.ask("unknown_person", self._census.people[0], True, False)
            if ask is None or len(found) == size:
                continue
            ask = ask._replace(way="several_names", place=house)
            if self._asked.admits(ask):
                found.append(ask)
        return tuple(found)
