"""The provisions that a request cites, each told apart: designated, civil, tax, vague, not federal, unknown.

26 USC 6103(i)(2)(B)(iii): the request sets forth "the statutory authority under which the proceeding or
investigation is being conducted". A cell may cite several; each is read, and each must hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from counterfoil.errors import InputError
from counterfoil.examination.texts import fold, lexicon, says_nothing
from counterfoil.law import Citation, Law, Statute, citations_in

Kind = Literal["designated", "civil", "tax", "vague", "not_federal", "unknown"]

_SPLIT: Final = re.compile(r"[;\n|&]|,(?!\s*(?:§|sec|u\.?\s?s))|\s/\s|\band/or\b|\band\b|\bor\b|\bplus\b|\balso\b")
_BARE: Final = re.compile(r"(?:§+|sections?|secs?\.?)?\s*[0-9]{1,5}[a-z]{0,2}(?:\s*\([0-9a-z]{1,5}\))*")
_PATH: Final = re.compile(r"(?:\s*\([0-9a-z]{1,5}\))+")
_RANGE: Final = re.compile(r"[0-9]{2,5}[a-z]?\s*(?:-|to|through|thru)\s*[0-9]{2,5}\b")
_CODE: Final = re.compile(r"\b[0-9]{1,3}\s*u\.?\s?s\.?\s?c\D*[0-9]|\btitle\s+[0-9]{1,3}\b.*[0-9]")
_REVENUE_CODE: Final = re.compile(
    r"(?:\bi\.?\s?r\.?\s?c\b\.?|\binternal revenue code(?: of 1986)?)[\s,]*(?:§+|sections?|secs?\.?)?\s*(?=[0-9])"
)
_SPACED: Final = re.compile(r"(?<=[0-9])((?: (?:[a-z]|[0-9]{1,2}|[ivx]{1,4}))+)(?=\s*(?:$|[;,]))")
_LONGEST: Final = 600


class Cited(NamedTuple):
    """One provision of a request: its kind, the citation if one was read, the statute if it is designated."""

    kind: Kind
    shown: str
    citation: Citation | None = None
    statute: Statute | None = None


def read_statutes(text: str, law: Law, on: date, purposes: Iterable[Citation]) -> tuple[Cited, ...]:
    """Every provision that a cell cites; () where it states nothing. Never raises.

    `purposes` are the provisions that the agreement reaches; () means every designated one.
    """
    if says_nothing(text):
        return ()
    low = _REVENUE_CODE.sub("26 usc ", fold(text))
    if re.search(r"u\.?\s?s\.?\s?c", low):  # 8 USC 1253 a 1 A
        low = _SPACED.sub(lambda match: "".join(f"({step})" for step in match[1].split()), low)
    if len(low) > _LONGEST:
        return (Cited("vague", low[:40]),)
    reached = tuple(purposes)
    try:
        return (classify(Citation.parse(low), law, on, reached),)
    except InputError:
        pass
    citations, words = _pieces(re.sub(r"immigration (?:and|&) nationality act", "ina", low))
    cited = [classify(citation, law, on, reached) for citation in dict.fromkeys(citations)]
    return tuple(dict.fromkeys((*cited, *_in_words(words, low, bool(cited)))))


def classify(citation: Citation, law: Law, on: date, purposes: tuple[Citation, ...]) -> Cited:
    """What kind of provision a citation is on that day."""
    shown = str(citation)
    statute = law.statute(citation, on)
    if statute is None:
        parts = law.parts(citation, on)
        kinds = {part.kind for part in parts}
        if not kinds:
            return Cited("unknown", shown, citation)
        if kinds == {"civil"}:
            return Cited("civil", shown, citation)
        return Cited("tax" if kinds == {"tax"} else "vague", shown, citation)
    if statute.kind == "civil":
        return Cited("civil", shown, citation)
    if statute.kind == "tax":
        return Cited("tax", shown, citation)
    if purposes and not any(p.covers(citation) or p.covers(statute.citation) for p in purposes):
        return Cited("unknown", shown, citation)
    return Cited("designated", shown, citation, statute)


def read_grounds(text: str) -> tuple[Citation, ...]:
    """The grounds of a removal order that a cell names; the title may be left out, it is 8 USC then."""
    if says_nothing(text) or len(text) > _LONGEST:
        return ()
    low = re.sub(r"\bof the act\b", "of the ina", fold(text))
    if re.match(r"(?:§+|sections?|secs?\.?)?\s*[0-9]{3}[a-z]?\s*(?:\(|$)", low):
        low = f"ina {low}"  # 237(a)(1)(B): no section of 8 USC that tells a ground has so short a number
    try:
        return (Citation.parse(low),)
    except InputError:
        citations, words = _pieces(re.sub(r"immigration (?:and|&) nationality act", "ina", low), title=8)
    return tuple(dict.fromkeys((*citations, *(c for word in words for c in citations_in(word)))))


def _pieces(low: str, title: int | None = None) -> tuple[list[Citation], list[str]]:
    """The citations in a cell, and the pieces that are none. A bare section continues the title before it."""
    citations: list[Citation] = []
    words: list[str] = []
    for piece in (part.strip(" .:-") for part in _SPLIT.split(low)):
        if not piece:
            continue
        last = citations[-1] if citations else None
        found = _one(piece, last.title if last else title, last)
        if found is None and _RANGE.search(piece):
            words.append(piece + " et seq")
        elif found is not None:
            citations.append(found)
        else:
            inside = citations_in(piece)
            citations.extend(inside)
            words.append(piece)
    return citations, words


def _one(piece: str, title: int | None, last: Citation | None) -> Citation | None:
    tries = [piece]
    if title is not None and _BARE.fullmatch(piece):
        tries.append(f"{title} usc " + piece.lstrip("§ ").removeprefix("sections").removeprefix("section").strip())
    if last is not None and last.section and _PATH.fullmatch(piece):
        steps = len(re.findall(r"\(", piece))
        kept = last.path[: max(len(last.path) - steps, 0)]
        tries.append(
            f"{last.title} usc {last.section}" + "".join(f"({step})" for step in kept) + piece.replace(" ", "")
        )
    for text in tries:
        try:
            return Citation.parse(text)
        except InputError:
            continue
    return None


def _in_words(words: list[str], low: str, cited: bool) -> list[Cited]:
    """What the pieces without a citation of their own add: another code, or words that name no provision."""
    found: list[Cited] = []
    outside, vague = _patterns()
    for piece in words:
        if outside.search(_marked(piece)):
            found.append(Cited("not_federal", piece[:40]))
        elif cited and vague.search(piece):
            found.append(Cited("vague", piece[:40]))
    if cited or found:
        return found
    if outside.search(_marked(low)):
        return [Cited("not_federal", low[:40])]
    if _CODE.search(low) and not _RANGE.search(low):
        return [Cited("unknown", low[:40])]
    return [Cited("vague", low[:40])]


def _marked(text: str) -> str:
    plain = re.sub(r"\b(?:[a-z]\. ?){2,}", lambda match: match[0].replace(".", "").replace(" ", "") + " ", text)
    return _places().sub("@place", re.sub(r"[^\w§.@]+", " ", plain))


@lru_cache(maxsize=1)
def _places() -> re.Pattern[str]:
    names = sorted(map(str, lexicon("statute")["places"]), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b\.?")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = lexicon("statute")
    outside = "|".join(f"(?:{form})" for form in data["not_federal"]).replace(r"\b(?:@place)", "@place")
    return re.compile(outside), re.compile("|".join(data["vague"]))
