"""Signs in the lines of an address: wildcards, masks, lists of numbers, marks of programs."""

from __future__ import annotations

import re
from typing import Final

from counterfoil.address.numbers import JOINERS
from counterfoil.address.tables import COMMON, SUFFIX

WILD: Final = frozenset("*?%_~^")
_RANGE: Final = re.compile(r"[0-9A-Z]-[0-9A-Z]")
_NUMBER_LIST: Final = re.compile(r"\d+(?:-\d+){2,}")
_MASK: Final = re.compile(r"\d+X{1,4}|X{2,4}\d+|\d+X+\d+|X{2,}")


def take_signs(found: list[str], marks: set[str]) -> list[str]:
    """Takes masks and wildcards out of the tokens and marks them."""
    out: list[str] = []
    for at, piece in enumerate(found):
        if piece.isalnum():
            if "X" in piece and _MASK.fullmatch(piece):
                marks.add("MASK")
            out.append(piece)
        elif piece in WILD:
            if piece == "%" and (not out or out[-1] == ",") and not _ends_in_suffix(found, at):
                out.append("C/O")  # an old sign for care of
            else:
                marks.add("WILD")
        elif (piece == "#" and found[at + 1 : at + 2] == ["#"]) or (piece == "#" and found[at - 1 : at] == ["#"]):
            marks.add("WILD")
        elif piece == "[" and out and out[-1].isdigit() and _RANGE.fullmatch("".join(found[at + 1 : at + 2])):
            marks.add("WILD")  # 7[0-9]2
        elif piece in "=\\<>$!":
            if piece in "=\\":
                marks.add("CODE")
        elif piece in "{}" and ":" in found:
            marks.add("CODE")  # a record of another program
        elif "-" in piece and _NUMBER_LIST.fullmatch(piece):
            marks.add("LIST")
            out.append(piece.partition("-")[0])
        else:
            out.append(piece)
    return out


def _ends_in_suffix(found: list[str], at: int) -> bool:
    end = found.index(",", at) if "," in found[at:] else len(found)
    return SUFFIX.get(found[end - 1]) in COMMON


def adds_street(phrase: list[str]) -> bool:
    """Words that hold a second house: CO 80202 AND 14 OAK ST."""
    return SUFFIX.get(phrase[-1]) in COMMON and any(
        word in JOINERS and at and at + 2 < len(phrase) and phrase[at + 1].isdigit() for at, word in enumerate(phrase)
    )


def alternatives(words: tuple[str, ...], zip5: str, housed: bool) -> bool:
    """A box or else a house, or another box: PO BOX 12 OR 742 BIRCH AVE, PO BOX 12 AND 13."""
    return any(
        (word == "OR" or (word in ("AND", "&") and not housed)) and 0 < at < len(words) - 1 and words[at + 1] != zip5
        and (words[at + 1][0].isdigit() or words[at + 1] in ("PO", "POB", "BOX"))
        for at, word in enumerate(words)
    )  # fmt: skip
