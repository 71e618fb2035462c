"""The words and forms of a reason: the lexicon compiled, and a text told by what of it stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from counterfoil.examination.reason.needs import Need, beginnings, needs
from counterfoil.examination.reason.trying import Pattern, Tries, Try, choices, common
from counterfoil.examination.reason.words import Kept, Word
from counterfoil.examination.texts import lexicon

_PART: Final = re.compile(r"<([a-z_]+)>")
_NAMES: Final = ("place", "home", "link", "offence", "event", "trace", "trait", "person", "generic", "deeds")
PLACE, HOME, LINK, OFFENCE, EVENT, TRACE, TRAIT, PERSON, GENERIC, DEED = (1 << n for n in range(len(_NAMES)))


class _Form(Pattern):
    """A pattern; of `pieces`, where there are any, one must begin in a text in which it fits."""

    def __init__(self, source: str, pieces: Iterable[str] = ()) -> None:
        super().__init__(source)
        stems = frozenset(piece.split()[0] for piece in pieces)
        self.named: tuple[Need, ...] = (stems,) if stems else ()


class _Forms(NamedTuple):
    """Forms one by one, and how they are tried on a text; where one is enough, all together too."""

    each: tuple[_Form, ...]
    tries: Tries
    together: Pattern | None = None


class Text:
    """A reason in its normal form, what its words are, each counted once, and the forms that they call for."""

    def __init__(self, text: str, words: list[Word]) -> None:
        gaps = "  " in text or text.endswith(" ")
        self.text = text
        self.all = [word for word in words if word.text] if gaps else words
        found, met, counts = 0, 0, 0
        seen: set[str] = set()
        for word in self.all:
            token = word.text
            if token in seen:
                continue
            seen.add(token)
            found |= word.classes
            if word.needs:
                met |= word.needs
            if len(seen) <= _COUNTED:
                counts += word.counts
        self.words = seen
        self.classes, self._met = found & _CLASSES, met
        self._spaced = not found & _MIXED and len(self.all) == text.count(" ") + 1
        self._padded = f" {text}"
        self.events = counts & _COUNTED
        self.traces = counts >> _WIDTH & _COUNTED
        self.traits = counts >> 2 * _WIDTH & _COUNTED
        self.particulars = counts >> 3 * _WIDTH & _COUNTED
        self.acts = counts >> 4 * _WIDTH & _COUNTED

    def count(self, token: str) -> int:
        """How often a word stands in it."""
        return sum(word.text == token for word in self.all) if token in self.words else 0

    def hits(self, forms: _Forms) -> list[re.Match[str]]:
        """Every place where one of the forms fits, form by form."""
        found: list[re.Match[str]] = []
        for form in forms.tries.forms(self._padded, self._met, spaced=self._spaced):
            found.extend(forms.each[form].compiled.finditer(self.text))
        return found

    def has(self, forms: _Forms) -> bool:
        """Whether one of the forms fits."""
        return forms.tries.one_fits(self._padded, self._met, spaced=self._spaced)

    def places(self, phrases: _Forms) -> list[re.Match[str]]:
        """Every place where a phrase stands, from left to right."""
        if phrases.together is None or not self.has(phrases):
            return []
        return list(phrases.together.compiled.finditer(self.text))


_CLASSES: Final = (1 << len(_NAMES)) - 1
_MIXED: Final = 1 << len(_NAMES)  # of a word: it holds a sign and behind it a letter, so that one begins within it
_WITHIN: Final = re.compile(r"\W\w")
_WIDTH: Final = 12  # bits of a count; five of them are a number that machines add
_COUNTED: Final = (1 << _WIDTH) - 1
_TENSES: Final = ("base", "going", "done")
_UNTOLD: Final = ("civil_untold", "seizing_untold")


class Grammar:
    """The lexicon compiled: classes of single words, and patterns over the normal form."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._exact: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        for bit, name in enumerate(_NAMES):
            for word in map(str, data[name]):
                table = self._starts if word.endswith("*") else self._exact
                stem = word.rstrip("*")
                table[stem] = table.get(stem, 0) | 1 << bit
        self._numbers: dict[Need, int] = {}
        self._weights: list[float] = []
        self._meets: dict[str, int] = {}
        self.place = self._phrases(data["place_phrases"])
        self.link = self._phrases(data["link_phrases"])
        self.link_weak = self._phrases(data["link_weak"])
        self.link_stage = self._phrases(data["link_stage"])
        self.offence = self._phrases(data["offence_phrases"])
        plain = [str(word) for word in data["plain"]]
        self._plain = frozenset(word for word in plain if not word.endswith("*"))
        self._plain_stems = tuple(word[:-1] for word in plain if word.endswith("*"))
        self.pasted = self._phrases(data["pasted"])
        self.other = self._topics(data["other_topics"])
        aims = lexicon("aims")
        self.other_aims = self._forms(self._filled(form, aims["parts"]) for form in aims["others"])
        self.other_means = frozenset(data["other_means"])
        self.other_facts = frozenset(data["other_facts"])
        self.hollow = frozenset(word for word in data["hollow"] if not self._is_plain(word))
        self.asking = frozenset(data["asking"])
        self.tax = self._topics(data["tax_topics"])
        self.negators = frozenset(data["negators"])
        self.subject_acts = re.compile(rf"\b(?:{_stems(data['subject_acts'])})(?: \S+){{0,2}}$")
        self.civil_topic = self._phrases(
            [
                *data["civil_topics"],
                "(?:" + _words(data["civil_nouns"]) + r") of (?:the )?(?:subject|alien|individual|person|target)",
            ]
        )
        self.crime = self._phrases(data["crime_phrases"])
        self.civil_colour = self._phrases(data["civil_colour"])
        civil = lexicon("civil")
        self.civil, self.seizing, self.civil_untold, self.seizing_untold = self._civil_forms(data, civil)
        self.told_verbs = frozenset(civil["told_verbs"])
        self.civil_waiting = self._phrases(civil["waiting"])
        self.civil_aim = self._forms([self._filled(civil["aim"], {"civil_topics": "|".join(data["civil_topics"])})])
        verbs = "|".join(word for forms in data["civil_verbs"].values() for word in forms[:2])
        self.removing = re.compile(rf"\b(?:{verbs}|ero|detention|for (?:\S+ )?(?:removal|deportation)|custody)\b")
        self._words: Kept[Word] = Kept(self._looked_up)
        self._told: Kept[bool] = Kept(self._looks_told)
        self._strange: Kept[bool] = Kept(self._looks_strange)
        self.subject, self.street, self.number, self.town = map(self._looked_up, ("@", "zaddr", "#", "ztown"))

    def _civil_forms(self, data: dict[str, Any], civil: dict[str, Any]) -> tuple[_Forms, ...]:
        """Patterns that state a civil purpose; of seizing, which criminal words make another; both again, if untold."""
        parts = dict(civil["parts"]) | {name: _words(data[name]) for name in ("person", "civil_nouns", "seize_nouns")}
        found: list[_Forms] = []
        for key, rest in (("civil_verbs", "civil_forms"), ("seize_verbs", "seizing_forms")):
            verbs = list(data[key].values())
            tense = {name: _words([verb[place] for verb in verbs]) for place, name in enumerate(_TENSES)}
            forms = [self._filled(form, parts | tense) for form in civil["verb_forms"]]
            found.append(self._forms([*forms, *(self._filled(form, parts) for form in civil[rest])]))
        untold = [self._forms(self._filled(form, parts) for form in civil[name]) for name in _UNTOLD]
        return (*found, *untold)

    def _needs(self, needs: Iterable[Need]) -> int:
        """Needs numbered, as bits."""
        bits = 0
        for need in needs:
            bit = self._numbers.get(need)
            if bit is None:
                bit = self._numbers[need] = 1 << len(self._numbers)
                self._weights.append(common(need))
            bits |= bit
            for start in need:
                self._meets[start] = self._meets.get(start, 0) | bit
        return bits

    def _forms(self, each: Iterable[_Form], together: Pattern | None = None) -> _Forms:
        forms = tuple(each)
        tries: list[Try] = []
        for number, form in enumerate(forms):
            wanted = ((choice, self._needs((*needs(choice), *form.named))) for choice in choices(form.source))
            tries += [Try(needed, number, choice) for choice, needed in wanted]
        return _Forms(forms, Tries(tries, self._weights), together)

    def _phrases(self, forms: list[str]) -> _Forms:
        return self._forms([_Form(rf"\b(?:{form})") for form in forms], _any(forms))

    def _topics(self, entries: list[dict[str, Any]]) -> _Forms:
        return self._forms(_Form(rf"\b(?:{entry['form']})", entry["any"]) for entry in entries)

    def _filled(self, entry: dict[str, Any], parts: dict[str, str]) -> _Form:
        pieces = [piece for some in entry["any"] for piece in _filled(some, parts).replace("\\", "").split("|")]
        return _Form(_filled(entry["form"], parts), pieces)

    def _classes(self, token: str) -> int:
        """The classes of a word: listed as it is, or beginning with a listed stem."""
        classes = self._exact.get(token, 0)
        for end in range(2, len(token) + 1):
            classes |= self._starts.get(token[:end], 0)
        return classes

    def word(self, token: str) -> Word:
        """A word of the normal form, with all that is known of it."""
        return self._words.of(token)

    def text(self, normal: str) -> Text:
        """A normal form as a text."""
        return Text(normal, [self.word(token) for token in normal.split()])

    def _looked_up(self, token: str) -> Word:
        needs = 0
        for start in beginnings(token):
            needs |= self._meets.get(start, 0)
        classes = self._classes(token)
        return Word(token, classes | (_MIXED if _WITHIN.search(token) else 0), needs, self._counts(token, classes))

    def _counts(self, token: str, classes: int) -> int:
        particular = token.isalpha() and token[0] != "z" and not self._is_plain(token) and not classes & DEED
        event = classes & EVENT != 0
        act = classes & DEED != 0 or (particular and event)
        each = (event, classes & TRACE != 0, classes & TRAIT != 0, particular, act)
        return sum(one << place * _WIDTH for place, one in enumerate(each))

    def is_told(self, word: str) -> bool:
        """Whether a word tells of what happened or of a crime, and asks for nothing."""
        return self._told.of(word)

    def _looks_told(self, word: str) -> bool:
        if word in self.asking:
            return False
        return bool(self._classes(word) & (EVENT | DEED)) or (word.endswith("ed") and not self._is_plain(word))

    def is_place(self, word: str) -> bool:
        """Whether a word stands for the address, or for what is asked of the custodian."""
        return bool(self._classes(word) & PLACE) or word in ("it", "this", "information", "data", "confirmation")

    def is_strange(self, word: str) -> bool:
        """Whether a word stands in no class and on no list: a name, most likely."""
        return self._strange.of(word)

    def _looks_strange(self, word: str) -> bool:
        return word.isalpha() and not self._classes(word) and not self._is_plain(word)

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


def _words(found: list[str]) -> str:
    return "|".join(re.escape(word) for word in found)


def _stems(found: list[str]) -> str:
    return "|".join(re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else r"\b") for word in found)


def _any(forms: list[str]) -> Pattern:
    return Pattern(r"\b(?:" + "|".join(f"(?:{form})" for form in forms) + ")")


@lru_cache(maxsize=1)
def the_grammar() -> Grammar:
    """The lexicon `reason`, compiled once."""
    return Grammar(lexicon("reason"))
