"""Which words of a street's line are a directional, the name, the suffix, a lone unit, and the town behind it."""

from __future__ import annotations

from typing import Final

from counterfoil.address.tables import (
    BIG_CITY,
    COMMON_FORM,
    DIRECTION,
    HIGHWAY_FIRST,
    HIGHWAY_SAME,
    OMITTED,
    QUADRANT,
    SUFFIX,
    WORDS,
)

_STREETS_ONLY: Final = frozenset("ALY AVE BLVD BYP CIR CT DR EXPY FWY HWY LN PKWY RD RTE ST TPKE".split())  # noqa: SIM905
_OMITTED_FORM: Final = frozenset(form for form, standard in SUFFIX.items() if standard in OMITTED)
NAMED: Final = frozenset(OMITTED) | {"PIKE", "TPKE"}
"""Suffixes with which a numbered road's own name ends."""


def predirectional(region: list[str], town_within: bool) -> tuple[int, str]:
    """How many tokens the directional before the name takes, and which it is; a name must be left."""
    first = DIRECTION.get(region[0])
    if first is None or len(region) < 2:
        return 0, ""
    second = DIRECTION.get(region[1])
    if second is not None and len(region) > 2:
        quadrant = QUADRANT.get((first, second))
        if quadrant and not _only_suffix(region[2:]):
            return 2, quadrant
    if _is_initials(region) or _only_suffix(region[1:]) or (town_within and _suffix_then_town(region)):
        return 0, ""
    return 1, first


def _is_initials(region: list[str]) -> bool:
    """A person's initials, of which the first happens to be a directional: W G ACKER DR is WG ACKER DR."""
    if len(region) < 4 or len(region[0]) + len(region[1]) > 2 or not region[1].isalpha() or region[1] in DIRECTION:
        return False
    return region[2].isalpha() and region[2] not in SUFFIX and len(region[2]) > 2 and region[-1] in SUFFIX


def _suffix_then_town(region: list[str]) -> bool:
    """NORTH AVE GRAND JUNCTION, E ST SAN DIEGO: the directional is the name; but S ST LOUIS AVE is not."""
    if region[1] not in COMMON_FORM or (region[1] == "ST" and len(region[0]) > 1):
        return False
    return not any(word in COMMON_FORM for word in region[2:])


def _only_suffix(words: list[str]) -> bool:
    """Whether nothing but a suffix (and directions after it) is left, so that the word before is the name."""
    return words[0] in COMMON_FORM and all(word in DIRECTION for word in words[1:])


def is_lone_unit(word: str) -> bool:
    """Whether a word right after the street can only be a unit's number: 1608, C1S, C-134, B; not a town."""
    return len(word) == 1 or (len(word) <= 6 and any(char.isdigit() for char in word))


def lone_unit(tail: list[str], town_within: bool) -> int:
    """How many words right after the street are a unit's number without a designator: 1608, B, C 7; 0 if none are."""
    if not tail or (len(tail) > 2 and not town_within):
        return 0
    if len(tail) > 1 and len(tail[0]) < 3 and tail[0].isalpha() and tail[1][0].isdigit() and is_lone_unit(tail[1]):
        return 2
    return int((len(tail) == 1 or town_within) and is_lone_unit(tail[0]))


def suffix_index(words: list[str], town_within: bool) -> int:
    """Where the suffix stands: the last one, or the first one where a town follows in the same phrase."""
    end = len(words)
    if town_within and (words[-1] in COMMON_FORM or words[-1] in DIRECTION):
        town_within = _town_of_two_words(words)  # no town follows in 3750 PRIORITY WAY SOUTH DR
    if not town_within:
        early = _suffix_before_more(words)
        if early:
            return early
        if words[-1] in SUFFIX or (words[-1] in DIRECTION and end > 1 and words[-2] in SUFFIX):
            return end - 1 if words[-1] in SUFFIX else end - 2
        for j in range(end - 1, 0, -1):
            if words[j] in COMMON_FORM:
                return j
        return -1
    if end > 2 and words[0][0].isdigit() and words[1] in DIRECTION and words[2] not in SUFFIX:
        return 0  # 100 WEST CEDAR CITY: a street of a grid, and a town
    for weak in (False, True):
        for j in range(1, end):
            if words[j] not in SUFFIX or (not weak and words[j] not in COMMON_FORM):
                continue
            while j + 1 < end and words[j + 1] in COMMON_FORM and not _opens_saint(words, j + 1):
                j += 1
            if not weak or j < end - 1:
                return j
    return -1


def _opens_saint(words: list[str], at: int) -> bool:
    """12 OAK STREET ST LOUIS: behind a word that only ends streets, ST opens the town's name."""
    return words[at] == "ST" and at + 1 < len(words) and SUFFIX.get(words[at - 1]) in _STREETS_ONLY


def _suffix_before_more(words: list[str]) -> int:
    """A suffix after which something other than the street follows: STATE ROUTE 300, RIO SHOPPING MALL; or 0."""
    if len(words) < 4:
        return 0
    numbered, building, omitted = (
        words[-1].isdigit(),
        _last_of(words, WORDS["building"]),
        _last_of(words, _OMITTED_FORM),
    )
    for j in range(1, len(words) - 2):
        if SUFFIX.get(words[j]) not in NAMED:
            continue
        if numbered and HIGHWAY_SAME.get(words[j + 1], words[j + 1]) in HIGHWAY_FIRST:
            return j
        if omitted <= j < building:
            return j
    return 0


def _last_of(words: list[str], wanted: frozenset[str]) -> int:
    return next((at for at in range(len(words) - 1, -1, -1) if words[at] in wanted), -1)


def _town_of_two_words(words: list[str]) -> bool:
    """Whether two words or more follow an earlier suffix, the last of them one as well: MOUNTLAKE TERRACE."""
    if SUFFIX.get(words[-1]) in _STREETS_ONLY:
        return False  # no town is called GATE BOULEVARD
    for j in range(1, len(words) - 2):
        if words[j] in COMMON_FORM:
            rest = [word for word in words[j + 1 :] if word not in DIRECTION]
            return len(rest) > 1 and rest[0] not in COMMON_FORM
    return False


def big_city_at(words: list[str], state: str) -> int:
    """The index where a large city of the state begins at the end of words without a suffix, or the end."""
    for length in (1, 2, 3):
        if len(words) > length and any(s == state for s, _, _ in BIG_CITY.get("".join(words[-length:]), ())):
            return len(words) - length
    return len(words)
