"""The street book on disk: the custodian's own streets, which supply what an address leaves out.

It is kept in order of its keys, and of a big book only the rows are read that a comparison can ask for.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from counterfoil.address import Places
from counterfoil.address.places import Row, Variant
from counterfoil.verification import columns
from counterfoil.verification.files.blocks import State
from counterfoil.verification.files.sorted import Streets

_KEPT = 4_096
"""Keys whose rows are remembered at most."""


def table_of(rows: Iterable[Row]) -> Any:
    """Rows of a book as an Arrow table."""
    import pyarrow as pa

    listed = list(rows)
    return pa.table([[row[at] for row in listed] for at in range(len(columns.BOOK))], schema=columns.book())


class Book(Places):
    """The street book of an open registry: a `Places` that reads what is asked of it, when it is asked."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = Streets(path)
        self._read: set[tuple[str, str, str]] = set()

    def variants(self, zones: Iterable[str], stem: str) -> dict[Variant, set[str]]:
        """As in `Places`."""
        known = tuple(zones)
        self._know("street", known, stem)
        return super().variants(known, stem)

    def has_units(self, zones: Iterable[str], number: str, stem: str) -> bool | None:
        """As in `Places`."""
        known = tuple(zones)
        self._know("building", known, f"{number}|{stem}")
        return super().has_units(known, number, stem)

    def zips_of_town(self, town: str, region: str) -> frozenset[str]:
        """As in `Places`."""
        self._know("town", (f"{town},{region}",), "")
        return super().zips_of_town(town, region)

    def _know(self, kind: str, zones: tuple[str, ...], key: str) -> None:
        """Have the rows of all these zones, read before now or now.

        Room is made before any of them is read: half of a question's zones would be half of the streets, and a twin
        street in the other half must not be missed. A key counts as read when its rows are here, and not before.
        """
        asked = [(kind, zone, key) for zone in zones]
        if self._read.issuperset(asked):
            return
        if len(self._read) + len(asked) > _KEPT:
            self._forget()
        wanted = [one for one in asked if one not in self._read]
        rows = [row for one in wanted for row in self._file.rows(*one)]
        for row in rows:
            self._take(row)
        self._read.update(wanted)

    def _forget(self) -> None:
        self._read.clear()
        self._streets.clear()
        self._buildings.clear()
        self._towns.clear()

    @property
    def state(self) -> State:
        """Which file is open, and in what state."""
        return self._file.state

    def close(self) -> None:
        """Let go of the file."""
        self._forget()
        self._file.close()
