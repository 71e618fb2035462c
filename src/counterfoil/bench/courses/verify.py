"""The verification step: lawful requests against the registry. Ours beside plain SQL over the full rows."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import SEED, load, save
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import each, timed

ALL_AT_ONCE = "verify all requests"
ONE = "verify one request, registry open"
SINGLES = 200
SINGLES_OF_PEER = 40

_PARTS = ("given_name", "surname", "address_line1", "address_line2", "city", "state", "postal_code")
_SQL = f"""
    SELECT DISTINCT asked.request_id
    FROM asked JOIN read_parquet($files) AS filed
      ON filed.tax_year = asked.tax_year
     AND {" AND ".join(f"upper(filed.{part}) = asked.{part}" for part in _PARTS)}
"""  # noqa: S608 - only column names of our own


def prepare(folder: Path, *, n: int, requests: int) -> list[Taken]:
    """A registry of n people, its index, and the lawful ones of the requests about it."""
    from counterfoil.synth import make_registry, make_requests
    from counterfoil.verification import load_registry

    registry = folder / "registry"
    make_registry(n, SEED, registry)
    make_requests(
        registry, min(requests, n // 2), SEED, "everyday", folder / "requests.csv", folder / "truth.csv"
    )  # the made-up country asks about each person once
    save(folder / "lawful.json", _lawful(folder))
    report, taken = timed("index the registry", n, lambda: load_registry([registry], folder / "index"))
    size = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
    return [taken.noting({"rows": report.rows, "mib_on_disk": round(size / 2**20, 1)})]


def _lawful(folder: Path) -> list[dict[str, str]]:
    """The rows that the truth calls lawful, each with whether it is to be confirmed."""
    with (
        (folder / "requests.csv").open(encoding="utf-8", newline="") as rows,
        (folder / "truth.csv").open(encoding="utf-8", newline="") as truths,
    ):
        both = zip(csv.DictReader(rows), csv.DictReader(truths), strict=True)
        return [{**row, "confirm": truth["confirm"]} for row, truth in both if truth["lawful"] == "true"]


def ours(folder: Path, *, n: int, requests: int) -> list[Taken]:  # noqa: ARG001
    """Parse the requests, open the registry, look them up; then some of them one by one."""
    from counterfoil.verification import Registry, verify

    rows = load(folder / "lawful.json")

    def all_of_them() -> frozenset[int]:
        registry = Registry.open(folder / "index")
        try:
            return verify(registry, (_asked(at, row) for at, row in enumerate(rows))).confirmed
        finally:
            registry.close()

    confirmed, taken = timed(ALL_AT_ONCE, len(rows), all_of_them)
    facts = _against_truth(rows, {rows[at]["request_id"] for at in confirmed})
    registry = Registry.open(folder / "index")
    _one(registry, rows[0])
    some = random.Random(SEED).choices(rows, k=min(SINGLES, len(rows)))  # noqa: S311 - made-up data
    single = each(ONE, [partial(_one, registry, row) for row in some])
    registry.close()
    return [taken.noting(facts), single]


def _one(registry: Any, row: dict[str, str]) -> bool:
    from counterfoil.verification import verify_one

    return verify_one(registry, _asked(0, row))


def _asked(position: int, row: dict[str, str]) -> Any:
    from counterfoil import address, person
    from counterfoil.verification import Asked

    written = (row["address_line1"], row["address_line2"], row["city"], row["state"], row["postal_code"])
    name = (row["given_name"], row["middle_name"], row["surname"], row["name_suffix"])
    return Asked(
        position=position,
        name=person.parse(person.Written(*name)),
        address=address.parse(address.Written(*written)),
        years=frozenset(map(int, row["tax_years"].split())),
        date_of_birth=row["date_of_birth"],
        tin=row["tin"],
    )


def plain_sql(folder: Path, *, n: int, requests: int) -> list[Taken]:  # noqa: ARG001
    """An exact join in capitals over the full rows, as one would write it in a minute."""
    import duckdb
    import pyarrow

    rows = load(folder / "lawful.json")
    files = [str(path) for path in sorted((folder / "registry").glob("*.parquet"))]
    connection = duckdb.connect()

    def ask(some: Iterable[dict[str, str]]) -> set[str]:
        lines = [
            {"request_id": row["request_id"], "tax_year": int(year), **{part: row[part].upper() for part in _PARTS}}
            for row in some
            for year in row["tax_years"].split()
        ]
        connection.register("asked", pyarrow.Table.from_pylist(lines))
        return {found[0] for found in connection.execute(_SQL, {"files": files}).fetchall()}

    confirmed, taken = timed(ALL_AT_ONCE, len(rows), lambda: ask(rows))
    some = random.Random(SEED).choices(rows, k=min(SINGLES_OF_PEER, len(rows)))  # noqa: S311 - made-up data
    single = each(ONE, [partial(ask, [row]) for row in some])
    return [taken.noting(_against_truth(rows, confirmed)), single]


def _against_truth(rows: list[dict[str, str]], confirmed: set[str]) -> dict[str, int]:
    due = {row["request_id"] for row in rows if row["confirm"] == "true"}
    return {"confirmed": len(confirmed), "wrong": len(confirmed - due), "missed": len(due - confirmed)}
