"""What a reason tells of the office that asks, or of somebody else, and not of the person: it lends no facts.

A clause that opens with the memorandum, an agent or an operation dates, places and names these. Unless its sentence
tells what the person did, or what was seen of the person or the house, it is left out before facts are counted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from counterfoil.examination.reason import grammar as g
from counterfoil.examination.reason.grammar import Grammar, Text
from counterfoil.examination.reason.words import Word
from counterfoil.examination.texts import lexicon

_ENDS: Final = frozenset((",", "and", "but", "because", "while", "as"))
_ARTICLES: Final = frozenset(("the", "this", "that", "a", "an", "our", "said", "above"))
_OPENING: Final = 8  # words before the head of a clause
_OWN: Final = frozenset(("her", "his", "their"))
_OBJECTS: Final = _ARTICLES | _OWN | frozenset(("it", "its", "to", "in", "for", "on"))
_DOUBT: Final = frozenset(("whether", "if"))
_DENIED: Final = frozenset(("did", "never"))
_NEAR: Final = 4  # words behind a person in which the deed stands

Clause = list[Word]


def told(said: Text, grammar: Grammar) -> Text:
    """The text without the clauses that tell of the office alone, or of another's crime where no more is told."""
    if said.words.isdisjoint(_words("heads")) and said.words.isdisjoint(_words("kin")):
        return said
    sentences = _sentences(said.all)
    kept: list[Word] = []
    others: list[int] = []
    for number, sentence in enumerate(sentences):
        if _of_another(sentence, grammar):
            others.append(number)
        else:
            kept += _of_the_person(sentence, grammar)
    if others and _tells(kept, grammar):
        kept = [word for sentence in sentences for word in _of_the_person(sentence, grammar)]
    if len(kept) == sum(map(len, sentences)):
        return said
    return grammar.text(" ".join([word.text for word in kept]))


@lru_cache(maxsize=32)
def _words(role: str) -> frozenset[str]:
    return frozenset(map(str, lexicon("idle")[role]))


def _sentences(words: list[Word]) -> list[list[Word]]:
    found: list[list[Word]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.text == "|":
            found.append([])
    return found


def _of_the_person(sentence: list[Word], grammar: Grammar) -> list[Word]:
    """The clauses of a sentence that are not of the office; all of them where it tells of the person."""
    clauses = _clauses(sentence)
    idle: list[bool] = []
    for clause in clauses:
        idle.append(_of_the_office(clause, grammar) or (bool(idle) and idle[-1] and _goes_on(clause, grammar)))
    if not any(idle) or _tells(sentence, grammar):
        return sentence
    return [word for clause, out in zip(clauses, idle, strict=True) if not out for word in clause]


def _clauses(sentence: list[Word]) -> list[Clause]:
    """The sentence before each comma, each AND, and each pair of words that leads in what a request rests on."""
    found: list[Clause] = [[]]
    leads = _words("leads")
    for place, word in enumerate(sentence):
        pair = f"{word.text} {sentence[place + 1].text}" if place + 1 < len(sentence) else ""
        if word.text in _ENDS or pair in leads:
            found.append([])
        found[-1].append(word)
    return [clause for clause in found if clause]


def _of_the_office(clause: Clause, grammar: Grammar) -> bool:
    """Whether the clause opens with the office: AGENT ORTIZ OF THE CHICAGO OFFICE, PURSUANT TO THE MEMORANDUM."""
    words = [word.text for word in clause if word.text not in _ENDS]
    if " ".join(words[:2]) in _words("leads"):
        return not _words("rests_on").isdisjoint(words)
    heads, before = _words("heads"), _words("before")
    for word in words[:_OPENING]:
        if word in heads:
            return True
        if word not in before and not grammar.is_strange(word):
            return False
    return False


def _goes_on(clause: Clause, grammar: Grammar) -> bool:
    """Whether the clause has no subject of its own: AND FINDS THE ADDRESS USEFUL, OF WHOM SHE IS ONE."""
    words = [word.text for word in clause if word.text not in _ENDS]
    if not words:
        return True
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in _words("goes_on") or f"{first} {second}" in _words("goes_on") or first in grammar.asking:
        return True
    return first.endswith("ed") or (first.endswith("s") and second in _OBJECTS) or len(words) < 3


def _tells(words: list[Word], grammar: Grammar) -> bool:
    """Whether it tells what the person did, what was seen or found, or what an order of a day says."""
    people, weak, witness, matters = _words("people"), _words("weak_traces"), _words("witness"), _words("matters")
    texts = [word.text for word in words]
    for place, word in enumerate(words):
        text = word.text
        if (word.classes & g.TRACE and text not in weak) or text in witness:
            return True
        if word.classes & g.DEED and _next(texts, place) not in _words("heads"):
            return True
        if text in matters and "#" in texts[place + 1 : place + 4]:
            return True
        if text in people:
            if _did(words, place, grammar) or _suffered(texts, place, grammar):
                return True
    return False


def _next(texts: list[str], place: int) -> str:
    return texts[place + 1] if place + 1 < len(texts) else ""


def _did(words: list[Word], place: int, grammar: Grammar) -> bool:
    """THE SUBJECT LIVED, SHE GAVE; not WHETHER SHE LIVED."""
    before = [word.text for word in words[max(place - 2, 0) : place]]
    if not _DOUBT.isdisjoint(before):
        return False
    near = words[place + 1 : place + 1 + _NEAR]
    return any(word.classes & g.HOME or word.text in _DENIED or grammar.is_told(word.text) for word in near)


def _suffered(texts: list[str], place: int, grammar: Grammar) -> bool:
    """ARRESTED HER, REMOVED THE SUBJECT: what was done to the person."""
    before = place - 1
    while before >= 0 and texts[before] in _ARTICLES:
        before -= 1
    return before >= 0 and grammar.is_told(texts[before]) and texts[before] not in _words("before")


def _of_another(sentence: list[Word], grammar: Grammar) -> bool:
    """HER COUSIN LUIS WAS ARRESTED FOR FRAUD: another's case, and no word of this address or of a trace."""
    texts = [word.text for word in sentence]
    if len(texts) < 3 or texts[0] not in _OWN or texts[1] not in _words("kin") or _words("accused").isdisjoint(texts):
        return False
    weak = _words("weak_traces")
    return not any(
        grammar.is_place(word.text) or (word.classes & g.TRACE and word.text not in weak) for word in sentence[2:]
    )
