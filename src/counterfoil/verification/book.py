"""The street book on disk: the custodian's own streets, which supply what an address leaves out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from counterfoil.address import Places


def write_book(path: Path, places: Places) -> None:
    """One line a row, in order, so that the same streets give the same bytes."""
    lines = sorted(json.dumps(list(row), ensure_ascii=True) for row in places.to_rows())
    with path.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def read_book(paths: Iterable[Path]) -> Places:
    """The streets of all these files together."""
    return Places.from_rows(row for path in paths for row in _rows(path))


def _rows(path: Path) -> Iterator[tuple[str | int, ...]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield tuple(json.loads(line))
