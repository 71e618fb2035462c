"""A DuckDB of our own, for sorting and grouping more than memory holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from counterfoil.errors import UnavailableError

MEMORY = "1GB"


@contextmanager
def database(spill: Path, memory: str = MEMORY, threads: int = 0) -> Iterator[Any]:
    """A connection: in memory, bounded, spilling to `spill`, never reaching for the net. UnavailableError when full.

    `memory` as DuckDB reads it; `threads` 0 for one a core.
    """
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        if threads:
            connection.execute(f"SET threads = {threads}")
        yield connection
    except duckdb.Error as error:
        raise UnavailableError(
            f"The registry could not be sorted: {str(error).splitlines()[0]}",
            "Free some disk space and memory, then load again: what is done is kept.",
        ) from error
    finally:
        connection.close()
