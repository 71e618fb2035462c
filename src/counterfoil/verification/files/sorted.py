"""Files in order of a key, read in blocks: what a request finds costs microseconds, not a query.

`records.arrow` has the keys of columns.py as numbers, in order of place, and the rest of each row as one text;
`streets.arrow` has the rows of the street book as texts, in order. A file is read only after its hash was found right
(manifest.py); how it is divided stands in blocks.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

from librt.strings import read_i64_le

from counterfoil.verification import columns
from counterfoil.verification.block import Row
from counterfoil.verification.columns import SEPARATOR
from counterfoil.verification.files.blocks import NUMBER, Blocks, State, first_number, to_blocks

BATCH = 262_144  # rows that are written in one go
RECORDS, STREETS = 32, 64
"""Rows of a block."""
_REST = columns.RECORD[len(columns.KEYS) :]
_PARTS = len(_REST) - 1  # the last of them has parts of its own
_HALF: Final = 32  # bits: the masks of surnames and given names stand in one number
_GIVENS: Final = (1 << _HALF) - 1
_PLACE: Final = 0
_YEARS: Final = 1
_MASKS: Final = 2
"""The columns of numbers."""


class _Writer:
    """Writes tables as blocks, in batches of one size."""

    def __init__(self, path: Path, first: str, size: int) -> None:
        import pyarrow as pa

        self._schema = pa.schema([("first", pa.type_for_alias(first)), ("block", pa.large_binary())])
        self._size = size
        self._writer = pa.ipc.new_file(path, self._schema)
        self._waiting: list[Any] = []
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._count:
            self._flush()
        self._writer.close()

    def _add(self, table: Any) -> None:
        self._waiting.append(table)
        self._count += table.num_rows
        while self._count >= BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        together = pa.concat_tables(self._waiting)
        for batch in together.slice(0, BATCH).combine_chunks().to_batches():
            *numbers, texts = batch.columns
            blocks = list(to_blocks(numbers, texts, self._size))
            key = batch.column(0)
            firsts = [key[at].as_py() for at in range(0, len(key), self._size)]
            made = [pa.array(firsts, self._schema.field("first").type), pa.array(blocks, pa.large_binary())]
            self._writer.write_batch(pa.record_batch(made, schema=self._schema))
        self._waiting = [together.slice(BATCH)]
        self._count = max(0, self._count - BATCH)


class RecordsWriter(_Writer):
    """Writes `records.arrow`; tables with the columns of `columns.records()`, in order of place."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "int64", RECORDS)

    def write(self, table: Any) -> None:
        """Add rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = {name: table.column(name) for name in _REST}
        texts["hold"] = texts["hold"].cast(pa.string())
        texts["person"] = pc.if_else(pc.equal(texts["person"], texts["tin"]), "", texts["person"])
        rest = pc.binary_join_element_wise(*texts.values(), SEPARATOR)
        surnames, givens = (table.column(name).cast(pa.int64()) for name in columns.KEYS[2:])
        masks = pc.bit_wise_or(pc.shift_left(surnames, _HALF), givens)
        self._add(pa.table([*(table.column(name) for name in columns.KEYS[:2]), masks, rest], [*"pymr"]))


class StreetsWriter(_Writer):
    """Writes `streets.arrow`; rows of the street book, each as one text, in order."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "binary", STREETS)

    def write(self, lines: Any) -> None:
        """Add rows."""
        import pyarrow as pa

        self._add(pa.table([lines.cast(pa.string())], ["line"]))


class _Open:
    """An open file of blocks."""

    def __init__(self, path: Path, columns: int) -> None:
        self._blocks = Blocks(path, columns)

    @property
    def state(self) -> State:
        """Which file is open, and in what state."""
        return self._blocks.state

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()


class Records(_Open):
    """`records.arrow`, open."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, 3)

    def at(self, place: int, bits: tuple[int, int, int]) -> list[Row]:
        """The rows at a place that share bits of years, surnames and givens."""
        found: list[Row] = []
        firsts = self._blocks.numbers
        count = len(self._blocks)
        number = max(0, first_number(firsts, place, 0, count) - 1)  # a place may begin at the end of the block before
        while number < count and read_i64_le(firsts, number * NUMBER) <= place:
            self._take(number, place, bits, found)
            number += 1
        return found

    def _take(self, number: int, place: int, bits: tuple[int, int, int], found: list[Row]) -> None:
        """Add the block's rows at the place that share these bits."""
        block = self._blocks.block(number)
        years, surnames, givens = bits
        at = block.first_of(place)
        while at < block.count and block.number(_PLACE, at) == place:
            masks, own = block.number(_MASKS, at), block.number(_YEARS, at)
            if masks >> _HALF & surnames and masks & _GIVENS & givens and own & years:
                found.append(_row((own, masks >> _HALF, masks & _GIVENS), block.text(at)))
            at += 1


def _row(bits: tuple[int, int, int], rest: bytes) -> Row:
    person, hold, tin, born, given, middle, surname, suffix, packed = rest.decode().split(SEPARATOR, _PARTS)
    return Row(bits, person or tin, hold != "0", tin, born, given, middle, surname, suffix, packed)


class Streets(_Open):
    """`streets.arrow`, open."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, 0)

    def rows(self, kind: str, zone: str, key: str) -> Iterator[tuple[str, str, str, str]]:
        """The rows of the street book that have these three."""
        beginning = SEPARATOR.join((kind, zone, key, "")).encode()
        firsts = self._blocks.texts
        number = max(0, firsts.first_from(beginning) - 1) if firsts else 0
        while number < len(self._blocks):
            block = self._blocks.block(number)
            for at in range(block.first_from(beginning), block.count):
                line = block.text(at)
                if not line.startswith(beginning):
                    return
                yield kind, zone, key, line[len(beginning) :].decode()
            number += 1
