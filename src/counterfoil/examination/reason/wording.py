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

from counterfoil.examination.reason.grammar import the_grammar
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
_MONTHS: Final = (
    frozenset(("january", "february", "april", "june", "july", "august", "september", "october", "november"))
    | frozenset(("december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"))
    | frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
)
_MONTH_OR_WORD: Final = re.compile(r"\b(?:may|march) (?=#)|(?<=# )(?:may|march)\b|(?<=\bin )(?:may|march)\b")
_NEGATED: Final = re.compile(r"n't\b")
_OPENS: Final = frozenset(("(", "[", '"', "'"))
_ROUND: Final = "()[]\"'.,"
_IRREGULAR: Final = {"can't": "can not", "won't": "will not", "shan't": "shall not", "cannot": "can not"}
_SHOWING: Final = re.compile(r"\b(?:(show)(s|ed|ing)? up|no[- ]shows?)\b")  # to come, and not to prove
_MARKS: Final = re.compile(r"([#@])(?: , \1| \1)+")
_DIGIT: Final = re.compile(r"[0-9]")
_HIDDEN: Final = {
    **dict.fromkeys(("zcase", "zid", "zcite", "zcivil", "ztax", "zlaw", "zaddr", "zyear"), "#"),
    **dict.fromkeys("|,", ""),
}
_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")  # in TY2022 as well
_LEADS: Final = ("year", "years", "period", "periods", "ty", "for", "during", "of")
_YEARS_ASKED: Final = re.compile(
    r"\b(?:(?:(?:tax|taxable|calendar|filing) )?(?:years?|periods?)|ty|for|during)(?: of)? ?"
    r"(?:(?:19|20)[0-9]{2}(?:,? (?:and|or|through|to) |, ?| ?[-/&] ?)?)+(?![0-9/])"
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

    Plain words of the name, parts of it written with a mark (O'Neil, Mary-Jane), and lines of the address.
    """

    words: frozenset[str]
    compounds: tuple[str, ...]
    lines: tuple[str, ...] = ()
    streets: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()


def names_of(*parts: str, lines: Iterable[str] = (), years: str = "") -> Names:
    """The names that a row gives, the `lines` of its address, and its tax `years`, for `wording`."""
    low = _plain(" ".join(parts)).lower()
    whole = low.split()
    words = "".join(c if c.isalnum() else " " for c in low).split()
    given = [" ".join(_plain(line).lower().split()) for line in lines]
    return Names(
        frozenset(word for word in words if len(word) > 1) | {"zname"},
        tuple(word for word in whole if not word.isalnum() and len(word) > 2),
        (*(line for line in given if len(line) > 4 and " " in line), *_at_the_number(given)),
        frozenset(word for line in given[:1] for word in line.split()[1:] if _names_a_street(word)),
        frozenset(_YEAR.findall(years)),
    )


def _at_the_number(given: list[str]) -> Iterable[str]:
    """How a text tells of the house by its number alone; a number that may be a year is none."""
    number = given[0].split()[0] if given and given[0] else ""
    if number.isdigit() and len(number) > 1 and not (len(number) == 4 and number[:2] in ("19", "20")):
        yield f" at {number} "
        yield f" outside {number} "


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

    normal: str
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
    words = _marked(low, names, case, kind_of)
    marks = _marks(names, set(words))
    if marks:
        words = list(map(marks.get, words, words))
    normal = _joined(" ".join(words))
    if "may" in normal or "march" in normal:
        normal = _joined(_MONTH_OR_WORD.sub("# ", normal))
    return Wording(normal, _masked(normal, _named(text)))


def _hidden(low: str, names: Names, investigation: str) -> str:
    """The address, the years asked about and the case replaced by their marks, as far as they are written out."""
    if "show" in low:
        low = _SHOWING.sub(lambda match: f"appear{match[2] or ''}" if match[1] else "absent", low)
    for line in names.lines:
        if line in low:
            low = low.replace(line, " zaddr ")
    if names.years and _after_a_lead(low, names.years):
        low = _YEARS_ASKED.sub(lambda match: _asked(match, names.years), low)
    return low.replace(investigation, " zcase ") if len(investigation) > 2 else low


def _after_a_lead(low: str, years: frozenset[str]) -> bool:
    """Whether one of the years stands behind a word that may lead in the years asked about: few texts have it so."""
    for year in years:
        place = low.find(year)
        while place >= 0:
            if low[max(place - 9, 0) : place].rstrip().endswith(_LEADS):
                return True
            place = low.find(year, place + 4)
    return False


def _asked(match: re.Match[str], years: frozenset[str]) -> str:
    """The years that the request asks about, named as such, date nothing that happened."""
    if not years.issuperset(_YEAR.findall(match[0])):
        return match[0]
    lead = match[0].split()[0] if match[0].startswith(("for", "during")) else "year"
    return f"{lead} zyear{match[0][len(match[0].rstrip(' ,-/&')) :]} "


def _marks(names: Names, words: set[str]) -> dict[str, str]:
    """The marks of those of the words that stand for the subject, the street or a month."""
    marks: dict[str, str] = {}
    if not words.isdisjoint(_MONTHS):
        marks = dict.fromkeys(_MONTHS, "#")
    if not words.isdisjoint(names.streets):
        marks.update(dict.fromkeys(names.streets, "zaddr"))
    if not words.isdisjoint(names.words):
        marks.update(dict.fromkeys(names.words, "@"))
    return marks


class _Words(dict[str, str]):
    """What becomes of a word wherever it stands, each worked out once."""

    def __init__(self, become: Callable[[str], str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, word: str) -> str:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        found = self._become(word)
        if len(word) <= _LONGEST_KEPT:
            self[word] = found
        return found


_WORDS_KEPT: Final = 8192  # the words of all officials; names and numbers pass
_LONGEST_KEPT: Final = 40  # characters


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


def _marked(low: str, names: Names, investigation: str, kind_of: Callable[[str], str]) -> list[str]:
    """The words and signs that are left when short forms are written out, and citations, forms and numbers marked."""
    marked = " ".join(map(_ALONE.__getitem__, low.split()))
    if _TOGETHER in marked:
        marked = _looked_at(low, names, investigation, kind_of)
    return marked.split()


def _looked_at(low: str, names: Names, investigation: str, kind_of: Callable[[str], str]) -> str:
    """The same as one text, with a look at the words around each word."""
    written = _written_out(low)
    if written != " ".join(low.split()):
        written = _hidden(written, names, investigation)
    return " ".join(map(_BESIDE.__getitem__, _cited(written, kind_of).split()))


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


def _one(word: str) -> str:
    """What becomes of a word that is no part of a citation or of a form's name."""
    if "'" in word or "cannot" in word:
        word = _written_not(word)
    marked = " ".join([_NUMBER.sub(_number, part.replace("u.s.", "us")) for part in word.split()])
    return " ".join(marked.translate(_BREAKS).split())


def _alone(word: str) -> str:
    """The same, _TOGETHER where more must be asked: a short form, a part of a citation or of a form's name, 1990's."""
    if (
        word.isalpha() and word not in _abbreviations() and "cannot" not in word
    ):  # most of those seen for the first time
        return _TOGETHER if _CITES.search(word) else word
    if word == "@" or _short(word, last=False) != word or _short(word, last=True) != word:
        return _TOGETHER
    if _CITES.search(word) or _FORM.search(word) or ("'" in word and _DIGIT.search(word)):
        return _TOGETHER
    return _one(word)


_TOGETHER: Final = "\0"
_ALONE: Final = _Words(_alone)
_BESIDE: Final = _Words(_one)


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


def _masked(normal: str, named: frozenset[str]) -> str:
    """Names, numbers, dates, case numbers and citations hidden, punctuation gone."""
    words = normal.split()
    marks = {**dict.fromkeys(named, "@"), **_HIDDEN}
    return _joined(" ".join(filter(None, map(marks.get, words, words))))


def _joined(text: str) -> str:
    """One mark where several of a kind stand in a row."""
    if "# #" in text or "@ @" in text or "# , #" in text or "@ , @" in text:
        return _MARKS.sub(r"\1", text)
    return text


def _named(text: str) -> frozenset[str]:
    """Words that stand capitalised within a sentence: names of people, places, offices."""
    found: list[str] = []
    for match in _NAMED.finditer(text):
        words = match[0].lower().replace("-", " ").split()
        found += words[1:] if text[match.start() - 1] in ".!?;\n|" else words
    return frozenset(found)
