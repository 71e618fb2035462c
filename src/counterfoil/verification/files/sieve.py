"""The sieve: whether a row may be about what a request asks, or certainly none is.

Few requests share a place, the letters of a name and a year with anybody on file whose number and birth do not
contradict them; the sieve finds these without reading a row. It has one word of 32 bits for each row and each pair of
letters that its name may begin with, in buckets by place and letters: a mark of these, marks of number and birth, and
the years modulo 8. It never rules out what the rule would not, and lets one request of some hundred pass in vain.

`sieve.arrow` has the words of some hundred thousand rows at a time, in order of place, with the place that they begin
with; only the upper half of a place counts for where it belongs, so that no place stands in two.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from librt.strings import BytesWriter, read_i32_le, read_i64_le, write_i32_le
from mypy_extensions import i64

from counterfoil.verification.clue import SIZE, birth_mark, tin_mark
from counterfoil.verification.files.blocks import State, first_number, little, opened, state_of

PART: Final = 262_144  # rows whose words stand together, and those of the same upper half of a place
_BUCKET: Final = 4  # words of a bucket, on average
_MOST: Final = 64
"""Pairs of letters of one request, or words of one mark, that are looked at; where there are more, it passes."""

_PAIR: Final = 21
_TIN: Final = 14
_BIRTH: Final = 8
"""Where in a word the mark of place and letters begins, and those of number and birth; the lowest bits are years."""
_WORD: Final = (1 << 32) - 1
_SMALL: Final = (1 << 30) - 1
_TINS: Final = 0x7F << _TIN
_BIRTHS: Final = 0x3F << _BIRTH


@lru_cache(65_536)
def _pairs(surnames: int, givens: int) -> tuple[int, ...]:
    """A number below 1,000 for each surname letter and given-name letter that go together."""
    return tuple([_pair(surname, given) for surname in _bits(surnames) for given in _bits(givens)])


@lru_cache(4096)
def _bits(mask: int) -> tuple[int, ...]:
    return tuple(at for at in range(mask.bit_length()) if mask >> at & 1)


def _pair(surname: i64, given: i64) -> i64:
    """Two letters, each below 31, as one number."""
    return surname * 31 + given


def _eight(years: i64) -> i64:
    """The years modulo 8, as bits."""
    years |= years >> 32
    years |= years >> 16
    return (years | years >> 8) & 0xFF


def _mixed(low: i64, high: i64, pair: i64) -> i64:
    """A number of 30 bits of a place and letters."""
    mixed = (low ^ pair * 1_040_387) & _SMALL
    mixed = (mixed * 0x165667B1 >> 15 ^ high) & _SMALL
    return mixed * 0x27D4EB2F >> 15 & _SMALL


def _mark(mixed: i64) -> i64:
    """Of that number the 11 bits that say least about its bucket, where a word has them."""
    return (mixed * 0x1B873593 >> 19 & 0x7FF) << _PAIR


Rows = Iterable[tuple[int, int, int, int, int]]
"""Of each row the halves of its place, the bits of surnames and given names, and what its words say."""


def buckets_of(rows: Rows, count: int) -> tuple[array[int], array[int]]:
    """Where each bucket begins, and the end of the last; and the words, in order. `count` is about that of the rows."""
    buckets = max(1, count // _BUCKET)
    entries: list[int] = []
    for low, high, surnames, givens, said in rows:
        for pair in _pairs(surnames, givens):
            mixed = _mixed(low, high, pair)
            entries.append(mixed % buckets << 32 | _mark(mixed) | said)
    entries.sort()
    starts = array("I", [0])
    for at, entry in enumerate(entries):
        while len(starts) <= entry >> 32:
            starts.append(at)
    starts.extend([len(entries)] * (buckets + 1 - len(starts)))
    return starts, array("I", [entry & _WORD for entry in entries])


class SieveWriter:
    """Writes `sieve.arrow`; tables with the columns of `columns.records()`, in order of place."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._schema = pa.schema([("first", pa.int64()), ("starts", pa.large_binary()), ("words", pa.large_binary())])
        self._writer = pa.ipc.new_file(path, self._schema)
        self._rows: list[tuple[int, int, int, int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write(len(self._rows))
        self._writer.close()

    def write(self, table: Any) -> None:
        """Add rows."""
        names = ("place", "years", "surnames", "givens", "tin", "born")
        rows = zip(*(table.column(name).to_pylist() for name in names), strict=True)
        self._rows += [
            (place & _WORD, place >> 32, surnames, givens, _said(years, tin, born))
            for place, years, surnames, givens, tin, born in rows
        ]
        if len(self._rows) >= PART:  # nothing is written while all have one upper half
            self._write(bisect_left(self._rows, self._rows[-1][1], key=_high))

    def _write(self, count: int) -> None:
        """Write the first rows, and keep the others."""
        import pyarrow as pa

        if not count:
            return
        both = buckets_of(self._rows[:count], count)
        first = pa.array([self._rows[0][1]], pa.int64())
        row = [first, *(pa.array([little(numbers)], pa.large_binary()) for numbers in both)]
        self._writer.write_batch(pa.record_batch(row, schema=self._schema))
        self._rows = self._rows[count:]


def _said(years: int, tin: str, born: str) -> int:
    """What a word says of its row but the place and the letters."""
    return tin_mark(tin) << _TIN | birth_mark(born) << _BIRTH | _eight(years)


def _high(row: tuple[int, int, int, int, int]) -> int:
    return row[1]


class Sieve:
    """`sieve.arrow`, open; one part is in memory at a time, for all clues that belong there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file, firsts, (self._starts, self._words) = opened(path, 2)
        self._firsts = b"".join(firsts)
        self._state = self.state

    @property
    def state(self) -> State:
        """Which file is open, and in what state."""
        return state_of(os.fstat(self._file.fileno()))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def pass_through(self, clues: bytes) -> list[int]:
        """The numbers of the clues that a row may be about, and of those that are UNKNOWN.

        OSError where the file was changed in any way since it was opened, its links included. ValueError for clues of
        which one is not whole.
        """
        if len(clues) % SIZE:
            raise ValueError("the last clue is not whole")
        self._require_same()
        passed, by_part = self._divided(clues)
        for part, numbers in enumerate(by_part):
            if len(numbers):
                starts, words = self._starts.read(self._file, part), self._words.read(self._file, part)
                passed += _let_through(starts, words, clues, numbers.getvalue())
        self._require_same()  # nor while it was read
        return sorted(passed)

    def _require_same(self) -> None:
        if self.state != self._state:
            raise OSError(f"{self._path.name} was changed")

    def _divided(self, clues: bytes) -> tuple[list[int], list[BytesWriter]]:
        """The numbers of the unknown clues; and for each part those that belong there, 4 bytes each."""
        unknown: list[int] = []
        by_part = [BytesWriter() for _ in range(len(self._words))]
        at: i64 = 0
        for number in range(len(clues) // SIZE):
            if read_i64_le(clues, at + 8) < 0:  # all bits are set, also the one that no year has
                unknown.append(number)
            else:
                part = first_number(self._firsts, _word(clues, at + 4) + 1, 0, len(by_part)) - 1
                if part >= 0:
                    write_i32_le(by_part[part], number)
            at += SIZE
        return unknown, by_part


def _let_through(starts: bytes, words: bytes, clues: bytes, numbers: bytes) -> list[int]:
    """Which of the clues of these numbers a row of a part may be about. OSError for a part that is not whole."""
    if len(starts) < 8 or len(starts) % 4 or _word(starts, len(starts) - 4) * 4 != len(words):
        raise OSError("a part of the sieve is not whole")
    passed: list[int] = []
    at: i64 = 0
    while at < len(numbers):
        number = _word(numbers, at)
        if _found(starts, words, clues, number * SIZE):
            passed.append(number)
        at += 4
    return passed


def _word(numbers: bytes, at: i64) -> i64:
    """The number of 32 bits that begins there."""
    return i64(read_i32_le(numbers, at)) & _WORD


def _first_word(numbers: bytes, least: i64, first: i64, end: i64) -> i64:
    """As `first_number`, of words."""
    while first < end:
        middle = (first + end) // 2
        if _word(numbers, middle * 4) < least:
            first = middle + 1
        else:
            end = middle
    return first


_LETTER: Final = bytes({(1 << at) % 37: at for at in range(36)}.get(rest, 0) for rest in range(37))
"""Which bit a power of two is, by what it leaves modulo 37: the first 36 powers of two leave 36 different numbers."""


def _found(starts: bytes, words: bytes, clues: bytes, at: i64) -> bool:
    """Whether some word may be of a row that the clue there is about; or it has too many pairs of letters to look."""
    low, high, years = _word(clues, at), _word(clues, at + 4), _eight(read_i64_le(clues, at + 8))
    surnames, all_givens = _word(clues, at + 16), _word(clues, at + 20)
    tin, born = i64(clues[at + 24]) << _TIN, i64(clues[at + 25]) << _BIRTH
    buckets = i64(len(starts)) // 4 - 1
    looked: i64 = 0
    while surnames:
        surname = surnames & -surnames
        surnames ^= surname
        givens = all_givens
        while givens:
            given = givens & -givens
            givens ^= given
            looked += 1
            mixed = _mixed(low, high, _pair(_LETTER[surname % 37], _LETTER[given % 37]))
            bucket = mixed % buckets * 4
            first, end = _word(starts, bucket), _word(starts, bucket + 4)
            astray = first > end or end * 4 > len(words)  # what cannot be told passes
            if looked > _MOST or astray or _among(words, first, end, _mark(mixed), years, tin, born):
                return True
    return False


def _among(words: bytes, first: i64, end: i64, mark: i64, years: i64, tin: i64, born: i64) -> bool:
    """Whether one of the words has the mark, a year, and no number or birth that contradicts; or many have the mark."""
    if end - first > _MOST:
        first = _first_word(words, mark, first, end)
        end = _first_word(words, mark + (1 << _PAIR), first, end)
        if end - first > _MOST:
            return True
    while first < end:
        word = _word(words, first * 4)
        if word >> _PAIR << _PAIR == mark and word & years:
            number, birth = word & _TINS, word & _BIRTHS
            if (not tin or not number or number == tin) and (not born or not birth or birth == born):
                return True
        first += 1
    return False
