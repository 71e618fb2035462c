"""Requests in lots: each request once, no lot too large, every bit asked for there."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.verification import columns
from counterfoil.verification.spark import lots
from counterfoil.verification.spark.session import pack

PLACES = st.lists(st.integers(0, 6), min_size=1, max_size=60)


def keyed(places: list[int]) -> pa.Table:
    rows = [
        {"position": at, "place": place, "years": 1 << at % 3, "surnames": 1 << at % 5, "givens": 1 << at % 7}
        for at, place in enumerate(places)
    ]
    texts = {name: "" for name in columns.keyed().names if name not in rows[0]}
    return pa.Table.from_pylist([{**texts, **row} for row in rows], columns.keyed())


@given(PLACES, st.integers(1, 9))
def test_every_request_is_in_one_lot_and_no_lot_is_too_large(places: list[int], size: int) -> None:
    packed = lots.packed(lots.in_lots(keyed(places), size))
    found = [lots.of_stream(one.as_buffer()).column("position").to_pylist() for one in packed.column("asked")]
    assert sorted(position for lot in found for position in lot) == list(range(len(places)))
    assert max(map(len, found)) <= size
    assert packed.column("lot").to_pylist() == list(range(len(found)))


@given(PLACES, st.integers(1, 9))
def test_a_lot_asks_at_each_of_its_places_for_every_bit_of_its_requests(places: list[int], size: int) -> None:
    divided = lots.in_lots(keyed(places), size)
    asked = {(row["lot"], row["place"]): row for row in lots.places_asked(divided).to_pylist()}
    assert len(asked) == lots.places_asked(divided).num_rows
    for row in divided.to_pylist():
        line = asked[row["lot"], row["place"]]
        for name in columns.KEYS[1:]:
            assert line[name] & row[name] == row[name]


def test_one_crowded_place_is_spread_over_lots() -> None:
    packed = lots.packed(lots.in_lots(keyed([3] * 1_000), 100))
    assert packed.num_rows == 10


def test_lots_are_many_enough_for_the_cores_and_never_beyond_their_bound() -> None:
    assert lots.size_of_lots(1_280_000, 2) == lots.MOST
    assert lots.size_of_lots(100_000, 40) == 625
    assert lots.size_of_lots(10, 2) == lots.LEAST


def test_nothing_asked_makes_no_lot() -> None:
    none = keyed([1]).slice(0, 0)
    assert lots.places_asked(lots.in_lots(none, 5)).num_rows == 0
    assert lots.packed(lots.in_lots(none, 5)).num_rows == 0


def test_the_archive_holds_all_that_an_executor_needs(tmp_path: Path) -> None:
    """In an interpreter with pyarrow alone: it is unpacked, imported, and reads its data."""
    archive = pack(tmp_path / "rooms.zip")
    code = (
        "import importlib.util, sys, zipfile; sys.path.append(sys.argv[2])\n"
        "class Others:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] not in {*sys.stdlib_module_names, 'pyarrow', 'counterfoil'}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Others())\n"
        "assert importlib.util.find_spec('counterfoil') is None\n"
        "zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[3]); sys.path.insert(0, sys.argv[3])\n"
        "from counterfoil.verification import batches\n"
        "from counterfoil.verification.engine import Question\n"
        "from counterfoil.verification.spark import lots\n"
        "from counterfoil import address, person\n"
        "q = Question(7, person.Written('Ada', '', 'Quillobar', ''),"
        " address.Written('12 Fernwick Avenue', '', 'Springfield', 'IL', '62701'), frozenset((2023,)))\n"
        "print(batches.keys_of(batches.questions_of([q])).column('position').to_pylist())\n"
    )
    packages = sysconfig.get_paths()["purelib"]
    words = [sys.executable, "-S", "-I", "-c", code, str(archive), packages, str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[7]", done.stderr
