"""An address in one line: in columns, and read."""

from __future__ import annotations

from typing import Final

from counterfoil.address.lastline import LastLine, split_phrases, take_from_end
from counterfoil.address.model import Address, Written
from counterfoil.address.reading import parse, read
from counterfoil.address.tables import STATE
from counterfoil.address.text import fold, holds_contact, is_left_open, is_one_token, take_signs, tokens

_SHORT: Final = 200  # characters; a longer line is not worth the look whether it is plain


def split_line(text: str) -> Written:
    """One line such as `123 N Main St Apt 4, Springfield, IL 62701` in columns; what is missing stays "".

    The delivery line keeps its words; signs and case may change. Text that is no address stays in `line1`.
    """
    return _split(text)[0]


def read_line(text: str) -> Address:
    """Reads an address in one line: what `parse` gives of `split_line`, with less work for a plain line."""
    written, phrases, last = _split(text)
    if last is None or len(text) > _SHORT or not _is_plain(phrases, last):
        return parse(written)
    columns = LastLine()
    columns.city, columns.state, columns.zip5, columns.zip4 = last.city, last.state, last.zip5, last.zip4
    columns.own_city = True
    return read(written, phrases, columns, set())


def _split(text: str) -> tuple[Written, list[list[str]], LastLine | None]:
    """A line in columns, its phrases and its last line; no last line where the text is no address."""
    last = LastLine()
    folded, marks = fold(text)
    noticed = set(marks)
    phrases = split_phrases(take_signs(tokens(folded), noticed))
    take_from_end(phrases, last)
    if (
        noticed
        or holds_contact(folded)
        or is_left_open(folded)
        or not (last.city and (last.state or last.zip5))
        or last.marks - {"USA"}
        or last.leftover
    ):
        return Written(line1=text.strip()), phrases, None
    postal_code = f"{last.zip5}-{last.zip4}" if last.zip4 else last.zip5
    lines = ", ".join([" ".join(phrase) for phrase in phrases])
    return Written(lines, "", " ".join(last.city), last.state, postal_code), phrases, last


def _is_plain(phrases: list[list[str]], last: LastLine) -> bool:
    """Whether the columns made of these parts would be split into the very same parts again."""
    city = last.city
    if not "".join(city).isalpha():
        return False
    if len(city) > 1 and (not last.state or STATE.get(city[-1]) == last.state):
        return False
    signs = 0
    for phrase in phrases:
        for word in phrase:
            if word == "#":
                signs += 1
            elif not (word.isalpha() or word.isdigit() or is_one_token(word)):
                return False
    return signs < 2
