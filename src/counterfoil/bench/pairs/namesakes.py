"""Names that are near to one another and are not the same person's."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from counterfoil.bench.pairs.ground import Ground
from counterfoil.bench.pairs.model import Made, Maker, Side
from counterfoil.bench.pairs.persons import named, one_surname, two_surnames, unlike, with_middle, write
from counterfoil.synth.country.names import Name, plain

_CONSONANTS = "bcdfgklmnprtvz"
_SAFE = "bcdfgklmnprtv"  # in whose neighbourhood no letter can be another spelling of a vowel
_SHORTEST = 5


def _near(one: Name | None, two: Name | None, rng: Random) -> Made | None:
    if one is None or two is None or one == two:
        return None
    return Made(write(one, rng, form=True), write(two, rng))


def other_surname(ground: Ground, rng: Random) -> Made | None:
    """One given name, two surnames with nothing in common."""
    one, two = named(ground, rng), named(ground, rng)
    if not unlike(one.surnames, two.surnames):
        return None
    return _near(one, one._replace(surnames=two.surnames, hyphenated=two.hyphenated), rng)


def other_given(ground: Ground, rng: Random) -> Made | None:
    """Brothers and sisters: one surname, two given names."""
    one, two = named(ground, rng), named(ground, rng)
    return _near(one, one._replace(given=two.given), rng) if unlike((one.given,), (two.given,)) else None


def cousins_by_father(ground: Ground, rng: Random) -> Made | None:
    """GARCIA LOPEZ against GARCIA RUIZ."""
    one, third = two_surnames(ground, rng), one_surname(ground, rng)
    if one is None or not unlike(one.surnames, (third,)):
        return None
    return _near(one, one._replace(surnames=(one.surnames[0], third)), rng)


def cousins_by_mother(ground: Ground, rng: Random) -> Made | None:
    """GARCIA LOPEZ against RUIZ LOPEZ."""
    one, third = two_surnames(ground, rng), one_surname(ground, rng)
    if one is None or not unlike(one.surnames, (third,)):
        return None
    return _near(one, one._replace(surnames=(third, one.surnames[1])), rng)


def second_surname_alone(ground: Ground, rng: Random) -> Made | None:
    """GARCIA LOPEZ against LOPEZ."""
    one = two_surnames(ground, rng)
    return _near(one, one._replace(surnames=one.surnames[1:], hyphenated=False), rng) if one else None


def surnames_exchanged(ground: Ground, rng: Random) -> Made | None:
    """GARCIA LOPEZ against LOPEZ GARCIA."""
    one = two_surnames(ground, rng)
    return _near(one, one._replace(surnames=one.surnames[::-1]), rng) if one else None


def father_and_son(ground: Ground, rng: Random) -> Made | None:
    """SR against JR, II against III."""
    first, second = rng.choice((("SR", "JR"), ("JR", "SR"), ("II", "III"), ("JR", "III"), ("III", "IV")))
    one = named(ground, rng)
    return _near(one._replace(suffix=first), one._replace(suffix=second), rng)


def suffix_on_one_side(ground: Ground, rng: Random) -> Made | None:
    """JR against none: it may be the father."""
    one = named(ground, rng)._replace(suffix="")
    two = one._replace(suffix=rng.choice(("JR", "SR", "II", "III", "IV")))
    return _near(*((one, two) if rng.random() < 0.5 else (two, one)), rng)


def _changed(word: str, rng: Random, how: str) -> str:
    """The word with a consonant put for another, left out, put in, or exchanged with its neighbour; "" if none."""
    at = [i for i, letter in enumerate(word) if i and letter in _SAFE]
    if len(word) < _SHORTEST or not word.isalpha() or not word.isascii() or not at:
        return ""
    i = rng.choice(at)
    if how == "other":
        return word[:i] + rng.choice(_CONSONANTS.replace(word[i], "")) + word[i + 1 :]
    if how == "count":
        return word[:i] + word[i + 1 :] if rng.random() < 0.5 else word[:i] + rng.choice(_CONSONANTS) + word[i:]
    turned = word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :]
    return turned if i > 1 and not _vowels_meet(turned) else ""


def _vowels_meet(word: str) -> bool:
    """Whether vowels stand together that could be another spelling of one: AE, OE, UE, AA."""
    return any(pair in word.lower() for pair in ("ae", "oe", "ue", "aa"))


def _letter(part: str, how: str) -> Maker:
    def make(ground: Ground, rng: Random) -> Made | None:
        one = named(ground, rng)
        if part == "given":
            new = _changed(one.given, rng, how)
            two = one._replace(given=new)
        else:
            new = _changed(one.surnames[0], rng, how)
            two = one._replace(surnames=(new, *one.surnames[1:]))
        return None if not new or _vowels_meet(new) else _near(one, two, rng)

    return make


def given_and_middle(ground: Ground, rng: Random) -> Made | None:
    """JOSE LUIS against LUIS JOSE."""
    one = with_middle(ground, rng)
    if one is None or not unlike((one.given,), (one.middle,)):
        return None
    return Made(_whole(one, rng), _whole(one._replace(given=one.middle, middle=one.given), rng))


def other_middle(ground: Ground, rng: Random) -> Made | None:
    """JOSE LUIS against JOSE ANTONIO."""
    one, two = with_middle(ground, rng), with_middle(ground, rng)
    if one is None or two is None or not unlike((one.middle, one.given), (two.middle,)):
        return None
    return Made(_whole(one, rng), _whole(one._replace(middle=two.middle), rng))


def other_initial(ground: Ground, rng: Random) -> Made | None:
    """JOSE L against JOSE A, or against JOSE ANTONIO."""
    one = with_middle(ground, rng)
    if one is None:
        return None
    letters = [letter for letter in "ABCDEFGHJKLMNPRSTVW" if letter != plain(one.middle)[0].upper()]
    return Made(_whole(one, rng), _whole(one._replace(middle=rng.choice(letters)), rng))


def initial_alone(ground: Ground, rng: Random) -> Made | None:
    """J. against JOSE."""
    one = named(ground, rng)
    return _near(one, one._replace(given=plain(one.given)[0] + rng.choice((".", "")), middle=""), rng)


def given_and_surname(ground: Ground, rng: Random) -> Made | None:
    """Given name and surname in each other's column."""
    one = named(ground, rng)
    if not unlike((one.given,), one.surnames):
        return None
    return _near(one, one._replace(given=one.surnames[0], surnames=(one.given,), hyphenated=False), rng)


def given_shortened(ground: Ground, rng: Random) -> Made | None:
    """MARGARET against MARG: short forms are other names."""
    one = named(ground, rng)
    if len(one.given) < _SHORTEST + 1 or " " in one.given:
        return None
    return _near(one, one._replace(given=one.given[: rng.randrange(3, len(one.given) - 1)]), rng)


def _whole(name: Name, rng: Random) -> Side:
    """With the middle name that the pair is about, in capitals or not."""
    change: Callable[[str], str] = rng.choice((str.upper, plain, str))
    return tuple(map(change, (name.given, name.middle, name.surname, name.suffix)))


NEAR: dict[str, Maker] = {
    "namesake with another surname": other_surname,
    "sibling": other_given,
    "cousins by the father": cousins_by_father,
    "cousins by the mother": cousins_by_mother,
    "second surname alone": second_surname_alone,
    "surnames exchanged": surnames_exchanged,
    "father and son": father_and_son,
    "suffix on one side": suffix_on_one_side,
    "another letter in the surname": _letter("surname", "other"),
    "a letter more or less in the surname": _letter("surname", "count"),
    "letters of the surname exchanged": _letter("surname", "turned"),
    "another letter in the given name": _letter("given", "other"),
    "a letter more or less in the given name": _letter("given", "count"),
    "letters of the given name exchanged": _letter("given", "turned"),
    "given and middle name exchanged": given_and_middle,
    "another middle name": other_middle,
    "another middle initial": other_initial,
    "initial for the given name": initial_alone,
    "given name and surname exchanged": given_and_surname,
    "given name shortened": given_shortened,
}
"""Pairs of names that differ, by how they were made."""
