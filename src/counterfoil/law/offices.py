"""Read the name of an office: may its holder ask under 26 USC 6103(i)(2)(A)?

The text is brought into a normal form, agencies in it are recognised, and what remains must be exactly the
title of the agency's head (or of its inspector general, or a listed official). A word that is not accounted
for makes it another office: `Deputy Field Office Director, ICE` is Federal and not listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from counterfoil.law.model import Authority, Law

_ABBREVIATION: Final = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Office:
    """What the name of an office says.

    `authority` is the listed office it is, or None; `delegate`, `former` hold the words that show a signature
    for another person or an office no longer held ("" when none); `non_federal` names the class of office
    outside the Federal government ("sheriff", "state", ...; "" when Federal or not known); `agencies` are the
    keys of the agencies named.
    """

    text: str
    authority: Authority | None
    delegate: str
    former: str
    non_federal: str
    agencies: tuple[str, ...]
    acting: bool


def read_office(text: str, law: Law, *, name: str = "", within: Sequence[str] = ()) -> Office:
    """Read an office as enrolled or as written in a signature block. Never raises.

    `name` is the holder's own full name, left out of account. `within` are keys of agencies whose head is meant
    when the text names no agency ("the Secretary" under an agreement with that department).
    """
    normal = _normal(text[:_LONGEST], law)
    own = _normal(name[:_LONGEST], law)
    if " " in own and not any(_is_title_word(part, law) for part in own.split()):
        normal = re.sub(rf"\b{re.escape(own)}\b", " ", normal)
    marked, agencies = _mark_agencies(" ".join(normal.split()), law)
    delegate = _first(law.lexicon.delegate, marked)
    former = _first(law.lexicon.former, marked)
    authority = None if delegate else _authority(_without(marked, law.lexicon.former), agencies, law, tuple(within))
    acting = any(re.search(rf"\b{word}\b", marked) for word in law.lexicon.acting)
    outside = "" if authority else _non_federal(marked, agencies, law)
    return Office(text, authority, delegate, former, outside, agencies, acting)


def _normal(text: str, law: Law) -> str:
    low = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    low = _ABBREVIATION.sub(lambda match: match[0].replace(".", "") + " ", low)
    low = re.sub(r"['’`]", "", low)
    low = " ".join(re.sub(r"[\W_]+", " ", low).split())
    for short, full in law.lexicon.rewrites.items():
        low = re.sub(rf"\b{short}\b", full, low)
    return low


def _is_title_word(word: str, law: Law) -> bool:
    """A holder named Marshal or Secretary must not erase the word from the office."""
    return any(word in pattern.split() for a in law.authorities.values() for pattern in a.patterns)


def _mark_agencies(normal: str, law: Law) -> tuple[str, tuple[str, ...]]:
    found: list[str] = []
    for name, key in _agency_names(law):
        marked = re.sub(rf"\b{re.escape(name)}\b", f"@{key}", normal)
        if marked != normal:
            found.append(key)
            normal = marked
    return normal, tuple(dict.fromkeys(found))


def _agency_names(law: Law) -> tuple[tuple[str, str], ...]:
    names = ((name, agency.key) for agency in law.agencies.values() for name in agency.names)
    return tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair)))


def _first(patterns: Sequence[str], text: str) -> str:
    for pattern in patterns:
        match = _compiled(pattern).search(text)
        if match:
            return match[0].strip()
    return ""


def _without(text: str, patterns: Sequence[str]) -> str:
    for pattern in patterns:
        text = _compiled(pattern).sub(" ", text)
    return " ".join(text.split())


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _authority(marked: str, agencies: Sequence[str], law: Law, within: Sequence[str]) -> Authority | None:
    words = [word for word in marked.split() if word not in law.lexicon.acting and not word.startswith("@")]
    light = _trimmed(words, law)
    title = _stripped(light, law)
    leaf = _leaf(agencies, law)
    candidates = law.authorities.values()
    if agencies and leaf is None:
        return None
    if leaf:
        own = [a for a in candidates if a.agency == leaf and _is_title(title, a, law)]
        if own:
            return own[0]
    listed = [a for a in candidates if not a.agency and any(_compiled(p).fullmatch(light) for p in _forms(a))]
    if listed and set(agencies) <= {"justice"}:
        return listed[0]
    if agencies:
        return None
    whole = [a for a in candidates if a.agency and " " in light and light in a.patterns]
    meant = [a for a in candidates if a.agency in within and title and _is_title(title, a, law)]
    return next((found[0] for found in (whole, meant) if len(found) == 1), None)


def _forms(authority: Authority) -> tuple[str, ...]:
    return tuple(f"(the )?{pattern}( (of )?(the )?united states)?" for pattern in authority.patterns)


def _is_title(title: str, authority: Authority, law: Law) -> bool:
    return any(_stripped(pattern, law) == title for pattern in authority.patterns)


def _trimmed(words: Sequence[str], law: Law) -> str:
    """The words without those at either end that only led to the agency: `... of the department of`."""
    dull = law.lexicon.fillers - {"united", "states"}
    kept = [number for number, word in enumerate(words) if word not in dull]
    return " ".join(words[kept[0] : kept[-1] + 1]) if kept else ""


def _stripped(text: str, law: Law) -> str:
    return " ".join(word for word in text.split() if word not in law.lexicon.fillers)


def _leaf(agencies: Sequence[str], law: Law) -> str | None:
    """The agency that all the others named are parents of: ICE of `ICE, DHS`. None when unrelated."""
    for key in agencies:
        line = {key}
        above = law.agencies[key].parent
        while above:
            line.add(above)
            above = law.agencies[above].parent
        if set(agencies) <= line:
            return key
    return None


def _non_federal(marked: str, agencies: Sequence[str], law: Law) -> str:
    for group in law.lexicon.always_outside:
        if _first(law.lexicon.non_federal[group], marked):
            return group
    federal = re.search(r"\bunited states\b|\bfederal\b", marked)
    if federal or any(not law.agencies[key].shared_name for key in agencies):
        return ""
    text = marked
    for place in sorted(law.lexicon.places, key=len, reverse=True):
        text = re.sub(rf"\b{place}\b", "@place", text)
    if "@place" in text and agencies:
        return "state"
    for group, patterns in law.lexicon.non_federal.items():
        if _first(patterns, text):
            return group
    return ""
