"""Which patterns are tried on a text, and how: few of them, and each only where a word begins.

A pattern that is a choice of several is tried one of them at a time, and only those whose needs the text meets
(`needs.py`). Each is filed under the need that the fewest texts meet, so that a text asks for what it may hold,
and not every pattern for its text. What is found is what the whole pattern finds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from counterfoil.examination.reason.needs import Need, needs, parser, sre

_BOUND: Final = r"\b(?:"
_MANY: Final = 4  # choices of several words: fewer cost more searches than they save
_BEHIND: Final = re.compile(r"\(\?<[!=][a-z][a-z ]*\)")


class Pattern:
    """A pattern that is compiled when it is first asked for: most forms are tried on few texts."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern compiled."""
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled


class Try:
    """One pattern: what must be met (as bits), and the form that it is of.

    It is searched for from the space before its first word where that is the same: the engine finds a space faster
    than a boundary.
    """

    def __init__(self, needs: int, form: int, source: str) -> None:
        self.needs = needs
        self.form = form
        self._plain = Pattern(source)
        self._quick: re.Pattern[str] | None = None
        self._seen = False

    def stands(self, text: str, *, spaced: bool) -> bool:
        """Whether it stands in a text, which begins with a space."""
        if not self._seen:
            self._quick, self._seen = quick(self._plain.source), True
        if spaced and self._quick is not None:
            return self._quick.search(text) is not None
        return self._plain.compiled.search(text[1:]) is not None


class Tries:
    """The patterns of some forms, filed by need."""

    def __init__(self, tries: Sequence[Try], weights: Sequence[float]) -> None:
        """`weights` says of each bit how many texts may meet it."""
        self._always: list[Try] = []
        self._filed: dict[int, list[Try]] = {}
        self._mask = 0
        for one in tries:
            bits = [bit for bit in range(one.needs.bit_length()) if one.needs >> bit & 1]
            if not bits:
                self._always.append(one)
                continue
            rarest = 1 << min(bits, key=weights.__getitem__)
            self._filed.setdefault(rarest, []).append(one)
            self._mask |= rarest

    def one_fits(self, text: str, met: int, *, spaced: bool) -> bool:
        """Whether any of them stands in a text, which begins with a space, that meets these needs."""
        return bool(self._fitting(text, met, spaced, first=True))

    def forms(self, text: str, met: int, *, spaced: bool) -> list[int]:
        """The forms of which any stands in the text."""
        return self._fitting(text, met, spaced, first=False)

    def _fitting(self, text: str, met: int, spaced: bool, first: bool) -> list[int]:
        found: list[int] = []
        for one in self._always:
            if one.form not in found and one.stands(text, spaced=spaced):
                found.append(one.form)
                if first:
                    return found
        wanted = met & self._mask
        while wanted:
            bit = wanted & -wanted
            wanted ^= bit
            for one in self._filed[bit]:
                if met & one.needs == one.needs and one.form not in found and one.stands(text, spaced=spaced):
                    found.append(one.form)
                    if first:
                        return found
        return found


def common(need: Need) -> float:
    """A number that is larger the more texts meet a need: short beginnings, and many of them."""
    return sum(0.25 ** len(start) for start in need)


def choices(pattern: str) -> list[str]:
    """The patterns of which one must fit where this one does."""
    found: list[str] = []
    for part in _parts(pattern):
        if part.startswith(_BOUND) and _closing(part, len(_BOUND) - 1) == len(part) - 1:
            found += [rf"{_BOUND}{choice})" for choice in _parts(part[len(_BOUND) : -1])]
        else:
            found.append(part)
    return [choice for part in found for choice in _taken_apart(part)]


def _taken_apart(pattern: str) -> list[str]:
    """One pattern for each choice of several words within it, where there are many.

    Of a choice of several words the need of the whole pattern holds one word only, of the pattern by itself all.
    """
    most: list[str] = []
    found = [pattern]
    for opened, closed in _groups(pattern):
        parts = _parts(pattern[opened:closed])
        if len(parts) < _MANY:
            continue
        several = [part for part in parts if " " in part and len(needs(rf"{_BOUND}{part.lstrip()})")) > 1]
        if len(several) >= max(_MANY, len(most) + 1):
            rest = "|".join(part for part in parts if part not in several)
            most, every = several, [*several, rest] if rest else several
            found = [pattern[:opened] + part + pattern[closed:] for part in every]
    return found


def _groups(pattern: str) -> list[tuple[int, int]]:
    """Where the plain groups begin and end that stand in no other and are not repeated."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for place, sign in _signs(pattern):
        if sign == "(":
            opened.append(place)
        elif sign == ")":
            start = opened.pop()
            plain = pattern.startswith("(?:", start) and pattern[place + 1 : place + 2] not in ("*", "+", "?", "{")
            if plain and not opened:
                found.append((start + 3, place))
    return found


def _parts(pattern: str) -> list[str]:
    """The pattern at the bars that stand in no group."""
    depth, start, found = 0, 0, []
    for place, sign in _signs(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            found.append(pattern[start:place])
            start = place + 1
    return [*found, pattern[start:]]


def quick(pattern: str) -> re.Pattern[str] | None:
    """The pattern from the space before its first word on; None where it may begin with anything but a word."""
    behind = _BEHIND.sub("", pattern)  # what looks back for a letter first sees no difference
    if parser is None or not pattern.startswith(r"\b") or any(part in behind for part in ("(?<", "^", r"\A")):
        return None
    rest = pattern[2:]
    return re.compile(f" (?:{rest})") if _begins_word(parser.parse(rest)) else None


def _closing(pattern: str, opened: int) -> int:
    """Where the group closes within which the place `opened` lies, -1 where it does not."""
    depth = 1
    for place, sign in _signs(pattern[opened + 1 :]):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return opened + 1 + place
    return -1


def _signs(pattern: str) -> list[tuple[int, str]]:
    """The signs of a pattern that are neither escaped nor in a set, with their places."""
    found, place, inside = [], 0, False
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 2
            continue
        if sign == "[" and not inside:
            inside = True
            place += pattern[place + 1 : place + 2] in ("]", "^")
        elif sign == "]":
            inside = False
        elif not inside:
            found.append((place, sign))
        place += 1
    return found


def _begins_word(nodes: Any) -> bool:
    """Whether all that these can match begins with a letter or a digit."""
    for kind, value in nodes:
        if kind is sre.LITERAL:
            return chr(value).isalnum()
        if kind is sre.BRANCH:
            return all(_begins_word(choice) for choice in value[1])
        if kind is sre.SUBPATTERN:
            _group, add, drop, inner = value
            least = inner.getwidth()[0]
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            add = drop = 0
            least, _most, inner = value
            least = min(least, inner.getwidth()[0])
        else:
            return False
        if add or drop or not (_begins_word(inner) if least else _begins_word_if_at_all(inner)):
            return False
        if least:
            return True
    return False


def _begins_word_if_at_all(nodes: Any) -> bool:
    """The same for a part that may be left out: it must not be one that matches nothing yet asks something."""
    return nodes.getwidth()[0] > 0 and _begins_word(nodes)
