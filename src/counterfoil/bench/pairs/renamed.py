"""One name written in two ways, by what differs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from counterfoil.bench.pairs.ground import Ground
from counterfoil.bench.pairs.model import Made, Maker, Side
from counterfoil.bench.pairs.persons import found, named, two_surnames, with_middle
from counterfoil.synth.country.names import Name, plain

_GERMAN = ("Müllbrandt", "Köhlstein", "Grünhofer", "Bräuning", "Schönwald", "Häberlein", "Löwenbach", "Jürgensmann")
_GERMAN_WAYS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NORDIC = ("Sørhaug", "Bjørkdal", "Ågreby", "Håkonsen", "Østervik", "Kjærgren")
_NORDIC_WAYS = str.maketrans({"ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa", "æ": "ae"})
_SUFFIXES = {
    "JR": ("Jr", "Jr.", "jr", ", Jr.", "JUNIOR"),
    "SR": ("Sr", "Sr.", "SENIOR"),
    "II": ("2nd", "2ND", "ii", "II."),
    "III": ("3rd", "3RD", "iii"),
    "IV": ("4th", "IV.", "iv"),
}
_PARTICLES = ("de la ", "del ", "de los ", "De ", "Van ", "van der ", "Al-", "El-", "Abu ", "Ben ")


def _form(name: Name) -> Side:
    return tuple(plain(text).upper() for text in (name.given, name.middle, name.surname, name.suffix))


def _as_is(name: Name, **columns: str) -> Side:
    return tuple(columns.get(c, getattr(name, c)) for c in ("given", "middle", "surname", "suffix"))


def _same(name: Name | None, **columns: str) -> Made | None:
    return Made(_form(name), _as_is(name, **columns)) if name else None


def letters(ground: Ground, rng: Random) -> Made | None:
    """Capitals, small letters, titles."""
    change: Callable[[str], str] = rng.choice((str.lower, str.title, str.upper))
    name = named(ground, rng)
    return Made(_form(name), tuple(map(change, _as_is(name))))


def accents(ground: Ground, rng: Random) -> Made | None:
    """With accents and without."""
    return _same(found(ground, rng, lambda name: not "".join(_as_is(name)).isascii()))


def hyphen(ground: Ground, rng: Random) -> Made | None:
    """Two surnames with a hyphen and with a blank."""
    name = two_surnames(ground, rng)
    if name is None:
        return None
    ways = (" ".join(name.surnames), "-".join(name.surnames), " - ".join(name.surnames))
    one, two = rng.sample(ways, 2)
    return Made(_as_is(name, surname=one), _as_is(name, surname=plain(two).upper()))


def and_between(ground: Ground, rng: Random) -> Made | None:
    """GARCÍA Y LÓPEZ."""
    name = two_surnames(ground, rng)
    return _same(name, surname=f" {rng.choice('yY')} ".join(name.surnames)) if name else None


def first_surname_alone(ground: Ground, rng: Random) -> Made | None:
    """The first of two surnames, which is commonly given alone."""
    name = two_surnames(ground, rng)
    return _same(name, surname=name.surnames[0]) if name else None


def particles(ground: Ground, rng: Random) -> Made | None:
    """De la Cruz, DELACRUZ, de-la-Cruz."""
    name = found(ground, rng, lambda name: name.surnames[0].isalpha() and len(name.surnames[0]) > 3)
    if name is None:
        return None
    whole = rng.choice(_PARTICLES) + name.surnames[0]
    ways = (whole, whole.replace(" ", "").replace("-", ""), whole.upper(), whole.lower(), whole.replace("-", " "))
    one, two = rng.sample(ways, 2)
    return Made(_as_is(name, surname=one), _as_is(name, surname=two))


def apostrophe(ground: Ground, rng: Random) -> Made | None:
    """O'Brien, O’Brien, OBRIEN, O BRIEN; Mc Donald, McDonald."""
    name = found(ground, rng, lambda name: name.surnames[0].isascii() and name.surnames[0].isalpha())
    if name is None:
        return None
    front, *joints = rng.choice((("O", "'", "’", "", " "), ("D", "'", "’", " "), ("Mc", "", " ")))
    one, two = rng.sample(joints, 2)
    rest = name.surnames[0]
    return Made(_as_is(name, surname=front + one + rest), _as_is(name, surname=front + two + rest))


def _transliterated(surnames: tuple[str, ...], ways: dict[int, str], raw: bool) -> Maker:
    """The letter against one of its two plain spellings (`raw`), or those two against one another."""

    def make(ground: Ground, rng: Random) -> Made | None:
        surname = rng.choice(surnames)
        plainly = [surname.translate(ways), plain(surname.replace("æ", "ae"))]
        one, two = (surname, rng.choice(plainly)) if raw else rng.sample(plainly, 2)
        name = named(ground, rng)
        return None if one == two else Made(_as_is(name, surname=one.upper()), _as_is(name, surname=two))

    return make


def suffix(ground: Ground, rng: Random) -> Made | None:
    """JR, Jr., Junior; in the suffix's column or behind the surname."""
    written = rng.choice(list(_SUFFIXES))
    name = named(ground, rng)._replace(suffix=written)
    way = rng.choice(_SUFFIXES[written])
    if way[0] == ",":
        return _same(name, surname=name.surname + way, suffix="")
    if rng.random() < 0.4:
        return _same(name, surname=f"{name.surname} {way}", suffix="")
    return _same(name, suffix=way)


def initial(ground: Ground, rng: Random) -> Made | None:
    """The middle name and its initial."""
    name = with_middle(ground, rng)
    return _same(name, middle=plain(name.middle)[0] + rng.choice((".", ""))) if name else None


def middle_left_out(ground: Ground, rng: Random) -> Made | None:
    """The middle name on one side only, or said to be none."""
    name = with_middle(ground, rng)
    return _same(name, middle="") if name else None


def no_middle(ground: Ground, rng: Random) -> Made | None:
    """NMN in the column of the middle name."""
    name = named(ground, rng)._replace(middle="")
    return _same(name, middle=rng.choice(("NMN", "N/A", "none")))


def given_apart(ground: Ground, rng: Random) -> Made | None:
    """José Luis, JOSELUIS, José-Luis."""
    name = with_middle(ground, rng)
    if name is None or " " in name.given + name.middle:
        return None
    ways = (f"{name.given} {name.middle}", f"{name.given}-{name.middle}", name.given + name.middle.lower())
    one, two = rng.sample(ways, 2)
    return Made(_as_is(name, given=one, middle=""), _as_is(name, given=plain(two).upper(), middle=""))


def given_in_columns(ground: Ground, rng: Random) -> Made | None:
    """Both given names in one column, or each in its own."""
    name = with_middle(ground, rng)
    return _same(name, given=f"{name.given} {name.middle}", middle="") if name else None


def full_width(ground: Ground, rng: Random) -> Made | None:
    """Letters of a full-width font."""
    name = named(ground, rng)
    wide = {ord(c): ord(c) + 0xFEE0 for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    return Made(_form(name), tuple(text.translate(wide) for text in _form(name)))


def titles(ground: Ground, rng: Random) -> Made | None:
    """A title before, or a degree behind."""
    name = named(ground, rng)
    if rng.random() < 0.5:
        return _same(name, given=f"{rng.choice(('Dr.', 'Mr.', 'Mrs.', 'Ms'))} {name.given}")
    return _same(name, surname=f"{name.surname}, {rng.choice(('MD', 'Ph.D.', 'Esq.'))}")


def blanks(ground: Ground, rng: Random) -> Made | None:
    """Blanks at either end and doubled."""
    name = named(ground, rng)
    return Made(_form(name), tuple(f"  {text.replace(' ', '  ')} " if text else "" for text in _as_is(name)))


SAME: dict[str, Maker] = {
    "capitals and small letters of a name": letters,
    "accents of a name": accents,
    "hyphen or blank between surnames": hyphen,
    "y between surnames": and_between,
    "first surname alone": first_surname_alone,
    "particles": particles,
    "apostrophe": apostrophe,
    "German letters": _transliterated(_GERMAN, _GERMAN_WAYS, raw=True),
    "Scandinavian letters": _transliterated(_NORDIC, _NORDIC_WAYS, raw=True),
    "German letters in two plain spellings": _transliterated(_GERMAN, _GERMAN_WAYS, raw=False),
    "Scandinavian letters in two plain spellings": _transliterated(_NORDIC, _NORDIC_WAYS, raw=False),
    "suffix of a name in other words": suffix,
    "middle initial": initial,
    "middle name left out": middle_left_out,
    "no middle name, in words": no_middle,
    "given names apart or together": given_apart,
    "given names in one column or two": given_in_columns,
    "full-width letters": full_width,
    "title or degree": titles,
    "blanks in a name": blanks,
}
"""Pairs of spellings of one name, by what differs."""
