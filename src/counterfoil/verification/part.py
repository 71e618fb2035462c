"""One chunk of a registry file as a part: rows with their keys, streets, and what was wrong.

A part is kept as soon as it is whole; a load that was cut off goes on after the last one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from counterfoil.address import Places, place_key
from counterfoil.verification import book, keys
from counterfoil.verification.columns import TEXTS
from counterfoil.verification.durable import put_in_place, sha256_of, sync, write_whole
from counterfoil.verification.row import LONGEST_CELL, Facts, Raw, address_of, name_of, read_hold, read_row, read_year
from counterfoil.verification.source import Line

BAD_SHOWN = 20


@dataclass(frozen=True)
class PartReport:
    """What one chunk held; `bad` names the first rows that could not be used, by number and reason."""

    rows: int
    bad_rows: int
    bad: tuple[str, ...]
    sha256: str = ""
    book_sha256: str = ""


def finished(folder: Path, number: int) -> PartReport | None:
    """The report of a part that an earlier load has made, None if it has to be made."""
    said = folder / f"{number:06}.json"
    data, streets = _files(folder, number)
    if not (said.is_file() and data.is_file() and streets.is_file()):
        return None
    try:
        facts = json.loads(said.read_bytes())
        report = PartReport(
            facts["rows"], facts["bad_rows"], tuple(facts["bad"]), facts["sha256"], facts["book_sha256"]
        )
    except (ValueError, KeyError, TypeError):
        return None
    whole = sha256_of(data) == report.sha256 and sha256_of(streets) == report.book_sha256
    return report if whole else None


def _files(folder: Path, number: int) -> tuple[Path, Path]:
    return folder / f"{number:06}.parquet", folder / f"{number:06}.streets"


def make_part(folder: Path, number: int, name: str, lines: Iterator[tuple[int, Line]]) -> PartReport:
    """Read the chunk's rows, write the part, and last its report."""
    gathered = _Gathered()
    for at, line in lines:
        reason = line if isinstance(line, str) else gathered.add(line)
        gathered.count(f"{name}, row {at:,}: {reason}" if reason else "")
    places = Places()
    table = _table(gathered.people, places)
    data, streets = _files(folder, number)
    report = PartReport(
        gathered.rows,
        gathered.bad_rows,
        tuple(gathered.bad),
        _store(data, table),
        _store(streets, book.table_of(places.to_rows())),
    )
    write_whole(folder / f"{number:06}.json", json.dumps(asdict(report)).encode())
    return report


class _Gathered:
    """The rows of a chunk as one entry a person, name and address, with years and holds as bits."""

    def __init__(self) -> None:
        self.rows = self.bad_rows = 0
        self.bad: list[str] = []
        self.people: dict[Facts, list[int]] = {}
        self._entries: dict[tuple[str, ...], list[int] | str] = {}  # by all cells but year and hold

    def add(self, raw: Raw) -> str:
        """Take the row in; returns why it cannot be used, "" if it can."""
        year = read_year(raw.year)
        if isinstance(year, str):
            return year
        cells = raw[:6] + raw[7:12]
        entry = self._entries.get(cells)
        if entry is None:
            facts = read_row(raw)
            entry = facts if isinstance(facts, str) else self.people.setdefault(facts, [0, 0])
            self._entries[cells] = entry
        if isinstance(entry, str):
            return entry
        if len(raw.hold) > LONGEST_CELL:
            return f"a cell has more than {LONGEST_CELL:,} characters"
        entry[0] |= keys.year_bits((year,))
        entry[1] |= read_hold(raw.hold) if raw.hold else 0
        return ""

    def count(self, reason: str) -> None:
        """Count a row, and keep the reason of the first bad ones."""
        self.rows += 1
        if reason:
            self.bad_rows += 1
            if len(self.bad) < BAD_SHOWN:
                self.bad.append(reason)


def _table(people: dict[Facts, list[int]], places: Places) -> Any:
    import pyarrow as pa

    numbers: dict[tuple[str, ...], int | None] = {}
    masks: dict[tuple[str, ...], tuple[int, int]] = {}
    columns: list[list[Any]] = [[] for _ in schema().names]
    for (person, tin, birth, texts), (years, hold) in people.items():
        where, who = texts[4:], texts[:4]
        if where not in numbers:
            address = address_of(texts)
            places.add(address)
            numbers[where] = keys.place_number(place_key(address))
        if who not in masks:
            name = name_of(texts)
            masks[who] = (keys.surname_mask(name), keys.given_mask(name))
        values = (numbers[where], years, *masks[who], person, hold, tin, birth, *texts)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return pa.table(columns, schema=schema())


def schema() -> Any:
    """The columns of a part, and of the rows of the registry."""
    import pyarrow as pa

    fixed = [
        ("place", pa.int64()), ("years", pa.int64()), ("surnames", pa.int32()), ("givens", pa.int32()),
        ("person", pa.string()), ("hold", pa.int32()), ("tin", pa.string()), ("born", pa.string()),
    ]  # fmt: skip
    return pa.schema([*fixed, *((name, pa.string()) for name in TEXTS)])


def _store(path: Path, table: Any) -> str:
    import pyarrow.parquet as pq

    aside = path.with_name(path.name + ".tmp")
    pq.write_table(table, aside, compression="zstd")
    sync(aside)
    put_in_place(aside, path)
    return sha256_of(path)
