"""Files in order of a key, mapped into memory and searched: what a request finds costs microseconds, not a query.

Both are Arrow files (IPC, not compressed), so that other programs can read them. `records.arrow` has the keys of
columns.py as numbers, in order of place, and the rest of each row as one text; `streets.arrow` has the rows of the
street book as texts, in order. A file is read only after its hash was found right (manifest.py).
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from counterfoil.verification import columns
from counterfoil.verification.columns import SEPARATOR

BATCH = 262_144  # rows
STEP = 64
"""Of the street book every so manieth row is held in memory: a search begins among these."""
_TWO_AND_TWO = (columns.KEYS[:2], columns.KEYS[2:])
_REST = columns.RECORD[len(columns.KEYS) :]
_PARTS = len(_REST) - 1  # the last of them has parts of its own


def _records_schema() -> Any:
    import pyarrow as pa

    return columns.schema(*columns.KEYS).append(pa.field("rest", pa.string()))


class _Writer:
    """Writes tables as batches of one size."""

    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow as pa

        self._schema = schema
        self._writer = pa.ipc.new_file(path, schema)
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
            self._writer.write_batch(batch)
        self._waiting = [together.slice(BATCH)]
        self._count = max(0, self._count - BATCH)


class RecordsWriter(_Writer):
    """Writes `records.arrow`; tables with the columns of `columns.records()`, in order of place."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _records_schema())

    def write(self, table: Any) -> None:
        """Add rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = {name: table.column(name) for name in _REST}
        texts["hold"] = texts["hold"].cast(pa.string())
        texts["person"] = pc.if_else(pc.equal(texts["person"], texts["tin"]), "", texts["person"])
        rest = pc.binary_join_element_wise(*texts.values(), SEPARATOR)
        self._add(table.select(columns.KEYS).append_column("rest", rest).cast(self._schema))


class StreetsWriter(_Writer):
    """Writes `streets.arrow`; rows of the street book, each as one text, in order."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        super().__init__(path, pa.schema([("line", pa.string())]))

    def write(self, lines: Any) -> None:
        """Add rows."""
        import pyarrow as pa

        self._add(pa.table([lines], schema=self._schema))


class _Texts:
    """The texts of a column as bytes, by number."""

    __slots__ = ("_data", "_offsets")

    def __init__(self, column: Any) -> None:
        _, offsets, data = column.buffers()
        self._offsets = memoryview(offsets).cast("i")
        self._data = memoryview(data) if data is not None else memoryview(b"")

    def __getitem__(self, at: int) -> bytes:
        return bytes(self._data[self._offsets[at] : self._offsets[at + 1]])

    def __len__(self) -> int:
        return len(self._offsets) - 1


class _Shelf:
    """One batch of records."""

    __slots__ = ("count", "givens", "places", "rest", "surnames", "years")

    def __init__(self, batch: Any) -> None:
        self.count = batch.num_rows
        wide, narrow = ((memoryview(batch.column(n).buffers()[1]) for n in two) for two in _TWO_AND_TWO)
        self.places, self.years = (numbers.cast("q")[: self.count] for numbers in wide)
        self.surnames, self.givens = (numbers.cast("i")[: self.count] for numbers in narrow)
        self.rest = _Texts(batch.column("rest"))


class Records:
    """`records.arrow`, open."""

    def __init__(self, path: Path) -> None:
        self._file = _Mapped(path)
        self._shelves = [_Shelf(batch) for batch in self._file.batches]
        self._last = [shelf.places[shelf.count - 1] for shelf in self._shelves]

    def at(self, place: int, bits: tuple[int, int, int]) -> list[tuple[Any, ...]]:
        """The rows at a place that share bits of years, surnames and givens: their bits, and the rest of RECORD."""
        years, surnames, givens = bits
        found: list[tuple[Any, ...]] = []
        for number in range(bisect_left(self._last, place), len(self._shelves)):
            shelf = self._shelves[number]
            places, at = shelf.places, bisect_left(shelf.places, place)
            while at < shelf.count and places[at] == place:
                if shelf.surnames[at] & surnames and shelf.givens[at] & givens and shelf.years[at] & years:
                    person, hold, tin, *texts = shelf.rest[at].decode().split(SEPARATOR, _PARTS)
                    own = (shelf.years[at], shelf.surnames[at], shelf.givens[at])
                    found.append((own, person or tin, hold != "0", tin, *texts))
                at += 1
            if self._last[number] != place:
                break
        return found

    def rest(self) -> None:
        """Hold no more memory than for the next question."""
        self._file.rest()

    def close(self) -> None:
        """Let go of the file."""
        self._shelves = []
        self._file.close()


class Streets:
    """`streets.arrow`, open."""

    def __init__(self, path: Path) -> None:
        self._file = _Mapped(path)
        self._shelves = [_Texts(batch.column("line")) for batch in self._file.batches]
        self._last = [shelf[len(shelf) - 1] for shelf in self._shelves]
        self._some = [self._sample(shelf) for shelf in self._shelves]

    def rows(self, kind: str, zone: str, key: str) -> Iterator[tuple[str, str, str, str]]:
        """The rows of the street book that have these three."""
        beginning = SEPARATOR.join((kind, zone, key, "")).encode()
        for number in range(bisect_left(self._last, beginning), len(self._shelves)):
            shelf = self._shelves[number]
            step = bisect_left(self._some[number], beginning) * STEP
            for at in range(bisect_left(shelf, beginning, max(0, step - STEP), min(step, len(shelf))), len(shelf)):
                line = shelf[at]
                if not line.startswith(beginning):
                    return
                yield kind, zone, key, line[len(beginning) :].decode()

    def _sample(self, shelf: _Texts) -> list[bytes]:
        """Every so manieth line; what was looked at for it is nearly every page, which is given back."""
        lines = [shelf[at] for at in range(0, len(shelf), STEP)]
        self._file.rest()
        return lines

    def rest(self) -> None:
        """Hold no more memory than for the next question."""
        self._file.rest()

    def close(self) -> None:
        """Let go of the file."""
        self._shelves, self._some = [], []
        self._file.close()


class _Mapped:
    """An Arrow file in memory, its batches not copied."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa

        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self._map)))
        self.batches = [batch for at in range(reader.num_record_batches) if (batch := reader.get_batch(at)).num_rows]

    def rest(self) -> None:
        """Give back the memory of what was looked at; the system still has it, and maps it again when asked."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Let go of it; what still looks into a batch keeps the memory."""
        self.batches = []
        with suppress(BufferError):
            self._map.close()
