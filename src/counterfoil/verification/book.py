"""The street book on disk: the custodian's own streets, which supply what an address leaves out.

It is kept in order of its keys, and of a big book only the rows are read that a comparison can ask for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from counterfoil.address import Address, Places
from counterfoil.address.places import Row, wanted
from counterfoil.verification import columns
from counterfoil.verification.files.sorted import Streets

_KEPT = 4_096  # keys whose rows are remembered


def table_of(rows: Iterable[Row]) -> Any:
    """Rows of a book as an Arrow table."""
    import pyarrow as pa

    listed = list(rows)
    return pa.table([[row[at] for row in listed] for at in range(len(columns.BOOK))], schema=columns.book())


class Book:
    """The street book of an open registry."""

    def __init__(self, path: Path) -> None:
        self._streets = Streets(path)
        self._rows = lru_cache(_KEPT)(self._read)

    def of(self, *pair: Address) -> Places:
        """All of the book that a comparison of these addresses may look up."""
        keys = dict.fromkeys(key for address in pair for key in wanted(address))
        return Places.from_rows(row for key in keys for row in self._rows(*key))

    def _read(self, kind: str, zone: str, key: str) -> tuple[Row, ...]:
        return tuple(self._streets.rows(kind, zone, key))

    def rest(self) -> None:
        """Hold no more memory than for what is remembered."""
        self._streets.rest()

    def close(self) -> None:
        """Let go of the file."""
        self._rows.cache_clear()
        self._streets.close()
