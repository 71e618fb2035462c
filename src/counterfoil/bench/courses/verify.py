"""The verification step: lawful requests against the registry, with cold and with warm files, and one by one."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from counterfoil.bench.courses.common import SEED, load, save
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
    save(folder / "lawful.json", _lawful(folder))
    report, taken = timed("index the registry", n, lambda: load_registry([registry], folder / "index"))
    return [taken.noting({"rows": report.rows, "mib_on_disk": round(_size(folder / "index") / 2**20, 1)})]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _lawful(folder: Path) -> list[dict[str, str]]:
    """The rows that the truth calls lawful, each with whether it is to be confirmed, and how it was made."""
    with (
        (folder / "requests.csv").open(encoding="utf-8", newline="") as rows,
        (folder / "truth.csv").open(encoding="utf-8", newline="") as truths,
        (folder / "ways.csv").open(encoding="utf-8", newline="") as ways,
    ):
        every = zip(csv.DictReader(rows), csv.DictReader(truths), csv.DictReader(ways), strict=True)
        return [
            {**row, "confirm": truth["confirm"], "way": way["way"]}
            for row, truth, way in every
            if truth["lawful"] == "true"
        ]


def ours(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Parse the requests, open the registry, look them up: with cold files, again, and some of them one by one."""
    from counterfoil.verification import Registry, verify

    rows = load(folder / "lawful.json")

    def all_of_them() -> set[str]:
        registry = Registry.open(folder / "index")
        try:
            confirmed = verify(registry, (_asked(at, row) for at, row in enumerate(rows)), workers=0).confirmed
        finally:
            registry.close()
        return {rows[at]["request_id"] for at in confirmed}

    taken = cold_and_warm(folder / "index", rows, all_of_them)
    registry = Registry.open(folder / "index")
    _one(registry, rows[0])
    taken.append(each(ONE, [partial(_one, registry, row) for row in some_of(rows, SINGLES)]))
    registry.close()
    return taken


def cold_and_warm(files: Path, rows: list[dict[str, str]], ask: Callable[[], set[str]]) -> list[Taken]:
    """The same work twice: its files out of the system's memory, and then in it; each held against the truth."""
    forget(files)
    first, cold = reading(COLD, len(rows), ask)
    second, warm = reading(WARM, len(rows), ask)
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


def _asked(position: int, row: dict[str, str]) -> Any:
    from counterfoil import address, person
    from counterfoil.verification import Question

    written = (row["address_line1"], row["address_line2"], row["city"], row["state"], row["postal_code"])
    name = (row["given_name"], row["middle_name"], row["surname"], row["name_suffix"])
    return Question(
        position=position,
        name=person.Written(*name),
        address=address.Written(*written),
        years=frozenset(map(int, row["tax_years"].split())),
        date_of_birth=row["date_of_birth"],
        tin=row["tin"],
    )
