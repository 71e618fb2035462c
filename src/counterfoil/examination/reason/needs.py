"""What a text must hold before a pattern is worth trying: read off the pattern itself.

A pattern over a normal form is a sequence of words, choices of words and gaps. Each word or choice that no match
can lack is a need: a set of beginnings, one of which must begin a word of the text. Most texts miss a need of
most patterns, and then the pattern is not tried. A need is never more than the pattern asks: where a part cannot
be read so, it gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

try:
    from re import _constants, _parser  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover - another Python: every pattern is tried
    _constants = _parser = None

sre: Final[Any] = _constants
parser: Final[Any] = _parser
"""How Python takes a pattern apart; None in a Python that does so otherwise."""

Need = frozenset[str]
_At = Need | None  # the beginnings that the word may have had so far ("" at its start); None: somewhere in a word

_MOST: Final = 400  # beginnings that are followed at a time
_START: Final[Need] = frozenset([""])
_BEGINNINGS: Final = (sre.AT_BOUNDARY, sre.AT_BEGINNING, sre.AT_BEGINNING_STRING) if sre else ()
_PARTS: Final = re.compile(r"\w+")


def needs(pattern: str) -> tuple[Need, ...]:
    """The needs of a pattern; () where none can be told."""
    if parser is None:
        return ()
    found, end = _walk(parser.parse(pattern), None)
    return tuple(dict.fromkeys((*found, *_closed(end))))


def beginnings(word: str) -> Iterator[str]:
    """Every beginning of a word of a text, and of the parts of it that stand between other signs."""
    parts = {0} if word.isalnum() else {0, *(part.start() for part in _PARTS.finditer(word))}
    for start in parts:
        for end in range(start + 1, len(word) + 1):
            yield word[start:end]


def _closed(at: _At) -> list[Need]:
    """The need that a word leaves behind when it is followed no further."""
    return [at] if at and "" not in at else []


def _walk(nodes: Iterable[Any], at: _At) -> tuple[list[Need], _At]:
    found: list[Need] = []
    for kind, value in nodes:
        more, at = _step(kind, value, at)
        found += more
    return found, at


def _step(kind: Any, value: Any, at: _At) -> tuple[list[Need], _At]:
    if kind is sre.LITERAL:
        return _literal(chr(value), at)
    if kind is sre.AT:
        return [], _START if at is None and value in _BEGINNINGS else at
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return [], at
    if kind is sre.SUBPATTERN:
        _group, add, drop, inner = value
        return _walk(inner, at) if not add and not drop else (_closed(at), None)
    if kind is sre.BRANCH:
        return _branch(value[1], at)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, most, inner = value
        return _repeat(least, most, inner, at)
    if kind is sre.IN and all(part is sre.LITERAL for part, _ in value):
        return _branch([[pair] for pair in value], at)
    return _closed(at), None


def _literal(sign: str, at: _At) -> tuple[list[Need], _At]:
    if sign == " ":
        return _closed(at), _START
    return [], None if at is None else frozenset(start + sign for start in at)


def _branch(choices: Iterable[Any], at: _At) -> tuple[list[Need], _At]:
    ends: list[_At] = []
    within: list[list[Need]] = []
    for choice in choices:
        found, end = _walk(choice, at)
        ends.append(end)
        within.append(found)
    together = _together(ends)
    if together is not None and not any(within):
        return [], together
    each = [[*found, *_closed(end)] for found, end in zip(within, ends, strict=True)]
    united = [frozenset().union(*(max(found, key=_weight) for found in each))] if all(each) else []
    return [*_closed(at), *united], together if together in (None, _START) else None


def _repeat(least: int, most: int, inner: Any, at: _At) -> tuple[list[Need], _At]:
    found, end = _walk(inner, at)
    if most > 1:  # a second round begins where the first ended
        again = _walk(inner, end)[1]
        end = end if again == end else None
    if least > 0:
        return found, end
    return _closed(at), _together([at, end])


def _together(ends: list[_At]) -> _At:
    """Where a word may stand when it came one of several ways; None where that cannot be followed."""
    if any(end is None for end in ends):
        return None
    union: Need = frozenset().union(*(end for end in ends if end is not None))
    return union if len(union) <= _MOST else None


def _weight(need: Need) -> int:
    """How much a need asks: the length of its shortest beginning."""
    return min(map(len, need))
