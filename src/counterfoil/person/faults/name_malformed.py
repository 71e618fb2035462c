"""NAME_MALFORMED: what is in the column cannot be a person's name."""

import re
import unicodedata
from typing import Final

from counterfoil.person.lexicon import fillers, words
from counterfoil.person.reading import REORDERING, Columns, Reading

_LONGEST: Final = 150  # letters in one column; the longest names in civil registers stay below
_MOST_MARKS: Final = 4  # combining marks on one letter
_SIGNS: Final = frozenset(" '’‘‛`´ʼʹʻʽʿʾ′-‐‑‒–—−.,()\"“”«»·•&+/;*?%_ªº|\n\r")
_FORMULA: Final = re.compile(r"^[=+@\-]\s*\w+\s*[(|!]|^=|^@")
_MERCANTILE: Final = re.compile(r"\bS\.? ?(?:A|DE R\.? ?L)\.? DE C\.? ?V\b")  # of Mexican law
_SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def name_malformed(name: Columns) -> bool:
    """Digits, signs, control characters, a formula, an address of the net, a firm, or far too long."""
    if any(_is_firm(column) for column in (name.given, name.surname)) or _bad_suffix(name.suffix):
        return True
    if name.given.words and name.surname.words and all(word in fillers("firm") for word in name.surname.words):
        return True  # SAMPLEZ HOLDINGS | LTD
    return any(_is_malformed(column) for column in (name.given, name.middle, name.surname))


def _is_malformed(column: Reading) -> bool:
    text = column.text
    if text.isascii() and text.replace(" ", "").isalpha():
        return len(text) > _LONGEST
    if len(text) > _LONGEST or _FORMULA.search(text):
        return True
    ordinals = [word for word in column.words if word in words("suffix") and not word.isalpha()]
    for ordinal in ordinals:
        text = text.replace(ordinal, "", 1)
    if not all(_may_stand_in_a_name(letter) for letter in text):
        return True
    return _piled_marks(text) or _mixed_scripts(text)


def _bad_suffix(column: Reading) -> bool:
    joined = "".join(column.words)
    if joined in words("suffix") or joined in words("suffix_column"):
        return False
    return _is_malformed(column)


def _may_stand_in_a_name(letter: str) -> bool:
    if letter in REORDERING:
        return False
    return letter in _SIGNS or unicodedata.category(letter)[0] in "LM"


def _piled_marks(text: str) -> bool:
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter)[0] == "M" else 0
        if run > _MOST_MARKS:
            return True
    return False


def _mixed_scripts(text: str) -> bool:
    """Latin with look-alike Cyrillic or Greek letters in one word."""
    if text.isascii():
        return False
    found = re.findall(r"\w+", text)
    return any(len({_script(letter) for letter in word} - {""}) > 1 for word in found)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in _SCRIPTS else ""


def _is_firm(column: Reading) -> bool:
    """A legal form at the end, or an estate: not a natural person."""
    found = column.words
    if _MERCANTILE.search(column.text):
        return True
    return len(found) > 1 and any(word in fillers("organisation") for word in found[1:])
