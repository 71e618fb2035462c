"""An address in one line: in columns, and read."""

from __future__ import annotations

from typing import Final

from counterfoil.address.lastline import LastLine, take_from_end
from counterfoil.address.model import Address, Written
from counterfoil.address.reading import parse, read
from counterfoil.address.tables import STATE
from counterfoil.address.text import is_one_token, lines

_SHORT: Final = 200  # characters; a longer line is not worth the look whether it is plain


def split_line(text: str) -> Written:
    """One line such as `123 N Main St Apt 4, Springfield, IL 62701` in columns; what is missing stays "".

    The delivery line keeps its words; signs and case may change. Text that is no address stays in `line1`.
    """
    return _split(text)[0]


def read_line(text: str) -> Address:
    """Reads an address in one line: what `parse` gives of `split_line`, with less work for a plain line."""
    written, phrases, last, plain = _split(text)
    if last is None or len(text) > _SHORT or not (plain or _is_plain(phrases)) or not _is_plain_town(last):
        return parse(written)
    last.own_city = True
    last.marks.clear()
    return read(written, phrases, last, set())


def _split(text: str) -> tuple[Written, list[list[str]], LastLine | None, bool]:
    """A line in columns, its phrases, its last line (None where the text is no address), whether it is plain words."""
    noticed: set[str] = set()
    phrases, plain = lines(text, noticed)
    last = LastLine()
    take_from_end(phrases, last)
    if noticed or not (last.city and (last.state or last.zip5)) or last.marks - {"USA"} or last.leftover:
        return Written(line1=text.strip()), phrases, None, plain
    postal_code = f"{last.zip5}-{last.zip4}" if last.zip4 else last.zip5
    line1 = ", ".join([" ".join(phrase) for phrase in phrases])
    columns = (line1, "", " ".join(last.city), last.state, postal_code)
    return tuple.__new__(Written, columns), phrases, last, plain  # as Written(*columns), without a call of Python's


def _is_plain(phrases: list[list[str]]) -> bool:
    """Whether the line made of these phrases would be split into the very same ones again."""
    signs = 0
    for phrase in phrases:
        for word in phrase:
            if word == "#":
                signs += 1
            elif not (word.isalpha() or word.isdigit() or is_one_token(word)):
                return False
    return signs < 2


def _is_plain_town(last: LastLine) -> bool:
    """Whether the columns made of the last line would be read as the very same."""
    city = last.city
    if len(city) == 1:
        return city[0].isalpha()
    return bool(last.state) and STATE.get(city[-1]) != last.state and "".join(city).isalpha()
