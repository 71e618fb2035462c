"""House numbers and the words of street names in one spelling (Publication 28, sections 223, 224, 232 and 234)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from counterfoil.address.tables import CARDINAL, DIRECTION, NAME_WORD, ORDINAL, SUFFIX, TEN, UNIT

_NUMBER: Final = re.compile(r"\d+(?:[A-Z]{1,2}|-[A-Z]|-\d+[A-Z]?|\.\d+)?")
_GRID: Final = re.compile(r"[NSEW]\d+(?:[NSEW]\d+)?[A-Z]?|\d+[NSEW]\d+")
ORDINAL_NUMBER: Final = re.compile(r"0*(0|[1-9]\d*)(?:ST|ND|RD|TH)")
_FRACTION: Final = re.compile(r"\d/\d")
JOINERS: Final = frozenset({"&", "AND", "OR", "Y", "O", "+"})
"""Words that join two things."""


def number_at(tokens: list[str], at: int) -> tuple[str, int]:
    """The house number that begins at `at` and the index after it; ("", at) if there is none."""
    end = len(tokens)
    start = at
    if at + 1 < end and tokens[at + 1][0].isdigit() and tokens[at] in ("#", "NO", "NUM", "NUMBER", "NUMERO"):
        at += 1
    if at >= end:
        return "", start
    token = tokens[at]
    if token[0].isdigit():
        if not token.isdigit() and (
            ORDINAL_NUMBER.fullmatch(token) or not (_NUMBER.fullmatch(token) or _GRID.fullmatch(token))
        ):
            return "", start
        number = token
        at += 1
        if at + 2 < end and tokens[at] == token and tokens[at + 1] not in DIRECTION and token.isdigit():
            at += 1  # the number written twice
        return _number_tail(tokens, at, number)
    if _GRID.fullmatch(token) and at + 1 < end:
        return token, at + 1
    if token in CARDINAL or token in TEN:
        value, after = _spelled(tokens, at)
        if (
            after < end
            and tokens[after] not in ("MILE", "MI")
            and not (after + 1 == end and tokens[after] in SUFFIX and value < 4)
        ):
            return str(value), after
    return "", start


def _number_tail(tokens: list[str], at: int, number: str) -> tuple[str, int]:
    end = len(tokens)
    if at + 1 < end and len(tokens[at]) == 3 and _FRACTION.fullmatch(tokens[at]):
        return f"{number} {tokens[at]}", at + 1
    if (
        at + 2 < end
        and len(tokens[at]) == 1
        and tokens[at].isalpha()
        and tokens[at] not in DIRECTION
        and number.isdigit()
        and (tokens[at + 1] not in SUFFIX or (at + 3 < end and tokens[at + 2] in SUFFIX))
        and tokens[at + 1] not in UNIT
        and tokens[at + 1].isalpha()
        and len(tokens[at + 1]) > 1
    ):
        return number + tokens[at], at + 1  # 123 A MAIN ST
    if number.endswith("-") or ("-" in number and number[-1].isalpha()):
        number = number.replace("-", "") if number.split("-")[1].isalpha() else number
    return number, at


def _spelled(tokens: list[str], at: int) -> tuple[int, int]:
    value = 0
    if at + 1 < len(tokens) and tokens[at] in CARDINAL and tokens[at + 1] == "HUNDRED":
        value, at = CARDINAL[tokens[at]] * 100, at + 2
        if at < len(tokens) and tokens[at] == "AND":
            at += 1
    if at < len(tokens) and tokens[at] in TEN:
        value, at = value + TEN[tokens[at]], at + 1
        if at < len(tokens) and CARDINAL.get(tokens[at], 99) < 10:
            value, at = value + CARDINAL[tokens[at]], at + 1
    elif at < len(tokens) and tokens[at] in CARDINAL:
        value, at = value + CARDINAL[tokens[at]], at + 1
    return value, at


def _with_ending(n: int) -> str:
    ending = "TH" if 10 < n % 100 < 14 else {1: "ST", 2: "ND", 3: "RD"}.get(n % 10, "TH")
    return f"{n}{ending}"


def name_word(word: str, first: bool) -> str:
    """One word of a street name in standard form: SEVENTH and 7 as 7TH, CTR as CENTER, SAINT as ST."""
    if word[0].isdigit():
        return _numbered(word)
    if word in ORDINAL:
        return _with_ending(ORDINAL[word])
    direction = DIRECTION.get(word)
    if direction is not None:
        return word if first and len(word) > 2 else direction
    return NAME_WORD.get(word, word)


@lru_cache(maxsize=65536)
def _numbered(word: str) -> str:
    """7 and 07TH as 7TH; a word with another number as it is."""
    found = ORDINAL_NUMBER.fullmatch(word)
    number = found[1] if found else word
    return _with_ending(int(number)) if number.isdigit() and len(number) < 10 else word


def without_d(word: str) -> str:
    """The number of an ordinal in short form: 2D, 3D, 22D give 2, 3, 22; another word as it is."""
    number = word[:-1]
    return number if number.isdigit() and number[-1] in "23" and number[-2:-1] != "1" else word


def standard_name(words: list[str]) -> tuple[str, ...]:
    """A street name's words in standard form, number words composed (TWENTY FIRST -> 21ST)."""
    out: list[str] = []
    i, end = 0, len(words)
    while i < end:
        word = words[i]
        if word in TEN and i + 1 < end and ORDINAL.get(words[i + 1], 99) < 10:
            out.append(_with_ending(TEN[word] + ORDINAL[words[i + 1]]))
            i += 2
            continue
        if word in CARDINAL and i + 1 < end and words[i + 1] in ("HUNDRED", "HUNDREDTH"):
            value, after = _hundreds(words, i)
            if after:
                out.append(_with_ending(value))
                i = after
                continue
        if word in ("TH", "ND") and out and i and words[i - 1].isdigit():
            i += 1  # 24 TH
            continue
        if out and ((out[-1] == "AVENUE" and word in DIRECTION) or (out[-1] == "HIGHWAY" and word.isdigit())):
            out.append(word)  # AVENUE N is not AVENUE NORTH; HIGHWAY 149
        elif word not in JOINERS or word in ("O", "Y", "OR"):
            out.append(name_word(word, end == 1))
        elif out:
            out.append("AND")
        i += 1
    return tuple(out)


def stem_of(name: tuple[str, ...]) -> str:
    """A street name for comparison: no blanks, no article before it, one form of a very frequent honour."""
    if len(name) > 1 and name[0] == "THE":
        name = name[1:]
    if "MOUNTAIN" in name:  # MT may be either, and a comparison looks whether both are written out
        name = tuple(["MOUNT" if word == "MOUNTAIN" else word for word in name])
    if "KING" in name or "MLK" in name:
        text = " ".join(name)
        for short in ("MLK", "M L KING", "ML KING", "MARTIN L KING"):
            text = text.replace(short, "MARTIN LUTHER KING")
        if "MARTIN LUTHER KING" in text:
            text = text.removeprefix("DR ").removeprefix("REVEREND ").removeprefix("DR ").removesuffix(" JR")
        return text.replace(" ", "")
    return "".join(name)


def _hundreds(words: list[str], i: int) -> tuple[int, int]:
    value = CARDINAL[words[i]] * 100
    if words[i + 1] == "HUNDREDTH":
        return value, i + 2
    i += 2
    if i < len(words) and words[i] == "AND":
        i += 1
    if i + 1 < len(words) and words[i] in TEN and ORDINAL.get(words[i + 1], 99) < 10:
        return value + TEN[words[i]] + ORDINAL[words[i + 1]], i + 2
    if i < len(words) and words[i] in ORDINAL:
        return value + ORDINAL[words[i]], i + 1
    rest = words[i:]  # in cardinal words, as the whole of the name: ONE HUNDRED TWELVE ST
    if rest and rest[0] in TEN:
        value += TEN[rest.pop(0)]
        if rest and CARDINAL.get(rest[0], 99) < 10:
            value += CARDINAL[rest.pop(0)]
    elif rest and rest[0] in CARDINAL:
        value += CARDINAL[rest.pop(0)]
    return (0, 0) if rest else (value, len(words))
