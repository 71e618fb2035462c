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

from librt.strings import read_i64_le
from mypy_extensions import i64

State = tuple[int, ...]
"""What tells a file from others, and from itself after a change: device, inode, bytes, times of the last changes."""

NUMBER: Final = 8  # bytes
_MAPPED: Final = 16  # batches
_LARGEST: Final = 1 << 31  # rows of a block
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
        head = little(array("q", [count]))
        parts = [little(array("q", column[at : at + count])) for column in numbers]
        offsets = little(array("q", [end - first for end in ends[at + 1 : at + count + 1]]))
        yield b"".join((head, *parts, offsets, data[first : ends[at + count]]))


def _numbers(column: Any) -> Any:
    return memoryview(column.buffers()[1]).cast("q")[column.offset : column.offset + len(column)]


def _texts(column: Any) -> tuple[Any, Any]:
    _, offsets, data = column.buffers()
    ends = memoryview(offsets).cast("i")[column.offset : column.offset + len(column) + 1]
    return ends, memoryview(data) if data is not None else memoryview(b"")


def little(numbers: array[int]) -> bytes:
    """The numbers as bytes, of each the lowest first; the array is of no use afterwards."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def bytes_of(column: Any) -> bytes:
    """An Arrow column of int64 as bytes, of each number the lowest first."""
    numbers = _numbers(column) if len(column) else array("q")
    return numbers.tobytes() if sys.byteorder == "little" else little(array("q", numbers))


def first_number(numbers: bytes, least: i64, first: i64, end: i64) -> i64:
    """Of numbers in order, from the first to before the end: the place of one that is `least` or more, or the end."""
    while first < end:
        middle = (first + end) // 2
        if read_i64_le(numbers, middle * NUMBER) < least:
            first = middle + 1
        else:
            end = middle
    return first


class Block:
    """One block of so many columns of numbers. Columns and rows are counted from 0."""

    def __init__(self, data: bytes, columns: int) -> None:
        count = read_i64_le(data, 0) if len(data) >= NUMBER else i64(0)
        if count < 1 or count > _LARGEST or NUMBER * (1 + (columns + 1) * count) > len(data):
            raise OSError("a block of the registry is not whole")
        self.count: i64 = count
        self._ends: i64 = NUMBER * (1 + columns * count)
        self._texts: i64 = self._ends + NUMBER * count
        self._data = data

    def number(self, column: i64, at: i64) -> i64:
        """The number of a row in a column."""
        return read_i64_le(self._data, NUMBER * (1 + column * self.count + at))

    def text(self, at: i64) -> bytes:
        """The text of a row."""
        end = self._ends + NUMBER * at
        first = read_i64_le(self._data, end - NUMBER) if at else i64(0)
        return self._data[self._texts + first : self._texts + read_i64_le(self._data, end)]

    def first_of(self, number: i64) -> i64:
        """The first row whose first number is this one or more, of rows in order of it; `count` for none."""
        return first_number(self._data, number, 1, 1 + self.count) - 1

    def first_from(self, text: bytes) -> i64:
        """The first row whose text is this one or after it, of rows in the order of their texts; `count` for none."""
        low: i64 = 0
        high = self.count
        while low < high:
            middle = (low + high) // 2
            if self.text(middle) < text:
                low = middle + 1
            else:
                high = middle
        return low


def batches_of(path: Path) -> Iterator[tuple[Any, int]]:
    """The batches of an Arrow file, each with the address of the file's first byte.

    Only a few are mapped at a time: the system counts what it maps around a byte that is read as memory held.
    """
    import pyarrow as pa

    done, count = 0, 1
    while done < count:
        with pa.memory_map(str(path)) as source:
            whole = source.read_buffer().address
            source.seek(0)
            reader = pa.ipc.open_file(source)
            count = reader.num_record_batches
            for number in range(done, min(count, done + _MAPPED)):
                yield reader.get_batch(number), whole
            done += _MAPPED


def spans_of(values: Any, whole: int) -> tuple[bytes, bytes]:
    """Where the values of a column of bytes begin in the file, and where they end, as `bytes_of` gives numbers.

    `whole` as in `batches_of`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    _, offsets, data = values.buffers()
    base = data.address - whole if data is not None and data.size else 0  # no bytes may be anywhere
    ends = pc.add(pa.Array.from_buffers(pa.int64(), len(values) + 1, [None, offsets], offset=values.offset), base)
    return bytes_of(ends.slice(0, len(values))), bytes_of(ends.slice(1))


class Cells:
    """The values of a column of bytes, found where they stand in the file and read one by one."""

    def __init__(self, path: Path, spans: Sequence[tuple[bytes, bytes]]) -> None:
        """`spans` are of each batch, in order, what `spans_of` gives."""
        self._begins = b"".join([begins for begins, _ in spans])
        self._ends = b"".join([ends for _, ends in spans])
        self._path = path

    def __len__(self) -> int:
        return len(self._begins) // NUMBER

    def read(self, file: Any, number: i64) -> bytes:
        """The value of that number, from the file, which is open. OSError where it does not have it whole."""
        begin = read_i64_le(self._begins, number * NUMBER)
        size = read_i64_le(self._ends, number * NUMBER) - begin
        data = _some(file, begin, size)
        while len(data) < size and (more := _some(file, begin + len(data), size - len(data))):
            data += more
        if len(data) != size:
            raise OSError(f"{self._path.name} is cut off")
        return data


def _some(file: Any, begin: i64, size: i64) -> bytes:
    """Bytes from there on: so many, or fewer where the system gives no more in one go."""
    if _ANYWHERE:
        return os.pread(file.fileno(), size, begin)
    file.seek(begin)
    read: bytes = file.read(size)
    return read


def opened(path: Path, columns: int) -> tuple[Any, list[Any], list[Cells]]:
    """An Arrow file, open; its first column, a copy of each batch; and so many columns of bytes behind it.

    OSError where it is replaced meanwhile.
    """
    file = path.open("rb", buffering=0)
    try:
        firsts: list[Any] = []
        spans: list[list[tuple[bytes, bytes]]] = [[] for _ in range(columns)]
        for batch, whole in batches_of(path):
            firsts.append(_copied(batch.column(0)))
            for at, some in enumerate(spans):
                some.append(spans_of(batch.column(1 + at), whole))
        if state_of(os.fstat(file.fileno())) != state_of(path.stat()):
            raise OSError(f"{path.name} was changed")
    except BaseException:
        file.close()
        raise
    return file, firsts, [Cells(path, some) for some in spans]


def _copied(column: Any) -> Any:
    """The column in memory of its own; numbers as `bytes_of` gives them."""
    import pyarrow as pa

    return bytes_of(column) if pa.types.is_integer(column.type) else pa.array(column.to_pylist(), column.type)


class Blocks:
    """A file of blocks, open.

    What each block begins with, in order: `numbers`, as `bytes_of` gives them, or `texts`, themselves a block. Of the
    other kind there are none.
    """

    def __init__(self, path: Path, columns: int) -> None:
        self._columns = columns
        self._file, firsts, (self._blocks,) = opened(path, 1)
        self.numbers, self.texts = _joined(firsts)

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def state(self) -> State:
        """Which file is open, and in what state."""
        return state_of(os.fstat(self._file.fileno()))

    def block(self, number: i64) -> Block:
        """The block of that number. OSError where the file does not have it whole."""
        return Block(self._blocks.read(self._file, number), self._columns)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _joined(firsts: Sequence[Any]) -> tuple[bytes, Block | None]:
    """What all blocks begin with, as numbers or as texts."""
    import pyarrow as pa

    if not firsts or isinstance(firsts[0], bytes):
        return b"".join(firsts), None
    texts = pa.concat_arrays(firsts)
    return b"", Block(b"".join(to_blocks((), texts, len(texts))), 0) if len(texts) else None
