"""The second pass, over a bucket: each different address and name is read once, and gives the keys of its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.verification import columns, keys
from counterfoil.verification.book import table_of
from counterfoil.verification.columns import TEXTS
from counterfoil.verification.files.database import database
from counterfoil.verification.files.packed import pack

_BATCH = 65_536
_NAMES_KEPT = 100_000
_STREETS_KEPT = 400_000

_SAME = ", ".join(("tin", "born", *TEXTS))
_ROWS = f"""
    SELECT tin, born, bit_or(years) AS years, bit_or(hold) AS hold, {", ".join(TEXTS)}
    FROM rows GROUP BY {_SAME} ORDER BY {", ".join(columns.ADDRESS)}
"""  # noqa: S608 - only column names of our own


def index(parts: Sequence[Path], bucket: int, path: Path, streets: Path, memory: str) -> Mapping[str, Any]:
    """Write the bucket's rows with their keys to `path`, and its street book to `streets`; returns the counts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = [pa.ipc.open_file(pa.memory_map(str(part))) for part in parts]
    batches = (file.get_batch(bucket) for file in files)
    rows = pa.RecordBatchReader.from_batches(columns.schema(*columns.TIDY), batches)
    reader = _Reader()
    done = 0
    with (
        database(path.parent, memory, threads=1) as connection,
        pq.ParquetWriter(path, columns.schema(*columns.FILED), compression="lz4") as target,
        pq.ParquetWriter(streets, columns.book(), compression="lz4") as book,
    ):
        connection.register("rows", rows)
        for batch in connection.sql(_ROWS).to_arrow_reader(_BATCH):
            target.write_batch(reader.keyed(batch))
            done += len(batch)
            if len(reader.places) > _STREETS_KEPT:
                book.write_table(reader.streets())
        book.write_table(reader.streets())
    return {"rows": done}


class _Reader:
    """Reads addresses and names, those that come again not again."""

    def __init__(self) -> None:
        self.places = addresses.Places()
        self._address: tuple[str, ...] = ()
        self._place: int | None = None
        self._packed = ""
        self._names: dict[tuple[str, ...], tuple[int, int, names.Name]] = {}

    def streets(self) -> Any:
        """The street book so far; a new one is begun."""
        table = table_of(self.places.to_rows())
        self.places = addresses.Places()
        return table

    def keyed(self, batch: Any) -> Any:
        """The rows with their keys; rows with the same address must come one after the other."""
        import pyarrow as pa

        tidy = {name: batch.column(name) for name in columns.TIDY}
        made = list(zip(*self._keys(tidy), strict=True))
        kinds = (pa.int64(), pa.string(), pa.int32(), pa.int32(), pa.string())
        computed = zip(("place", "packed", "surnames", "givens", "person"), made, kinds, strict=True)
        tidy |= {name: pa.array(column, kind) for name, column, kind in computed}
        schema = columns.schema(*columns.FILED)
        return pa.record_batch([tidy[name].cast(schema.field(name).type) for name in schema.names], schema)

    def _keys(self, tidy: Mapping[str, Any]) -> Iterator[tuple[int | None, str, int, int, str]]:
        wheres = zip(*(tidy[name].to_pylist() for name in columns.ADDRESS), strict=True)
        whos = zip(*(tidy[name].to_pylist() for name in columns.NAME), strict=True)
        persons = zip(tidy["tin"].to_pylist(), tidy["born"].to_pylist(), strict=True)
        for where, who, (tin, born) in zip(wheres, whos, persons, strict=True):
            if where != self._address:
                self._read_address(where)
            found = self._names.get(who) or self._read_name(who)
            yield self._place, self._packed, found[0], found[1], tin or keys.person_key(tin, found[2], born)

    def _read_address(self, where: tuple[str, ...]) -> None:
        self._address = where
        address = addresses.parse(addresses.Written(*where))
        self.places.add(address)
        self._place, self._packed = keys.place_of(address), pack(address)

    def _read_name(self, who: tuple[str, ...]) -> tuple[int, int, names.Name]:
        if len(self._names) >= _NAMES_KEPT:
            self._names.clear()
        name = names.parse(names.Written(*who))
        self._names[who] = found = (keys.surname_mask(name), keys.given_mask(name), name)
        return found
