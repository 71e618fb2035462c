"""Read a written name: column by column, into parts. Never raises, whatever the text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from counterfoil.person.fold import fold, fold_expanded, undigraph, without_asides
from counterfoil.person.lexicon import words
from counterfoil.person.name import Name, Readings, Written

_CACHED: Final = 65_536  # distinct column texts kept: frequent names are read once


class Column(NamedTuple):
    """One column as read: parts, their readings (() when one each), cores, and a suffix at its end."""

    parts: tuple[str, ...]
    readings: Readings
    cores: tuple[str, ...]
    suffix: str


_EMPTY: Final = Column((), (), (), "")
_NO_WORDS: Final[Mapping[str, str]] = {}
_OPENERS: Final = frozenset("DE DEL DELA DELOS DELAS VON VONDER VANDER VANDEN VANDE".split())  # noqa: SIM905
"""Particles that open a surname and are nobody's middle name, as VAN and DO are."""


def parse(written: Written) -> Name:
    """Read a name. Any text gives a Name; whether it is a person's name is asked of `faults`."""
    given_text, middle_text, surname_text, suffix_text = written
    if suffix_text and fold(suffix_text).strip() in words("generation"):
        surname_text, suffix_text = f"{surname_text} {suffix_text}", ""  # SILVA | FILHO as SILVA FILHO
    given = _given(given_text)
    middle = _middle(middle_text) if middle_text else _EMPTY
    surname = _surname(surname_text)
    if len(middle.parts) == 1 and middle.parts[0] in _OPENERS and surname.parts:
        surname, middle = _surname(f"{middle_text} {surname_text}"), _EMPTY  # JUAN | DELA | CRUZ
    suffix = _suffix(suffix_text) if suffix_text else ""
    found = suffix or surname.suffix or given.suffix or middle.suffix
    if given.readings or middle.readings:
        readings = (given.readings or _single(given.parts)) + (middle.readings or _single(middle.parts))
    else:
        readings = ()
    return Name(
        given.parts,
        middle.parts,
        surname.parts,
        found,
        given.parts + middle.parts if middle.parts else given.parts,
        readings,
        surname.readings,
        surname.cores,
        written,
    )


def _single(parts: tuple[str, ...]) -> Readings:
    return tuple((part,) for part in parts)


@lru_cache(_CACHED)
def _given(text: str) -> Column:
    found = _split(text)
    while len(found) > 1 and _is_title(found[0][0], text):
        found = found[1:]
    found, suffix = _take_suffix(found)
    return _join(found, suffix, kind="given")


@lru_cache(_CACHED)
def _middle(text: str) -> Column:
    found = [pair for pair in _split(text) if pair[0] not in words("no_middle")]
    if not found:
        return _EMPTY
    if len(found) == 1 and found[0][0] in words("suffix"):
        return Column((), (), (), words("suffix")[found[0][0]])
    found, suffix = _take_suffix(found)
    return _join(found, suffix, kind="middle")


@lru_cache(_CACHED)
def _surname(text: str) -> Column:
    found, suffix = _take_suffix(_split(text), further=words("suffix_surname"))
    inner = found[1:-1]
    if any(pair[0] in words("conjunction") for pair in inner):
        found = [found[0], *(pair for pair in inner if pair[0] not in words("conjunction")), found[-1]]
    return _join(found, suffix, kind="surname")


@lru_cache(1024)
def _suffix(text: str) -> str:
    kept = [word for word in fold(text).split() if word not in words("credential")]
    phrase = words("suffix_phrase").get(" ".join(kept))
    if phrase:
        return phrase
    joined = "".join(kept[1:] if kept[:1] == ["THE"] else kept)
    return words("suffix").get(joined) or words("suffix_column").get(joined) or joined


def _split(text: str) -> list[tuple[str, str]]:
    """The words of a column, each as (plain, expanded)."""
    text = without_asides(text)
    plain = fold(text).split()
    if text.isascii():
        return [(word, word) for word in plain]
    expanded = fold_expanded(text).split()
    return list(zip(plain, expanded, strict=True)) if len(plain) == len(expanded) else [(w, w) for w in plain]


def _is_title(word: str, text: str) -> bool:
    """MR, and SR before a given name (señor); what may be a name is a title with its full stop only (DON, ING)."""
    return word in words("title") or word in words("title_before") or word in _dotted_titles(text)


def _dotted_titles(text: str) -> frozenset[str]:
    return frozenset(w for w in words("title_with_period") if text.upper().lstrip().startswith(w + "."))


def _take_suffix(
    found: list[tuple[str, str]], further: Mapping[str, str] = _NO_WORDS
) -> tuple[list[tuple[str, str]], str]:
    """Take JR, III, THE THIRD, ESQ … off the end; a column that is nothing else keeps its last word.

    `further` are words that are a suffix in this column and not in each: VI is a given name in Vietnam.
    """
    suffix = ""
    while len(found) > 1:
        last = found[-1][0]
        phrase = words("suffix_phrase").get(f"{found[-2][0]} {last}") if len(found) > 2 else None
        if phrase:
            suffix = suffix or phrase
            found = found[:-1]
        elif last in words("suffix") or last in further:
            suffix = suffix or words("suffix").get(last) or further[last]
        elif last not in words("credential"):
            break
        found = found[:-1]
    return found, suffix


def _join(found: list[tuple[str, str]], suffix: str, *, kind: str) -> Column:
    """Join particles to the word they belong to and gather the readings of each part."""
    parts: list[str] = []
    readings: list[tuple[str, ...]] = []
    cores: list[str] = []
    waiting: list[tuple[str, str]] = []
    for position, pair in enumerate(found):
        if position < len(found) - 1 and _is_particle(pair[0], kind, first=not parts and not waiting):
            waiting.append(pair)
            continue
        part = "".join(word for word, _ in waiting) + pair[0]
        parts.append(part)
        readings.append(_readings(part, [*waiting, pair], surname=kind == "surname"))
        cores.append(pair[0] if waiting else "")
        waiting = []
    return Column(
        tuple(parts),
        tuple(readings) if any(len(ways) > 1 for ways in readings) else (),
        tuple(cores) if any(cores) else (),
        suffix,
    )


def _is_particle(word: str, kind: str, *, first: bool) -> bool:
    """Whether the word belongs to the next. BEN, VAN and AL are names when they open the given names."""
    if kind == "surname":
        return word in words("particle")
    if word in words("given_particle"):
        return True
    return len(word) > 1 and word in words("particle") and not (first and kind == "given")


_SAINTS: Final = {"ST": "SAINT", "STE": "SAINTE", "STA": "SANTA", "STO": "SANTO"}


def _readings(part: str, pieces: list[tuple[str, str]], *, surname: bool) -> tuple[str, ...]:
    """Every way to write the part: the plain one first."""
    ways = [part]
    expanded = "".join(way for _, way in pieces)
    if expanded != part:
        ways.append(expanded)
    if surname:
        collapsed = "".join(word for word, _ in pieces[:-1]) + undigraph(pieces[-1][0])
        if collapsed not in ways:
            ways.append(collapsed)
    head = pieces[0][0]
    if len(pieces) > 1 and head in _SAINTS:
        ways += [_SAINTS[head] + way[len(head) :] for way in ways]
    return tuple(ways)
