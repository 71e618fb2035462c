"""A block gives back what was put into it, finds it in its order, and is refused where it is not whole."""

import os
from array import array
from bisect import bisect_left

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.verification.files import blocks as blocks_module
from counterfoil.verification.files import sorted as sorted_module
from counterfoil.verification.files.blocks import NUMBER, Block, Blocks, first_number, little, to_blocks
from counterfoil.verification.files.sorted import RecordsWriter, StreetsWriter

NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, st.text()), min_size=1, max_size=30)


def blocks_of(rows, size):
    one, two, texts = zip(*rows, strict=True)
    return list(to_blocks((pa.array(one, pa.int64()), pa.array(two, pa.int64())), pa.array(texts, pa.string()), size))


@given(ROWS, st.integers(1, 8))
def test_numbers_and_texts_come_back(rows, size):
    found = []
    for data in blocks_of(rows, size):
        block = Block(data, 2)
        assert 1 <= block.count <= size
        found += [(block.number(0, at), block.number(1, at), block.text(at).decode()) for at in range(block.count)]
    assert found == rows


@given(ROWS, NUMBERS, st.text())
def test_what_is_in_order_is_found_as_by_bisection(rows, number, text):
    by_number, by_text = sorted(rows), sorted(rows, key=lambda row: row[2].encode())
    for wanted in (number, by_number[0][0], by_number[-1][0]):
        numbers = [row[0] for row in by_number]
        assert Block(*blocks_of(by_number, 99), 2).first_of(wanted) == bisect_left(numbers, wanted)
        data = b"".join(one.to_bytes(NUMBER, "little", signed=True) for one in numbers)
        assert first_number(data, wanted, 0, len(numbers)) == bisect_left(numbers, wanted)
    for wanted in (text, by_text[0][2], by_text[-1][2]):
        texts = [row[2].encode() for row in by_text]
        assert Block(*blocks_of(by_text, 99), 2).first_from(wanted.encode()) == bisect_left(texts, wanted.encode())


@given(ROWS, st.data())
def test_a_block_whose_numbers_are_cut_off_is_refused(rows, data):
    (block,) = blocks_of(rows, 99)
    with pytest.raises(OSError, match="not whole"):
        Block(block[: data.draw(st.integers(0, NUMBER * (1 + 3 * len(rows)) - 1))], 2)


@pytest.mark.parametrize("count", [0, -1, 1 << 40, -(1 << 63)])
def test_a_count_that_no_block_has_is_refused(count):
    with pytest.raises(OSError, match="not whole"):
        Block(count.to_bytes(NUMBER, "little", signed=True) + bytes(100), 2)


def test_a_file_of_no_blocks_is_open_and_has_none(tmp_path):
    for writer, columns in ((RecordsWriter, 3), (StreetsWriter, 0)):
        with writer(tmp_path / "empty.arrow"):
            pass
        blocks = Blocks(tmp_path / "empty.arrow", columns)
        assert len(blocks) == 0 and blocks.numbers == b"" and blocks.texts is None
        blocks.close()


def lines(path, count, monkeypatch):
    """A file of so many blocks, one of a line each, every one in a batch of its own."""
    monkeypatch.setattr(sorted_module, "BATCH", 1)
    with StreetsWriter(path) as writer:
        writer.write(pa.chunked_array([pa.array([f"{at:05}" for at in range(count)])]))
    return path


@pytest.mark.parametrize("count", [1, 15, 16, 17, 32, 33, 40])
@pytest.mark.parametrize("anywhere", [True, False])
def test_a_file_of_any_number_of_batches_gives_its_blocks(tmp_path, monkeypatch, count, anywhere):
    monkeypatch.setattr(blocks_module, "_ANYWHERE", anywhere)
    blocks = Blocks(lines(tmp_path / "some.arrow", count, monkeypatch), 0)
    assert [blocks.block(at).text(0) for at in range(len(blocks))] == [b"%05d" % at for at in range(count)]
    assert blocks.texts.count == count and blocks.texts.first_from(b"%05d" % (count - 1)) == count - 1
    blocks.close()


@pytest.mark.parametrize("anywhere", [True, False])
def test_a_file_that_is_cut_off_while_it_is_open_is_said(tmp_path, monkeypatch, anywhere):
    monkeypatch.setattr(blocks_module, "_ANYWHERE", anywhere)
    path = lines(tmp_path / "some.arrow", 20, monkeypatch)
    blocks = Blocks(path, 0)
    os.truncate(path, 200)
    with pytest.raises(OSError, match="cut off"):
        blocks.block(19)
    blocks.close()


def test_batches_without_rows_have_no_blocks(tmp_path):
    schema = pa.schema([("first", pa.binary()), ("block", pa.large_binary())])
    with pa.ipc.new_file(tmp_path / "none.arrow", schema) as writer:
        for _ in range(3):
            writer.write_batch(pa.record_batch([[], []], schema=schema))
    blocks = Blocks(tmp_path / "none.arrow", 0)
    assert len(blocks) == 0 and blocks.texts is None
    blocks.close()


def test_a_file_that_is_none_is_refused_and_closed(tmp_path, recwarn):
    (tmp_path / "none.arrow").write_bytes(b"nothing of the kind")
    with pytest.raises(pa.ArrowInvalid):
        Blocks(tmp_path / "none.arrow", 0)
    assert not [warning for warning in recwarn if issubclass(warning.category, ResourceWarning)]


def test_numbers_are_written_lowest_byte_first():
    assert little(array("q", [1, -2])) == b"\1" + bytes(7) + b"\xfe" + b"\xff" * 7
