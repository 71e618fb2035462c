"""Ways of asking about somebody, each with its truth by construction: who, where, when, and whether it fits.

A way takes the county's census, a person and whether the date of birth must be given, and returns an Ask,
or None when this person does not serve: nothing whose truth is uncertain is ever asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from counterfoil.synth.chance import data
from counterfoil.synth.country.census import Census, may_be
from counterfoil.synth.country.county import Person
from counterfoil.synth.country.names import Name, Names, words
from counterfoil.synth.country.place import GENERAL, PO_BOX, PUERTO_RICO, STREET, Place

_ODD: Final = frozenset(data("places")["street"]["odd"])  # names that need their suffix to be read as names
_CONSONANTS: Final = "bcdfgklmnprstvz"


class Ask(NamedTuple):
    """What is asked, as facts. `birth` and `tin` are "" when not given; `confirm` is the truth."""

    way: str
    name: Name
    place: Place
    years: tuple[int, ...]
    birth: str
    tin: str
    confirm: bool
    bare: str = ""  # element of the street that the requester leaves out: pre, suffix


class Asker:
    """Makes asks about the people of one county."""

    def __init__(self, census: Census, rng: random.Random, fresh_tin: Callable[[], str]) -> None:
        self._census, self._rng, self._fresh_tin = census, rng, fresh_tin
        self._families = {f: Names(rng, f) for f in data("names")["families"]}
        self._shares = {f: facts["share"] for f, facts in data("names")["families"].items()}

    def ask(self, way: str, person: Person, birth: bool, tin: bool) -> Ask | None:
        """The person asked about in this way, with the optional identifiers wanted; None if it cannot be."""
        found: Ask | None = WAYS[way](self, person, birth)
        if found is not None and tin and not found.tin:
            return found._replace(tin=person.tin) if found.way not in _NO_NUMBER else found
        return found

    # ---- right person, right address, right year -------------------------------------------------------

    def spelled(self, person: Person, birth: bool) -> Ask | None:
        """The right address in the right year, in the requester's own spelling."""
        place, years = self._some_home(person)
        return self._true("spelled", person, person.name, place, years, person.birth if birth else "")

    def with_number(self, person: Person, birth: bool) -> Ask | None:
        """The same, with the tax number."""
        found = self.spelled(person, birth)
        return found._replace(way="with_number", tin=person.tin) if found else None

    def old_year(self, person: Person, birth: bool) -> Ask | None:
        """An earlier address, asked for the years in which it was the address."""
        first = self._census.filed(person)[0]
        place = self._census.home(person, first)
        years = self._census.years_at(person, place) if place else []
        if place is None or years == self._census.filed(person):
            return None
        return self._true("old_year", person, person.name, place, years, person.birth if birth else "")

    def bare_street(self, person: Person, birth: bool) -> Ask | None:
        """Suffix or direction left out, where the town has one street of that name only."""
        place, years = self._some_home(person)
        bare = "pre" if place.pre else "suffix"
        plain_name = place.style == "plain" and " " not in place.name and place.name not in _ODD
        if place.form != STREET or not plain_name or not place.suffix or place.post:
            return None
        if len(self._census.variants_of(place)) != 1 or (bare == "pre" and self._rng.random() < 0.5):
            return None
        found = self._true("bare_street", person, person.name, place, years, person.birth if birth else "")
        return found._replace(bare=bare) if found else None

    def told_apart(self, person: Person, _birth: bool) -> Ask | None:
        """One of two relatives of one name, told apart by date of birth and, where borne, by suffix."""
        place, years = self._some_home(person)
        others = self._census.others_alike(person.name, place, person)
        if not others or any(o.birth == person.birth for o in others):
            return None
        return self._true("told_apart", person, person.name, place, years, person.birth)

    def namesake_told_by_unit(self, person: Person, birth: bool) -> Ask | None:
        """A namesake lives in the building, but the unit is given."""
        place, years = self._some_home(person)
        if not place.unit or not self._namesakes_nearby(person, place):
            return None
        asked = person.birth if birth else ""
        return self._true("namesake_told_by_unit", person, person.name, place, years, asked)

    # ---- right person, other address -------------------------------------------------------------------

    def wrong_address(self, person: Person, birth: bool) -> Ask | None:
        """Another complete address of the county, at which the person never lived."""
        other = self._rng.choice(self._census.people)
        place = self._some_home(other)[0]
        return self._false("wrong_address", person, place, self._some_years(), birth)

    def neighbour_unit(self, person: Person, birth: bool) -> Ask | None:
        """The neighbour's unit."""
        place, years = self._some_home(person)
        units = self._census.units_of(place) if place.unit else []
        return self._false("neighbour_unit", person, self._rng.choice(units), years, birth) if units else None

    def neighbour_number(self, person: Person, birth: bool) -> Ask | None:
        """The house next door, or the one over the road."""
        place, years = self._some_home(person)
        if not place.number.isdigit() or place.unit:
            return None
        step = self._rng.choice((-2, -1, 1, 2, 4))
        other = place._replace(number=str(max(1, int(place.number) + step)))
        return self._false("neighbour_number", person, other, years, birth)

    def twin_street(self, person: Person, birth: bool) -> Ask | None:
        """The same number in the twin street: N for S, ST for AVE."""
        place, years = self._some_home(person)
        others = [v for v in self._variants(place) if v != (place.pre, place.suffix, place.post)]
        if not others:
            return None
        pre, suffix, post = self._rng.choice(others)
        other = place._replace(pre=pre, suffix=suffix, post=post)
        return self._false("twin_street", person, other, years, birth)

    def bare_twin(self, person: Person, birth: bool) -> Ask | None:
        """The element left out that alone tells the street from its twin."""
        place, years = self._some_home(person)
        variants = self._variants(place)
        own = (place.pre, place.suffix, place.post)
        if place.pre and any(v[0] != own[0] and v[1:] == own[1:] for v in variants):
            bare = "pre"
        elif any(v[1] != own[1] and v[0] == own[0] and v[2] == own[2] for v in variants):
            bare = "suffix"
        else:
            return None
        if " " in place.name or place.name in _ODD:
            return None
        stripped = place._replace(**{bare: ""})
        if self._census.living_at(stripped):
            return None
        return self._false("bare_twin", person, stripped, years, birth)

    def old_address(self, person: Person, birth: bool) -> Ask | None:
        """An address of the person, asked for years in which it was not the address."""
        census = self._census
        place = self._rng.choice([census.home(person, y) for y in census.filed(person)])
        assert place is not None
        years = [y for y in census.filed(person) if census.home(person, y) != place]
        return self._false("old_address", person, place, years, birth) if years else None

    def not_filed(self, person: Person, birth: bool) -> Ask | None:
        """The right address for a year without a return."""
        place, _ = self._some_home(person)
        missing = [y for y in self._census.years if self._census.home(person, y) is None]
        years = missing or [self._census.years[0] - self._rng.randrange(1, 4)]
        return self._false("not_filed", person, place, years, birth)

    def box_for_street(self, person: Person, birth: bool) -> Ask | None:
        """A PO box of the town for somebody with a street address, or the other way about."""
        place, years = self._some_home(person)
        if place.form == PO_BOX:
            streets = [p for p in self._census.county.places if p.form == STREET and p.town == place.town]
            return self._false("box_for_street", person, self._rng.choice(streets), years, birth) if streets else None
        if place.form != STREET:
            return None
        box = Place(PO_BOX, box=str(self._rng.randrange(10, 4000)), town=place.town, state=place.state, zip5=place.zip5)
        return self._false("box_for_street", person, box, years, birth)

    def no_unit(self, person: Person, birth: bool) -> Ask | None:
        """The building without the unit, where it has several."""
        place, years = self._some_home(person)
        if not place.unit or not self._census.units_of(place):
            return None
        return self._false("no_unit", person, place.building, years, birth)

    def mistyped_number(self, person: Person, birth: bool) -> Ask | None:
        """A digit of the house, box or unit number is wrong."""
        place, years = self._some_home(person)
        if place.form in (STREET, PUERTO_RICO) and place.number.isdigit() and len(place.number) > 1:
            place = place._replace(number=self._mistyped_digits(place.number))
        elif place.form not in (STREET, PUERTO_RICO, GENERAL) and len(place.box) > 1:
            place = place._replace(box=self._mistyped_digits(place.box))
        else:
            return None
        return self._false("mistyped_number", person, place, years, birth)

    def mistyped_street(self, person: Person, birth: bool) -> Ask | None:
        """A letter of the street's name is wrong, and no street is called so."""
        place, years = self._some_home(person)
        if place.style != "plain" or " " in place.name or len(place.name) < 6:
            return None
        name = self._mistyped_letters(place.name)
        if any(name.upper() == s.name.upper() for t in self._census.county.towns for s in t.streets):
            return None
        return self._false("mistyped_street", person, place._replace(name=name), years, birth)

    # ---- another person, or one who cannot be told or told of ------------------------------------------

    def relatives(self, person: Person, birth: bool) -> Ask | None:
        """Father and son at one address, asked without what tells them apart."""
        place, years = self._some_home(person)
        others = self._census.others_alike(person.name, place, person)
        twins = [o for o in others if (o.name.given, o.name.surnames) == (person.name.given, person.name.surnames)]
        years = [y for y in years if any(self._census.home(o, y) == place for o in twins)]
        if birth or not years:
            return None
        return Ask("relatives", person.name._replace(suffix="", middle=""), place, tuple(years), "", "", False)

    def moved_relative(self, person: Person, _birth: bool) -> Ask | None:
        """The son, by date of birth, at the address where the father of that name lives."""
        place, years = self._some_home(person)
        for other in self._census.household_of(person):
            if other is not person and other.name.given == person.name.given:
                theirs, years = self._some_home(other)
                if theirs != place and other.birth != person.birth:
                    return self._false("moved_relative", person, theirs, years, True)
        return None

    def namesake(self, person: Person, _birth: bool) -> Ask | None:
        """The namesake's unit, asked with the person's own date of birth."""
        place, _ = self._some_home(person)
        others = self._namesakes_nearby(person, place) if place.unit else []
        others = [o for o in others if o.birth != person.birth]
        if not others:
            return None
        theirs, years = self._some_home(self._rng.choice(others))
        return self._false("namesake", person, theirs, years, True)

    def on_hold(self, person: Person, birth: bool) -> Ask | None:
        """A person about whom nothing may be said."""
        if not person.hold:
            return None
        place, years = self._some_home(person)
        return Ask("on_hold", person.name, place, tuple(years), person.birth if birth else "", "", False)

    def unknown_person(self, _person: Person, birth: bool) -> Ask | None:
        """Somebody who is not in the file, at an address of the county or one that nobody gave."""
        rng = self._rng
        family = self._families[rng.choices(list(self._shares), list(self._shares.values()))[0]]
        surnames, hyphenated = family.surnames()
        name = family.of(rng.choice("MF"), surnames, hyphenated)
        place = self._some_home(rng.choice(self._census.people))[0]
        if place.number.isdigit() and rng.random() < 0.7:
            place = place._replace(number=str(int(place.number) + rng.randrange(1, 60)))
        born = f"{rng.randrange(1945, 2003)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}" if birth else ""
        if self._census.others_alike(name, place, None):
            return None
        return Ask("unknown_person", name, place, tuple(self._some_years()), born, "", False)

    def household_stranger(self, person: Person, birth: bool) -> Ask | None:
        """The surname and address of a household, with a given name that nobody in it bears."""
        family = self._families[person.name.family]
        name = family.of(self._rng.choice("MF"), person.name.surnames, person.name.hyphenated)
        place, years = self._some_home(person)
        if self._census.others_alike(name, place, None):
            return None
        born = f"{self._rng.randrange(1960, 2004)}-06-{self._rng.randrange(1, 29):02}" if birth else ""
        return Ask("household_stranger", name, place, tuple(years), born, "", False)

    def mistyped_name(self, person: Person, birth: bool) -> Ask | None:
        """A letter of the given name or the surname is wrong."""
        place, years = self._some_home(person)
        name = person.name
        if self._rng.random() < 0.4:
            wrong = name._replace(given=self._mistyped_letters(name.given), middle="")
        else:
            wrong = name._replace(surnames=(self._mistyped_letters(name.surnames[0]), *name.surnames[1:]), middle="")
        if wrong.given == name.given and wrong.surnames == name.surnames:
            return None
        if any(o is not person for o in self._census.others_alike(wrong, place, None)):
            return None
        return Ask("mistyped_name", wrong, place, tuple(years), person.birth if birth else "", "", False)

    def other_number(self, person: Person, birth: bool) -> Ask | None:
        """The right name and address with a tax number that is not the person's."""
        found = self.spelled(person, birth)
        return found._replace(way="other_number", tin=self._fresh_tin(), confirm=False) if found else None

    def other_birth(self, person: Person, _birth: bool) -> Ask | None:
        """The right name and address with another date of birth."""
        found = self.spelled(person, True)
        if found is None:
            return None
        year = int(person.birth[:4]) + self._rng.choice((-9, -4, -3, 3, 4, 9))
        return found._replace(way="other_birth", birth=f"{year}{person.birth[4:]}", confirm=False)

    # ---- parts -----------------------------------------------------------------------------------------

    def _some_home(self, person: Person) -> tuple[Place, list[int]]:
        """One of the person's addresses, and years in which it was the address."""
        census, rng = self._census, self._rng
        place = census.home(person, rng.choice(census.filed(person)))
        assert place is not None
        years = census.years_at(person, place)
        return place, years if rng.random() < 0.5 else [rng.choice(years)]

    def _some_years(self) -> list[int]:
        years = self._census.years
        return sorted(self._rng.sample(years, self._rng.randrange(1, len(years) + 1)))

    def _true(self, way: str, person: Person, name: Name, place: Place, years: Iterable[int], birth: str) -> Ask | None:
        """An ask that must be confirmed: nobody else there, in any year, may be meant, and no hold."""
        if person.hold or self._census.others_alike(name, place, person, birth):
            return None
        return Ask(way, name, place, tuple(years), birth, "", True)

    def _false(self, way: str, person: Person, place: Place, years: Iterable[int], birth: bool) -> Ask | None:
        """An ask about the right person at a place that in those years was nobody's of that name."""
        asked, given = tuple(years), person.birth if birth else ""
        if any(self._census.home(person, year) == place for year in asked):
            return None
        if self._census.others_alike(person.name, place, person, given):
            return None
        if place.unit and any(self._census.home(person, y) == place.building for y in asked):
            return None
        return Ask(way, person.name, place, asked, given, "", False)

    def _variants(self, place: Place) -> list[tuple[str, str, str]]:
        if place.form != STREET or place.style != "plain":
            return []
        return self._census.variants_of(place)

    def _namesakes_nearby(self, person: Person, place: Place) -> list[Person]:
        return [
            other
            for unit in self._census.units_of(place)
            for other in self._census.living_at(unit)
            if other is not person and may_be(person.name, other.name)
        ]

    def _mistyped_digits(self, digits: str) -> str:
        at = self._rng.randrange(len(digits))
        other = self._rng.choice([d for d in "123456789" if d != digits[at]])
        return digits[:at] + other + digits[at + 1 :]

    def _mistyped_letters(self, text: str) -> str:
        """One consonant of a longer word replaced by another."""
        places = [i for i, c in enumerate(text) if i > 0 and c in _CONSONANTS]
        if len(text) < 4 or not places:
            return text
        at = self._rng.choice(places)
        other = self._rng.choice([c for c in _CONSONANTS if c != text[at]])
        wrong = text[:at] + other + text[at + 1 :]
        return wrong if words(wrong) != words(text) else text


_NO_NUMBER: Final = ("unknown_person", "household_stranger", "other_number", "relatives")

WAYS: Final[dict[str, Callable[[Asker, Person, bool], Ask | None]]] = {
    way.__name__: way
    for way in (
        Asker.spelled, Asker.with_number, Asker.old_year, Asker.bare_street, Asker.told_apart,
        Asker.namesake_told_by_unit, Asker.wrong_address, Asker.neighbour_unit, Asker.neighbour_number,
        Asker.twin_street, Asker.bare_twin, Asker.old_address, Asker.not_filed, Asker.box_for_street,
        Asker.no_unit, Asker.mistyped_number, Asker.mistyped_street, Asker.relatives, Asker.moved_relative,
        Asker.namesake, Asker.on_hold, Asker.unknown_person, Asker.household_stranger, Asker.mistyped_name,
        Asker.other_number, Asker.other_birth,
    )
}  # fmt: skip
"""Every way of asking, by its name in the mixes."""
