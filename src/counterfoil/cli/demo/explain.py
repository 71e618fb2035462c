"""Why a true address was not confirmed: the made-up country knows what is on file, so the demo can say.

A real custodian tells nobody this; here nobody is real, and what is missed is to be understood.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from counterfoil.cli.demo.scene import Stage

MOST_EXPLAINED = 20


class Missed(NamedTuple):
    """A request whose address is on file, and which was not confirmed."""

    position: int  # row in all the requests
    request_id: str
    way: str  # how the request was made up


def explain(stage: Stage, missed: Sequence[Missed]) -> list[dict[str, str]]:
    """For the first of them: which elements differ between what was asked and what is on file."""
    first = {entry.position: entry for entry in missed[:MOST_EXPLAINED]}
    asked = {position: row for position, row in enumerate(_requests(stage)) if position in first}
    on_file = _near(stage, asked.values())
    return [
        {"request_id": entry.request_id, "made_as": entry.way, "why": _why(asked[position], on_file)}
        for position, entry in first.items()
    ]


def _requests(stage: Stage) -> Iterator[dict[str, str]]:
    for file in sorted(stage.requests.glob("requests-*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)


def _near(stage: Stage, asked: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The made-up registry's rows in the ZIP codes that were asked about; the files are read as a stream."""
    codes = sorted({row["postal_code"].strip()[:5] for row in asked})
    files = [str(file) for file in sorted(stage.registry.glob("*.parquet"))]
    if not codes or not files:
        return []
    import duckdb

    query = "SELECT * FROM read_parquet($files) WHERE left(postal_code, 5) IN (SELECT unnest($codes))"
    with duckdb.connect(":memory:") as database:
        return list(database.sql(query, params={"files": files, "codes": codes}).to_arrow_table().to_pylist())


def _why(asked: dict[str, str], on_file: list[dict[str, Any]]) -> str:
    """The differences to the person's own row; or that several people fit."""
    from counterfoil import address, person

    name, place = person.parse(_name(asked)), address.parse(_address(asked))
    years = set(asked["tax_years"].split())
    reasons: dict[tuple[object, object], str] = {}
    for row in on_file:
        likeness, name_why = person.compare(name, person.parse(_name(row)))
        if likeness is person.Likeness.DIFFERENT or str(row["tax_year"]) not in years:
            continue
        found = address.compare(place, address.parse(_address(row)))
        differs = () if found.same else found.why
        unlike = () if likeness is person.Likeness.SAME else name_why
        reasons[row["tin"], row["address_line1"]] = "; ".join((*unlike, *differs))
    people = {tin for tin, _ in reasons}
    if len(people) > 1:
        return "several people fit: " + " / ".join(sorted({why or "the same" for why in reasons.values()}))
    nearest = min(reasons.values(), key=len, default="no person of that name in that ZIP code")
    return nearest or "as it is on file: held, or the tax number or date of birth differs"


def _name(row: dict[str, Any]) -> Any:
    from counterfoil.person import Written

    return Written(*(row[part] or "" for part in ("given_name", "middle_name", "surname", "name_suffix")))


def _address(row: dict[str, Any]) -> Any:
    from counterfoil.address import Written

    return Written(*(row[part] or "" for part in ("address_line1", "address_line2", "city", "state", "postal_code")))
