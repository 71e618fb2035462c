"""Reading plain text: folded, in words, and whether it states anything at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import counterfoil

_LEXICON: Final = Path(counterfoil.__file__).parent / "examination" / "lexicon"  # compiled code stands elsewhere
_WORD: Final = re.compile(r"[^\W_]+")
_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DIGIT: Final = re.compile(r"[0-9]")
_LONGEST_PLACEHOLDER: Final = 12  # words; longer texts are read for what they say
_LONG: Final = 20  # characters, and words looked at, before a text can be told to be longer than that


@lru_cache(maxsize=16)
def lexicon(name: str) -> dict[str, Any]:
    """One packaged lexicon file (`lexicon/NAME.yaml`) as plain data."""
    import yaml

    text = (_LEXICON / f"{name}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 builds texts alone: `no` is a word here
    return data


def fold(text: str) -> str:
    """Lower case, one kind of quote and dash, spaces collapsed, invisible characters gone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        text = re.sub(r"[‘’ʼ`´]", "'", re.sub(r"[‐‑‒–—―−]", "-", text))
    elif "  " not in text and text.isprintable():  # of what the next step does, nothing else is left to do
        return text.lower().strip(" ")
    return " ".join(text.casefold().split())


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded: runs of letters and digits."""
    return tuple(_WORD.findall(fold(text)))


def says_nothing(text: str) -> bool:
    """Whether a cell states no fact: blank, punctuation, one character repeated, or stand-in words only."""
    return not _speaks(text) and _says_nothing(text)


def _speaks(text: str) -> bool:
    """Whether that is plainly not so: a digit, which no stand-in has, or more words than one has, not one letter."""
    if _DIGIT.search(text):
        return True
    if len(text) < _LONG or not text.isascii():
        return False
    found = [part for part in text.split(maxsplit=_LONG) if part.isalnum()]
    return len(found) > _LONGEST_PLACEHOLDER and len(set("".join(found).lower())) > 1


@lru_cache(maxsize=65536)
def _says_nothing(text: str) -> bool:
    found = words(text)
    if not found:
        return True
    whole = "".join(found)
    if len(set(whole)) == 1 and not whole.isdigit() and len(whole) > 1:
        return True
    if len(found) > _LONGEST_PLACEHOLDER:
        return False
    core, allowed = _placeholders()
    if tuple(found) in {("n", "a"), ("n", "k"), ("u", "k")}:
        return True
    return any(word in core for word in found) and all(word in core or word in allowed for word in found)


@lru_cache(maxsize=1)
def _placeholders() -> tuple[frozenset[str], frozenset[str]]:
    data = lexicon("placeholders")
    return frozenset(map(str, data["core"])), frozenset(map(str, data["words"]))
