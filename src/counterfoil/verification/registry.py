"""The registry, open to be asked. It has one way in, `look_up`, and that way counts."""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from counterfoil.address import Address, Places, place_key
from counterfoil.errors import IntegrityError, UnavailableError
from counterfoil.verification import keys, manifest
from counterfoil.verification.book import read_wanted
from counterfoil.verification.columns import TEXTS
from counterfoil.verification.merge import MEMORY, connect
from counterfoil.verification.row import address_of, name_of
from counterfoil.verification.rule import Asked, Record

_BATCH = 16_384
_WINDOW = 50_000  # records held at a time
_COLUMNS = ("place", "years", "surnames", "givens", "person", "hold", "tin", "born", *TEXTS)

_JOIN = f"""
    SELECT {", ".join(f"rows.{name}" for name in _COLUMNS)}
    FROM wanted
    JOIN read_parquet($index) AS narrow
      ON narrow.place = wanted.place
     AND (narrow.years & wanted.years) <> 0
     AND (narrow.surnames & wanted.surnames) <> 0
     AND (narrow.givens & wanted.givens) <> 0
    JOIN read_parquet($rows) AS rows ON rows.row = narrow.row
    ORDER BY rows.row
"""  # noqa: S608 - only column names of our own


class Row:
    """A row of the registry that shares its place with a request; read further only when asked for."""

    __slots__ = ("_record", "givens", "place", "surnames", "values", "years")

    def __init__(self, values: Sequence[Any]) -> None:
        self.place, self.years, self.surnames, self.givens = values[:4]
        self.values = values[4:]
        self._record: Record | None = None

    @property
    def record(self) -> Record:
        """The row as the rule sees it."""
        if self._record is None:
            person, hold, tin, born, *texts = self.values
            written = tuple(texts)
            self._record = Record(
                person, name_of(written), address_of(written), keys.years_of(self.years), born, tin, hold != 0
            )
        return self._record


class Registry:
    """The custodian's file in its indexed form. `looked_up` counts the requests that were asked of it."""

    def __init__(self, generation: Path, facts: Mapping[str, Any], memory: str) -> None:
        self._rows = generation / manifest.ROWS
        self._index = generation / manifest.INDEX
        self._facts = facts
        self._memory = memory
        self._book = generation / manifest.BOOK
        self.looked_up = 0
        self._database: Any = None
        self._spill: tempfile.TemporaryDirectory[str] | None = None
        self._file: Any = None
        self._ends: list[int] = []

    @classmethod
    def open(cls, folder: Path, memory: str = MEMORY) -> Self:
        """Open and check every file. NotFoundError: none is loaded; IntegrityError: it is not whole."""
        facts = manifest.read(folder)
        if facts["rules"] != manifest.rules_hash():
            raise IntegrityError(
                "The registry was indexed by the rules of another version of this program.",
                "Load the custodian's files again with `counterfoil registry load`.",
            )
        return cls(manifest.check(folder, facts), facts, memory)

    def info(self) -> dict[str, Any]:
        """What is loaded: id, files, counts, years, `loaded_at`. Nothing of any row."""
        hidden = ("format", "generation", "contents", "held_people", "rules")
        return {name: value for name, value in self._facts.items() if name not in hidden}

    def close(self) -> None:
        """Let go of files and memory."""
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._spill is not None:
            self._spill.cleanup()
            self._spill = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look_up(self, asked: Sequence[Asked]) -> Iterator[tuple[Asked, list[Record], Places]]:
        """Each request that has candidates, with them: all rows that the rule could accept, and a few more;
        and what the street book says of their addresses.

        The only place where rows are read. Every request given counts, also one that has no candidate and
        one whose address is not sure.
        """
        self.looked_up += len(asked)
        by_place: dict[int, list[Asked]] = {}
        for one in asked:
            place = _place_of(one.address)
            if place is not None:
                by_place.setdefault(place, []).append(one)
        if not by_place:
            return
        rows = self._read_one(by_place) if len(asked) == 1 else self._read_many(by_place)
        window: list[tuple[Asked, list[Record]]] = []
        held = 0
        for place, there in _by_place(rows):
            for found in _candidates(by_place[place], there):
                window.append(found)
                held += len(found[1])
                if held >= _WINDOW:
                    yield from self._with_places(window)
                    window, held = [], 0
        yield from self._with_places(window)

    def _with_places(
        self, window: Sequence[tuple[Asked, list[Record]]]
    ) -> Iterator[tuple[Asked, list[Record], Places]]:
        """Add what the street book has for all addresses of the window: one reading for all."""
        if not window:
            return
        addresses = {id(one.address): one.address for one, _ in window}
        addresses |= {id(record.address): record.address for _, found in window for record in found}
        with _reading():
            places = read_wanted(self._connection().cursor(), self._book, addresses.values())
        for one, found in window:
            yield one, found, places

    def _read_many(self, by_place: Mapping[int, Sequence[Asked]]) -> Iterator[Row]:
        """One join for all places asked about, in order of place."""
        database = self._connection()
        database.register("wanted", _wanted(by_place))
        try:
            with _reading():
                result = database.sql(_JOIN, params={"index": str(self._index), "rows": str(self._rows)})
                for batch in result.to_arrow_reader(_BATCH):
                    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        yield Row(values)
        finally:
            database.unregister("wanted")

    def _connection(self) -> Any:
        if self._database is None:
            self._spill = _spill_beside(self._rows.parent.parent)
            self._database = connect(Path(self._spill.name), self._memory)
        return self._database

    def _read_one(self, by_place: Mapping[int, Sequence[Asked]]) -> Iterator[Row]:
        """The same rows for a single request, from the row groups that can hold its place."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        (place,) = by_place
        with _reading():
            if self._file is None:
                self._file = pq.ParquetFile(self._rows)
                self._ends = _last_places(self._file.metadata)
            for group in range(bisect_left(self._ends, place), len(self._ends)):
                table = self._file.read_row_group(group, columns=list(_COLUMNS))
                found = table.filter(pc.equal(table.column("place"), place))
                for values in zip(*(column.to_pylist() for column in found.columns), strict=True):
                    yield Row(values)
                if self._ends[group] != place:
                    return


def _spill_beside(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Where a join may put what memory does not hold: rows of the registry stay where the registry is.

    What a killed run leaves there, the next load removes. A registry that may only be read spills to the
    system's temporary folder.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="spill-", dir=folder)
    except OSError:
        return tempfile.TemporaryDirectory(prefix="counterfoil-")


@contextmanager
def _reading() -> Iterator[None]:
    """Turn a file that went away or a memory that is full into a message; never into "no match"."""
    import duckdb
    import pyarrow as pa

    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise UnavailableError(
            f"The registry could not be read: {str(error).splitlines()[0]}",
            "Run `counterfoil doctor`; then verify again. Nothing was answered.",
        ) from error


def _last_places(metadata: Any) -> list[int]:
    """The greatest place of each row group that has any; rows without a place come last."""
    ends = []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(0).statistics
        if statistics is None or not statistics.has_min_max:
            break
        ends.append(int(statistics.max))
    return ends


@lru_cache(4096)
def _number(key: str) -> int | None:
    return keys.place_number(key)


def _place_of(address: Address) -> int | None:
    return _number(place_key(address))


def _wanted(by_place: Mapping[int, Sequence[Asked]]) -> Any:
    """One line a place: all years, surnames and given names that are asked about there."""
    import pyarrow as pa

    lines = []
    for place, asked in by_place.items():
        years = surnames = givens = 0
        for one in asked:
            years |= keys.year_bits(one.years)
            surnames |= keys.surname_mask(one.name)
            givens |= keys.given_mask(one.name)
        lines.append((place, years, surnames, givens))
    types = (pa.int64(), pa.int64(), pa.int32(), pa.int32())
    columns = [pa.array(column, kind) for column, kind in zip(zip(*lines, strict=True), types, strict=True)]
    return pa.table(columns, names=["place", "years", "surnames", "givens"])


def _by_place(rows: Iterator[Row]) -> Iterator[tuple[int, list[Row]]]:
    """Rows that stand one after the other with the same place."""
    there: list[Row] = []
    for row in rows:
        if there and there[0].place != row.place:
            yield there[0].place, there
            there = []
        there.append(row)
    if there:
        yield there[0].place, there


def _candidates(asked: Sequence[Asked], rows: Sequence[Row]) -> Iterator[tuple[Asked, list[Record]]]:
    """For each request at a place the rows that share a year and the keys of both names.

    Requests with the same keys share the list, so that a building asked about many thousand times
    costs no more than its rows times the keys that occur.
    """
    lists: dict[tuple[int, int, int], list[Row]] = {}
    for one in asked:
        key = (keys.year_bits(one.years), keys.surname_mask(one.name), keys.given_mask(one.name))
        found = lists.get(key)
        if found is None:
            years, surnames, givens = key
            found = [row for row in rows if row.surnames & surnames and row.givens & givens and row.years & years]
            lists[key] = found
        if found:
            yield one, [row.record for row in found]
