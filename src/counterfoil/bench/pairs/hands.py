"""From a place to columns or one line, in some hand or with single elements written as the maker wants them."""

from __future__ import annotations

from random import Random

from counterfoil.bench.pairs.model import Made, Side
from counterfoil.synth.country.place import PUERTO_RICO, Place
from counterfoil.synth.country.spelling import TAX_FORM, form_hand, hand, plus4, write_address


def other(rng: Random, one: Place, two: Place | None, *filed: Place, b_filed: bool = True) -> Made | None:
    """Two different places, each in some hand; None where they are one after all. `filed` are on file besides."""
    if two is None or one == two:
        return None
    zip4 = plus4(one)  # the four digits after the ZIP Code are never what tells the two apart
    on_file = tuple(_columns(place, rng, zip4="") for place in filed)
    a, b = _columns(one, rng, zip4), any_hand(two, rng, zip4)
    return Made(a, b, on_file, b_filed)


def any_hand(place: Place, rng: Random, zip4: str = "") -> Side:
    """The place as anybody may write it, in columns or in one line."""
    written = tuple(write_address(place, hand(rng), zip4))
    return one_line(written) if rng.random() < 0.3 else written


def standard(place: Place) -> Side:
    """The place in capitals and standard abbreviations, without the four digits after the ZIP Code."""
    return tuple(write_address(place, TAX_FORM))


def _columns(place: Place, rng: Random, zip4: str) -> Side:
    how = form_hand(rng) if zip4 else TAX_FORM
    return tuple(write_address(place, how, zip4))


def one_line(side: Side) -> Side:
    """Five columns as one line."""
    line1, line2, town, state, postal = side
    return (f"{', '.join(filter(None, (line1, line2)))}, {town}, {state} {postal}",)


def spelled(place: Place, **words: str) -> Side:
    """The standard form with some elements in the words given: `number`, `pre`, `name`, `suffix`, `post`, `unit`.

    `unit` is the whole of it, designator and number. Town, state and ZIP Code may be given too.
    """
    unit = words.get("unit", _unit(place))
    parts = [words.get(part, getattr(place, part)) for part in ("number", "pre", "name", "suffix", "post")]
    street = " ".join(filter(None, [*parts, unit]))
    last = tuple(words.get(part, getattr(place, part)) for part in ("town", "state", "zip5"))
    if place.form == PUERTO_RICO:
        return (f"URB {place.urbanization}", street, *last)
    return (street, "", *last)


def boxed(place: Place, text: str) -> Side:
    """A box or a route in the words of `text`, in which `{box}` and `{route}` stand for its numbers."""
    return (text.format(box=place.box, route=place.route), "", place.town, place.state, place.zip5)


def _unit(place: Place) -> str:
    return " ".join(filter(None, (place.unit_kind, place.unit)))
