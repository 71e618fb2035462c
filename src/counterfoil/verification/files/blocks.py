"""Rows in order, some to a block: only the beginnings of the blocks are held in memory, and what is wanted is read.

The file is an Arrow file (IPC, not compressed) of two columns: what each block begins with, and the block. So what
a request finds costs one read of a few thousand bytes, whatever the size of the file; nothing stays mapped, and a file
that is cut off while it is open is an error and never "no match".

A block is numbers and then texts: how many rows, their numbers column by column, where each text ends, the texts; a
number has 8 bytes, the lowest first.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

State = tuple[int, ...]
"""What tells a file from others, and from itself after a change: device, inode, bytes, times of the last changes."""

NUMBER: Final = 8  # bytes
_LARGEST: Final = 1 << 31
_ANYWHERE: Final = hasattr(os, "pread")  # the system reads at a place that it is told


def state_of(facts: os.stat_result) -> State:
    """The state of a file. The system notes the time of each change in the inode, where no program can set it."""
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def to_blocks(columns: Sequence[Any], texts: Any, size: int) -> Iterator[bytes]:
    """The blocks of `size` rows each: Arrow columns of int64, and one of strings."""
    numbers = [_numbers(column) for column in columns]
    ends, data = _texts(texts)
    for at in range(0, len(texts), size):
        count = min(size, len(texts) - at)
        first = ends[at]
        head = _little(array("q", [count]))
        parts = [_little(array("q", column[at : at + count])) for column in numbers]
        offsets = _little(array("q", [end - first for end in ends[at + 1 : at + count + 1]]))
        yield b"".join((head, *parts, offsets, data[first : ends[at + count]]))


def _numbers(column: Any) -> Any:
    return memoryview(column.buffers()[1]).cast("q")[column.offset : column.offset + len(column)]


def _texts(column: Any) -> tuple[Any, Any]:
    _, offsets, data = column.buffers()
    ends = memoryview(offsets).cast("i")[column.offset : column.offset + len(column) + 1]
    return ends, memoryview(data) if data is not None else memoryview(b"")


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


class Block:
    """One block of so many columns of numbers. `numbers` has the count, the columns, and the ends of the texts."""

    def __init__(self, data: bytes, columns: int) -> None:
        count = int.from_bytes(data[:NUMBER], "little")
        head = NUMBER * (1 + (columns + 1) * count)
        if count < 1 or count > _LARGEST or head > len(data):
            raise OSError("a block of the registry is not whole")
        self.count = count
        self.numbers: Any = memoryview(data)[:head].cast("q") if sys.byteorder == "little" else _swapped(data[:head])
        self._ends = 1 + columns * count
        self._data, self._head = data, head

    def text(self, at: int) -> bytes:
        """The text of a row."""
        ends = self._ends
        first: int = self.numbers[ends + at - 1] if at else 0
        last: int = self.numbers[ends + at]
        return self._data[self._head + first : self._head + last]


def _swapped(data: bytes) -> Any:
    numbers = array("q", data)
    numbers.byteswap()
    return numbers


class Blocks:
    """A file of blocks, open. `firsts` has what each block begins with, in order."""

    def __init__(self, path: Path, columns: int) -> None:
        import pyarrow as pa

        self._columns = columns
        self._path = path
        self._places = array("q")  # where each block begins in the file
        self._sizes = array("i")
        firsts: list[Any] = []
        self._file = path.open("rb", buffering=0)
        with pa.memory_map(str(path)) as source:
            whole = source.read_buffer().address
            source.seek(0)
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                firsts.append(batch.column(0))
                self._note(batch.column(1), whole)
            self.firsts: Any = _joined(firsts)

    def _note(self, blocks: Any, whole: int) -> None:
        """Where the blocks of a batch are."""
        import pyarrow as pa
        import pyarrow.compute as pc

        _, offsets, data = blocks.buffers()
        base = data.address - whole if data is not None else 0
        ends = pa.Array.from_buffers(pa.int64(), len(blocks) + 1, [None, offsets], offset=blocks.offset)
        self._places.extend(_numbers(pc.add(ends.slice(0, len(blocks)), base)))
        self._sizes.extend(_numbers(pc.subtract(ends.slice(1), ends.slice(0, len(blocks)))))

    def __len__(self) -> int:
        return len(self._places)

    @property
    def state(self) -> State:
        """Which file is open, and in what state."""
        return state_of(os.fstat(self._file.fileno()))

    def block(self, number: int) -> Block:
        """The block of that number. OSError where the file does not have it whole."""
        size: int = self._sizes[number]
        if _ANYWHERE:
            data = os.pread(self._file.fileno(), size, self._places[number])
        else:
            self._file.seek(self._places[number])
            data = self._file.read(size)
        if len(data) != size:
            raise OSError(f"{self._path.name} is cut off")
        return Block(data, self._columns)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _joined(columns: Sequence[Any]) -> Any:
    """The beginnings of all blocks: numbers as an array, texts as a list of bytes."""
    import pyarrow as pa

    if columns and pa.types.is_integer(columns[0].type):
        numbers = array("q")
        for column in columns:
            numbers.extend(_numbers(column))
        return numbers
    return [text for column in columns for text in column.to_pylist()]
