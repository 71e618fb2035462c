"""The streets and homes of a town: every form of Publication 28 in a realistic share."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from counterfoil.synth.chance import Urn, data, urn
from counterfoil.synth.country.place import (
    CONTRACT,
    GENERAL,
    MILITARY,
    MILITARY_STATES,
    PO_BOX,
    PUERTO_RICO,
    RURAL,
    STREET,
    Place,
    Street,
    Town,
    ordinal,
)

_OTHER = {"N": "S", "S": "N", "E": "W", "W": "E"}
_GRID = (("E", "N"), ("E", "S"), ("W", "N"), ("W", "S"), ("N", "E"), ("N", "W"), ("S", "E"), ("S", "W"))


class StreetMaker:
    """The streets of one county. No name comes twice but as twins, by number, and in Puerto Rico."""

    def __init__(self, rng: random.Random, state: str, rural: float) -> None:
        places = data("places")
        self._rng, self._state, self._rural = rng, state, rural
        self._words: dict[str, list[str]] = places["street"]
        self._facts: dict[str, Any] = places["states"][state]
        self._suffixes = urn(rng, {s: f["weight"] for s, f in places["suffixes"].items()})
        self._highways = [h["name"] for h in places["highways"] if h["states"] in ("", state)]
        self._used: set[str] = set()

    def streets(self, count: int, zips: Sequence[str]) -> tuple[Street, ...]:
        """About `count` streets of a town with these ZIP Codes."""
        if self._state in MILITARY_STATES:
            return ()
        made: list[Street] = []
        while len(made) < count:
            zip5 = self._rng.choice(zips)
            street = self._puerto_rico(zip5) if self._state == "PR" else self._one(zip5)
            if street.name.upper() in self._used:
                continue
            made.append(street)
            if street.style == "plain":
                self._used.add(street.name.upper())
                made.extend(self._twins(street))
        if self._state == "PR":  # one street name in two urbanizations of one ZIP, which is common there
            made.extend(s._replace(urbanization=made[0].urbanization, zip5=s.zip5) for s in made[1:3])
        return tuple(dict.fromkeys(made))

    def _one(self, zip5: str) -> Street:
        rng, facts = self._rng, self._facts
        if rng.random() < facts.get("grid", 0):
            pre, post = rng.choice(_GRID)
            return Street("grid", pre, str(rng.randrange(2, 180) * 50), "", post, zip5)
        if rng.random() < 0.10 * (0.3 + self._rural):
            return Street("highway", "", f"{rng.choice(self._highways)} {rng.randrange(2, 1900)}", "", "", zip5)
        pre = rng.choice("NSEW") if rng.random() < 0.22 else ""
        post = rng.choice(("NW", "NE", "SW", "SE")) if not pre and rng.random() < 0.06 else ""
        hyphenated = rng.random() < facts.get("hyphenated", 0)
        if rng.random() < 0.14:
            style = "hyphenated" if hyphenated else "ordinal"
            suffix = rng.choice(("ST", "AVE", "ST", "PL"))
            return Street(style, pre, ordinal(rng.randrange(1, 60)), suffix, post, zip5)
        style, name, suffixed = self._name()
        suffix = self._suffixes.draw() if suffixed else ""
        if style == "plain" and hyphenated:
            style = "hyphenated"
        elif style == "plain" and rng.random() < facts.get("wisconsin", 0):
            style, pre, post = "wisconsin", "", ""
        return Street(style, pre, name, suffix, post, zip5)

    def _name(self) -> tuple[str, str, bool]:
        """(style, name, has a suffix) of a new street."""
        rng, words, way = self._rng, self._words, self._rng.random()
        if way < 0.08 and self._state in ("CA", "TX", "NM", "AZ", "FL"):
            front = rng.choice(("CAMINO", "VIA", "AVENIDA", "CALLE", "PASEO"))
            return "spanish", f"{front} {rng.choice(words['spanish']).upper()}", False
        if way < 0.11:
            return "plain", rng.choice(words["odd"]), True
        name = rng.choice(words["first"]) + rng.choice(words["last"])
        if way < 0.18:
            return "plain", f"{rng.choice(words['before'])} {name}", True
        if way < 0.26:
            return "plain", f"{name} {rng.choice(words['after'])}", True
        return "plain", name, way < 0.98

    def _puerto_rico(self, zip5: str) -> Street:
        rng, words = self._rng, self._words["spanish"]
        front = rng.choice(("ALTURAS DE", "LOMAS DE", "VILLA", "JARDINES DE", "BRISAS DE"))
        name = f"CALLE {rng.choice(words).upper() if rng.random() < 0.55 else rng.randrange(1, 40)}"
        return Street("puerto_rico", "", name, "", "", zip5, f"{front} {rng.choice(words).upper()}")

    def _twins(self, street: Street) -> list[Street]:
        """Now and then a street has a twin that differs in its direction or its suffix alone."""
        way = self._rng.random()
        if not street.suffix or street.post or way >= 0.2:
            return []
        if way < 0.1:
            wanted = [_OTHER[street.pre]] if street.pre else ["N", "S"]
            return [street._replace(pre=pre) for pre in wanted]
        return [street._replace(suffix="ST" if street.suffix == "AVE" else "AVE")]


class Homes:
    """The homes of one town, one after the other, none twice; units of a building come together."""

    def __init__(self, rng: random.Random, town: Town, rural: float) -> None:
        places = data("places")
        self._rng, self._town, self._rural = rng, town, rural
        self._next = {street: rng.randrange(1, 90) * 100 for street in town.streets}
        self._units = urn(rng, {u: f["weight"] for u, f in places["units"].items()})
        self._bare = list(places["bare_units"])
        self._forms: Urn[str] = urn(rng, self._shares())
        self._count = rng.randrange(100, 900)

    def _shares(self) -> dict[str, float]:
        if self._town.state in MILITARY_STATES:
            return {MILITARY: 1.0}
        rural = self._rural
        street = PUERTO_RICO if self._town.state == "PR" else STREET
        return {
            street: 1 - 0.24 * rural - 0.04,
            PO_BOX: 0.03 + 0.09 * rural,
            RURAL: 0.09 * rural,
            CONTRACT: 0.045 * rural,
            GENERAL: 0.004 + 0.006 * rural,
        }

    def __iter__(self) -> Iterator[Place]:
        """Without end."""
        while True:
            form = self._forms.draw()
            if form in (STREET, PUERTO_RICO):
                yield from self._on_a_street(form)
            else:
                yield self._elsewhere(form)

    def _elsewhere(self, form: str) -> Place:
        rng, town = self._rng, self._town
        self._count += rng.randrange(1, 9)
        at = Place(form, town=town.name, state=town.state, zip5=town.zips[0])
        if form == GENERAL:
            return at
        if form == MILITARY:
            kind = rng.choice(("PSC", "CMR", "UNIT"))
            route = f"{kind} {rng.randrange(1, 800) if kind != 'UNIT' else rng.randrange(2000, 9000)}"
            return at._replace(route=route, box=str(self._count), zip5=rng.choice(town.zips))
        if form == PO_BOX:
            return at._replace(box=str(self._count))
        return at._replace(route=str(rng.randrange(1, 12)), box=str(self._count))

    def _on_a_street(self, form: str) -> Iterator[Place]:
        rng = self._rng
        street = rng.choice(self._town.streets)
        self._next[street] += rng.randrange(1, 9) * 2
        at = Place(
            form,
            street.style,
            self._number(street),
            street.pre,
            street.name,
            street.suffix,
            street.post,
            urbanization=street.urbanization,
            town=self._town.name,
            state=self._town.state,
            zip5=street.zip5,
        )
        apartments = 0.03 + 0.09 * (1 - self._rural)
        if form == PUERTO_RICO or street.style == "highway" or rng.random() > apartments:
            if rng.random() < 0.008 and street.style == "plain":
                at = at._replace(number=f"{at.number} 1/2", style="fraction")
            elif rng.random() < 0.006:
                at = at._replace(unit_kind=rng.choice(self._bare))
            yield at
            return
        kind = self._units.draw()
        for unit in self._unit_names(kind, rng.randrange(2, 14)):
            yield at._replace(unit_kind=kind, unit=unit)

    def _number(self, street: Street) -> str:
        rng, count = self._rng, self._next[street]
        if street.style == "hyphenated":
            return f"{count // 100 + 1}-{count % 100:02}"
        if street.style == "wisconsin":
            return f"{rng.choice('NS')}{rng.randrange(10, 90)}{rng.choice('EW')}{count + 10000}"
        if street.style == "puerto_rico" and len(street.name) % 2:  # a block's letter and the house in it
            house = count // 2
            return f"{chr(65 + house // 40 % 26)}{house % 40 + 1}"
        return str(count)

    def _unit_names(self, kind: str, count: int) -> list[str]:
        way = self._rng.random()
        if kind in ("LOT", "SPC", "FL", "TRLR") or way < 0.4:
            return [str(n + 1) for n in range(count)]
        if way < 0.65:
            return [f"{floor}{door:02}" for floor in range(1, 1 + (count + 3) // 4) for door in range(1, 5)]
        if way < 0.85:
            return [f"{n // 2 + 1}{'AB'[n % 2]}" for n in range(count)]
        return [chr(65 + n) for n in range(count)]
