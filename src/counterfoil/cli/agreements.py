"""Which agreement a command means: a file, the one adopted in the data directory, or a built-in one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.cli.door import Door
from counterfoil.errors import NotFoundError

if TYPE_CHECKING:
    from counterfoil.agreement import Agreement
    from counterfoil.cases import Office


def office_if_any(door: Door) -> Office | None:
    """The office, or None where there is none and none was named: built-in agreements can be read without."""
    from counterfoil.cases import open_office

    try:
        return open_office(door.data)
    except NotFoundError:
        if door.data_was_named:
            raise
        return None


def agreement_meant(door: Door, named: str) -> Agreement:
    """The agreement of a file, or of an id: as adopted in the office where there is one, else built in."""
    from counterfoil.cases import agreement_in_use, built_in

    if named.endswith((".yaml", ".yml")) or Path(named).is_file():
        from counterfoil.agreement import read

        return read(Path(named))
    return agreement_in_use(named) if office_if_any(door) is not None else built_in(named)
