"""A written name as the fault rules look at it: each column's visible text, and its words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from counterfoil.person.fold import fold
from counterfoil.person.lexicon import watched
from counterfoil.person.name import Name

_ABBREVIATION: Final = re.compile(r"\b(?:[A-Za-z][./]\s?){1,4}[A-Za-z]\b\.?")
_SLASHED: Final = {"NA", "AKA", "FKA", "NKA", "DBA", "SN", "SO"}
_CACHED: Final = 65_536
_JOINERS: Final = dict.fromkeys(map(ord, " '’-"))
_PLAIN_LENGTH: Final = 100


class Reading(NamedTuple):
    """One column: `text` as people see it, `words` folded, `slashed` abbreviations such as N/A."""

    text: str
    words: tuple[str, ...]
    slashed: frozenset[str]
    plain: bool  # letters alone, a full word, and no word that any fault rule looks for


class Columns(NamedTuple):
    """The four columns of one name."""

    given: Reading
    middle: Reading
    surname: Reading
    suffix: Reading

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the name in the order given, middle, surname."""
        return self.given.words + self.middle.words + self.surname.words


def columns(name: Name) -> Columns:
    """The columns of the name as written."""
    return Columns(*(_read(text) for text in name.written))


@lru_cache(_CACHED)
def _read(text: str) -> Reading:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(letter for letter in text if not _ignorable(letter))
    text = text.strip().upper()
    slashed = set()
    closed = text
    for found in _ABBREVIATION.findall(text):
        short = re.sub(r"[^A-Z]", "", found)
        if short in _SLASHED:
            slashed.add(short)
            closed = closed.replace(found, f" {short} ")
    words = tuple(fold(closed).split())
    return Reading(text, words, frozenset(slashed), _is_plain(text, words))


_HOUSEHOLD: Final = frozenset(("HOUSEHOLD", "FAMILY", "FAMILIA"))


def _is_plain(text: str, words: tuple[str, ...]) -> bool:
    """Whether nothing in the column can interest a fault rule; most columns are so, and need no more."""
    if len(text) > _PLAIN_LENGTH or "XXX" in text or "--" in text or not text[-1:].isalpha():
        return False
    if not text.translate(_JOINERS).isalpha() or not text[0].isalpha() or not watched().isdisjoint(words):
        return False
    if not all(word.isascii() for word in words) or "Y" in words[1:-1] or not _HOUSEHOLD.isdisjoint(words):
        return False
    return any(len(word) > 2 and len(set(word)) > 1 for word in words)


def _ignorable(letter: str) -> bool:
    """Marks that nobody sees and that change nothing: zero-width spaces and joiners, soft hyphen, BOM."""
    return unicodedata.category(letter) == "Cf" and letter not in REORDERING


REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that show letters in another order than they are stored in."""
