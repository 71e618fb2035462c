"""A reason in two forms: the normal form that is read, and the mask that is compared across a batch.

The normal form is lower case, words only; `@` stands for the subject's name, `#` for a number or a date,
`zcite`, `zcivil`, `ztax` and `zlaw` for citations by kind, `zcase` for an investigation or docket number,
`|` for the end of a sentence. The mask also hides every other name, so that one text filled in for many
people is one mask.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from counterfoil.examination.reason.grammar import Text, the_grammar
from counterfoil.examination.reason.words import BEHIND_MAY, Kept, Word
from counterfoil.examination.texts import lexicon

_PATH: Final = r"(?:\s?\((?:[0-9]{1,3}[a-z]?|[a-z]{1,5})\))*"
_SECTION: Final = r"[0-9]{1,5}[a-z]{0,2}(?:-[0-9]{1,2})?" + _PATH
_MARK: Final = r"(?:§+|\bsections?\b|\bsecs?\b\.?)"
_ACT: Final = r"(?:i\.?n\.?a\b\.?|immigration and nationality act)"
_CITE: Final = re.compile(
    rf"\b(?:title\s+)?[0-9]{{1,2}},?\s?u\.?\s?s\.?\s?c(?:ode\b|\.)?(?:\s?a\b\.?)?,?\s*{_MARK}?\s*{_SECTION}"
    rf"|\btitle\s+[0-9]{{1,2}},?\s+(?:u\.?\s?s\.?\s?c\.?,?\s+)?{_MARK}\s*{_SECTION}"
    rf"|\b{_ACT}\s*{_MARK}?\s*{_SECTION}"
    rf"|{_MARK}\s*{_SECTION}(?:\s*(?:of|,)\s*(?:the\s+)?(?:title\s+[0-9]{{1,2}}|{_ACT}))?"
)
_TITLE: Final = re.compile(r"\btitle\s+[0-9]{1,2}\b")
_CITE_SIGNS: Final = (
    "usc",
    "u.s.c",
    "u. s. c",
    "s code",
    "s. code",
    "§",
    "section",
    "sec. ",
    "ina ",
    "title ",
    "y act",
)
_CITES: Final = re.compile(
    r"§|\bsec(?:tion)?s?\b|title$|\bi\.?n\.?a\b|act(?![a-z])|(?:^|s\.?)c(?:ode|\.)?(?:a\.?)?,?(?:$|[§0-9])|usc|u\.s\.c"
)  # in one word of every citation
_CITE_KINDS: Final = {"criminal": " zcite ", "civil": " zcivil ", "tax": " ztax ", "law": " zlaw "}
_FORM: Final = re.compile(
    r"\b(?:form )?(?:(?P<tax>w-?[27]s?|10(?:40|99)(?:-?[a-z]{1,4})?s?)|i-?(?P<number>9|200|205|247a?))\b"
)
_FORM_SIGNS: Final = ("w-2", "w2", "w-7", "1040", "1099", "i-9", "i-2", "i9", "i2")
_FORM_WORDS: Final = {"9": " workform ", "200": " civilwarrant ", "205": " civilwarrant "}
_NUMBER: Final = re.compile(r"(?<!\S)[^\s0-9]*+[0-9]\S*")  # a word with a digit in it, found in one pass
_EDGES: Final = "$-/_.,;:!?()[]{}\"'*&%+=<>~"
_DOCKET: Final = re.compile(r"(?=(?:.*[0-9]){3})(?=.*[a-z])(?:[a-z0-9]+(?:[-/][a-z0-9]+)+|[a-z]{2,}[0-9]{4,})")
_REGISTRATION: Final = re.compile(r"a-?[0-9]{3}-?[0-9]{3}-?[0-9]{2,3}")
_ORDINAL: Final = re.compile(r"[0-9]+(?:st|nd|rd|th|s|k|[-/][0-9]+)*")
_NAMED: Final = re.compile(r" [A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_BREAKS: Final = str.maketrans(
    {
        **dict.fromkeys(".;!?\n", " | "),
        **dict.fromkeys(",:", " , "),
        **dict.fromkeys("()[]{}\"'/-_*&%+=<>~^\\\t\r@`$", " "),
    }
)
_NEGATED: Final = re.compile(r"n't\b")
_OPENS: Final = frozenset(("(", "[", '"', "'"))
_ROUND: Final = "()[]\"'.,"
_IRREGULAR: Final = {"can't": "can not", "won't": "will not", "shan't": "shall not", "cannot": "can not"}
_SHOWING: Final = re.compile(r"\b(?:(show)(s|ed|ing)? up|no[- ]shows?)\b")  # to come, and not to prove
_SHOWN_UP: Final = ("show up", "shows up", "showed up", "showing up", "no show", "no-show")
_DIGIT: Final = re.compile(r"[0-9]")
_APART: Final = re.compile(r"[\W_]+")
_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")  # in TY2022 as well
_LONGEST_LEAD: Final = len("calendar periods of ")
_LEADS: Final = ("year", "years", "period", "periods", "ty", "for", "during", "of")
_YEARS_ASKED: Final = re.compile(
    r"\b(?:(?:(?:tax|taxable|calendar|filing) )?(?:years?|periods?)|ty|for|during)(?: of)? ?"
    r"(?:(?:19|20)[0-9]{2}(?![0-9])(?:,? (?:and|or|through|to) |, ?| ?[-/&] ?)?)+(?![0-9/])"
)
_PLAIN: Final = {
    **{ord(c): "'" for c in "’‘ʼ"},
    **{ord(c): '"' for c in "“”"},
    **{ord(c): "-" for c in "‐‑‒–"},
    ord("—"): " - ",
    0xAD: None,
    0x200B: None,
}


class Names(NamedTuple):
    """What a row gives of the subject, for masking.

    The words that stand for the subject or the street, each with its mark; parts of the name written with a mark
    (O'Neil, Mary-Jane); lines of the address; and the years asked about.
    """

    marks: dict[str, Word]
    compounds: list[str]
    lines: list[str]
    years: tuple[str, ...]


def names_of(*parts: str, lines: Iterable[str] = (), years: str = "") -> Names:
    """The names that a row gives, the `lines` of its address (the town last), and its tax `years`, for `wording`."""
    grammar = the_grammar()
    given = [_plain(line).lower().split() for line in lines]
    street = given[0] if given else []
    marks = {word: grammar.town for word in given[-1] if _names_a_street(word)} if len(given) > 1 else {}
    marks |= {word: grammar.street for word in street[1:] if _names_a_street(word)}
    compounds: list[str] = []
    for word in _plain(" ".join(parts)).lower().split():
        if not word.isalnum() and len(word) > 2:
            compounds.append(word)
        for part in _APART.split(word) if not word.isalnum() else (word,):
            if len(part) > 1:
                marks[part] = grammar.subject
    marks["zname"] = grammar.subject
    written = [line for words in given if len(words) > 1 and len(line := " ".join(words)) > 4]
    return Names(marks, compounds, written + _at_the_number(street), _years_in(years))


def _at_the_number(street: list[str]) -> list[str]:
    """How a text tells of the house by its number alone; a number that may be a year is none."""
    number = street[0] if street else ""
    if not number.isdigit() or len(number) < 2 or (len(number) == 4 and number[:2] in ("19", "20")):
        return []
    return [f" at {number} ", f" outside {number} "]


@lru_cache(maxsize=4096)
def _years_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_YEAR.findall(text)))


@lru_cache(maxsize=4096)
def _names_a_street(word: str) -> bool:
    """Whether a word of the address tells of it alone: "Larkspur", and not "Avenue", "Church" or "Washington"."""
    return len(word) > 4 and word not in _street_words() and the_grammar().is_strange(word)


def _plain(text: str) -> str:
    """One kind of quote and dash, and letters without accents."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c))


class Wording(NamedTuple):
    """A reason's normal form and its mask."""

    said: Text
    mask: str


def wording(text: str, names: Names, investigation: str, kind_of: Callable[[str], str]) -> Wording:
    """Both forms of a reason.

    `names` are the subject's, `investigation` is the row's own investigation id, and `kind_of` tells for a
    citation's text "criminal", "civil", "tax" or "law" (a provision that is no ground).
    """
    text = _plain(text)
    low = text.lower()
    if "|" in low or "#" in low:
        low = low.replace("|", " ").replace("#", " ")
    for compound in names.compounds:
        if compound in low:
            low = low.replace(compound, " zname ")
    case = investigation.lower()
    low = _hidden(" ".join(low.replace("\n", " . ").split()), names, case)
    words = _settled(_marked(low, names, case, kind_of), names.marks)
    said = Text(" ".join([word.text for word in words]), words)
    return Wording(said, _masked(said.all, _named(text)))


def _settled(words: list[Word], marks: dict[str, Word]) -> list[Word]:
    """The words with marks for the subject, the street and months, one mark where several of a kind stand in a row."""
    number = the_grammar().number
    settled: list[Word] = []
    months = False
    for word in words:
        months = months or word.may_be_month
        _add(settled, marks.get(word.text) or (number if word.month else word))
    return _with_months(settled, number) if months else settled


def _add(words: list[Word], word: Word) -> None:
    """Put a word behind the others, but a mark that stands there only once."""
    if word.repeats and words:
        if words[-1].text == word.text:
            return
        if words[-1].text == "," and len(words) > 1 and words[-2].text == word.text:
            words.pop()
            return
    words.append(word)


def _with_months(words: list[Word], number: Word) -> list[Word]:
    """ "May" and "march" beside a number are months as well; where none follows, a gap is left."""
    told: list[Word] = []
    for place, word in enumerate(words):
        before = words[place - 1].text if place else ""
        after = words[place + 1].text if place + 1 < len(words) else ""
        if not word.may_be_month or (after != "#" and (before not in ("#", "in") or after in BEHIND_MAY)):
            _add(told, word)
            continue
        _add(told, number)
        if after != "#":
            told.append(_GAP)
    return told


def _hidden(low: str, names: Names, investigation: str) -> str:
    """The address, the years asked about and the case replaced by their marks, as far as they are written out."""
    if "show" in low and any(sign in low for sign in _SHOWN_UP):
        low = _SHOWING.sub(lambda match: f"appear{match[2] or ''}" if match[1] else "absent", low)
    for line in names.lines:
        if line in low:
            low = low.replace(line, " zaddr ")
    if names.years:
        low = _years_named(low, names.years)
    return low.replace(investigation, " zcase ") if len(investigation) > 2 else low


def _years_named(low: str, years: tuple[str, ...]) -> str:
    """The years that the request asks about, named as such, date nothing that happened."""
    done, parts = 0, [""]
    for place in _behind_a_lead(low, years):
        while done <= place and (match := _YEARS_ASKED.search(low, max(done, place - _LONGEST_LEAD))):
            parts += low[done : match.start()], _asked(match, years)
            done = match.end()
    return "".join(parts) + low[done:] if done else low


def _behind_a_lead(low: str, years: tuple[str, ...]) -> list[int]:
    """Where one of the years stands behind a word that may lead in the years asked about: few texts have it so."""
    found: list[int] = []
    for year in years:
        place = low.find(year)
        while place >= 0:
            if low[max(place - 9, 0) : place].rstrip().endswith(_LEADS):
                found.append(place)
            place = low.find(year, place + 4)
    return sorted(found)


def _asked(match: re.Match[str], years: tuple[str, ...]) -> str:
    """What stands for some years: their mark where there are any and the request asks about each of them."""
    found = _YEAR.findall(match[0])
    if not found or not all(year in years for year in found):
        return match[0]
    lead = match[0].split()[0] if match[0].startswith(("for", "during")) else "year"
    return f"{lead} zyear{match[0][len(match[0].rstrip(' ,-/&')) :]} "


def _written_out(low: str) -> str:
    """Short forms written out: "subj. @ this addr." is "subject at this address"."""
    words = low.split()
    if not words:
        return ""
    last = _short(words.pop(), last=True)
    low = " ".join([*(_short(word, last=False) for word in words), last])
    return low.replace(" @ ", " at ") if " @ " in low else low


def _short(word: str, *, last: bool) -> str:
    """A word as written out; the point behind the last one ends a sentence."""
    table = _abbreviations()
    bare = word.rstrip(".,;:")
    if bare in table:
        ends = last or word[-1] in ";:,"
        return table[bare] + (word[len(bare) :].lstrip(".") if word[-1] != "." or not ends else "")
    if bare[:1] in _OPENS and bare.strip(_ROUND) in table:
        return table[bare.strip(_ROUND)] + word[len(bare) :].replace(".", " | ")
    return word


@lru_cache(maxsize=1)
def _street_words() -> frozenset[str]:
    return frozenset(lexicon("reason")["street_words"])


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, str]:
    return {str(short): str(full) for short, full in lexicon("reason")["abbreviations"].items()}


def _marked(low: str, names: Names, investigation: str, kind_of: Callable[[str], str]) -> list[Word]:
    """The words and signs that are left when short forms are written out, and citations, forms and numbers marked."""
    words: list[Word] = []
    for typed in low.split():
        found = _ALONE.of(typed)
        if found is _TOGETHER:
            return _looked_at(low, names, investigation, kind_of)
        words += found
    return words


def _looked_at(low: str, names: Names, investigation: str, kind_of: Callable[[str], str]) -> list[Word]:
    """The same with a look at the words around each word."""
    written = _written_out(low)
    if written != " ".join(low.split()):
        written = _hidden(written, names, investigation)
    words: list[Word] = []
    for typed in _cited(written, kind_of).split():
        words += _BESIDE.of(typed)
    return words


def _cited(low: str, kind_of: Callable[[str], str]) -> str:
    """Citations and forms, which may stand in several words, replaced by their marks."""
    if any(sign in low for sign in _CITE_SIGNS):
        low = _CITE.sub(lambda match: _CITE_KINDS.get(kind_of(match[0]), " zcite "), low)
        low = _TITLE.sub(" zlaw ", low)
    if "'" in low:
        low = _written_not(low).replace("'s ", " s ")
    if any(sign in low for sign in _FORM_SIGNS):
        low = _FORM.sub(lambda m: " taxform " if m["tax"] else _FORM_WORDS.get(m["number"], " detainer "), low)
    return low


def _written_not(low: str) -> str:
    """Contractions written out."""
    for short, full in _IRREGULAR.items():
        low = low.replace(short, full)
    return _NEGATED.sub(" not", low)


def _one(typed: str) -> list[Word]:
    """What becomes of a word that is no part of a citation or of a form's name."""
    if "'" in typed or "cannot" in typed:
        typed = _written_not(typed)
    marked = " ".join([_NUMBER.sub(_number, part.replace("u.s.", "us")) for part in typed.split()])
    return [the_grammar().word(word) for word in marked.translate(_BREAKS).split()]


def _alone(typed: str) -> list[Word]:
    """The same, _TOGETHER where more must be asked: a short form, a part of a citation or of a form's name, 1990's."""
    if typed.isalpha() and typed not in _abbreviations() and "cannot" not in typed:  # most of those seen first
        return _TOGETHER if _CITES.search(typed) else [the_grammar().word(typed)]
    if typed == "@" or _short(typed, last=False) != typed or _short(typed, last=True) != typed:
        return _TOGETHER
    if _CITES.search(typed) or _FORM.search(typed) or ("'" in typed and _DIGIT.search(typed)):
        return _TOGETHER
    return _one(typed)


_GAP: Final = Word("")
_TOGETHER: Final[list[Word]] = [_GAP]
_ALONE: Final[Kept[list[Word]]] = Kept(_alone)
_BESIDE: Final[Kept[list[Word]]] = Kept(_one)


def _number(match: re.Match[str]) -> str:
    """A word with a digit in it: a registration number, a case number, or a number or date."""
    word = match[0]
    token = word.strip(_EDGES)
    after = " | " if word[-1] in ".;!?" else " , " if word[-1] in ",:" else " "
    if token.isdigit():
        return f" #{after}"
    if _REGISTRATION.fullmatch(token):
        return f" zid{after}"
    if not _ORDINAL.fullmatch(token) and _DOCKET.fullmatch(token):
        return f" zcase{after}"
    return f" #{after}"


def _masked(words: list[Word], named: frozenset[str]) -> str:
    """Names, numbers, dates, case numbers and citations hidden, punctuation gone."""
    masked: list[str] = []
    for word in words:
        hidden = word.hidden
        if hidden in named and hidden == word.text:
            hidden = "@"
        if hidden and not (masked and hidden in ("#", "@") and masked[-1] == hidden):
            masked.append(hidden)
    return " ".join(masked)


def _named(text: str) -> frozenset[str]:
    """Words that stand capitalised within a sentence: names of people, places, offices."""
    found: list[str] = []
    for match in _NAMED.finditer(text):
        words = match[0].lower().replace("-", " ").split()
        found += words[1:] if text[match.start() - 1] in ".!?;\n|" else words
    return frozenset(found)
