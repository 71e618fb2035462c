"""What every contestant of the verification step works on: a registry, lawful requests about it, and the truth.

Nothing here holds more than a portion of the requests: a contestant's peak of memory is to be its own.
"""

from __future__ import annotations

import csv
import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import SEED
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed

ASKED_OF_A_THOUSAND = 64  # as 1.28 million requests are of 20 million people
FEW = 12_800
EXCHANGE, EVERYDAY = "exchange-2025", "everyday"
INDEX, REGISTRY = "index", "registry"  # folders
REQUESTS = "lawful.parquet"
"""The lawful requests, as every contestant reads them."""
NAME = ("given_name", "middle_name", "surname", "name_suffix")
ADDRESS = ("address_line1", "address_line2", "city", "state", "postal_code")
ASKED = ("date_of_birth", "tin", "tax_years", *NAME, *ADDRESS)
ID = "request_id"
_COLUMNS = (ID, *ASKED, "confirm", "way")
_PORTION = 20_000  # requests held at a time


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """A registry of n people, its index, and the lawful ones of the exchange's requests about it."""
    return _prepared(folder, n, _asked_of(n), EXCHANGE)


def prepare_everyday(folder: Path, *, n: int) -> list[Taken]:
    """The same with everyday requests, of which about half are to be confirmed."""
    return _prepared(folder, n, _asked_of(n), EVERYDAY)


def prepare_few(folder: Path, *, n: int) -> list[Taken]:
    """The exchange's requests, as many whatever n is."""
    return _prepared(folder, n, min(FEW, n // 10), EXCHANGE)


def _asked_of(people: int) -> int:
    return max(20, people * ASKED_OF_A_THOUSAND // 1000)


def _prepared(folder: Path, n: int, count: int, mix: str) -> list[Taken]:
    from counterfoil.synth import make_registry, make_requests
    from counterfoil.verification import load_registry

    registry = folder / REGISTRY
    make_registry(n, SEED, registry)
    make_requests(registry, count, SEED, mix, folder / "requests.csv", folder / "truth.csv", ways=folder / "ways.csv")
    _save_lawful(folder)
    report, taken = timed("index the registry", n, lambda: load_registry([registry], folder / INDEX))
    return [taken.noting({"rows": report.rows, "mib_on_disk": round(_size(folder / INDEX) / 2**20, 1)})]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _save_lawful(folder: Path) -> None:
    """The requests that the truth calls lawful, each with whether it is to be confirmed, and how it was made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in _COLUMNS])
    with (
        (folder / "requests.csv").open(encoding="utf-8", newline="") as rows,
        (folder / "truth.csv").open(encoding="utf-8", newline="") as truths,
        (folder / "ways.csv").open(encoding="utf-8", newline="") as ways,
        pq.ParquetWriter(folder / REQUESTS, schema) as target,
    ):
        every = zip(csv.DictReader(rows), csv.DictReader(truths), csv.DictReader(ways), strict=True)
        lawful = ({**row, **truth, **way} for row, truth, way in every if truth["lawful"] == "true")
        while some := list(islice(lawful, _PORTION)):
            lines = [{name: row[name] for name in _COLUMNS} for row in some]
            target.write_batch(pa.RecordBatch.from_pylist(lines, schema))


def count_of(folder: Path) -> int:
    """How many lawful requests there are."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(folder / REQUESTS).num_rows)


def portions(folder: Path, *names: str) -> Iterator[Any]:
    """These columns of the lawful requests, an Arrow batch of the file at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / REQUESTS) as file:
        for group in range(file.num_row_groups):  # one at a time: reading ahead, Arrow takes twice the memory
            yield from file.read_row_group(group, list(names)).to_batches(_PORTION)


def only(folder: Path, positions: Sequence[int], *names: str) -> Iterator[tuple[Sequence[int], Any]]:
    """These columns of the requests at these positions (ascending): positions and an Arrow batch at a time.

    The file is gone through once; only what was asked for leaves Arrow.
    """
    import pyarrow as pa

    first = begin = 0
    for batch in portions(folder, *names):
        end = bisect_left(positions, first + len(batch), begin)
        if begin < end:
            there = positions[begin:end]
            yield there, batch.take(pa.array([position - first for position in there]))
        first, begin = first + len(batch), end


def some_rows(folder: Path, count: int, *names: str) -> list[dict[str, str]]:
    """Some requests by chance, always the same ones, in an order by chance."""
    chance = random.Random(SEED)  # noqa: S311 - made-up data
    every = range(count_of(folder))
    rows = [
        row
        for _, batch in only(folder, sorted(chance.sample(every, min(count, len(every)))), *names)
        for row in batch.to_pylist()
    ]
    chance.shuffle(rows)
    return rows


def ids_at(folder: Path, positions: Iterable[int]) -> Any:
    """The ids of the requests at these positions, as an Arrow array."""
    import pyarrow as pa

    found = [batch.column(0) for _, batch in only(folder, sorted(positions), ID)]
    return pa.concat_arrays(found) if found else pa.array([], pa.string())


def against_truth(folder: Path, confirmed: Any) -> dict[str, int]:
    """How many of these ids were confirmed, how many against the truth, and how many were to be and were not."""
    import pyarrow.compute as pc

    due = hit = 0
    for batch in portions(folder, ID, "confirm"):
        to_be = batch.filter(pc.equal(batch.column("confirm"), "true")).column(ID)
        due += len(to_be)
        hit += pc.sum(pc.is_in(to_be, value_set=confirmed)).as_py() or 0
    return {"confirmed": len(confirmed), "wrong": len(confirmed) - hit, "missed": due - hit}
