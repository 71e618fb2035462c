"""Boxes, routes, military and Puerto Rican addresses that are near to one another and not the same."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from counterfoil.bench.pairs.ground import Ground
from counterfoil.bench.pairs.hands import other
from counterfoil.bench.pairs.model import Made, Maker
from counterfoil.bench.pairs.streets import dropped, next_to, transposed
from counterfoil.synth.country.place import CONTRACT, GENERAL, MILITARY_STATES, PO_BOX, STREET, Place, zips_of

Change = Callable[[str, Random], str]
_CHANGES: tuple[Change, ...] = (next_to, transposed, dropped)


def _changed(places: Callable[[Ground], Place], part: str) -> Maker:
    """A number of the place that is one off, or has a digit too few, too many or in another's place."""

    def make(ground: Ground, rng: Random) -> Made | None:
        place = places(ground)
        number = rng.choice(_CHANGES)(getattr(place, part), rng)
        return other(rng, place, place._replace(**{part: number})) if number else None

    return make


def box_and_street(ground: Ground, rng: Random) -> Made | None:
    """PO BOX 12 against 12 OAK ST in the same town."""
    home = ground.named()
    box = Place(PO_BOX, box=home.number, town=home.town, state=home.state, zip5=home.zip5)
    return other(rng, *_either(home, box, rng))


def route_and_street(ground: Ground, rng: Random) -> Made | None:
    """RR 2 BOX 12 against 12 OAK ST in the same town."""
    home = ground.named()
    route = rng.choice((ground.rural, ground.contract))()
    route = route._replace(box=home.number, town=home.town, state=home.state, zip5=home.zip5)
    return other(rng, *_either(home, route, rng))


def route_and_road(ground: Ground, rng: Random) -> Made | None:
    """RR 2 BOX 12 against 12 COUNTY ROAD 2."""
    route = ground.rural()
    road = rng.choice(("COUNTY ROAD", "STATE ROUTE", "HIGHWAY"))
    home = route._replace(
        form=STREET, style="highway", number=route.box, name=f"{road} {route.route}", box="", route=""
    )
    return other(rng, *_either(home, route, rng))


def route_and_box(ground: Ground, rng: Random) -> Made | None:
    """RR 2 BOX 12 against PO BOX 12."""
    route = rng.choice((ground.rural, ground.contract))()
    return other(rng, *_either(route, route._replace(form=PO_BOX, route=""), rng))


def rural_and_contract(ground: Ground, rng: Random) -> Made | None:
    """RR 2 BOX 12 against HC 2 BOX 12."""
    route = ground.rural()
    return other(rng, *_either(route, route._replace(form=CONTRACT), rng))


def route_exchanged(ground: Ground, rng: Random) -> Made | None:
    """RR 2 BOX 12 against RR 12 BOX 2."""
    route = rng.choice((ground.rural, ground.contract))()
    return other(rng, route, route._replace(route=route.box, box=route.route))


def box_in_another_town(ground: Ground, rng: Random) -> Made | None:
    """The same box or route in another town, with its ZIP Code or without changing it."""
    place = rng.choice((ground.box, ground.rural, ground.contract))()
    town = ground.other_town(place)
    zip5 = rng.choice((*town.zips, place.zip5))
    return other(rng, place, place._replace(town=town.name, zip5=zip5), b_filed=zip5 in town.zips)


def box_of_another_office(ground: Ground, rng: Random) -> Made | None:
    """The same box number and town, another ZIP Code: another post office."""
    place = ground.box()
    return other(rng, place, place._replace(zip5=ground.far_zip(place)))


def general_delivery(ground: Ground, rng: Random) -> Made | None:
    """General delivery of one town against another's, or against a box."""
    box = ground.box()
    here = box._replace(form=GENERAL, box="")
    town = ground.other_town(box)
    there = here._replace(town=town.name, zip5=town.zips[0])
    return other(rng, here, rng.choice((there, box)))


def military_kind(ground: Ground, rng: Random) -> Made | None:
    """PSC 12 BOX 3 against CMR 12 BOX 3."""
    place = ground.military()
    number = place.route.rpartition(" ")[2]
    one, two = rng.sample(("PSC", "CMR", "UNIT"), 2)
    return other(rng, place._replace(route=f"{one} {number}"), place._replace(route=f"{two} {number}"))


def military_exchanged(ground: Ground, rng: Random) -> Made | None:
    """PSC 12 BOX 3 against PSC 3 BOX 12."""
    place = ground.military()
    kind, _, number = place.route.partition(" ")
    return other(rng, place, place._replace(route=f"{kind} {place.box}", box=number))


def military_office(ground: Ground, rng: Random) -> Made | None:
    """The same unit and box at another military post office."""
    place = ground.military()
    state = rng.choice(MILITARY_STATES)
    return other(rng, place, place._replace(state=state, zip5=rng.choice(zips_of(state))))


def urbanizations(ground: Ground, rng: Random) -> Made | None:
    """One street name and number in two urbanizations of one ZIP Code."""
    home = ground.puerto_rico()
    two = home._replace(urbanization=ground.puerto_rico().urbanization)
    return other(rng, home, two, home._replace(number="991"), two._replace(number="991"))


def calle_names(ground: Ground, rng: Random) -> Made | None:
    """CALLE 3 against CALLE 13, or CALLE BELORA against CALLE SOLENTO."""
    home = ground.puerto_rico()
    return other(rng, home, home._replace(name=ground.puerto_rico().name))


def calle_number(ground: Ground, rng: Random) -> Made | None:
    """CALLE 3 against CALLE 13 or CALLE 31."""
    home = ground.puerto_rico()._replace(name=f"CALLE {rng.randrange(1, 60)}")
    name = rng.choice(_CHANGES)(home.name, rng)
    return other(rng, home, home._replace(name=name)) if name else None


def block_letter(ground: Ground, rng: Random) -> Made | None:
    """House 12 of block A against house 12 of block B."""
    home = ground.puerto_rico()
    one, two = rng.sample("ABCDEFGHJKL", 2)
    house = str(rng.randrange(1, 40))
    return other(rng, home._replace(number=one + house), home._replace(number=two + house))


def _either(one: Place, two: Place, rng: Random) -> tuple[Place, Place]:
    return (one, two) if rng.random() < 0.5 else (two, one)


NEAR: dict[str, Maker] = {
    "box against street": box_and_street,
    "box number": _changed(Ground.box, "box"),
    "box in another town": box_in_another_town,
    "box of another post office": box_of_another_office,
    "rural or contract route against street": route_and_street,
    "rural route against numbered road": route_and_road,
    "rural or contract route against box": route_and_box,
    "rural route against contract route": rural_and_contract,
    "number of the rural route": _changed(Ground.rural, "route"),
    "box on the rural route": _changed(Ground.rural, "box"),
    "number of the contract route": _changed(Ground.contract, "route"),
    "box on the contract route": _changed(Ground.contract, "box"),
    "route and box exchanged": route_exchanged,
    "general delivery": general_delivery,
    "military box": _changed(Ground.military, "box"),
    "military unit": _changed(Ground.military, "route"),
    "military unit of another kind": military_kind,
    "military unit and box exchanged": military_exchanged,
    "another military post office": military_office,
    "urbanization twins": urbanizations,
    "name of the calle": calle_names,
    "number of the calle": calle_number,
    "number on the calle": _changed(Ground.puerto_rico, "number"),
    "block on the calle": block_letter,
}
"""Pairs of such addresses that differ, by how they were made."""
