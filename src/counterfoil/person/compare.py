"""Is it the same person's name? A conjunction: parts are equal, absent, or they contradict.

One contradiction makes two names DIFFERENT. No nickname, no likeness of letters or sounds, no swapped
columns. The rule as a page that a lawyer can read: docs/reference/name-rules.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from counterfoil.person.lexicon import words
from counterfoil.person.name import Name, Readings

_WRITTEN_APART: Final = 4  # at most so many words that together are one word on the other side


class Likeness(StrEnum):
    """SAME confirms; POSSIBLE contradicts nothing but is not enough to confirm; DIFFERENT contradicts."""

    SAME = "SAME"
    POSSIBLE = "POSSIBLE"
    DIFFERENT = "DIFFERENT"


_SAME, _POSSIBLE, _DIFFERENT = Likeness.SAME, Likeness.POSSIBLE, Likeness.DIFFERENT
_EQUAL: Final[tuple[Likeness, tuple[str, ...]]] = (_SAME, ())


def compare(asked: Name, on_file: Name) -> tuple[Likeness, tuple[str, ...]]:
    """Compare two names; the reasons are for the auditor, never for the requester."""
    forenames, surnames = asked.forenames, asked.surnames
    if (
        surnames == on_file.surnames
        and forenames == on_file.forenames
        and asked.suffix == on_file.suffix
        and surnames
        and forenames
        and len(forenames[0]) > 1
        and len(surnames[0]) > 1
    ):
        return _EQUAL
    likeness, why = _compare_surnames(asked, on_file)
    if likeness is _DIFFERENT:
        return likeness, why
    for further in (_compare_suffix(asked.suffix, on_file.suffix), _compare_forenames(asked, on_file)):
        if further[0] is _DIFFERENT:
            return further
        if further[0] is _POSSIBLE:
            likeness = _POSSIBLE
        why += further[1]
    told = _generation(asked, on_file) or _generation(on_file, asked)
    if told:
        return _POSSIBLE, (*why, f"{told} on one side only")
    if _changes_column(asked, on_file) or _changes_column(on_file, asked):
        return _POSSIBLE, (*why, "a given name on one side is a surname on the other")
    return likeness, why


def _generation(one: Name, two: Name) -> str:
    """SILVA FILHO against SILVA: father and son again, in a word behind the surname or the given names."""
    for mine, theirs, role in (
        (one.surnames, two.surnames, "generation"),
        (one.forenames, two.forenames, "generation_given"),
    ):
        if len(mine) < 2 or not theirs or mine[-1] not in words(role):
            continue
        last = mine[-1]
        if len(theirs) < len(mine) if len(last) == 1 else not theirs[-1].endswith(last):
            return last  # of one letter it may be an initial: GARCIA V against GARCIA VEGA
    return ""


def _changes_column(one: Name, two: Name) -> bool:
    """JUAN CARLOS | PEREZ against JUAN | PEREZ CARLOS: what one side lacks, it has as another kind of name."""
    if len(one.forenames) < 2 or len(two.surnames) < 2:
        return False
    moved = set(one.forenames[1:]).intersection(two.surnames[1:])
    return not moved.issubset((*one.surnames, *two.forenames))


def _compare_suffix(asked: str, on_file: str) -> tuple[Likeness, tuple[str, ...]]:
    """Father and son differ in the suffix alone: absent on one side is not enough."""
    if asked == on_file:
        return _EQUAL
    if asked and on_file:
        return _DIFFERENT, (f"suffix {asked} against {on_file}",)
    return _POSSIBLE, (f"suffix {asked or on_file} on one side only",)


def _compare_surnames(asked: Name, on_file: Name) -> tuple[Likeness, tuple[str, ...]]:
    """Equal part by part in their order; one list may be the beginning of the other."""
    left, right = asked.surnames, on_file.surnames
    if not left or not right:
        return _DIFFERENT, ("a surname is missing",)
    if left == right and (len(left[0]) > 1 or left[0] in words("letter_surname")):
        return _EQUAL
    found = _align(left, right, asked.surname_readings, on_file.surname_readings, "surname")
    if found[0] is not _DIFFERENT or not (asked.surname_cores or on_file.surname_cores):
        return found
    if not _first_cores(asked).isdisjoint(_first_cores(on_file)) and _rest_agrees(left, right):
        return _POSSIBLE, ("surname particle on one side only",)
    return found


def _first_cores(name: Name) -> frozenset[str]:
    """The ways to write the first surname part, with and without its particle."""
    ways = frozenset(name.surname_readings[0] if name.surname_readings else name.surnames[:1])
    core = name.surname_cores[0] if name.surname_cores else ""
    return ways | {core} if core else ways


def _rest_agrees(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return all(a == b for a, b in zip(left[1:], right[1:], strict=False))


def _compare_forenames(asked: Name, on_file: Name) -> tuple[Likeness, tuple[str, ...]]:
    """The given name must be there in full on both sides; what only one side has contradicts nothing."""
    left, right = asked.forenames, on_file.forenames
    if not left or not right:
        return _POSSIBLE, ("a given name is missing",)
    found = _align(left, right, asked.forename_readings, on_file.forename_readings, "given name")
    if found[0] is _DIFFERENT and asked.middle and on_file.middle and _columns_agree(asked, on_file):
        return _POSSIBLE, ("given and middle names divided differently",)
    return found


def _columns_agree(asked: Name, on_file: Name) -> bool:
    if asked.given[:1] != on_file.given[:1]:
        return False
    pairs = ((asked.given, on_file.given), (asked.middle, on_file.middle))
    return all(_align(left, right, (), (), "")[0] is not _DIFFERENT for left, right in pairs)


def _align(
    left: tuple[str, ...], right: tuple[str, ...], left_ways: Readings, right_ways: Readings, what: str
) -> tuple[Likeness, tuple[str, ...]]:
    """Walk both lists: equal parts, an initial that fits, words written apart or together."""
    i = j = 0
    found = _EQUAL
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        step = (1, 1)
        if len(a) == 1 or len(b) == 1:
            whole = a == b and not a.isascii()  # one letter of another script may be a whole name
            if not whole and not _initial_fits(a, b):
                return _DIFFERENT, (f"{what} {a} against {b}",)
            if i == 0 and not whole:
                found = _POSSIBLE, (f"{what} {a} against {b}: an initial only",)
        elif a != b and not _share_a_reading(left_ways, i, right_ways, j, a, b):
            step = _together(left, left_ways, i, right, right_ways, j)
            if step == (0, 0):
                return _DIFFERENT, (f"{what} {a} against {b}",)
        i, j = i + step[0], j + step[1]
    return found


def _initial_fits(a: str, b: str) -> bool:
    """J fits JOHN. An initial after a particle (L for DE LA LUZ) is not looked for."""
    return a[0] == b[0] and a[0].isascii()


def _share_a_reading(left: Readings, i: int, right: Readings, j: int, a: str, b: str) -> bool:
    if not left and not right:
        return False
    ways = left[i] if left else (a,)
    others = right[j] if right else (b,)
    return not set(ways).isdisjoint(others)


def _together(
    left: tuple[str, ...], left_ways: Readings, i: int, right: tuple[str, ...], right_ways: Readings, j: int
) -> tuple[int, int]:
    """How far to step where several words on one side are one word on the other (MARY ANN, MARYANN)."""
    a, b = left[i], right[j]
    if i + 1 < len(left) and (left_ways or right_ways or b.startswith(a)):
        count = _joined(left, left_ways, i, right_ways[j] if right_ways else (b,))
        if count:
            return count, 1
    if j + 1 < len(right) and (left_ways or right_ways or a.startswith(b)):
        count = _joined(right, right_ways, j, left_ways[i] if left_ways else (a,))
        if count:
            return 1, count
    return 0, 0


def _joined(parts: tuple[str, ...], ways: Readings, start: int, whole: tuple[str, ...]) -> int:
    """How many parts from `start` make the one word `whole`; 0 if none do.

    A letter behind a word is an initial and no part of it: TOBI N is not TOBIN. One before it may be: O BRIEN.
    """
    heads = set(ways[start]) if ways else {parts[start]}
    for position in range(start + 1, min(start + _WRITTEN_APART, len(parts))):
        if len(parts[position]) == 1:
            return 0
        tails = ways[position] if ways else (parts[position],)
        heads = {head + tail for head in heads for tail in tails}
        if not heads.isdisjoint(whole):
            return position - start + 1
    return 0
