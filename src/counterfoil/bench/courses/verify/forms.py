"""Verification by scourgify's normal form of an address, joined in DuckDB; of a sample, as it is slow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import peer
from counterfoil.bench.courses.verify.asking import reading
from counterfoil.bench.courses.verify.data import REQUESTS
from counterfoil.bench.courses.verify.sql import PARTS, connected, files_of
from counterfoil.bench.model import Taken

SAMPLE = "normalise and verify a sample"
MOST = 20_000  # rows of the registry in the sample

Address = tuple[str, ...]  # line 1, line 2, city, state, ZIP Code
Forms = Mapping[Address, str]
Line = tuple[str, str, str, Address, list[int]]  # request, given name, surname, address, years

_COUNTS = """
    SELECT left(postal_code, 5) AS zip, count(*) FROM read_parquet($files)
    WHERE zip IN (SELECT DISTINCT left(postal_code, 5) FROM read_parquet($requests))
    GROUP BY ALL ORDER BY zip
"""
_SAMPLE = f"""
    SELECT request_id, tax_years, confirm, {", ".join(PARTS)} FROM read_parquet($requests)
    WHERE left(postal_code, 5) IN (SELECT unnest($zips))
"""  # noqa: S608 - only column names of our own
_FILED = f"""
    SELECT {", ".join(PARTS)}, list(DISTINCT tax_year) FROM read_parquet($files)
    WHERE left(postal_code, 5) IN (SELECT unnest($zips)) GROUP BY ALL
"""  # noqa: S608 - only column names of our own
_JOIN = """
    SELECT DISTINCT asked.id FROM asked JOIN filed USING (given, surname, form)
    WHERE list_has_any(asked.years, filed.years)
"""


def scourgify(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Whole ZIP Codes, as many as come to so many rows, with the requests about them: forms and names equal."""
    connection, files, requests = connected(folder), files_of(folder), str(folder / REQUESTS)
    zips = _some_zips(connection.execute(_COUNTS, {"files": files, "requests": requests}).fetchall())
    sample = connection.sql(_SAMPLE, params={"requests": requests, "zips": zips}).to_arrow_table().to_pylist()

    def ask() -> tuple[set[str], dict[str, int]]:
        filed = connection.execute(_FILED, {"files": files, "zips": zips}).fetchall()
        forms, refused = _forms({row[2:7] for row in filed} | {_address(row) for row in sample})
        connection.register("filed", _table((("", *row[:2], row[2:7], row[7]) for row in filed), forms))
        connection.register("asked", _table(map(_asked, sample), forms))
        confirmed = {id for (id,) in connection.execute(_JOIN).fetchall()}
        return confirmed, {"rows_of_sample": len(filed), "addresses": len(forms), "refused": refused}

    (confirmed, told), taken = reading(SAMPLE, max(1, len(sample)), ask)
    return [taken.noting({**taken.facts, **told, **_against_truth(sample, confirmed)})]


def _some_zips(counts: Iterable[tuple[str, int]]) -> list[str]:
    """ZIP Codes that are asked about, in order, until their rows are enough."""
    found: list[str] = []
    total = 0
    for code, count in counts:
        if not found or total + count <= MOST:
            found.append(code)
            total += count
    return found


def _against_truth(sample: Iterable[Mapping[str, str]], confirmed: set[str]) -> dict[str, int]:
    due = {row["request_id"] for row in sample if row["confirm"] == "true"}
    return {"confirmed": len(confirmed), "wrong": len(confirmed - due), "missed": len(due - confirmed)}


def _address(row: Mapping[str, str]) -> Address:
    return tuple(row[part] for part in PARTS[2:])


def _asked(row: Mapping[str, str]) -> Line:
    years = [int(year) for year in row["tax_years"].split()]
    return row["request_id"], row["given_name"], row["surname"], _address(row), years


def _forms(places: Iterable[Address]) -> tuple[Forms, int]:
    """The normal form of each address that scourgify takes, and how many it refused."""
    normalize = peer("scourgify").normalize_address_record
    refuses = (peer("scourgify.exceptions").AddressNormalizationError, ValueError)
    forms: dict[Address, str] = {}
    refused = 0
    for place in places:
        names = ("address_line_1", "address_line_2", "city", "state", "postal_code")
        try:
            form = normalize(dict(zip(names, place, strict=True)))
        except refuses:
            refused += 1
            continue
        five = str(form["postal_code"] or "")[:5]
        forms[place] = "|".join(str(form[name] or "") for name in names[:-1]) + f"|{five}"
    return forms, refused


def _table(lines: Iterable[Line], forms: Forms) -> Any:
    """Names in capitals and normal forms, for the join; a line whose address was refused is left out."""
    import pyarrow

    return pyarrow.Table.from_pylist(
        [
            {"id": id, "given": given.upper(), "surname": surname.upper(), "form": forms[place], "years": years}
            for id, given, surname, place, years in lines
            if place in forms
        ],
        pyarrow.schema(
            [
                *((name, pyarrow.string()) for name in ("id", "given", "surname", "form")),
                ("years", pyarrow.list_(pyarrow.int32())),
            ]
        ),
    )
