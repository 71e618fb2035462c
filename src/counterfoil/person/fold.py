"""Fold written text to plain Latin words: case, accents, special letters, apostrophes, hyphens.

No library does this: an own small table (`data/letters.csv`) and Unicode NFKD, so that the rule can be
printed and hashed. What is not Latin (Cyrillic, Arabic, Chinese) stays as it is and equals only itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from counterfoil.person.lexicon import germanic_endings, letters, words

_APOSTROPHES: Final = "'’‘‛`´ʼʹʻʽʿʾ′＇ʺ\u02bb"
_KEEP: Final = re.compile(r"[^\W_]", re.UNICODE)  # letters and digits
_ASIDE: Final = re.compile(r"\([^()]*\)|\"[^\"]*\"|“[^”]*”|«[^»]*»|\[[^\[\]]*\]")
_INVISIBLE: Final = ("Cf", "Mn", "Me", "Mc")


def _ascii_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in range(128):
        letter = chr(code)
        if letter in _APOSTROPHES:
            table[code] = None
        else:
            table[code] = letter.upper() if letter.isalnum() else " "
    return table


_ASCII: Final = _ascii_table()


def fold(text: str) -> str:
    """The text in plain upper-case letters with single kinds of gap; the plainest reading."""
    if text.isascii():
        return text.translate(_ASCII)
    return "".join(_fold_letter(letter, 0) for letter in unicodedata.normalize("NFC", text))


def fold_expanded(text: str) -> str:
    """As `fold`, but Ü as UE, Ø as OE, Å as AA; word for word the same number of words as `fold`."""
    return "".join(_fold_letter(letter, 1) for letter in unicodedata.normalize("NFC", text))


def without_asides(text: str) -> str:
    """The text without what stands in quotes or brackets: `Robert "Bob"` is Robert, but `Perez (h)` is the son."""
    if text.isalpha():
        return text
    return _ASIDE.sub(_aside, text)


def _aside(found: re.Match[str]) -> str:
    """A word in brackets that tells father from son stays; any other aside goes."""
    inside = "".join(_KEEP.findall(found[0])).upper()
    if found[0][0] not in "([":
        return " "
    if inside in words("generation_aside"):
        return f" {words('generation_aside')[inside]} "
    kept = inside in words("suffix") or inside in words("suffix_surname") or inside in words("generation")
    return f" {inside} " if kept and len(inside) > 1 else " "


@cache
def _fold_letter(letter: str, reading: int) -> str:
    if letter in _APOSTROPHES:
        return ""
    special = letters().get(letter.upper()) or letters().get(letter)
    if special:
        return special[reading]
    folded = ""
    for part in unicodedata.normalize("NFKD", letter):
        if unicodedata.category(part) in _INVISIBLE or part in _APOSTROPHES:
            continue
        upper = "SS" if part == "ß" else part.upper()
        folded += upper if _KEEP.match(part) else " "
    return folded


@cache
def _digraph() -> re.Pattern[str]:
    consonant = "BCDFGHJKLMNPRSTVWXZ"
    return re.compile(f"(?:(?<=[{consonant}])|^)([AOU])E(?=[{consonant}])|^A(A)|(?<=G)A(A)(?=RD$)")


def undigraph(word: str) -> str:
    """MUELLER -> MULLER, SOERENSEN -> SORENSEN: where a German or Scandinavian ending shows the spelling.

    PAEZ, SAENZ and FUENTES stay as they are: they are other names than PAZ, SANZ and FUNTES.
    """
    if "AE" not in word and "OE" not in word and "UE" not in word and "AA" not in word:
        return word
    if not word.endswith(germanic_endings()):
        return word
    return _digraph().sub(lambda found: found[1] or found[2] or found[3], word)
