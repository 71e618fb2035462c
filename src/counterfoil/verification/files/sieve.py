"""The sieve: whether a row may share all keys with a request, or certainly none does.

Few requests share a place, the letters of a name and a year with anybody on file; the sieve finds them without reading
a row. It is a Bloom filter (B. H. Bloom, Communications of the ACM 13(7), 1970) of the keys of all rows, each key in
one word of memory (F. Putze, P. Sanders, J. Singler, 2007). It never rules out what a row shares all keys with, and
lets one request of some fifty pass in vain.

`sieve.arrow` has the words of some hundred thousand rows at a time, in order of place, with the place that they begin
with; only the upper half of a place counts for where it belongs, so that no place stands in two.
"""

from __future__ import annotations

import os
import sys
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from counterfoil.verification.clue import FORM
from counterfoil.verification.files.blocks import State, state_of

PART: Final = 262_144  # rows whose words stand together, and those of the same upper half of a place
KEYS: Final = 4  # a word: the fewer, the larger the file and the fewer that pass in vain
MOST: Final = 256
"""Keys of one request that are looked for; one of more passes. Usual are one to three."""

_BITS: Final = 61  # of a word that are used: a prime number, and never the sign
_LOW: Final = 0xFFFFFFFF
_SMALL: Final = (1 << 30) - 1
_YEARS: Final = (1 << 63) - 1  # of an unknown clue all bits are set, also the one that no year has


@lru_cache(65_536)
def _numbers(years: int, surnames: int, givens: int) -> tuple[int, ...]:
    """A number below 2 ** 16 for each year, surname letter and given-name letter that go together."""
    return tuple(
        (surname * 31 + given) * 63 + year
        for surname in _bits(surnames)
        for given in _bits(givens)
        for year in _bits(years)
    )


@lru_cache(65_536)
def _asked(years: int, surnames: int, givens: int) -> tuple[int, ...] | None:
    """`_numbers` of a request; None where they are more than are looked for."""
    many = years.bit_count() * surnames.bit_count() * givens.bit_count() > MOST
    return None if many else _numbers(years, surnames, givens)


@lru_cache(4096)
def _bits(mask: int) -> tuple[int, ...]:
    return tuple(at for at in range(mask.bit_length()) if mask >> at & 1)


def _word(low: int, high: int, number: int, words: int) -> int:
    """Which of the words has the key. Factors stay below 2 ** 30, where compiled numbers are fastest."""
    mixed = (low ^ number * 14_741) & _SMALL
    mixed = (mixed * 0x165667B1 >> 15 ^ high) & _SMALL
    return (mixed * 0x27D4EB2F >> 12) % words


def _mark(low: int, high: int, number: int) -> int:
    """The four bits that the key sets in its word; some may be the same."""
    mixed = (high ^ number * 16_127) & _SMALL
    mixed = (mixed * 0x1B873593 >> 15 ^ low) & _SMALL
    mixed = mixed * 0x19D699A5 >> 20
    bits = 1 << mixed % _BITS
    mixed //= _BITS
    bits |= 1 << mixed % _BITS
    mixed //= _BITS
    bits |= 1 << mixed % _BITS
    mixed //= _BITS
    return bits | 1 << mixed % _BITS


def words_of(lows: Sequence[int], highs: Sequence[int], bits: Sequence[tuple[int, int, int]]) -> array[int]:
    """The words of rows: the halves of their places, and their bits of years, surnames and given names."""
    numbers = [_numbers(*some) for some in bits]
    words = [0] * max(1, sum(map(len, numbers)) // KEYS)
    count = len(words)
    for low, high, some in zip(lows, highs, numbers, strict=True):
        for number in some:
            words[_word(low, high, number, count)] |= _mark(low, high, number)
    return array("q", words)


class SieveWriter:
    """Writes `sieve.arrow`; tables with the columns of `columns.records()`, in order of place."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        self._schema = pa.schema([("first", pa.int64()), ("words", pa.large_binary())])
        self._writer = pa.ipc.new_file(path, self._schema)
        self._lows: list[int] = []
        self._highs: list[int] = []
        self._masks: list[tuple[int, int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write(len(self._lows))
        self._writer.close()

    def write(self, table: Any) -> None:
        """Add rows."""
        places = table.column("place").to_pylist()
        self._lows += [place & _LOW for place in places]
        self._highs += [place >> 32 for place in places]
        masks = (table.column(name).to_pylist() for name in ("years", "surnames", "givens"))
        self._masks += zip(*masks, strict=True)
        if len(self._highs) >= PART and self._highs[0] != self._highs[-1]:
            self._write(self._highs.index(self._highs[-1]))

    def _write(self, count: int) -> None:
        """Write the first rows, and keep the others."""
        import pyarrow as pa

        if not count:
            return
        words = words_of(self._lows[:count], self._highs[:count], self._masks[:count])
        if sys.byteorder == "big":
            words.byteswap()
        row = [pa.array([self._highs[0]], pa.int64()), pa.array([words.tobytes()], pa.large_binary())]
        self._writer.write_batch(pa.record_batch(row, schema=self._schema))
        self._lows, self._highs, self._masks = self._lows[count:], self._highs[count:], self._masks[count:]


class Sieve:
    """`sieve.arrow`, open; its words are read when they are first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._state = self.state
        self._firsts: list[int] = []
        self._words: list[array[int]] = []

    @property
    def state(self) -> State:
        """Which file is open, and in what state."""
        return state_of(os.fstat(self._file.fileno()))

    def close(self) -> None:
        """Let go of the file and of memory."""
        self._file.close()
        self._words, self._firsts = [], []

    def pass_through(self, clues: bytes) -> list[int]:
        """The numbers of the clues that a row may share all keys with, and of those that are UNKNOWN."""
        if not self._words:
            self._read()
        passed: list[int] = []
        firsts, every = self._firsts, self._words
        for at, (low, high, years, surnames, givens) in enumerate(FORM.iter_unpack(clues)):
            numbers = None if years > _YEARS else _asked(years, surnames, givens)
            part = bisect_right(firsts, high) - 1
            if numbers is None or (part >= 0 and _found(every[part], low, high, numbers)):
                passed.append(at)
        return passed

    def _read(self) -> None:
        """Read the words of all parts. OSError where the file is not as it was opened."""
        import pyarrow as pa

        if self.state != self._state:
            raise OSError(f"{self._path.name} was changed")
        self._file.seek(0)
        firsts: list[int] = []
        every: list[array[int]] = []
        with pa.ipc.open_file(self._file) as reader:
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                words = array("q")
                words.frombytes(batch.column(1).buffers()[2])
                if sys.byteorder == "big":
                    words.byteswap()
                firsts.append(batch.column(0)[0].as_py())
                every.append(words)
        self._firsts, self._words = firsts, every


def _found(words: array[int], low: int, high: int, numbers: tuple[int, ...]) -> bool:
    """Whether the words have one of the keys."""
    count = len(words)
    for number in numbers:
        mark = _mark(low, high, number)
        if words[_word(low, high, number, count)] & mark == mark:
            return True
    return False
