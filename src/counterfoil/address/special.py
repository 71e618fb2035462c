"""The forms of address that are not a street: boxes, routes, general delivery, military, Puerto Rico.

Publication 28, sections 24 (rural route), 25 (highway contract), 26 (general delivery), 28 (PO Box),
29 (Puerto Rico), 225 and 35 (military and overseas).
"""

from __future__ import annotations

import re
from typing import Final

from counterfoil.address.tables import (
    DIRECTION,
    FORM,
    FORM_FIRST,
    FORM_WORDS,
    HIGHWAY,
    HIGHWAY_FIRST,
    HIGHWAY_SAME,
    HIGHWAY_WORDS,
    QUADRANT,
    STATE,
    SUFFIX,
)
from counterfoil.address.unit import unit_number

_BOX_WORDS: Final = frozenset({"BOX", "BX", "POB", "POBOX", "DRAWER", "CALLER", "LOCKBOX", "APARTADO", "APDO", "BIN",
                               "BUZON", "BZN"})  # fmt: skip
_BY_THE_ROAD: Final = frozenset({"BOX", "BX", "BIN", "BUZON", "BZN"})
"""Words for a box that may stand by a road as well as in a Post Office."""
_ROADS_TOO: Final = frozenset({"RD", "RT", "RTE", "ROUTE"})
"""Words for a route that are words for a road as well."""
_GENERAL_FIRST: Final = frozenset(words[0] for words, kind in FORM.items() if kind == "general")
_ANYWHERE: Final = _GENERAL_FIRST | _BOX_WORDS
"""Words that show a form wherever they stand; those of a route do so at the beginning of a phrase only."""
_NUMBER_SIGNS: Final = frozenset({"#", "NO", "NUM", "NUMBER", "NUMERO"})
_IDENTIFIER: Final = re.compile(r"\d+[A-Z]{0,2}(?:-\d+)?|[A-Z]{1,2}\d*|[A-Z]?\d+-[A-Z0-9]+|[A-Z]-\d+")
_KINDS: Final = frozenset({"rural", "contract", "military"})
SPANISH_STREET: Final = frozenset(
    {"CALLE", "AVE", "AVENIDA", "CARR", "CARRETERA", "PASEO", "CAMINO", "VIA", "BULEVAR", "CALLEJON"}
)
"""Words that open a street's name in Puerto Rico, where the number may follow the name (section 29)."""
URBANIZATION: Final = frozenset(words[0] for words, kind in FORM.items() if kind == "urbanization" and len(words) == 1)
"""Words that open an urbanization line."""
BUILDING: Final = frozenset(words[0] for words, kind in FORM.items() if kind == "building")
"""Words that open a condominium's or residencial's name in Puerto Rico."""


class Found:
    """A box, route or general delivery within a phrase: its kind, where it stands, and its numbers."""

    def __init__(
        self,
        kind: str,
        start: int,
        end: int,
        route: str = "",
        box: str = "",
        *,
        complete: bool = True,
        bare: bool = False,
    ) -> None:
        self.kind = kind  # box, rural, contract, military, general
        self.start = start
        self.end = end
        self.route = route
        self.box = box
        self.bare = bare  # BOX 7, which may be a Post Office's box or one on the road that stands beside it
        self.complete = complete  # False where the form asks for a number that is not there


def find_form(tokens: list[str]) -> Found | None:
    """The first box, route or general delivery form in a phrase, or None."""
    opened = tokens[0] in FORM_FIRST
    if not opened and _ANYWHERE.isdisjoint(tokens):
        return None
    boxed = not _BOX_WORDS.isdisjoint(tokens)
    for at, token in enumerate(tokens):
        if token in _BOX_WORDS:
            found = _box_at(tokens, at)
            if found is not None:
                return found
        elif token in _GENERAL_FIRST or (opened and at == 0):
            kind, after = _opener(tokens, at)
            if kind == "general":
                return Found("general", at, after)
            if not boxed and kind in ("rural", "contract") and at == 0 and token not in _ROADS_TOO:
                found = _route_alone(tokens, at, after, kind)
                if found is not None:
                    return found
            if kind == "box" and tokens[after - 1] not in _BOX_WORDS and len(tokens) == after and at == 0:
                return Found("box", at, after, complete=False)
    return None


def with_boxes_joined(phrases: list[list[str]]) -> list[list[str]]:
    """Phrases in which a route and its box stand together though a comma was put between: PSC 3, BOX 12."""
    if len(phrases) < 2 or not any(phrase[0] in _BY_THE_ROAD for phrase in phrases[1:]):
        return phrases
    out = phrases[:1]
    for phrase in phrases[1:]:
        if phrase[0] in _BY_THE_ROAD and _route_before(out[-1], len(out[-1])) is not None:
            out[-1] = out[-1] + phrase
        else:
            out.append(phrase)
    return out


def _opener(tokens: list[str], at: int) -> tuple[str, int]:
    for length in range(min(FORM_WORDS, len(tokens) - at), 0, -1):
        kind = FORM.get(tuple(tokens[at : at + length]))
        if kind is not None:
            return kind, at + length
    return "", at


def _identifier(tokens: list[str], at: int) -> tuple[str, int]:
    """The number after a box or route word, without leading zeros, and the index after it."""
    while at < len(tokens) and tokens[at] in _NUMBER_SIGNS:
        at += 1
    text = tokens[at] if at < len(tokens) else ""
    if not (text.isdigit() or _IDENTIFIER.fullmatch(text)):
        return "", at
    at += 1
    if text.isdigit() and at < len(tokens) and len(tokens[at]) == 1 and tokens[at].isalpha() and at + 1 == len(tokens):
        text += tokens[at]
        at += 1
    return unit_number(text), at


def _box_at(tokens: list[str], at: int) -> Found | None:
    _, after = _opener(tokens, at)
    box, end = _identifier(tokens, max(after, at + 1))  # APARTADO POSTAL 77
    route = _route_before(tokens, at)
    if route is not None:
        kind, start, number = route
        if kind == "military":
            number = f"{tokens[start]} {number}"  # PSC 3 and UNIT 3 are two places
        return Found(kind, start, end if box else at + 1, number, box, complete=bool(box))
    start = at
    for back in (3, 2, 1):
        if at - back >= 0 and FORM.get(tuple(tokens[at - back : at + 1])) == "box":
            start = at - back
            break
    bare = start == at and (tokens[at] in _BY_THE_ROAD or tokens[at] in ("CALLER", "DRAWER"))
    if not box:
        if bare and (at > 0 or len(tokens) > at + 1):
            return None  # BOX ELDER RD, 5 BOX CANYON LN
        return Found("box", start, at + 1, complete=False)
    if bare and at > 0 and end < len(tokens) and tokens[at + 1].isalpha():
        return None
    return Found("box", start, end, "", box, bare=start == at and tokens[at] in _BY_THE_ROAD)


def _route_before(tokens: list[str], at: int) -> tuple[str, int, str] | None:
    """RR 2, HC 68, STAR ROUTE, RURAL ROUTE, RR 2 N, PSC 3 that ends right before `at`: kind, start and number."""
    if at > 2 and tokens[at - 1] in DIRECTION and tokens[at - 2].isdigit():
        route = _route_before(tokens, at - 1)
        if route is not None and route[2]:
            return route[0], route[1], f"{route[2]} {DIRECTION[tokens[at - 1]]}"  # RR 2 N BOX 7
    for number_at in (at - 1, at):  # with and without a number between the words and BOX
        number = ""
        words_end = at
        if number_at == at - 1:
            if at < 2 or not _IDENTIFIER.fullmatch(tokens[at - 1]) or tokens[at - 1] in ("PO", "O"):
                continue  # LINCOLN RD PO BOX 65 is a street and a box
            number = tokens[at - 1].lstrip("0") or tokens[at - 1]
            words_end = at - 1
            while words_end > 0 and tokens[words_end - 1] in _NUMBER_SIGNS:
                words_end -= 1
        for length in range(min(FORM_WORDS, words_end), 0, -1):
            kind = FORM.get(tuple(tokens[words_end - length : words_end]), "")
            if kind in _KINDS and (number or kind == "contract" or (kind == "rural" and words_end == length)):
                start = words_end - length
                if start and tokens[start] in _ROADS_TOO and (not number[:1].isdigit() or _ends_road(tokens, start)):
                    return None  # STATE ROUTE 2 BOX 7, OLD MILL RD N BOX 7
                return kind, start, number
    return None


def _ends_road(tokens: list[str], at: int) -> bool:
    """Whether the word at `at` ends the words before a numbered road's number: STATE ROUTE, CO RD."""
    words = [HIGHWAY_SAME.get(word, word) for word in tokens[max(0, at + 1 - HIGHWAY_WORDS) : at + 1]]
    return any(tuple(words[start:]) in HIGHWAY for start in range(len(words) - 1))


def _route_alone(tokens: list[str], at: int, after: int, kind: str) -> Found | None:
    number, end = _identifier(tokens, after)
    if number or (kind == "contract" and end == len(tokens)):
        return Found(kind, at, end, number, complete=False)
    return None


class Road:
    """A numbered road: directionals, the network where it is said, the name, its stem, and what follows."""

    def __init__(self, pre: str, network: str, post: str, name: tuple[str, ...], stem: str, rest: list[str]) -> None:
        self.pre = pre
        self.network = network
        self.post = post
        self.name = name
        self.stem = stem
        self.rest = rest


_GLUED_INTERSTATE: Final = re.compile(r"I\d{1,3}")
_ROAD_NUMBER: Final = re.compile(r"\d+[A-Z]{0,2}|[A-Z]{1,3}")
_BEFORE_ROAD: Final = 3  # words within which a numbered road begins: N OLD COUNTY ROAD ABC
_MARKET: Final = frozenset({"FARM TO MARKET", "RANCH TO MARKET"})
_ROAD_KINDS: Final = {"BUSINESS": "BUSINESS", "BUS": "BUSINESS", "BYPASS": "BYPASS", "BYP": "BYPASS", "ALT": "ALT",
               "ALTERNATE": "ALT", "FRONTAGE": "FRONTAGE", "SERVICE": "SERVICE", "LOOP": "LOOP", "SPUR": "SPUR",
               "OLD": "OLD", "SCENIC": "SCENIC"}  # fmt: skip


def numbered_road(region: list[str], state: str) -> Road | None:
    """Reads US HWY 160 E, COUNTY ROAD ABC, KY 15, I-35 FRONTAGE RD; None if the region names no numbered road.

    Publication 28, section 234.4 and Appendix F. Without its network (HWY 231) a road's network is absent.
    """
    if not _may_be_numbered(region):
        return None
    if any(word[0] == "I" and _GLUED_INTERSTATE.fullmatch(word) for word in region[:2]):
        region = [
            part for word in region for part in (("I", word[1:]) if _GLUED_INTERSTATE.fullmatch(word) else (word,))
        ]
    words = [HIGHWAY_SAME.get(word, word) for word in region]
    pre, start = "", 0
    if len(words) > 2 and words[0] in DIRECTION and (words[1] in HIGHWAY_FIRST or words[1] == "OLD"):
        pre, start = DIRECTION[words[0]], 1
    old = ("OLD",) if start < len(words) and words[start] == "OLD" else ()
    network, after = _network(words, start + len(old), state)
    if after is None:
        return None
    while after < len(words) and words[after] in _NUMBER_SIGNS:
        after += 1
    if after >= len(words) or not _ROAD_NUMBER.fullmatch(words[after]):
        return None
    number = words[after]
    if not number[0].isdigit() and (not network.startswith("COUNTY") or (number in SUFFIX and len(number) > 2)):
        return None
    rest = region[after + 1 :]
    if network in _MARKET and rest[:1] in (["RD"], ["ROAD"]):
        rest = rest[1:]  # FM 1960 RD W
    post, rest = _directional_at(rest)
    more: list[str] = []
    while rest and (rest[0] in _ROAD_KINDS or (more and rest[0] in ("RD", "ROAD", "RTE", "ROUTE", "HWY"))):
        more.append("ROAD" if rest[0] == "RD" else _ROAD_KINDS.get(rest[0], rest[0]))
        rest = rest[1:]
    if more and not post:
        post, rest = _directional_at(rest)
    generic = "ROAD" if network == "COUNTY ROAD" else "HWY"
    number = number.lstrip("0") or number
    stem = "".join((*old, "*", number, *more))
    return Road(pre, network, post, (*old, generic, number, *more), stem, rest)


def _may_be_numbered(region: list[str]) -> bool:
    """Whether there is a number at all, or the beginning of a county's road: COUNTY ROAD ABC."""
    return any(
        (at < _BEFORE_ROAD and word in HIGHWAY_FIRST) or not word.isalpha() for at, word in enumerate(region)
    )  # fmt: skip


def _directional_at(words: list[str]) -> tuple[str, list[str]]:
    if not words or words[0] not in DIRECTION:
        return "", words
    first = DIRECTION[words[0]]
    quadrant = QUADRANT.get((first, DIRECTION.get(words[1], ""))) if len(words) > 1 else None
    return (quadrant, words[2:]) if quadrant else (first, words[1:])


def _network(words: list[str], at: int, state: str) -> tuple[str, int | None]:
    """The network of a numbered road and the index of its number."""
    first = words[at] if at < len(words) else ""
    if first in STATE and at + 1 < len(words):
        code = STATE[first]
        if code == state or len(first) > 3:
            following = words[at + 1]
            if following[0].isdigit():
                return "STATE", at + 1
            if following in ("HWY", "RTE", "STATE", "SR"):
                after = at + 2
                if following == "STATE" and words[after : after + 1] in (["HWY"], ["RTE"], ["ROAD"]):
                    after += 1
                return "STATE", after
    if first not in HIGHWAY_FIRST:
        return "", None
    for length in range(min(HIGHWAY_WORDS, len(words) - at), 0, -1):
        network = HIGHWAY.get(tuple(words[at : at + length]))
        if network is not None:
            return network, at + length
    return "", None
