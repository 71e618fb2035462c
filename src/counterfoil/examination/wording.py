"""A reason in two forms: the normal form that is read, and the mask that is compared across a batch.

The normal form is lower case, words only; `@` stands for the subject's name, `#` for a number or a date,
`zcite`, `zcivil`, `ztax` and `zlaw` for citations by kind, `zcase` for an investigation or docket number,
`|` for the end of a sentence. The mask also hides every other name, so that one text filled in for many
people is one mask.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

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
_CITE_SIGNS: Final = (
    "usc",
    "u.s.c",
    "u. s. c",
    "us code",
    "u.s. code",
    "§",
    "section",
    "sec. ",
    "ina ",
    "title ",
    "nationality act",
)
_NUMBER: Final = re.compile(r"[$\w/-]*[0-9][\w/-]*(?:[.,:][0-9]+)*")
_DOCKET: Final = re.compile(r"(?=(?:.*[0-9]){3})[a-z0-9]+(?:[-/][a-z0-9]+)+|[a-z]{2,}[0-9]{4,}")
_REGISTRATION: Final = re.compile(r"a-?[0-9]{3}-?[0-9]{3}-?[0-9]{2,3}")
_ORDINAL: Final = re.compile(r"[0-9]+(?:st|nd|rd|th|s|k|[-/][0-9]+)*")
_NAMED: Final = re.compile(r"(?<=[a-z,0-9] )[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_TABLE: Final = {
    **dict.fromkeys(map(ord, ".;!?\n"), " | "),
    **dict.fromkeys(map(ord, ",:"), " , "),
    **dict.fromkeys(map(ord, "()[]{}\"'/-_*&%+=<>~^\\\t\r@|`$"), " "),
}
_MONTHS: Final = (
    frozenset(("january", "february", "april", "june", "july", "august", "september", "october", "november"))
    | frozenset(("december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"))
    | frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
)
_MONTH_OR_WORD: Final = re.compile(r"\b(?:may|march) (?=#)|(?<=# )(?:may|march)\b|(?<=\bin )(?:may|march)\b")
_KINDS: Final = {"criminal": " zcite ", "civil": " zcivil ", "tax": " ztax ", "law": " zlaw "}
_NEGATED: Final = re.compile(r"n't\b")
_IRREGULAR: Final = {"can't": "can not", "won't": "will not", "shan't": "shall not", "cannot": "can not"}
_FORM: Final = re.compile(
    r"\b(?:form )?(?:(?P<tax>w-?[27]s?|10(?:40|99)(?:-?[a-z]{1,4})?s?)|i-?(?P<number>9|200|205|247a?))\b"
)
_FORMS: Final = {
    "9": " workform ",
    "200": " civilwarrant ",
    "205": " civilwarrant ",
    "247": " detainer ",
    "247a": " detainer ",
}
_MARKS: Final = re.compile(r"([#@])(?: , \1| \1)+")


class Wording(NamedTuple):
    """A reason's normal form and its mask."""

    normal: str
    mask: str


def wording(text: str, names: frozenset[str], investigation: str, kind_of: Callable[[str], str]) -> Wording:
    """Both forms of a reason.

    `names` are the folded words of the subject's name, `investigation` the row's own investigation id, and
    `kind_of` tells for a citation's text "criminal", "civil", "tax" or "law" (a provision that is no ground).
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    named = _named(text)
    low = text.lower()
    if len(investigation) > 2:
        low = low.replace(investigation.lower(), " zcase ")
    if any(sign in low for sign in _CITE_SIGNS):
        low = _CITE.sub(lambda match: _KINDS.get(kind_of(match[0]), " zcite "), low)
    if "'" in low or "cannot" in low:
        low = _spelled_out(low)
    if "-" in low or "10" in low or "w2" in low:
        low = _FORM.sub(lambda match: " taxform " if match["tax"] else _FORMS[match["number"]], low)
    low = _NUMBER.sub(_number, low).replace("u.s.", "us").translate(_TABLE)
    words = low.split()
    if not names.isdisjoint(words):
        words = ["@" if word in names else word for word in words]
    words = [_SIGNS.get(word, word) for word in words]
    normal = _MARKS.sub(r"\1", " ".join(words))
    if "may" in normal or "march" in normal:
        normal = _MARKS.sub(r"\1", _MONTH_OR_WORD.sub("# ", normal))
    return Wording(normal, _masked(normal, named))


def _masked(normal: str, named: frozenset[str]) -> str:
    """Names, numbers, dates, case numbers and citations hidden, punctuation gone."""
    hidden = [_HIDDEN.get(word, word) for word in normal.split() if word not in _PUNCTUATION]
    if named:
        hidden = ["@" if word in named else word for word in hidden]
    return _MARKS.sub(r"\1", " ".join(hidden))


def _named(text: str) -> frozenset[str]:
    """Words that stand capitalised within a sentence: names of people, places, offices."""
    found = _NAMED.findall(text)
    return frozenset(" ".join(found).lower().replace("-", " ").split()) if found else frozenset()


def _number(match: re.Match[str]) -> str:
    token = match[0].strip("$-/_")
    if token.isdigit():
        return " # "
    if _REGISTRATION.fullmatch(token):
        return " zid "
    if not _ORDINAL.fullmatch(token) and _DOCKET.fullmatch(token) and any(c.isalpha() for c in token):
        return " zcase "
    return " # "


def _spelled_out(low: str) -> str:
    """ "didn't" as "did not", "subject's" as "subject s"."""
    for short, full in _IRREGULAR.items():
        low = low.replace(short, full)
    return _NEGATED.sub(" not", low).replace("'s ", " s ")


_SIGNS: Final = {**dict.fromkeys(_MONTHS, "#")}
_HIDDEN: Final = {**dict.fromkeys(("zcase", "zid", "zcite", "zcivil", "ztax", "zlaw"), "#")}
_PUNCTUATION: Final = frozenset(("|", ","))
_PLAIN: Final = {
    ord("’"): "'",
    ord("‘"): "'",
    ord("–"): "-",
    ord("—"): " - ",
    ord("“"): '"',
    ord("”"): '"',
    0xAD: None,
    0x200B: None,
}
