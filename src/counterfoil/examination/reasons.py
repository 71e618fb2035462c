"""What a reason says: a purpose, a link between the address and the investigation, facts of this person.

26 USC 6103(i)(2)(B)(iv) asks for "the specific reason or reasons why such disclosure is, or may be, relevant
to such proceeding or investigation"; (i)(2)(A) lets the answer be used solely in that matter. A reason is
read by word classes (`lexicon/reason.yaml`) and by how they stand together: "failed to depart after the
removal order" is a fact, "to locate and remove" is a purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from counterfoil.examination.texts import lexicon

_PART: Final = re.compile(r"<([a-z_]+)>")
_CRIMINAL: Final = re.compile(
    r"\b(?:criminal\w*|indict\w*|arraign\w*|grand jury|prosecut\w*|trial|felon\w*|zcite|magistrate|complaint|"
    r"us marshals?|federal court)\b"
)
_FOR_REMOVAL_FACT: Final = re.compile(
    r"(?:(?:appear\w*|report(?:ed|ing)?|present\w*|surrender\w*|documents?|applicat\w*|appl(?:y|ied)|notice|notified|"
    r"arrange\w*|instruct\w*|date set|failed|refus\w+)(?: \S+){0,7}"
    r"|(?:schedul\w*|ordered|order|orders|warrant|hearing|subject to|liab\w*|eligib\w*)(?: \S+){0,1})$"
)


_ECHOES: Final = 4  # values of other cells; a reason may well give the order's date and the case


class Reason(NamedTuple):
    """How a reason reads. At most one of `generic` and `irrelevant`, and neither beside a wrong purpose."""

    civil: bool = False
    other: bool = False
    tax: bool = False
    generic: bool = False
    irrelevant: bool = False


@lru_cache(maxsize=32768)
def read_reason(text: str, echoes: int = 0) -> Reason:
    """Read a reason in its normal form (see `wording.wording`). Never raises.

    `echoes` counts the values of the request's other cells that the reason repeats.
    """
    grammar = _grammar()
    pasted = bool(grammar.pasted.search(text)) or echoes >= _ECHOES
    if pasted:
        text = text.replace("zcivil", "zlaw")  # the ground of the order, copied: no purpose
    said = _Text(text, grammar)
    classes = _classes(said, grammar)
    pasted = pasted and (echoes < _ECHOES or not (classes.traces or classes.link or classes.particulars > _ECHOES))
    specific = _specific(classes)
    tax = any(not _taken_back(text, hit) for hit in said.hits(grammar.tax))
    civil = _civil(said, specific, grammar) and not _marks_alone(said)
    other = _other(said, specific, grammar)
    if civil or other or tax:
        return Reason(civil=civil, other=other, tax=tax)
    pasted = pasted or _marks_alone(said)
    if specific and not pasted:
        return Reason()
    irrelevant = not pasted and _irrelevant(classes)
    return Reason(generic=not irrelevant, irrelevant=irrelevant)


class _Classes(NamedTuple):
    """Which word classes a reason has; facts are counted, each word once."""

    place: bool
    home: bool  # the person's living there is spoken of, not the address alone
    link: bool
    offence: bool
    events: int
    traces: int
    numbers: int
    traits: int
    subject: bool
    generic: bool
    particulars: int  # words that not every request could hold


def _classes(said: _Text, grammar: _Grammar) -> _Classes:
    text, found = said.text, said.classes
    return _Classes(
        place=bool(found & _PLACE or grammar.place.search(text)),
        home=bool(found & _HOME),
        link=bool(found & _LINK or grammar.link.search(text)),
        offence=bool(found & _OFFENCE or grammar.offence.search(text)),
        events=said.events,
        traces=said.traces,
        numbers=min(said.tokens.count("#"), 2),
        traits=said.traits,
        subject=bool(found & _PERSON) or "he" in said.words or "she" in said.words,
        generic=bool(found & _GENERIC),
        particulars=said.particulars,
    )


def _specific(classes: _Classes) -> bool:
    """The address bears on the offence (a link, or the offence beside an account), and facts of this person say why."""
    if not classes.place:
        return False
    facts = classes.events + classes.traces + classes.numbers
    if classes.link:
        return facts >= (1 if classes.offence or classes.particulars >= 5 else 2)
    if not classes.offence:
        return _account(classes, facts)
    if facts >= 3 and (classes.home or classes.traces >= 2 or classes.particulars >= 3):
        return True
    return facts >= 1 and classes.particulars >= 6


def _account(classes: _Classes, facts: int) -> bool:
    """What a witness, a paper or an event tells of the person at this address at a time, no charge named.

    Facts of the person's life (a spouse, a job, a nationality) make no account of the offence, so beside them
    more is asked for.
    """
    if not classes.numbers:
        return not classes.traits and facts >= 4 and classes.particulars >= 6
    if classes.traits > 1:
        return facts >= 5 and classes.particulars >= 5
    if classes.traits:
        return facts >= 4 and classes.particulars >= 4
    return (facts >= 3 and classes.particulars >= 3) or (facts >= 2 and classes.particulars >= 7)


def _marks_alone(said: _Text) -> bool:
    """Other cells copied into this one: numbers, dates, case numbers and citations, and no more than a word or two."""
    plain = 0
    for token in said.tokens:
        if token.isalpha() and not token.startswith("z"):
            plain += 1
            if plain == 3:
                return False
    return len(said.tokens) > plain + 2


def _irrelevant(classes: _Classes) -> bool:
    """Facts of the person, and nothing that ties the address to the investigation."""
    if classes.traits:
        return not (classes.place and classes.link)
    told = classes.events + classes.traces + classes.particulars
    if told and classes.subject and not (classes.generic or classes.offence or classes.place):
        return True
    return classes.events + classes.traces >= 1 and not (classes.place and classes.offence)


def _civil(said: _Text, specific: bool, grammar: _Grammar) -> bool:
    """A civil purpose is stated, or nothing but civil enforcement is spoken of."""
    text = said.text
    for hit in said.hits(grammar.civil):
        if not _taken_back(text, hit) and not _subjects_own(text, hit):
            return True
    for hit in said.hits(grammar.seizing):
        if _taken_back(text, hit) or _subjects_own(text, hit):
            continue
        if not _criminal_sentence(text, hit) or grammar.removing.search(_sentence(text, hit)):
            return True
    hits = said.hits(grammar.civil_aim) if specific else grammar.civil_topic.finditer(text)
    return any(not _taken_back(text, hit) for hit in hits)


def _other(said: _Text, specific: bool, grammar: _Grammar) -> bool:
    """Another use is stated; in a specific reason only where it is a purpose, not a fact about the person."""
    text = said.text
    for hit in said.hits(grammar.other):
        if _taken_back(text, hit):
            continue
        if not specific or (_purposive(text, hit) and not _factual(text, hit, grammar)):
            return True
    return False


def _sentence(text: str, hit: re.Match[str]) -> str:
    start = text.rfind("|", 0, hit.start()) + 1
    end = text.find("|", hit.end())
    return text[start : end if end >= 0 else len(text)]


def _before(text: str, hit: re.Match[str], number: int) -> list[str]:
    return text[text.rfind("|", 0, hit.start()) + 1 : hit.start()].split()[-number:]


def _criminal_sentence(text: str, hit: re.Match[str]) -> bool:
    return bool(_CRIMINAL.search(_sentence(text, hit)))


def _taken_back(text: str, hit: re.Match[str]) -> bool:
    """Denied: "not for removal", "unrelated to any tax matter", "rather than to detain"."""
    ahead = _before(text, hit, 7)
    joined = " ".join(ahead)
    if re.search(r"\bnot (?:only|just|merely|solely|limited|simply)\b", joined):
        return False
    if re.search(
        r"(?:rather than|instead of|other than|apart from|no part of|distinct from|separate from)(?: \S+){0,5}$", joined
    ):
        return True
    return any(word in _grammar().negators for word in ahead)


def _subjects_own(text: str, hit: re.Match[str]) -> bool:
    """The act is the subject's or the past's: "to avoid being located", "agents were unable to locate him"."""
    ahead = " ".join(_before(text, hit, 4))
    if _grammar().subject_acts.search(ahead):
        return True
    tail = " ".join(_before(text, hit, 9)) + " " + hit[0]
    return hit[0].startswith("for ") and bool(_FOR_REMOVAL_FACT.search(tail[: tail.rfind("for ")].strip()))


def _purposive(text: str, hit: re.Match[str]) -> bool:
    lead = " " + " ".join(_before(text, hit, 8)) + " " + hit[0]
    return bool(re.search(r" (?:to|for|in order to|will|also|purposes?|can|help|support|so that) ", lead + " "))


def _factual(text: str, hit: re.Match[str], grammar: _Grammar) -> bool:
    if any(word in grammar.other_means for word in _before(text, hit, 12)):
        return True
    return any(word in grammar.other_facts for word in (*_before(text, hit, 6), *hit[0].split()[:1]))


_NAMES: Final = ("place", "home", "link", "offence", "event", "trace", "trait", "person", "generic")
_PLACE, _HOME, _LINK, _OFFENCE, _EVENT, _TRACE, _TRAIT, _PERSON, _GENERIC = (1 << n for n in range(len(_NAMES)))


class _Form(NamedTuple):
    """A pattern, and pieces of which one must begin in a text before the pattern is worth trying."""

    pattern: re.Pattern[str]
    pieces: tuple[str, ...]

    def stems(self) -> set[str]:
        """The beginnings of words by which the form is found."""
        return {piece.split()[0] for piece in self.pieces}


class _Word(NamedTuple):
    """What a word is by itself: its classes and the forms that it calls for, as bits; and whether it is particular."""

    classes: int
    calls: int
    particular: bool


class _Text:
    """A reason in its normal form, what its words are, each counted once, and the forms that they call for."""

    def __init__(self, text: str, grammar: _Grammar) -> None:
        self.text = text
        self.tokens = text.split()
        self.words = set(self.tokens)
        all_classes = called = events = traces = traits = particulars = 0
        known = grammar.words
        for word in self.words:
            classes, calls, particular = known[word]
            called |= calls
            particulars += particular
            if classes:
                all_classes |= classes
                events += classes & _EVENT != 0
                traces += classes & _TRACE != 0
                traits += classes & _TRAIT != 0
        self.classes, self.events, self.traces, self.traits = all_classes, events, traces, traits
        self.particulars = particulars
        self._called, self._patterns = called, grammar.patterns

    def hits(self, forms: int) -> Iterator[re.Match[str]]:
        """Every place where one of the forms (bits) fits."""
        left = self._called & forms
        while left:
            lowest = left & -left
            left ^= lowest
            yield from self._patterns[lowest.bit_length() - 1].finditer(self.text)


class _Words(dict[str, _Word]):
    """Words as they come, each looked up once."""

    def __init__(self, grammar: _Grammar) -> None:
        super().__init__()
        self._grammar = grammar

    def __missing__(self, token: str) -> _Word:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        found = self[token] = self._grammar.word(token)
        return found


_WORDS_KEPT: Final = 65536


class _Grammar:
    """The lexicon compiled: classes of single words, and patterns over the normal form."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._exact: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        for bit, name in enumerate(_NAMES):
            for word in map(str, data[name]):
                table = self._starts if word.endswith("*") else self._exact
                stem = word.rstrip("*")
                table[stem] = table.get(stem, 0) | 1 << bit
        self.place = _any(data["place_phrases"])
        self.link = _any(data["link_phrases"])
        self.offence = _any(data["offence_phrases"])
        plain = [str(word) for word in data["plain"]]
        self._plain = frozenset(word for word in plain if not word.endswith("*"))
        self._plain_stems = tuple(word[:-1] for word in plain if word.endswith("*"))
        self.pasted = _any(data["pasted"])
        self._called: dict[str, int] = {}
        self.patterns: list[re.Pattern[str]] = []
        self.other = self._bits([_topic(entry) for entry in data["other_topics"]])
        self.other_means = frozenset(data["other_means"])
        self.other_facts = frozenset(data["other_facts"])
        self.tax = self._bits([_topic(entry) for entry in data["tax_topics"]])
        self.negators = frozenset(data["negators"])
        self.subject_acts = re.compile(rf"\b(?:{_stems(data['subject_acts'])})(?: \S+){{0,2}}$")
        self.civil_topic = _any(
            [
                *data["civil_topics"],
                "(?:" + _words(data["civil_nouns"]) + r") of (?:the )?(?:subject|alien|individual|person|target)",
            ]
        )
        civil = lexicon("civil")
        forms = _civil_forms(data, civil)
        self.civil = self._bits([form for form, seizing in forms if not seizing])
        self.seizing = self._bits([form for form, seizing in forms if seizing])
        self.civil_aim = self._bits([_filled_form(civil["aim"], {"civil_topics": "|".join(data["civil_topics"])})])
        verbs = "|".join(word for forms in data["civil_verbs"].values() for word in forms[:2])
        self.removing = re.compile(rf"\b(?:{verbs}|ero|detention|for (?:\S+ )?(?:removal|deportation)|custody)\b")
        self.words = _Words(self)

    def _bits(self, forms: list[_Form]) -> int:
        """Number the forms, and note by which beginnings of words each is found; their bits."""
        bits = 0
        for form in forms:
            bit = 1 << len(self.patterns)
            self.patterns.append(form.pattern)
            for stem in form.stems():
                self._called[stem] = self._called.get(stem, 0) | bit
            bits |= bit
        return bits

    def word(self, token: str) -> _Word:
        """What a word is: listed as it is, or beginning with a listed stem."""
        starts = [token[:end] for end in range(1, len(token) + 1)]
        classes, calls = self._exact.get(token, 0), 0
        for start in starts:
            calls |= self._called.get(start, 0)
        for start in starts[1:]:
            classes |= self._starts.get(start, 0)
        particular = token.isalpha() and token[0] != "z" and not self._is_plain(token)
        return _Word(classes, calls, particular)

    def _is_plain(self, token: str) -> bool:
        """Whether a word is one that any request could hold."""
        return token in self._plain or token.startswith(self._plain_stems)


def _filled(pattern: str, parts: dict[str, str]) -> str:
    """A pattern with every <name> replaced by its part, parts within parts as well."""
    while True:
        filled = _PART.sub(lambda match: parts[match[1]], pattern)
        if filled == pattern:
            return filled
        pattern = filled


def _civil_forms(data: dict[str, Any], civil: dict[str, Any]) -> list[tuple[_Form, bool]]:
    """Patterns that state a civil purpose; True where criminal words in the sentence make it another."""
    parts = dict(civil["parts"]) | {name: _words(data[name]) for name in ("person", "civil_nouns", "seize_nouns")}
    forms: list[tuple[_Form, bool]] = []
    for key, seizing in (("civil_verbs", False), ("seize_verbs", True)):
        verbs = list(data[key].values())
        tense = {name: _words([verb[place] for verb in verbs]) for place, name in enumerate(("base", "going", "done"))}
        forms += [(_filled_form(form, parts | tense), seizing) for form in civil["verb_forms"]]
    forms += [(_filled_form(form, parts), False) for form in civil["civil_forms"]]
    forms += [(_filled_form(form, parts), True) for form in civil["seizing_forms"]]
    return forms


def _filled_form(entry: dict[str, Any], parts: dict[str, str]) -> _Form:
    pieces = [piece for some in entry["any"] for piece in _filled(some, parts).replace("\\", "").split("|")]
    return _Form(re.compile(_filled(entry["form"], parts)), tuple(pieces))


def _topic(entry: dict[str, Any]) -> _Form:
    return _Form(re.compile(rf"\b(?:{entry['form']})"), tuple(entry["any"]))


def _words(found: list[str]) -> str:
    return "|".join(re.escape(word) for word in found)


def _stems(found: list[str]) -> str:
    return "|".join(re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else r"\b") for word in found)


def _any(forms: list[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(f"(?:{form})" for form in forms) + ")")


@lru_cache(maxsize=1)
def _grammar() -> _Grammar:
    return _Grammar(lexicon("reason"))
