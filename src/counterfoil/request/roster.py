"""The roster as the requester keeps it: a CSV file, one officer a row, each with the file of a public key.

26 USC 6103(i)(2)(A): officers and employees "personally and directly engaged". Whether they are is the
examination's question; here the file is read, and every fault in it is listed at once.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from counterfoil.errors import CounterfoilError, InputError
from counterfoil.request import keys
from counterfoil.request.columns import normal, shown
from counterfoil.request.formats.source import from_path, not_utf8, sniff
from counterfoil.request.limits import MAX_RECIPIENTS
from counterfoil.request.manifest import ROSTER_TEXTS, roster_entry, roster_key_faults, text_faults
from counterfoil.request.model import RosterEntry

ROSTER_COLUMNS: Final = (*ROSTER_TEXTS, "public_key")
_MAX_BYTES: Final = 16 * 1024 * 1024
_HEADER: Final = f"The columns of a roster are: {', '.join(ROSTER_COLUMNS)}."


def read_roster(path: Path) -> tuple[RosterEntry, ...]:
    """The roster in the CSV file at `path`; () where it has a header alone.

    `public_key` names each officer's JWK file, from the roster's own folder. InputError with every fault in
    `details`: missing columns, keys that stand twice, key files that are missing, private or broken.
    """
    rows = _rows(path)
    header = [normal(name) for name in rows[0]]
    _check_header(header, path)
    at = {name: header.index(name) for name in ROSTER_COLUMNS}
    entries: list[RosterEntry] = []
    faults: list[str] = []
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(header):
            faults.append(f"row {number}: it has {len(row)} cells, the header {len(header)}")
            continue
        cells = {name: row[i].strip() for name, i in at.items()}
        entry, wrong = _entry(cells, path.parent)
        faults += [f"row {number}: {fault}" for fault in wrong]
        if entry is not None:
            entries.append(entry)
    faults += roster_key_faults("roster", [entry.key for entry in entries])
    if faults:
        raise InputError(f"The roster {path} has faults: {len(faults)}.", "Mend them, then seal again.", faults)
    return tuple(entries)


def _rows(path: Path) -> list[list[str]]:
    source = from_path(path, _MAX_BYTES)
    if sniff(source) != "csv":
        raise InputError(f"The roster {path} is not CSV.", _HEADER)
    try:
        with io.TextIOWrapper(source.open(), encoding="utf-8-sig", newline="") as text:
            rows = [row for row in csv.reader(text, strict=True) if any(cell.strip() for cell in row)]
    except UnicodeDecodeError:
        raise not_utf8(source) from None
    except csv.Error as error:
        raise InputError(f"The roster {path} is not valid CSV: {error}.", "Write it with a CSV library.") from error
    if len(rows) > MAX_RECIPIENTS + 1:
        raise InputError(f"The roster {path} has {len(rows) - 1:,} officers.", f"At most {MAX_RECIPIENTS:,} are read.")
    return rows


def _check_header(header: list[str], path: Path) -> None:
    missing = [name for name in ROSTER_COLUMNS if name not in header]
    unknown = [shown(name) for name in header if name not in ROSTER_COLUMNS]
    twice = sorted({shown(name) for name in header if header.count(name) > 1})
    faults = [f"column {name} is missing" for name in missing]
    faults += [f"unknown column {name}" for name in unknown]
    faults += [f"column {name} stands more than once" for name in twice]
    if faults:
        raise InputError(f"The header of the roster {path} has faults: {len(faults)}.", _HEADER, faults)


def _entry(cells: dict[str, str], folder: Path) -> tuple[RosterEntry | None, list[str]]:
    faults = [fault for name in ROSTER_COLUMNS for fault in text_faults(name, cells[name])]
    if faults:
        return None, faults
    if not cells["public_key"]:
        return None, ["public_key names no file; the answer is sealed to each officer's key"]
    try:
        public = keys.read_key(folder / cells["public_key"])
    except CounterfoilError as error:
        return None, [error.what]
    return roster_entry(cells, public), []
