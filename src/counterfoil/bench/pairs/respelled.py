"""One address written in two ways, by the one element in which the writing differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from counterfoil.bench.pairs import spellings
from counterfoil.bench.pairs.ground import Ground
from counterfoil.bench.pairs.hands import any_hand, boxed, one_line, spelled, standard
from counterfoil.bench.pairs.model import Made, Maker, Side
from counterfoil.synth.country.place import PUERTO_RICO, Place, ordinal
from counterfoil.synth.country.spelling import plus4

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"}
_ACCENTS = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú", "N": "Ñ", "a": "á", "e": "é", "o": "ó"}
_TEXTS = slice(0, 3)  # the two lines and the town


def _same(place: Place, other: Side) -> Made:
    return Made(standard(place), other)


def _texts(side: Side, change: Callable[[str], str]) -> Side:
    """The lines and the town changed, state and ZIP Code not."""
    return (*map(change, side[_TEXTS]), *side[3:])


def _any(ground: Ground, rng: Random) -> Place:
    """A place of any form, streets most often."""
    makers = (ground.home, ground.home, ground.flat, ground.box, ground.rural, ground.puerto_rico, ground.military)
    return rng.choice(makers)()


def another_hand(ground: Ground, rng: Random) -> Made | None:
    """Two people write one place, each in their own way."""
    place = _any(ground, rng)
    return Made(any_hand(place, rng), any_hand(place, rng))


def letters(ground: Ground, rng: Random) -> Made | None:
    """Capitals, small letters, titles, and some of each."""
    change = rng.choice((str.lower, str.title, str.swapcase))
    place = _any(ground, rng)
    return _same(place, tuple(map(change, standard(place)[_TEXTS])) + standard(place)[3:])


def punctuation(ground: Ground, rng: Random) -> Made | None:
    """Full stops, commas and semicolons, where people put them."""
    home = ground.flat()
    dot, comma = rng.choice((".", "")), rng.choice((",", "", ","))
    unit = f"{home.unit_kind}{dot if home.unit_kind != '#' else ''} {home.unit}"
    line = f"{home.number} {home.pre}{dot if home.pre else ''} {home.name} {home.suffix}{dot}"
    street = " ".join(line.split()) + (f" {home.post}" if home.post else "")
    return _same(
        home, (f"{street}{comma} {unit}{rng.choice(('.', '', ','))}", "", home.town + comma, *standard(home)[3:])
    )


def blanks(ground: Ground, rng: Random) -> Made | None:
    """Doubled blanks, tabs, blanks at either end."""
    gap = rng.choice(("  ", "\t", "   ", "\u00a0"))
    place = _any(ground, rng)
    return _same(place, tuple(f" {text.replace(' ', gap)} " if text else "" for text in standard(place)))


def suffix(ground: Ground, rng: Random) -> Made | None:
    """ST, STREET, Str."""
    home = ground.named()
    return _element(home, rng, "suffix", spellings.SUFFIXES.get(home.suffix, ()))


def direction(ground: Ground, rng: Random) -> Made | None:
    """N, NORTH, N."""
    home = ground.named()._replace(pre=rng.choice("NSEW"), post="")
    return _element(home, rng, "pre", spellings.DIRECTIONS[home.pre])


def quadrant(ground: Ground, rng: Random) -> Made | None:
    """NE, N E, North East, before the name or behind it."""
    quarter = rng.choice(("NE", "NW", "SE", "SW"))
    part = rng.choice(("pre", "post"))
    home = ground.named()._replace(**{"pre": "", "post": "", part: quarter})
    return _element(home, rng, part, spellings.DIRECTIONS[quarter])


def unit(ground: Ground, rng: Random) -> Made | None:
    """APT 4, APARTMENT 4, #4."""
    home = ground.flat()
    return _element(home, rng, "unit", [way.format(home.unit) for way in spellings.UNITS[home.unit_kind]])


def unit_no(ground: Ground, rng: Random) -> Made | None:
    """# 4 and No. 4."""
    home = ground.flat()._replace(unit_kind="#")
    return _element(home, rng, "unit", [way.format(home.unit) for way in ("No. {}", "NO {}")])


def unit_line(ground: Ground, rng: Random) -> Made | None:
    """The unit on a line of its own, the second or the first, or behind a comma."""
    home = ground.flat()
    street, unit_words = spelled(home.building)[0], f"{home.unit_kind} {home.unit}"
    lines = rng.choice(((street, unit_words), (unit_words, street), (f"{street}, {unit_words}", "")))
    return _same(home, (*lines, *standard(home)[2:]))


def unit_joined(ground: Ground, rng: Random) -> Made | None:
    """4B, 4-B and 4 B; APT4B."""
    home = ground.flat()._replace(unit_kind="APT", unit=f"{rng.randrange(1, 40)}{rng.choice('ABCDEF')}")
    ways = (f"APT {home.unit[:-1]}-{home.unit[-1]}", f"APT{home.unit}", f"#{home.unit[:-1]}-{home.unit[-1]}")
    return _element(home, rng, "unit", ways)


def ordinal_in_words(ground: Ground, rng: Random) -> Made | None:
    """7TH and SEVENTH, 43RD and FORTY-THIRD."""
    number = rng.randrange(1, 60)
    home = ground.ordinal()._replace(name=ordinal(number))
    return _element(home, rng, "name", [spellings.ordinal_words(number, joint) for joint in " -"])


def number_in_words(ground: Ground, rng: Random) -> Made | None:
    """ONE OAK ST."""
    number = rng.randrange(1, 11)
    home = ground.named()._replace(number=str(number))
    return _element(home, rng, "number", (spellings.NUMBERS[number], spellings.NUMBERS[number].upper()))


def _half(*ways: str) -> Maker:
    """12 1/2 and `ways`, in which 12 is `{}`."""

    def make(ground: Ground, rng: Random) -> Made | None:
        home = ground.named()
        half = home._replace(number=f"{home.number} 1/2", style="fraction")
        return _element(half, rng, "number", [way.format(home.number) for way in ways])

    return make


def zip_plus_four(ground: Ground, rng: Random) -> Made | None:
    """Nine digits on one side or both, with hyphen or without."""
    place = _any(ground, rng)
    digits = plus4(place)
    both = (place.zip5, f"{place.zip5}-{digits}", f"{place.zip5}{digits}")
    one, two = rng.sample(both, 2)
    return Made((*standard(place)[:4], one), (*standard(place)[:4], two))


def accents(ground: Ground, rng: Random) -> Made | None:
    """An accent on one side only."""
    home = ground.puerto_rico() if rng.random() < 0.5 else ground.home()
    vowel = rng.choice("AEIOUaeo")
    return _same(home, _texts(standard(home), lambda text: _accented(text, vowel)))


def _accented(text: str, vowel: str) -> str:
    """An accent on a vowel within a longer word; a single letter is left as it is."""
    words = (w.replace(vowel, _ACCENTS[vowel]) if len(w) > 3 and w.isalpha() else w for w in text.split(" "))
    return " ".join(words)


def full_width(ground: Ground, rng: Random) -> Made | None:
    """Digits of a full-width font."""
    place = _any(ground, rng)
    return _same(place, tuple(text.translate(_FULL_WIDTH) for text in standard(place)))


def state_in_full(ground: Ground, rng: Random) -> Made | None:
    """IL and Illinois."""
    home = ground.home()
    name = spellings.STATES[home.state]
    return _same(home, (*standard(home)[:3], rng.choice((name, name.upper())), home.zip5))


def line(ground: Ground, rng: Random) -> Made | None:
    """All in one line, with a comma or without before the state, and now and then the country."""
    place = rng.choice((ground.home, ground.flat, ground.box, ground.rural))()
    (text,) = one_line(standard(place))
    text = text if rng.random() < 0.7 else text.replace(f", {place.state} ", f" {place.state} ")
    return _same(place, (text + rng.choice(("", "", ", USA", ", U.S.A.")),))


def last_line_repeated(ground: Ground, rng: Random) -> Made | None:
    """Town, state and ZIP Code once more behind the street."""
    home = ground.home()
    line1, line2, town, state, postal = standard(home)
    if line2:
        return None
    return _same(home, (f"{line1}, {town}, {state}{rng.choice(('', f' {postal}'))}", "", town, state, postal))


def saints(ground: Ground, rng: Random) -> Made | None:
    """Saint and St., Fort and Ft., Mount and Mt., in a street's name or a town's."""
    home = ground.named()
    word = rng.choice(list(spellings.WORDS_OF_A_NAME))
    short = rng.choice(spellings.WORDS_OF_A_NAME[word])
    part = rng.choice(("name", "town"))
    if home.style != "plain" or " " in getattr(home, part):
        return None
    whole = home._replace(**{part: f"{word} {getattr(home, part)}"})
    return _same(whole, spelled(whole, **{part: f"{short} {getattr(home, part)}"}))


def name_apart(ground: Ground, rng: Random) -> Made | None:
    """A street's name of two words, with a hyphen or as one word."""
    home = ground.named()
    if home.style != "plain" or " " in home.name:
        return None
    whole = home._replace(name=f"{rng.choice(('Copper', 'Silver', 'Rabbit', 'Timber'))} {home.name}")
    return _same(whole, spelled(whole, name=whole.name.replace(" ", rng.choice(("-", "")))))


def _boxed(places: Callable[[Ground], Place], ways: Sequence[str]) -> Maker:
    def make(ground: Ground, rng: Random) -> Made | None:
        place = places(ground)
        one, two = rng.sample(list(ways), 2)
        return Made(boxed(place, one), boxed(place, two))

    return make


def highway(ground: Ground, rng: Random) -> Made | None:
    """US HIGHWAY 50, US HWY 50, US 50."""
    home = ground.highway()
    base, _, number = home.name.rpartition(" ")
    return _element(home, rng, "name", [f"{way} {number}" for way in spellings.HIGHWAYS[base]])


def urbanization(ground: Ground, rng: Random) -> Made | None:
    """The urbanization on the line before the street or after it, in other words."""
    home = ground.puerto_rico()
    words = rng.choice(("URB", "Urb.", "URBANIZACION", "Urbanización", "urb"))
    lines = (f"{words} {home.urbanization}", spelled(home)[1])
    return _same(home, (*(lines if rng.random() < 0.5 else lines[::-1]), *standard(home)[2:]))


def _element(place: Place, rng: Random, part: str, ways: Sequence[str]) -> Made | None:
    """One element in other words, all else in standard form."""
    if not ways:
        return None
    if place.form == PUERTO_RICO:
        return None
    return _same(place, spelled(place, **{part: rng.choice(ways)}))


SAME: dict[str, Maker] = {
    "another hand": another_hand,
    "capitals and small letters": letters,
    "punctuation": punctuation,
    "blanks": blanks,
    "suffix in other words": suffix,
    "direction in other words": direction,
    "quadrant in other words": quadrant,
    "unit in other words": unit,
    "unit as No.": unit_no,
    "unit on another line": unit_line,
    "unit joined or with hyphen": unit_joined,
    "ordinal in words": ordinal_in_words,
    "number in words": number_in_words,
    "number and a half, other sign": _half("{}½", "{} ½", "{}  1/2"),
    "number and a half, hyphen": _half("{}-1/2"),
    "ZIP+4": zip_plus_four,
    "accents of an address": accents,
    "full-width digits": full_width,
    "state in full": state_in_full,
    "one line": line,
    "last line repeated": last_line_repeated,
    "saints, forts and mounts": saints,
    "street's name apart or together": name_apart,
    "box in other words": _boxed(Ground.box, spellings.BOXES),
    "rural route in other words": _boxed(Ground.rural, spellings.RURAL),
    "contract route in other words": _boxed(Ground.contract, spellings.CONTRACT),
    "military unit in other words": _boxed(Ground.military, spellings.MILITARY),
    "highway in other words": highway,
    "urbanization in other words": urbanization,
}
"""Pairs of spellings of one address, by what differs."""
