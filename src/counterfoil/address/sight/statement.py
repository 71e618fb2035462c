"""Phrases that say something instead of naming a place: refused, unknown, none, see file, to be determined, xxx."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from counterfoil.address.tables import COUNTRY, DIRECTION, FORM_FIRST, PHRASES, STATE, STEM, SUFFIX, UNIT, WORDS

_STATEMENT: Final = ("unknown", "roofless", "hidden", "gone", "later", "refusing")
_POINTERS: Final = frozenset("SEE REFER SAME DITTO IBID IDEM VER VEASE MISMO MISMA IGUAL VOIR MEME MESMO".split())  # noqa: SIM905
RUN: Final = re.compile(r"X+|(\w)\1{2,}|0+|9{5,}")
"""A mask of one sign: XXXX, 0000, 99999."""
_NO: Final = frozenset({"NO", "NE", "SEM"})
_VOWELS: Final = frozenset("AEIOUY")
_MEANT: Final = frozenset({"MLK", "JFK", "LBJ", "FDR", "DFW", "KFC", "CVS"}).union(
    STATE, SUFFIX, DIRECTION, UNIT, FORM_FIRST
)

ALONE: Final[frozenset[str]] = frozenset().union(*(WORDS[kind] for kind in _STATEMENT))
"""Words of which one is enough to make a phrase a statement."""
_PAD: Final = WORDS["filler"] | WORDS["thing"] | WORDS["giving"] | WORDS["knowing"]
_EMPTY: Final = WORDS["nothing"] | WORDS["pretence"] | WORDS["stocktown"] | WORDS["negation"]
_NO_STREET: Final = _EMPTY | WORDS["filler"]
_READY: Final = ALONE | _PAD | _EMPTY | WORDS["pointing"]


_FIRST: Final = {kind: frozenset(phrase[0] for phrase in phrases) for kind, phrases in PHRASES.items()}
_THING: Final = WORDS["thing"]
_GIVING: Final = WORDS["giving"]
_NEGATION: Final = WORDS["negation"]
_REFUSING: Final = WORDS["refusing"]
_ROOFLESS: Final = WORDS["roofless"]
_RESIDENTIAL: Final = WORDS["residential"]
_NOT_TOLD: Final = WORDS["knowing"] | _GIVING
_NOT_THERE: Final = WORDS["unknown"] | WORDS["hidden"] | WORDS["later"] | WORDS["gone"]


def has_phrase(words: Sequence[str], kind: str) -> bool:
    """Whether a phrase of this class (such as FIELD OFFICE) stands in the words."""
    if kind not in _FIRST or _FIRST[kind].isdisjoint(words):
        return False
    present = set(words)
    return any(
        phrase[0] in present and any(tuple(words[i : i + len(phrase)]) == phrase for i in range(len(words)))
        for phrase in PHRASES[kind]
    )


def is_statement(words: Sequence[str]) -> bool:
    """Whether a phrase says something instead of naming a place: refused, unknown, none, see file, TBD, xxx."""
    words = [word for word in words if word[0].isalnum()]
    if not words:
        return False
    if words == ["N", "A"]:
        return True  # N / A
    present = set(words)
    if present & ALONE or all(RUN.fullmatch(word) for word in words):
        return True
    if present & WORDS["negation"] and not (present & WORDS["negation"] <= _NO and any(w[0].isdigit() for w in words)):
        return True
    if present & WORDS["label"] or present & _POINTERS or present & WORDS["dwelling"]:
        return True
    if present & WORDS["telling"] and not any(word[0].isdigit() for word in words):
        return True
    if any(has_phrase(words, kind) for kind in _STATEMENT):
        return True
    rest = present - _PAD - _EMPTY - WORDS["pointing"]
    if present & WORDS["pointing"]:
        rest -= WORDS["agency"]  # PER ICE RECORDS
    if present & WORDS["pretence"]:
        rest = {word for word in rest if not word.isdigit()}  # asdf 123
    return not {word for word in rest if word not in SUFFIX and not RUN.fullmatch(word) and word not in ("ST",)}


def is_nothing(words: Sequence[str]) -> bool:
    """A name after a house number that is no name: 123 UNKNOWN, 5 REFUSED TO GIVE; but 100 STATE is a street."""
    present = set(words)
    return bool(present & ALONE) or is_refusal(words) or present <= _NO_STREET


def is_refusal(words: Sequence[str]) -> bool:
    """A statement strong enough to count beside a complete address: it denies that there is an address."""
    if not _ROOFLESS.isdisjoint(words) and _RESIDENTIAL.isdisjoint(words):
        return True
    thing = not _THING.isdisjoint(words)
    if not _NEGATION.isdisjoint(words):
        return (thing or not _NOT_TOLD.isdisjoint(words)) and not any(w[0].isdigit() for w in words)
    if not _REFUSING.isdisjoint(words):
        return thing or not _GIVING.isdisjoint(words)
    return thing and not _NOT_THERE.isdisjoint(words)


def is_abbreviation(words: Sequence[str]) -> bool:
    """A lone word that nobody can pronounce and that stands for no part of an address: DNK, RFSD, MLND."""
    word = words[0]
    if len(words) != 1 or not 2 < len(word) < 7 or not word.isalpha() or not _VOWELS.isdisjoint(word):
        return False
    return word not in _MEANT and (word,) not in COUNTRY


def spelled(words: Sequence[str]) -> tuple[str, ...]:
    """Words of a statement with ending and one slip put right; nothing is accepted by it, only refused."""
    if len(words) == 1 and _GLUED[0] < len(words[0]) < _GLUED[1] and words[0] not in _READY:
        words = _apart(words[0])
    return tuple([_right(word) for word in words])


_GLUED: Final = (6, 60)
"""Between which lengths a word may be a statement without blanks; a longer one is not looked through."""
_OPENING: Final = ALONE | WORDS["negation"]


@lru_cache(maxsize=65536)
def _apart(word: str) -> tuple[str, ...]:
    """A statement without blanks, in its words: FAILEDTOPROVIDE, NOADDRESS; the word itself where it is none."""
    for at in range(len(word) - 2, 1, -1):
        if word[:at] in _OPENING:
            rest = _known(word[at:])
            if rest:
                return (word[:at], *rest)
    return (word,)


def _known(text: str) -> tuple[str, ...]:
    """The text as words that statements are made of, the longest first; () where it is not."""
    if text in _READY:
        return (text,)
    for at in range(len(text) - 2, 1, -1):
        if text[:at] in _READY:
            rest = _known(text[at:])
            if rest:
                return (text[:at], *rest)
    return ()


_LIKE_LETTERS: Final = (str.maketrans("013458", "OIEASB"), str.maketrans("013458", "OLEASB"))
"""Figures in place of the letters that they look like."""
_MISSPELT: Final = sorted(
    word
    for word in ALONE | WORDS["giving"] | WORDS["knowing"] | WORDS["label"]
    if word.isalpha() and (len(word) > 6 or word in ("FAILED", "MISSING"))
)


@lru_cache(maxsize=65536)
def _right(word: str) -> str:
    if len(word) < 4:
        return word
    if not word.isalpha() and not word.isdigit():
        for letters in _LIKE_LETTERS:
            meant = word.translate(letters)
            if meant in _READY:
                return meant  # N0NE, FAI1ED
    if len(word) < 5:
        return word
    plain = word.rstrip("0123456789")
    if plain in WORDS["label"]:
        return plain  # ADDRESS1
    if not word.isalpha() or word in _READY:
        return word
    for stem, full in STEM.items():
        if word.startswith(stem):
            return full
    return next((right for right in _MISSPELT if _one_slip(word, right)), word)


def _one_slip(word: str, right: str) -> bool:
    """Whether a letter is missing, doubled, wrong, or changed places with its neighbour."""
    if word == right or abs(len(word) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), min(len(word), len(right)))
    one, two = word[start:], right[start:]
    return one[1:] == two or one == two[1:] or one[1:] == two[1:] or (one[:2] == two[:2][::-1] and one[2:] == two[2:])
