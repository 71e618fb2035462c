"""The verification step: lawful requests against the registry, with cold and with warm files, and one by one."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from counterfoil.bench.courses.common import SEED
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed
from counterfoil.meter import bytes_read

T = TypeVar("T")

COLD = "verify all requests, files cold"
WARM = "verify all requests, files warm"
ONE = "verify one request, registry open"
SINGLES = 200
ASKED_OF_A_THOUSAND = 64  # as 1.28 million requests are of 20 million people
FEW = 12_800
REQUESTS = "lawful.parquet"
"""The lawful requests, as every contestant reads them."""
NAME = ("given_name", "middle_name", "surname", "name_suffix")
ADDRESS = ("address_line1", "address_line2", "city", "state", "postal_code")
_ASKED = ("date_of_birth", "tin", "tax_years", *NAME, *ADDRESS)
_BATCH = 20_000  # requests read at a time
WRONG_HOUSE = ("neighbour_number", "mistyped_number")  # the right person, and not the right number


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """A registry of n people, its index, and the lawful ones of the requests about it."""
    return _prepared(folder, n, max(20, n * ASKED_OF_A_THOUSAND // 1000))


def prepare_few(folder: Path, *, n: int) -> list[Taken]:
    """The same with as many requests whatever n is."""
    return _prepared(folder, n, min(FEW, n // 10))


def _prepared(folder: Path, n: int, count: int) -> list[Taken]:
    from counterfoil.synth import make_registry, make_requests
    from counterfoil.verification import load_registry

    registry = folder / "registry"
    make_registry(n, SEED, registry)
    make_requests(
        registry, count, SEED, "everyday", folder / "requests.csv", folder / "truth.csv", ways=folder / "ways.csv"
    )
    _save_lawful(folder)
    report, taken = timed("index the registry", n, lambda: load_registry([registry], folder / "index"))
    return [taken.noting({"rows": report.rows, "mib_on_disk": round(_size(folder / "index") / 2**20, 1)})]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _save_lawful(folder: Path) -> None:
    """The requests that the truth calls lawful, each with whether it is to be confirmed, and how it was made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("request_id", *_ASKED, "confirm", "way")
    schema = pa.schema([(name, pa.string()) for name in names])
    with (
        (folder / "requests.csv").open(encoding="utf-8", newline="") as rows,
        (folder / "truth.csv").open(encoding="utf-8", newline="") as truths,
        (folder / "ways.csv").open(encoding="utf-8", newline="") as ways,
        pq.ParquetWriter(folder / REQUESTS, schema) as target,
    ):
        every = zip(csv.DictReader(rows), csv.DictReader(truths), csv.DictReader(ways), strict=True)
        lawful = ({**row, **truth, **way} for row, truth, way in every if truth["lawful"] == "true")
        while some := list(islice(lawful, _BATCH)):
            target.write_batch(
                pa.RecordBatch.from_pylist([{name: row[name] for name in names} for row in some], schema)
            )


def lawful(folder: Path, *names: str) -> list[dict[str, str]]:
    """The lawful requests as rows, of these columns or of all."""
    import pyarrow.parquet as pq

    rows: list[dict[str, str]] = pq.read_table(folder / REQUESTS, columns=list(names) or None).to_pylist()
    return rows


def ours(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Read the requests, open the registry, look them up: with cold files, again, and some of them one by one."""
    from counterfoil.verification import Registry, verify

    def all_of_them() -> set[str]:
        with Registry.open(folder / "index") as registry:
            confirmed = verify(registry, _questions(folder), workers=0).confirmed
        return ids_at(folder, confirmed)

    taken = cold_and_warm(folder, folder / "index", all_of_them)
    with Registry.open(folder / "index") as registry:
        rows = some_of(lawful(folder, *_ASKED), SINGLES)
        _one(registry, rows[0])
        taken.append(each(ONE, [partial(_one, registry, row) for row in rows]))
    return taken


def ids_at(folder: Path, positions: Iterable[int]) -> set[str]:
    """The requests at these positions."""
    import pyarrow.parquet as pq

    ids = pq.read_table(folder / REQUESTS, columns=["request_id"]).column(0)
    return set(ids.take(sorted(positions)).to_pylist())


def cold_and_warm(folder: Path, files: Path, ask: Callable[[], set[str]]) -> list[Taken]:
    """The same work twice: its files out of the system's memory, and then in it; each held against the truth."""
    import pyarrow.parquet as pq

    count = pq.read_metadata(folder / REQUESTS).num_rows
    forget(files)
    first, cold = reading(COLD, count, ask)
    second, warm = reading(WARM, count, ask)
    rows = lawful(folder, "request_id", "confirm")
    return [
        cold.noting({**cold.facts, **against_truth(rows, first)}),
        warm.noting({**warm.facts, **against_truth(rows, second)}),
    ]


def forget(folder: Path) -> None:
    """Have the system let go of what it keeps in memory of the files, where it can be asked to."""
    for path in folder.rglob("*") if hasattr(os, "posix_fadvise") else ():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def reading(what: str, count: int, work: Callable[[], T]) -> tuple[T, Taken]:
    """Do the work once; what it gave, and what it took and read."""
    called, fetched = bytes_read()
    given, taken = timed(what, count, work)
    now_called, now_fetched = bytes_read()
    read = {"mib_read": (now_called - called) / 2**20, "mib_from_disk": (now_fetched - fetched) / 2**20}
    return given, taken.noting({name: round(value, 1) for name, value in read.items()})


def some_of(rows: list[dict[str, str]], count: int) -> list[dict[str, str]]:
    """Some requests by chance, always the same ones."""
    return random.Random(SEED).choices(rows, k=min(count, len(rows)))  # noqa: S311 - made-up data


def against_truth(rows: Iterable[dict[str, str]], confirmed: set[str]) -> dict[str, int]:
    """How many were confirmed, how many against the truth, and how many were to be and were not."""
    due = {row["request_id"] for row in rows if row["confirm"] == "true"}
    return {"confirmed": len(confirmed), "wrong": len(confirmed - due), "missed": len(due - confirmed)}


def _one(registry: Any, row: dict[str, str]) -> bool:
    from counterfoil.verification import verify_one

    return verify_one(registry, _asked(0, row))


def _questions(folder: Path) -> Iterator[Any]:
    """The lawful requests as the registry is asked them, a batch of the file at a time."""
    import pyarrow.parquet as pq

    position = 0
    for batch in pq.ParquetFile(folder / REQUESTS).iter_batches(_BATCH, columns=list(_ASKED)):
        for texts in zip(*(batch.column(name).to_pylist() for name in _ASKED), strict=True):
            yield _question(position, *texts)
            position += 1


def _asked(position: int, row: Mapping[str, str]) -> Any:
    return _question(position, *_texts(row))


_texts = itemgetter(*_ASKED)


def _question(position: int, born: str, tin: str, years: str, *texts: str) -> Any:
    from counterfoil import address, person
    from counterfoil.verification import Question

    name, where = person.Written(*texts[: len(NAME)]), address.Written(*texts[len(NAME) :])
    return Question(position, name, where, _years(years), born, tin)


@lru_cache(4096)
def _years(written: str) -> frozenset[int]:
    return frozenset(map(int, written.split()))
