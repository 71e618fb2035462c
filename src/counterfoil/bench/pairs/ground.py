"""The ground on which pairs are made: one county of the made-up country, and forms of address it may lack."""

from __future__ import annotations

from random import Random
from typing import Any

from counterfoil.synth.chance import data
from counterfoil.synth.country.county import County
from counterfoil.synth.country.names import Name
from counterfoil.synth.country.place import (
    CONTRACT,
    MILITARY,
    MILITARY_STATES,
    PO_BOX,
    PUERTO_RICO,
    RURAL,
    STREET,
    Place,
    Town,
    ordinal,
    town_name,
    zips_of,
)

ELSEWHERE = (*MILITARY_STATES, "PR")
"""States whose counties have no streets of the usual kind; their forms are made up here for every county."""

_NAMED = ("plain", "ordinal")


class Ground:
    """Homes, towns and names of one county. Every draw is by the generator that it is given."""

    def __init__(self, county: County, rng: Random) -> None:
        homes = [place for place in county.places if place.form == STREET]
        self._rng = rng
        self._homes = homes
        self._named = [home for home in homes if home.style in _NAMED and home.suffix]
        self._flats = [home for home in self._named if home.unit]
        self.towns: tuple[Town, ...] = county.towns
        self.people: list[Name] = [person.name for person in county.people]
        self.words: dict[str, Any] = data("places")

    def home(self) -> Place:
        """Any street address, whatever its street's style."""
        return self._rng.choice(self._homes)

    def named(self) -> Place:
        """A house on a street with a name or ordinal and a suffix, without unit."""
        return self._rng.choice(self._named).building

    def flat(self) -> Place:
        """A unit of a building on such a street."""
        if self._flats and self._rng.random() < 0.7:
            return self._rng.choice(self._flats)
        return self.named()._replace(unit_kind=self._rng.choice(("APT", "UNIT", "#")), unit=str(self.small()))

    def ordinal(self) -> Place:
        """A house on a numbered street."""
        number = ordinal(self._rng.randrange(1, 60))
        return self.named()._replace(style="ordinal", name=number, suffix=self._rng.choice(("ST", "AVE", "PL")))

    def highway(self) -> Place:
        """A house on a numbered road."""
        ways = [way["name"] for way in self.words["highways"] if not way["states"]]
        name = f"{self._rng.choice(ways)} {self._rng.randrange(2, 900)}"
        return self.named()._replace(style="highway", pre="", name=name, suffix="", post="")

    def grid(self) -> Place:
        """A house by its place on a grid: 120 E 300 N."""
        pre, post = self._rng.choice(("EN", "ES", "WN", "WS", "NE", "SW"))
        name = str(self._rng.randrange(2, 90) * 50)
        return self.named()._replace(style="grid", pre=pre, name=name, suffix="", post=post)

    def box(self) -> Place:
        """A post office box."""
        return self._at(PO_BOX)._replace(box=str(self._rng.randrange(10, 9000)))

    def rural(self) -> Place:
        """A box on a rural route."""
        return self._at(RURAL)._replace(route=str(self._rng.randrange(1, 30)), box=str(self._rng.randrange(10, 900)))

    def contract(self) -> Place:
        """A box on a highway contract route."""
        return self.rural()._replace(form=CONTRACT)

    def military(self) -> Place:
        """A box at a military post office."""
        state = self._rng.choice(MILITARY_STATES)
        kind = self._rng.choice(("PSC", "CMR", "UNIT"))
        route = f"{kind} {self._rng.randrange(10, 800) if kind != 'UNIT' else self._rng.randrange(2000, 9000)}"
        town = self._rng.choice(("APO", "FPO", "DPO"))
        zip5 = self._rng.choice(zips_of(state))
        return Place(MILITARY, route=route, box=str(self._rng.randrange(10, 9000)), town=town, state=state, zip5=zip5)

    def puerto_rico(self) -> Place:
        """A house in an urbanization."""
        rng, words = self._rng, self.words["street"]["spanish"]
        front = rng.choice(("ALTURAS DE", "LOMAS DE", "VILLA", "JARDINES DE", "BRISAS DE"))
        name = f"CALLE {rng.choice(words).upper() if rng.random() < 0.6 else rng.randrange(1, 40)}"
        number = str(rng.randrange(10, 900))
        if rng.random() < 0.4:
            number = f"{rng.choice('ABCDEFGH')}{rng.randrange(1, 40)}"
        return Place(
            PUERTO_RICO,
            "puerto_rico",
            number,
            name=name,
            urbanization=f"{front} {rng.choice(words).upper()}",
            town=town_name(rng, "PR", rng.randrange(40)),
            state="PR",
            zip5=rng.choice(zips_of("PR")),
        )

    def other_town(self, place: Place) -> Town:
        """A town of the county that is not the place's own."""
        return self._rng.choice([town for town in self.towns if town.name != place.town])

    def far_zip(self, place: Place) -> str:
        """A ZIP Code of the state in which no town of the county lies."""
        near = {zip5 for town in self.towns for zip5 in town.zips}
        return self._rng.choice([zip5 for zip5 in zips_of(place.state) if zip5 not in near])

    def small(self) -> int:
        """A unit's number."""
        return self._rng.randrange(1, 40) if self._rng.random() < 0.6 else self._rng.randrange(100, 900)

    def _at(self, form: str) -> Place:
        town = self._rng.choice(self.towns)
        return Place(form, town=town.name, state=town.state, zip5=town.zips[0])
