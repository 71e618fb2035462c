"""What a reason tells of the office that asks, or of somebody else, and not of the person: it lends no facts.

A clause that opens with the memorandum, an agent or an operation dates, places and names these. Unless its sentence
tells what the person did, or what was seen of the person or the house, it is left out before facts are counted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from counterfoil.examination.reason import grammar as g
from counterfoil.examination.reason.grammar import Grammar, Text
from counterfoil.examination.reason.words import Word
from counterfoil.examination.texts import lexicon

_ENDS: Final = frozenset((",", "and", "but", "because", "while", "as", "when"))
_ARTICLES: Final = frozenset(("the", "this", "that", "a", "an", "our", "said", "above"))
_OPENING: Final = 8  # words before the head of a clause
_OWN: Final = frozenset(("her", "his", "their"))
_OBJECTS: Final = _ARTICLES | _OWN | frozenset(("it", "its", "to", "in", "for", "on", "out", "under", "as", "at"))
_POINTED: Final = _OWN | {"this", "that", "these"}
_BEFORE_A_HOUSE: Final = _POINTED | _ARTICLES  # THIS HOUSE, and not the WHITE HOUSE
_DOUBT: Final = frozenset(("whether", "if"))
_OF_A_DAY: Final = frozenset(("of", "on", "in", "dated", "from", "was", "entered", "via", "the"))
_NOT_THE_PERSONS: Final = frozenset(("executive", "an", "a", "general", "standing"))
_IMPERSONAL: Final = frozenset(("it", "this", "that", "these"))
_PLACING: Final = frozenset(("of", "on", "in", "at", "by", "from", "since"))
_BESIDE: Final = frozenset(("after", "with", "upon", "during", "following", "through"))
_DOERS: Final = frozenset(("he", "she"))
_BY: Final = 4  # words behind BY in which the office stands: DECIDED IN WASHINGTON BY THE SECRETARIES
_BEFORE_KIN: Final = 5  # words in which somebody else is led in
_WHOSE: Final = _OWN | frozenset(("the", "a", "one", "of", "subject", "suspect", "defendant", "target", "s", "@"))
_TOGETHER: Final = frozenset(("they", "them", "their", "both", "family", "it", "this", "there", "here", "zaddr"))
_DWELLS: Final = frozenset(("lives", "lived", "live", "living", "resides", "resided", "residing", "stays"))
_FAR: Final = 6  # words behind a trace in which the person stands
_NEAR: Final = 4  # words behind a person in which the deed stands

Clause = list[Word]


def told(said: Text, grammar: Grammar) -> Text:
    """The text without the clauses that tell of the office alone, or of another's crime where no more is told."""
    roles = _the_roles()
    words = said.words
    if words.isdisjoint(roles.opening) and (words.isdisjoint(roles.kin) or words.isdisjoint(roles.accused)):
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


def without_kin(said: Text, grammar: Grammar) -> Text:
    """The text without the sentences that tell where and how somebody else lives: HER SISTER LIVES IN JOLIET."""
    if said.words.isdisjoint(_the_roles().kin):
        return said
    sentences = _sentences(said.all)
    kept = [sentence for sentence in sentences if not _of_kin_alone(sentence)]
    if len(kept) == len(sentences):
        return said
    return grammar.text(" ".join([word.text for sentence in kept for word in sentence]))


class _Roles:
    """The word lists of `lexicon/idle.yaml`."""

    def __init__(self, data: dict[str, Any]) -> None:
        words = {role: frozenset(map(str, listed)) for role, listed in data.items()}
        self.heads, self.before, self.leads, self.rests_on = (
            words[r] for r in ("heads", "before", "leads", "rests_on")
        )
        self.did, self.sayings = words["did"], words["sayings"]
        self.houses = words["houses"]
        self.goes_on, self.witness, self.weak = words["goes_on"], words["witness"], words["weak_traces"]
        self.people, self.matters, self.kin, self.accused = (words[r] for r in ("people", "matters", "kin", "accused"))
        self.opening = self.heads | self.rests_on


@lru_cache(maxsize=1)
def _the_roles() -> _Roles:
    return _Roles(lexicon("idle"))


def _sentences(words: list[Word]) -> list[list[Word]]:
    found: list[list[Word]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.text == "|":
            found.append([])
    return found


def _of_the_person(sentence: list[Word], grammar: Grammar) -> list[Word]:
    """The clauses of a sentence that are not of the office; all of them where it tells of the person."""
    if all(word.text not in _the_roles().opening for word in sentence):
        return sentence
    clauses = _clauses(sentence)
    idle: list[bool] = []
    for clause in clauses:
        idle.append(_of_the_office(clause, grammar) or (bool(idle) and idle[-1] and _goes_on(clause, grammar)))
    if len(idle) > 1 and idle[1] and _only_places(clauses[0], grammar):
        idle[0] = True  # IN PEORIA ON #, THE AGENTS …
    if not any(idle) or _tells(sentence, grammar):
        return sentence
    return [word for clause, out in zip(clauses, idle, strict=True) if not out for word in clause]


def _clauses(sentence: list[Word]) -> list[Clause]:
    """The sentence before each comma, each AND, and each pair of words that leads in what a request rests on."""
    found: list[Clause] = [[]]
    leads = _the_roles().leads
    for place, word in enumerate(sentence):
        pair = f"{word.text} {sentence[place + 1].text}" if place + 1 < len(sentence) else ""
        if word.text in _ENDS or pair in leads:
            found.append([])
        found[-1].append(word)
    return [clause for clause in found if clause]


def _of_the_office(clause: Clause, grammar: Grammar) -> bool:
    """Whether the clause opens with the office: AGENT ORTIZ OF THE CHICAGO OFFICE, PURSUANT TO THE MEMORANDUM."""
    words = [word.text for word in clause if word.text not in _ENDS]
    roles = _the_roles()
    if not words:
        return False
    if " ".join(words[:2]) in roles.leads:
        return not roles.rests_on.isdisjoint(words)
    for word in words[:_OPENING]:
        if word in roles.heads:
            return True
        if word not in roles.before and not grammar.is_strange(word):
            break
    return (
        words[0] in _IMPERSONAL
        and "by" in words
        and not roles.heads.isdisjoint(words[words.index("by") + 1 : words.index("by") + _BY])
    )


def _goes_on(clause: Clause, grammar: Grammar) -> bool:
    """Whether the clause has no subject of its own: AND FINDS THE ADDRESS USEFUL, OF WHOM SHE IS ONE."""
    words = [word.text for word in clause if word.text not in _ENDS]
    if not words:
        return True
    first, second = words[0], words[1] if len(words) > 1 else ""
    goes_on = _the_roles().goes_on
    if first in goes_on or f"{first} {second}" in goes_on or first in grammar.asking or first in grammar.told_verbs:
        return True
    if clause[0].text == "and" and grammar.is_strange(first):
        return True  # OF PEORIA AND ORTIZ
    if first in _BESIDE or _only_places(clause, grammar):
        return True
    return first.endswith("ed") or (first.endswith("s") and second in _OBJECTS) or len(words) < 3


def _only_places(clause: Clause, grammar: Grammar) -> bool:
    """ON # IN PEORIA."""
    words = [word.text for word in clause if word.text not in _ENDS]
    if not words or words[0] not in _PLACING:
        return False
    return all(word in _the_roles().before or grammar.is_strange(word) for word in words)


def _tells(words: list[Word], grammar: Grammar) -> bool:
    """Whether it tells what the person did, what was seen or found, or what an order of a day says."""
    roles = _the_roles()
    texts = [word.text for word in words]
    for place, word in enumerate(words):
        text = word.text
        if word.classes & g.DEED and roles.heads.isdisjoint(texts[place + 1 : place + 2]):
            return True
        if text in roles.matters and _on_a_day(texts, place):
            return True
        if text in roles.people and (_did(words, place, grammar) or _suffered(words, place)):
            return True
        if _was_learnt(words, place):
            return True
    if "#" not in texts or ("found" not in texts and roles.witness.isdisjoint(texts)):
        return False
    return any(text in roles.houses and texts[at] in _BEFORE_A_HOUSE for at, text in enumerate(texts[1:]))


def _on_a_day(texts: list[str], place: int) -> bool:
    """THE REMOVAL ORDER OF #; not AN EXECUTIVE ORDER OF #."""
    behind = texts[place + 1 : place + 4]
    if place and texts[place - 1] in _NOT_THE_PERSONS:
        return False
    return "#" in behind and all(word == "#" or word in _OF_A_DAY for word in behind[: behind.index("#")])


def _was_learnt(words: list[Word], place: int) -> bool:
    """SAW THE SUBJECT, FOUND A LEASE, A CAR REGISTERED TO THIS ADDRESS: a trace or a sight, and of whom or what."""
    roles, word = _the_roles(), words[place]
    if word.text in roles.sayings and place and words[place - 1].text in _OWN:
        return True
    seen = word.text in roles.witness
    if not seen and (not word.classes & g.TRACE or word.text in roles.weak):
        return False
    if place and words[place - 1].text in _POINTED:
        return True
    behind = words[place + 1 : place + 1 + _FAR]
    if any((near.text in roles.people and near.text not in _DOERS) or near.text in _OWN for near in behind):
        return True
    for near in behind[:_NEAR]:
        if near.text in roles.heads:
            continue
        if near.classes & (g.PLACE | g.DEED):
            return True
        if seen and near.classes & g.TRACE and near.text not in roles.weak:
            return True
    return False


def _did(words: list[Word], place: int, grammar: Grammar) -> bool:
    """THE SUBJECT LIVED, SHE GAVE; not WHETHER SHE LIVED."""
    before = [word.text for word in words[max(place - 2, 0) : place]]
    if not _DOUBT.isdisjoint(before) or (place + 1 < len(words) and words[place + 1].text == "s"):
        return False
    near = words[place + 1 : place + 1 + _NEAR]
    roles = _the_roles()
    return any(
        word.classes & g.HOME
        or word.text in roles.did
        or word.text in grammar.told_verbs
        or (grammar.is_told(word.text) and word.text not in roles.weak)
        for word in near
    )


def _suffered(words: list[Word], place: int) -> bool:
    """ARRESTED HER, REMOVED THE SUBJECT: what was done to the person; not REPLACED HIM."""
    before = place - 1
    while before >= 0 and words[before].text in _ARTICLES:
        before -= 1
    if before < 0 or words[before].text in _the_roles().weak:
        return False
    return bool(words[before].classes & (g.EVENT | g.DEED)) or words[before].text in _the_roles().witness


def _of_another(sentence: list[Word], grammar: Grammar) -> bool:
    """HER COUSIN LUIS WAS ARRESTED FOR FRAUD: another's case, and no word of this address or of a trace."""
    roles = _the_roles()
    texts = [word.text for word in sentence]
    if len(texts) < 3 or texts[0] not in _OWN or texts[1] not in roles.kin or roles.accused.isdisjoint(texts):
        return False
    return not any(
        grammar.is_place(word.text) or (word.classes & g.TRACE and word.text not in roles.weak) for word in sentence[2:]
    )


def _of_kin_alone(sentence: list[Word]) -> bool:
    """It opens with somebody else, and then neither the person, nor this address, nor a trace is spoken of."""
    roles = _the_roles()
    kin = next((place for place, word in enumerate(sentence[:_BEFORE_KIN]) if word.text in roles.kin), None)
    if not kin or any(word.text not in _WHOSE for word in sentence[:kin]):
        return False
    return not any(
        word.text in roles.people
        or word.text in roles.accused  # see `_of_another`
        or word.text in _TOGETHER
        or (word.classes & g.PLACE and word.text not in _DWELLS)
        or (word.classes & g.TRACE and word.text not in roles.weak)
        for word in sentence[kin + 1 :]
        if word.text != "@" or sentence[kin + 1] is not word  # HER SISTER @: of one surname
    )
