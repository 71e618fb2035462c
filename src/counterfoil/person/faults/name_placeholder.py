"""NAME_PLACEHOLDER: words that stand where a name should."""

from itertools import pairwise
from typing import Final

from counterfoil.person.lexicon import fillers, generic_names, words
from counterfoil.person.reading import Columns, Reading

_MASK: Final = 3  # so many times the same letter and nothing else is no name


def name_placeholder(name: Columns) -> bool:
    """A word that is nobody's name, a phrase that says there is none, a generic or newborn's name, a mask."""
    return (
        _never_a_name(name)
        or _nothing_but_fillers(name)
        or _says_that_there_is_none(name.words)
        or _points_elsewhere(name)
        or _is_described(name)
        or _is_generic(name)
        or _is_newborn(name)
        or any(_is_mask(column) for column in (name.given, name.surname))
        or is_signs(name)
    )


def is_signs(name: Columns) -> bool:
    """Signs that stand for a name (-, ., ???), and no letter that could be one."""
    text = "".join((name.given.text + name.surname.text).split())
    return bool(text) and not any(letter.isalnum() or letter in "*%_" for letter in text)


def _never_a_name(name: Columns) -> bool:
    both = name.given.words + name.surname.words
    if any(word in fillers("never") for word in both):
        return True
    if any(word in fillers("not_given") for word in name.given.words[:1]):
        return True
    return any(column.slashed & {"NA", "SN"} for column in (name.given, name.surname))


def _nothing_but_fillers(name: Columns) -> bool:
    """Each word may be somebody's name (NA, NULL, BOY), but not all of them together."""
    both = name.given.words + name.surname.words
    if not name.given.words or not name.surname.words:
        return bool(both) and all(_may_be_filler(word) for word in both)
    return all(_may_be_filler(word) or word in _MARKERS for word in both)


_MARKERS: Final = fillers("marker_given") | fillers("marker_surname")
_FILLERS: Final = fillers("never") | fillers("not_given") | fillers("either_pair") | _MARKERS


def _may_be_filler(word: str) -> bool:
    return word in _FILLERS


def _says_that_there_is_none(found: tuple[str, ...]) -> bool:
    """NO NAME GIVEN, FAILED TO PROVIDE, SIN NOMBRE: a word of denial and a word for what is denied."""
    for position, word in enumerate(found):
        if word in fillers("says_no"):
            what = fillers("says_what_nao" if word == "NAO" else "says_what")  # Nao is a given name in Japan
            return any(other in what for other in found[position + 1 :])
    return False


def _points_elsewhere(name: Columns) -> bool:
    """SEE ATTACHED, SAME AS ABOVE, WIFE OF …: the name is to be found elsewhere."""
    found = name.words
    if any(a in fillers("points") and b in fillers("points_where") for a, b in pairwise(found)):
        return True
    if ("TO", "BE") in pairwise(found[:-1]) and found[-1] in _LATER:
        return True
    if found[:1] and found[0] in fillers("relation") - _NAMES and found[1:2] == ("DE",):
        return True  # HIJA DE ROSA; but SON, DE LA CRUZ is a name
    return any(a in fillers("relation") and b == "OF" for a, b in pairwise(found))


_NAMES: Final = frozenset({"SON"})  # a given name too, and DE a surname's particle
_LATER: Final = fillers("says_what") | {"DETERMINED", "ADVISED", "ANNOUNCED"}


def _is_described(name: Columns) -> bool:
    """WHITE | MALE: how somebody looks. WHITE and MALE are surnames, and no given name stands beside them."""
    ahead = name.given.words + name.middle.words
    if not ahead or not name.surname.words or name.surname.words[-1] not in fillers("described_as"):
        return False
    return all(word in fillers("described") for word in ahead + name.surname.words[:-1])


def _is_generic(name: Columns) -> bool:
    given = [word for word in name.given.words if word.isalpha()]
    middle = [word for word in name.middle.words if word.isalpha()]
    surname = [word for word in name.surname.words if word.isalpha()]
    if not given:
        given, surname = surname[-1:], surname[:-1]
        return bool(given and surname) and bool(_pairs(given, surname) & generic_names())
    return bool(_pairs([*given, *middle], surname) & generic_names()) if surname else _in_one(given)


def _pairs(given: list[str], surname: list[str]) -> set[tuple[str, str]]:
    """(given, surname) as written, and in each other's column."""
    if not given or not surname:
        return set()
    found = {(given[0], surname[0]), (surname[0], given[0])}
    if len(given) > 1:
        found.add((f"{given[0]} {given[1]}", surname[0]))
    return found


def _in_one(found: list[str]) -> bool:
    return len(found) > 1 and bool({(found[0], found[-1]), (found[-1], found[0])} & generic_names())


def _is_newborn(name: Columns) -> bool:
    """BABY GIRL, INFANT BOY A, NEWBORN OF …; BABY alone is a given name."""
    given = name.given.words + name.middle.words
    if any(word in fillers("newborn_alone") for word in given):
        return True
    if not given or given[0] not in fillers("newborn"):
        return bool(given) and given[0] == "UNBORN"
    if given[0] in {"NEWBORN", "UNBORN"}:
        return True
    return len(given) > 1 and given[1] in fillers("newborn_kind")


def _is_mask(column: Reading) -> bool:
    letters = "".join(column.words)
    if letters in words("suffix"):
        return False
    return len(letters) >= _MASK and len(set(letters)) == 1 and letters.isascii() and letters.isalpha()
