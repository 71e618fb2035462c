"""Addresses on streets that are near to one another and not the same. The label follows from the making."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from counterfoil.bench.pairs.ground import ELSEWHERE, Ground
from counterfoil.bench.pairs.hands import other
from counterfoil.bench.pairs.model import Made, Maker
from counterfoil.synth.country.place import Place, ordinal, states_of, zips_of

_LETTERS = "ABCDFGHJKLMPRT"  # behind a number; no letter that may be a direction
_CONSONANTS = "bcdfgklmnprtvz"
_QUADRANTS = ("NE", "NW", "SE", "SW")
_SUFFIXES = ("ST", "AVE", "CT", "DR", "RD", "LN", "PL", "CIR", "BLVD")


def digits(text: str, change: Callable[[str], str]) -> str:
    """`text` with its last run of digits changed; "" where that leaves nothing or a leading zero."""
    found = re.search(r"\d+(?=\D*$)", text)
    if found is None:
        return ""
    new = change(found[0])
    return text[: found.start()] + new + text[found.end() :] if new and new[0] != "0" and new != found[0] else ""


def next_to(text: str, rng: Random) -> str:
    """A number one or a few off."""
    return digits(text, lambda run: str(max(0, int(run) + rng.choice((-2, -1, 1, 2, 10, 100)))))


def transposed(text: str, rng: Random) -> str:
    """Two neighbouring digits in each other's place."""

    def turn(run: str) -> str:
        at = rng.randrange(max(1, len(run) - 1))
        return run[:at] + run[at : at + 2][::-1] + run[at + 2 :]

    return digits(text, turn)


def dropped(text: str, rng: Random) -> str:
    """One digit left out, or one too many."""

    def drop(run: str) -> str:
        at = rng.randrange(len(run))
        return run[:at] + run[at + 1 :] if len(run) > 1 and rng.random() < 0.6 else run[:at] + run[at] + run[at:]

    return digits(text, drop)


def _number(change: Callable[[str, Random], str]) -> Maker:
    def make(ground: Ground, rng: Random) -> Made | None:
        home = ground.home()
        number = change(home.number.removesuffix(" 1/2"), rng)
        return other(rng, home, home._replace(number=number)) if number else None

    return make


def number_letter(ground: Ground, rng: Random) -> Made | None:
    """12A against 12B, or against 12."""
    home = ground.named()
    one, two = rng.sample([*_LETTERS, ""], 2)
    return other(rng, home._replace(number=home.number + one), home._replace(number=home.number + two))


def half_number(ground: Ground, rng: Random) -> Made | None:
    """12 against 12 1/2."""
    home = ground.named()
    return other(rng, home, home._replace(number=f"{home.number} 1/2", style="fraction"))


def _further(place: Place) -> Place:
    """Another house of the same street: a street has more than one."""
    return place._replace(number=f"{place.number.removesuffix(' 1/2')}1", unit_kind="", unit="")


def _twins(one: Place, two: Place, rng: Random) -> Made | None:
    return other(rng, one, two, _further(one), _further(two))


def _turned(places: Callable[[Ground], Place], part: str, ways: tuple[str, ...]) -> Maker:
    def make(ground: Ground, rng: Random) -> Made | None:
        first, second = rng.sample(ways, 2)
        home = places(ground)
        home = home._replace(**({"post": ""} if part == "pre" else {"pre": ""})) if home.style != "grid" else home
        return _twins(home._replace(**{part: first}), home._replace(**{part: second}), rng)

    return make


def front_or_behind(ground: Ground, rng: Random) -> Made | None:
    """N OAK ST against OAK ST S."""
    first, second = rng.choice(("NS", "SN", "EW", "WE", "NE", "SW"))
    home = ground.named()._replace(pre="", post="")
    return _twins(home._replace(pre=first), home._replace(post=second), rng)


def with_and_without_direction(ground: Ground, rng: Random) -> Made | None:
    """OAK ST beside N OAK ST, houses on both."""
    home = ground.named()._replace(pre="", post="")
    return _twins(home, home._replace(pre=rng.choice("NSEW")), rng)


def direction_left_out(ground: Ground, rng: Random) -> Made | None:
    """100 OAK ST is asked; on file are 100 N OAK ST and 100 S OAK ST."""
    home = ground.named()._replace(pre="", post="")
    first, second = rng.choice(("NS", "EW"))
    return other(rng, home._replace(pre=first), home, home._replace(pre=second), b_filed=False)


def suffix_left_out(ground: Ground, rng: Random) -> Made | None:
    """100 OAK is asked; on file are 100 OAK ST and 100 OAK AVE."""
    home = ground.named()
    first, second = rng.sample(_SUFFIXES, 2)
    one = home._replace(suffix=first)
    return other(rng, one, home._replace(suffix=""), home._replace(suffix=second), b_filed=False)


def street_letter(ground: Ground, rng: Random) -> Made | None:
    """A street whose name differs in one letter."""
    home = ground.named()
    at = [i for i, letter in enumerate(home.name) if letter in _CONSONANTS and i > 1]
    if home.style != "plain" or not at:
        return None
    where = rng.choice(at)
    new = rng.choice(_CONSONANTS.replace(home.name[where], ""))
    return _twins(home, home._replace(name=home.name[:where] + new + home.name[where + 1 :]), rng)


def street_word(ground: Ground, rng: Random) -> Made | None:
    """OAKMOOR RD against OLD OAKMOOR RD or OAKMOOR HILL RD."""
    home = ground.named()
    words = ground.words["street"]
    if home.style != "plain":
        return None
    longer = f"{rng.choice(words['before'])} {home.name}" if rng.random() < 0.5 else ""
    return _twins(home, home._replace(name=longer or f"{home.name} {rng.choice(words['after'])}"), rng)


def _unit(change: Callable[[str, Random], str]) -> Maker:
    def make(ground: Ground, rng: Random) -> Made | None:
        home = ground.flat()
        unit = change(home.unit, rng)
        return other(rng, home, home._replace(unit=unit)) if unit else None

    return make


def unit_letter(ground: Ground, rng: Random) -> Made | None:
    """APT 4A against 4B or 4, APT A against APT B."""
    home = ground.flat()
    number = rng.choice(("", str(ground.small())))
    one, two = rng.sample([*_LETTERS, *(("",) if number else ())], 2)
    return other(rng, home._replace(unit=number + one), home._replace(unit=number + two))


def unit_missing(ground: Ground, rng: Random) -> Made | None:
    """A building with units is asked without one."""
    home = ground.flat()
    neighbour = home._replace(unit=next_to(home.unit, rng) or "77")
    return other(rng, home, home.building, neighbour, b_filed=rng.random() < 0.5)


def unit_as_number(ground: Ground, rng: Random) -> Made | None:
    """12 OAK ST APT 34 against 34 OAK ST APT 12."""
    home = ground.flat()
    return other(rng, home, home._replace(number=home.unit, unit=home.number)) if home.unit.isdigit() else None


def another_town(ground: Ground, rng: Random) -> Made | None:
    """The same line in another town of the county."""
    home = ground.home()
    town = ground.other_town(home)
    return other(rng, home, home._replace(town=town.name, zip5=rng.choice(town.zips)))


def another_town_one_zip(ground: Ground, rng: Random) -> Made | None:
    """The same line and ZIP Code, another town of the county; the file has each town in its own ZIP Codes only."""
    home = ground.home()
    return other(rng, home, home._replace(town=ground.other_town(home).name), b_filed=False)


def zip_of_another_town(ground: Ground, rng: Random) -> Made | None:
    """The same line and town, but with the ZIP Code of another town; the file knows which town has which."""
    home = ground.home()
    town = ground.other_town(home)
    zip5 = rng.choice([z for z in town.zips if z != home.zip5] or [""])
    there = home._replace(town=town.name, zip5=zip5, number="21", style="plain", name="Elsewhere")
    return other(rng, home, home._replace(zip5=zip5), there, b_filed=False) if zip5 else None


def street_in_two_zips(ground: Ground, rng: Random) -> Made | None:
    """One town, one line, two ZIP Codes, and the street has other houses in each."""
    home = ground.home().building
    return _twins(home, home._replace(zip5=ground.far_zip(home)), rng)


def another_state(ground: Ground, rng: Random) -> Made | None:
    """The same line in a town of the same name in another state."""
    home = ground.home()
    state = rng.choice([s for s, _ in states_of(120) if s not in (*ELSEWHERE, home.state)])
    return other(rng, home, home._replace(state=state, zip5=rng.choice(zips_of(state))))


def ordinals(ground: Ground, rng: Random) -> Made | None:
    """1ST, 11TH and 21ST."""
    home = ground.ordinal()
    last = rng.randrange(10)
    one, two = rng.sample([n for n in (last, last + 10, last + 20, last + 30) if n], 2)
    return _twins(home._replace(name=ordinal(one)), home._replace(name=ordinal(two)), rng)


def ordinal_suffix(ground: Ground, rng: Random) -> Made | None:
    """12 7TH ST against 12 7TH AVE."""
    home = ground.ordinal()
    one, two = rng.sample(("ST", "AVE", "PL", "CT", "RD"), 2)
    return _twins(home._replace(suffix=one), home._replace(suffix=two), rng)


def ordinal_and_number(ground: Ground, rng: Random) -> Made | None:
    """12 7TH ST against 7 12TH ST."""
    home = ground.ordinal()
    first, second = rng.sample(range(2, 60), 2)
    one = home._replace(number=str(first), name=ordinal(second))
    return other(rng, one, home._replace(number=str(second), name=ordinal(first)))


def highway_number(ground: Ground, rng: Random) -> Made | None:
    """HIGHWAY 50 against HIGHWAY 51, 5 or 505."""
    home = ground.highway()
    number = rng.choice((next_to, transposed, dropped))(home.name, rng)
    return _twins(home, home._replace(name=number), rng) if number else None


def highway_network(ground: Ground, rng: Random) -> Made | None:
    """US HIGHWAY 50 against STATE HIGHWAY 50 or COUNTY ROAD 50."""
    home = ground.highway()
    one, two = rng.sample(("US HIGHWAY", rng.choice(("STATE HIGHWAY", "STATE ROUTE")), "COUNTY ROAD"), 2)
    number = home.name.rpartition(" ")[2]
    return _twins(home._replace(name=f"{one} {number}"), home._replace(name=f"{two} {number}"), rng)


def highway_and_number(ground: Ground, rng: Random) -> Made | None:
    """120 HIGHWAY 50 against 50 HIGHWAY 120."""
    home = ground.highway()
    base, _, number = home.name.rpartition(" ")
    return other(rng, home, home._replace(number=number, name=f"{base} {home.number}"))


NEAR: dict[str, Maker] = {
    "neighbouring number": _number(next_to),
    "number with digits transposed": _number(transposed),
    "number with a digit dropped or doubled": _number(dropped),
    "letter behind the number": number_letter,
    "number and a half": half_number,
    "N and S, E and W": _turned(Ground.named, "pre", ("N", "S", "E", "W")),
    "quadrants": _turned(Ground.named, "post", _QUADRANTS),
    "quadrants before the name": _turned(Ground.named, "pre", _QUADRANTS),
    "grid, other side": _turned(Ground.grid, "post", ("N", "S")),
    "direction before and another behind": front_or_behind,
    "street with and without direction": with_and_without_direction,
    "direction left out beside its twin": direction_left_out,
    "suffix twins": _turned(Ground.named, "suffix", _SUFFIXES),
    "suffix left out beside its twin": suffix_left_out,
    "one letter of the street's name": street_letter,
    "one word more in the street's name": street_word,
    "neighbouring unit": _unit(next_to),
    "unit with digits transposed": _unit(transposed),
    "unit with a digit dropped or doubled": _unit(dropped),
    "letter of the unit": unit_letter,
    "unit missing": unit_missing,
    "unit and number exchanged": unit_as_number,
    "same line, another town": another_town,
    "same line and ZIP Code, another town": another_town_one_zip,
    "same line and town, ZIP Code of another": zip_of_another_town,
    "same line and town, street in two ZIP Codes": street_in_two_zips,
    "same line and town's name, another state": another_state,
    "ordinals ten apart": ordinals,
    "ordinal street and avenue": ordinal_suffix,
    "ordinal and number exchanged": ordinal_and_number,
    "highway number": highway_number,
    "highway network": highway_network,
    "highway and number exchanged": highway_and_number,
}
"""Pairs of street addresses that differ, by how they were made."""
