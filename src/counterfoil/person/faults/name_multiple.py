"""NAME_MULTIPLE: more than one name or person in one request."""

import re
from itertools import pairwise
from typing import Final

from counterfoil.person.lexicon import fillers, words
from counterfoil.person.reading import Columns, Reading

_HOUSEHOLDS: Final = (("FAMILY",), ("FAMILIA",), ("HOUSEHOLD",))
_ET_AL: Final = re.compile(r"\bET\.?\s+(AL|ALII|UX|UXOR|VIR)\b")
_SEPARATORS: Final = re.compile(r"[;/|&+\n\r]| - AND ")


def name_multiple(name: Columns) -> bool:
    """An alias, a word or sign that joins names, "et al.", or a list with commas."""
    if "Y" in name.given.words[1:-1] or _is_household(name):
        return True  # RITA Y JOSE; in a surname, Y joins the parents' names
    if name.middle.text in _SIGNS or name.middle.words == ("AND",) or _is_other_name(name.surname.words):
        return True
    if name.middle.words == ("OR",) and _is_full_name(name.surname.words):
        return True
    return any(_is_list(column) for column in (name.given, name.middle, name.surname, name.suffix)) or (
        _lists_with_commas(name)
    )


_SON_OF: Final = frozenset({"BEN", "BAT", "BAR"})
_SIGNS: Final = frozenset("&+/|;")


def _is_other_name(surname: tuple[str, ...]) -> bool:
    """OR ROSA EXEMPLA in the column of the surname, SAMPLEZ Y FAMILIA."""
    return (surname[:1] == ("OR",) and _is_full_name(surname[1:])) or surname[-2:] == ("Y", "FAMILIA")


def _is_full_name(found: tuple[str, ...]) -> bool:
    """A given name and a surname; but LEVI and BEN AMI are surnames behind Or, a given name in Hebrew."""
    return len(found) > 1 and sum(word not in words("particle") and word not in _SON_OF for word in found) > 1


def _is_household(name: Columns) -> bool:
    """THE SAMPLEZ FAMILY, HOUSEHOLD OF RITA, RITA | SAMPLEZ FAMILY, THE | SMITHS."""
    found = name.words
    if len(name.surname.words) > 1 and name.surname.words[-1] in ("FAMILY", "HOUSEHOLD"):
        return True
    if name.given.words == ("THE",) and found[-1].endswith("S") and found != name.given.words:
        return True  # The is a given name in Vietnam, where no surname ends so
    household = any(a in ("HOUSEHOLD", "FAMILY", "FAMILIA") and b in ("OF", "DE") for a, b in pairwise(found))
    household = household or (name.surname.words in (("FAMILY",), ("HOUSEHOLD",)) and bool(name.given.words))
    household = household or (name.given.words in _HOUSEHOLDS and bool(name.surname.words))
    return household or (found[:1] == ("THE",) and found[-1] in ("FAMILY", "HOUSEHOLD"))


def _is_list(column: Reading) -> bool:
    found = column.words
    alone = len(found) == 1 and not column.slashed  # Aka is a given name too
    if (not alone and any(word in fillers("alias") for word in found)) or column.slashed & fillers("alias"):
        return True
    if _ET_AL.search(column.text) or _alias_in_words(found):
        return True
    if any(word in fillers("alias_between") for word in found[1:-1]):
        return True
    if len(found) > 1 and found[0] == "AND":
        return True
    return _has_separator(column)


def _alias_in_words(found: tuple[str, ...]) -> bool:
    """ALSO KNOWN AS, CONOCIDO COMO."""
    return any(a in fillers("alias_after_word") and b in {"KNOWN", "AS", "COMO"} for a, b in pairwise(found))


def _has_separator(column: Reading) -> bool:
    text = column.text
    for short in column.slashed:
        text = re.sub(r"\b" + r"[./]\s?".join(short) + r"\b", " ", text)
    return bool(_SEPARATORS.search(text)) and any(letter.isalpha() for letter in text)


def _lists_with_commas(name: Columns) -> bool:
    """`SAMPLEZ, EXEMPLAR`; but `SAMPLEZ, JR` and `SAMPLEZ, RITA` with the same given name are one name."""
    for column, other in ((name.given, name.surname), (name.surname, name.given)):
        after = column.text.split(",")[1:]
        if not after or not other.words:
            continue
        for piece in after:
            pieces = re.findall(r"\w+", piece)
            if any(not _belongs(word, name, other) for word in pieces):
                return True
    return False


def _belongs(word: str, name: Columns, other: Reading) -> bool:
    if len(word) == 1 or word in words("suffix") or word in words("credential") or word in words("title"):
        return True
    return word in other.words or word in name.middle.words
