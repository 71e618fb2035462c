"""Whose address it is: an attention line, an owner, the home of somebody, a house shared with kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from counterfoil.address.model import Address
from counterfoil.address.tables import FORM_FIRST, WORDS

_ATTENTION: Final = WORDS["attention"]
_ANYBODY: Final = WORDS["anybody"]
_OWNER: Final = WORDS["owner"]
_HOME: Final = frozenset({"HOME", "RESIDENCE", "APARTMENT", "DOMICILE", "CASA", "HOGAR", "RESIDENCIA", "DOMICILIO"})
_NOT_A_PERSON: Final = (
    WORDS["housename"]
    | WORDS["residential"]
    | WORDS["building"]
    | WORDS["anybody"]
    | {"LA", "EL", "LOS", "LAS", "THE", "LANE"}
)
_NO_ADDRESSEE: Final = FORM_FIRST | {"OCCUPIED", "UNIT", "SUITE", "CENTER", "STORE", "STADIUM", "PARK"}
_WITH: Final = frozenset({"WITH", "CON"})
_POSSESSIVE: Final = frozenset({"HIS", "HER", "THEIR", "THE", "A", "SU", "SUS", "UN", "UNA", "UNOS", "EL", "LA", "LOS"})
_DWELLING: Final = WORDS["dwelling"]
_TITLES: Final = frozenset({"MR", "MRS", "MS", "MISS", "DR", "SR", "SRA", "SRTA", "DON", "DONA"})
_RELATIVE: Final = WORDS["relative"]
_KIN: Final = _RELATIVE | WORDS["kin"]
_AT: Final = frozenset({"AT", "A", "EN", "DONDE", "HIS", "HER", "SU"})
_PLACE: Final = _KIN | _POSSESSIVE | {"DE", "CASA", "HOUSE", "HOME", "PLACE"}


def is_anothers(words: Sequence[str]) -> bool:
    """OWNER JANE ROE, HOME OF JANE ROE, CASA DE MARIA, CON SU HERMANA; but CASA DE ORO APARTMENTS is a building."""
    if len(words) < 2:
        return False
    first, second = words[0], words[1]
    if first in _OWNER:
        return second.isalpha() and second not in _NO_ADDRESSEE and second not in _ANYBODY
    if first in _HOME and second in ("OF", "DE") and 2 < len(words) < 7:
        return _NOT_A_PERSON.isdisjoint(words[2:]) and all(word.isalpha() for word in words)
    if words[0] in _AT and _PLACE.issuperset(words[1:]):
        return not _KIN.isdisjoint(words)
    for at, word in enumerate(words[:-1]):
        if word in _WITH and _DWELLING.isdisjoint(words):  # LIVES WITH HIS BROTHER: the person lives there
            behind = at + 1 + (words[at + 1] in _POSSESSIVE)
            return behind < len(words) and words[behind] in _RELATIVE
    return False


def has_attention_line(address: Address) -> bool:
    """An attention line that names somebody (Publication 28, section 214); but not ATTN: NONE, ATTN RESIDENT."""
    named = _named(address, _ATTENTION)
    return bool(named) and _is_addressee(named[0])


def addressee(address: Address) -> tuple[str, ...]:
    """Whom an attention line or C/O names, without titles; () without one. It may be the person that is asked about."""
    return tuple([word for word in _named(address, _ATTENTION | {"C/O"}) if word not in _TITLES])


def _named(address: Address, marks: frozenset[str]) -> tuple[str, ...]:
    """The words behind the first of the marks, in its phrase or the one that follows at once."""
    for at, phrase in enumerate(address.leftover):
        if marks.isdisjoint(phrase):
            continue
        start = next(at for at, word in enumerate(phrase) if word in marks) + 1
        while start < len(phrase) and phrase[start] in ("DE", "TO", "OF", "THE"):
            start += 1
        following = address.leftover[at + 1 : at + 2]
        if start < len(phrase) or not following or (*phrase, following[0][0]) not in _runs(address.words, len(phrase)):
            return phrase[start:]
        return following[0]
    return ()


def _runs(words: tuple[str, ...], length: int) -> set[tuple[str, ...]]:
    """All runs of one word more than the length."""
    return {words[at : at + length + 1] for at in range(len(words) - length)}


def _is_addressee(word: str) -> bool:
    return word.isalpha() and word not in _ANYBODY and word not in _NO_ADDRESSEE
