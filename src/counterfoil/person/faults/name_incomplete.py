"""NAME_INCOMPLETE: the given name or the surname is not set forth in full."""

from typing import Final

from counterfoil.person.faults.name_missing import name_missing
from counterfoil.person.faults.name_placeholder import is_signs
from counterfoil.person.lexicon import fillers, watched, words
from counterfoil.person.reading import Columns, Reading

_VOWELS: Final = frozenset("AEIOUY")


def name_incomplete(name: Columns) -> bool:
    """One of the two is empty, an initial, a title or suffix alone, or a mark that it is not known."""
    if name_missing(name) or is_signs(name):
        return False
    return _no_given(name) or _no_surname(name)


def _no_given(name: Columns) -> bool:
    if not name.given.words or _is_marker(name.given, "marker_given"):
        return True
    if _only(name.given, words("title")) or _only(name.given, words("suffix")):
        return name.given.words != ("JUNIOR",)  # in full, a given name too
    if name.surname.words and _says_nothing(name.given) and not _is_filler(name.surname):
        return True
    if _is_kin(name.given.words):
        return True
    forenames = name.given.words + name.middle.words
    return not any(_is_full(word) for word in forenames)


def _no_surname(name: Columns) -> bool:
    surname = name.surname
    if not surname.words or _is_marker(surname, "marker_surname"):
        return True
    if _only(surname, words("suffix")) or _only(surname, words("title")):
        return True
    if _says_nothing(surname) and not _is_filler(name.given):
        return True
    if any(len(word) > 1 or not word.isascii() for word in surname.words):
        return False
    return surname.text not in words("letter_surname")


def _is_kin(given: tuple[str, ...]) -> bool:
    """WIFE | SMITH, HIS MOTHER IN LAW | SMITH: who it is to somebody else, and no given name."""
    kin = fillers("kin")
    return any(word in kin for word in given) and all(word in kin or word in fillers("beside_kin") for word in given)


def _only(column: Reading, group: object) -> bool:
    return all(word in group for word in column.words)  # type: ignore[operator]


def _is_marker(column: Reading, role: str) -> bool:
    return any(word in fillers(role) for word in column.words)


def _says_nothing(column: Reading) -> bool:
    return all(word in fillers("never") for word in column.words)


def _is_filler(column: Reading) -> bool:
    """Nothing but words that could fill a column: with the other one it is a placeholder as a whole."""
    return all(word in watched() for word in column.words)


def _is_full(word: str) -> bool:
    """More than an initial: two letters or more, not two consonants as in TJ; one letter in other scripts."""
    if not word.isascii():
        return True
    if len(word) == 2:
        return not _VOWELS.isdisjoint(word) or word in words("short_name")
    return len(word) > 1
