"""How people write an address or a name: the many spellings of one fact, none of them wrong."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import NamedTuple

from counterfoil.address import Written as WrittenAddress
from counterfoil.person import Written as WrittenName
from counterfoil.synth.chance import data
from counterfoil.synth.country.names import Name, plain
from counterfoil.synth.country.place import CONTRACT, GENERAL, MILITARY, PO_BOX, PUERTO_RICO, RURAL, STREET, Place

_BOX = ("PO BOX {}", "PO BOX {}", "P.O. BOX {}", "P O BOX {}", "POST OFFICE BOX {}", "P.O. Box {}")
_RURAL = ("RR {} BOX {}", "RR {} BOX {}", "R.R. {} BOX {}", "RURAL ROUTE {} BOX {}", "RFD {} BOX {}", "RR {}, BOX {}")
_CONTRACT = ("HC {} BOX {}", "HC {} BOX {}", "HIGHWAY CONTRACT {} BOX {}", "HC {}, BOX {}")
_TEENS = (
    *("FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH", "TENTH"),
    *("ELEVENTH", "TWELFTH", "THIRTEENTH", "FOURTEENTH", "FIFTEENTH", "SIXTEENTH", "SEVENTEENTH"),
    *("EIGHTEENTH", "NINETEENTH", "TWENTIETH"),
)


class Hand(NamedTuple):
    """How somebody writes: numbers between 0 and 1 that choose among the ways at each element."""

    case: float
    suffix: float
    direction: float
    unit: float
    second_line: float
    dots: float
    words: float
    plus4: float
    box: float


TAX_FORM = Hand(0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2)
"""The custodian's commonest way: capitals, standard abbreviations, unit after the street."""


def hand(rng: random.Random) -> Hand:
    """Some way of writing."""
    return Hand(*(rng.random() for _ in Hand._fields))


def form_hand(rng: random.Random) -> Hand:
    """A way as tax forms have it: the standard one three times in four, always without dots."""
    if rng.random() < 0.75:
        return TAX_FORM._replace(plus4=rng.random(), second_line=rng.random())
    return hand(rng)._replace(dots=0.2, case=rng.random() * 0.9, box=rng.random() * 0.4)


def write_address(place: Place, how: Hand, zip4: str = "") -> WrittenAddress:
    """The place as somebody writes it; `zip4`: the four digits after the ZIP, when not the place's own."""
    if place.form in (STREET, PUERTO_RICO):
        line1, line2 = _street_lines(place, how)
    else:
        line1, line2 = _other_line(place, how), ""
    ending = f"-{zip4 or plus4(place)}" if how.plus4 > 0.8 and place.form != MILITARY else ""
    if how.case < 0.5:
        line1, line2, city = line1.upper(), line2.upper(), place.town.upper()
    elif how.case < 0.9 or place.form == MILITARY:
        line1, line2, city = _titled(line1), _titled(line2), place.town
    else:
        line1, line2, city = line1.lower(), line2.lower(), place.town.lower()
    return WrittenAddress(line1, line2, city, place.state, place.zip5 + ending)


def plus4(place: Place) -> str:
    """The made-up four digits after the ZIP, one for a block of a street."""
    total = 0
    for character in f"{place.pre}{place.name}{place.suffix}{place.number[:-2]}{place.box[:-2]}":
        total = (total * 131 + ord(character)) % 8999
    return f"{1000 + total}"


@lru_cache(maxsize=8192)
def _titled(text: str) -> str:
    """Title case as people write it: `37-45 82nd St NW`, `PO Box 12`."""
    return " ".join(_titled_word(word) for word in text.split(" "))


def _titled_word(word: str) -> str:
    bare = word.strip(".,#").upper()
    if (
        word[:1] == "#"
        or bare in data("places")["directions"]
        or bare in ("PO", "RR", "HC", "US", "FM", "CR", "RFD", "PSC", "CMR")
    ):
        return word.upper()
    if word[:1].isdigit():
        return word.lower() if word[-2:].upper() in ("ST", "ND", "RD", "TH") else word.upper()
    return word if any(c.islower() for c in word) else word.capitalize()


def _street_lines(place: Place, how: Hand) -> tuple[str, str]:
    street = " ".join(filter(None, (place.number, *_street(place, how))))
    unit = _unit(place, how)
    if place.form == PUERTO_RICO:
        urbanization = f"{'URBANIZACION' if how.words > 0.8 else 'URB'} {place.urbanization}"
        return (urbanization, street)
    if not unit:
        return street, ""
    if how.second_line > 0.65:
        return street, unit
    return f"{street}{',' if how.second_line > 0.5 else ''} {unit}", ""


def _street(place: Place, how: Hand) -> tuple[str, str, str, str]:
    name = place.name
    if place.style == "highway":
        name = _highway(name, how)
    elif how.words > 0.85 and name[:1].isdigit() and place.style in ("ordinal", "hyphenated"):
        name = _ordinal_word(name)
    return (
        _direction(place.pre, how, place.style),
        name,
        _suffix(place.suffix, how),
        _direction(place.post, how, place.style),
    )


def _direction(direction: str, how: Hand, style: str) -> str:
    if not direction or how.direction < 0.5:
        return direction
    if how.direction < 0.8 or style == "grid":
        return str(data("places")["directions"][direction])
    return f"{direction}." if how.dots > 0.5 and len(direction) == 1 else direction


def _suffix(suffix: str, how: Hand) -> str:
    ways = data("places")["suffixes"].get(suffix, {"words": ()})["words"]
    if ways and how.suffix > 0.5:
        return str(ways[0] if how.suffix < 0.93 else ways[-1])
    return f"{suffix}." if suffix and how.dots > 0.75 else suffix


def _highway(name: str, how: Hand) -> str:
    base, _, number = name.rpartition(" ")
    ways = next(h["words"] for h in data("places")["highways"] if h["name"] == base)
    if how.words > 0.6:
        return f"{ways[int(how.words * 100) % len(ways)]} {number}"
    return name


def _ordinal_word(name: str) -> str:
    """`SEVENTH` for `7TH`; above the twentieth the figures stay."""
    number = int(name[:-2])
    return _TEENS[number - 1] if number <= len(_TEENS) else name


def _unit(place: Place, how: Hand) -> str:
    kind = place.unit_kind
    if not kind:
        return ""
    if not place.unit:
        ways = data("places")["bare_units"][kind]
        return str(ways[0]) if ways and how.unit > 0.7 else kind
    ways = data("places")["units"][kind]["words"]
    if kind == "#":
        return f"#{place.unit}" if how.unit > 0.5 else f"# {place.unit}"
    if ways and how.unit > 0.75:
        designator = ways[int(how.unit * 100) % len(ways)]
        return f"#{place.unit}" if designator == "#" else f"{designator} {place.unit}"
    if how.unit > 0.65:
        return f"{kind} #{place.unit}"
    return f"{kind}{'.' if how.dots > 0.8 else ''} {place.unit}"


def _other_line(place: Place, how: Hand) -> str:
    if place.form == PO_BOX:
        return _BOX[int(how.box * len(_BOX))].format(place.box)
    if place.form == RURAL:
        return _RURAL[int(how.box * len(_RURAL))].format(place.route, place.box)
    if place.form == CONTRACT:
        return _CONTRACT[int(how.box * len(_CONTRACT))].format(place.route, place.box)
    if place.form == GENERAL:
        return "GENERAL DELIVERY"
    return f"{place.route}{',' if how.box > 0.8 else ''} BOX {place.box}"


def name_on_form(name: Name, rng: random.Random) -> WrittenName:
    """The name as a tax form has it: capitals, no accents, the middle name often an initial."""
    middle = plain(name.middle).upper()
    if middle and rng.random() < 0.7:
        middle = middle[0]
    surname = plain(name.surname).upper()
    if "'" in surname and rng.random() < 0.6:
        surname = surname.replace("'", "")
    return WrittenName(plain(name.given).upper(), middle, surname, name.suffix)
