"""The columns of what passes between the parts of an engine, as Arrow schemas; all text is "" where absent."""

from __future__ import annotations

from typing import Any

NAME = ("given", "middle", "surname", "suffix")
ADDRESS = ("line1", "line2", "city", "state", "postal_code")
TEXTS = (*NAME, *ADDRESS)
"""Name and address as written."""

KEYS = ("place", "years", "surnames", "givens")
"""What finds candidates: the same place, and a bit in common in each of the other three (keys.py)."""

RECORD = (*KEYS, "person", "hold", "tin", "born", *NAME, "packed")
"""A row of the registry as it is decided on: one a person, name and address, with all its years.

`person` is the same for all rows of one person, `packed` the address as files/packed.py has it.
"""

FILED = (*RECORD, *ADDRESS)
"""A row of the registry in full: with the address as written."""

TIDY = ("tin", "born", "years", "hold", *TEXTS)
"""A row between the first and the second pass of a load."""

SEPARATOR = "\x1f"
"""Stands between texts that are stored as one; in no text itself."""

BOOK = ("kind", "zone", "key", "value")
"""A row of the street book (counterfoil.address.places)."""

_KINDS = {"position": "int64", "place": "int64", "years": "int64", "surnames": "int32", "givens": "int32",
          "hold": "int32", "row": "int64"}  # fmt: skip


def schema(*names: str) -> Any:
    """An Arrow schema of these columns."""
    import pyarrow as pa

    return pa.schema([(name, pa.type_for_alias(_KINDS.get(name, "string"))) for name in names])


def questions() -> Any:
    """Requests as written; `years` as bits."""
    return schema("position", "years", "tin", "born", *TEXTS)


def keyed() -> Any:
    """Requests that have a place, with their keys."""
    return schema("position", *KEYS, "tin", "born", *TEXTS)


def records() -> Any:
    """Rows of the registry."""
    return schema(*RECORD)


def book() -> Any:
    """Rows of the street book."""
    return schema(*BOOK)


def wanted() -> Any:
    """What of the street book the decisions at a place may look up."""
    return schema("place", *BOOK[:3])


def positions() -> Any:
    """Requests confirmed."""
    return schema("position")
