"""Made-up registries and questions for the Spark engine, and what the engine in this process says of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil import address, person
from counterfoil.synth import make_registry, make_requests
from counterfoil.verification import Question, Registry, Verdict, load_registry, read_question, verify

COLUMNS = (
    *("tin", "given_name", "middle_name", "surname", "name_suffix", "date_of_birth", "tax_year"),
    *("address_line1", "address_line2", "city", "state", "postal_code", "hold"),
)

LIGHT = {f"spark.{who}.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" for who in ("driver", "executor")}
"""Short runs: Java compiles quickly and less well."""


def country(folder: Path, people: int, requests: int) -> tuple[Path, list[Question]]:
    """A made-up registry, loaded, and everyday questions about it, lawful or not."""
    make_registry(people, 1, folder / "made")
    make_requests(folder / "made", requests, 1, "everyday", folder / "requests.csv", folder / "truth.csv")
    load_registry([folder / "made"], folder / "registry")
    return folder / "registry", list(questions(folder / "requests.csv"))


def questions(file: Path) -> Iterator[Question]:
    """The requests of a file whose tax years can be read."""
    with file.open(encoding="utf-8", newline="") as stream:
        for position, row in enumerate(csv.DictReader(stream)):
            years = row["tax_years"].split()
            if all(year.isdigit() and len(year) == 4 for year in years):
                yield question(position, row, frozenset(map(int, years)))


def question(position: int, row: dict[str, str], years: frozenset[int]) -> Question:
    """One question as its row has it."""
    name = person.Written(row["given_name"], row["middle_name"], row["surname"], row["name_suffix"])
    parts = ("address_line1", "address_line2", "city", "state", "postal_code")
    return Question(
        position, name, address.Written(*(row[part] for part in parts)), years, row["date_of_birth"], row["tin"]
    )


def crowded(folder: Path) -> tuple[Path, list[Question]]:
    """Everything at once in one place: a tower of one surname, a surname in one ZIP, one address asked of everybody."""
    tower = [  # one building, one surname; every given name three times, told apart by birth or unit
        _row(at, f"Ada{chr(97 + at % 26)}{at // 78}", "Quillobar", "700 Fernwick Ave", f"Apt {at % 500}")
        for at in range(1_500)
    ]
    street = [_row(at, f"Bodo{chr(97 + at % 26)}", "Mirrowell", f"{at} Dunmarrow St", "") for at in range(1_500, 2_500)]
    rows, asked = tower + street, []
    for at in range(4_000):
        row = dict(rows[at % 2_500])
        if at % 3 == 0:
            row["address_line2"] = f"Apt {at % 700}" if row["address_line2"] else ""
        if at % 5 == 0:
            row["date_of_birth"] = ""
        if at % 7 == 0:
            row["address_line1"], row["address_line2"] = "700 Fernwick Ave", ""
        asked.append(question(at, {**row, "tin": row["tin"] if at % 2 else ""}, frozenset((2023,))))
    table = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in COLUMNS]))
    (folder / "made").mkdir(parents=True)
    pq.write_table(table, folder / "made" / "crowded.parquet")
    load_registry([folder / "made"], folder / "registry")
    return folder / "registry", asked


def _row(number: int, given: str, surname: str, line1: str, line2: str) -> dict[str, str]:
    birth = f"{1950 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}"
    values = (
        f"{900700000 + number}",
        given,
        "",
        surname,
        "",
        birth,
        "2023",
        line1,
        line2,
        "Springfield",
        "IL",
        "62701",
    )
    return dict(zip(COLUMNS, (*values, ""), strict=True))


def in_process(registry: Path, asked: list[Question]) -> Verdict:
    """What the engine in this process says."""
    with Registry.open(registry) as opened:
        return verify(opened, map(read_question, asked))
