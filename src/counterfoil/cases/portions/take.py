"""Take a portion of a batch in: its requests as entries of the ledger, sealed for their place."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any

from counterfoil.cases.portions.ledger import Made, made
from counterfoil.cases.portions.stored import PORTION, Sealing
from counterfoil.ledger import Entry
from counterfoil.ledger.canonical import Json, quote, written
from counterfoil.request.formats.csv_parts import Part, values_of
from counterfoil.request.model import COLUMNS, Request
from counterfoil.request.record import record_of, visible

_values = attrgetter(*(field.name for field in fields(Request)))


def packed(rows: Iterable[Request]) -> Iterator[tuple[int, bytes]]:
    """The rows in portions: how many, and they as bytes, which take a fifth of the memory and go to workers so."""
    rest = iter(rows)
    while portion := [_values(row) for row in islice(rest, PORTION)]:
        yield len(portion), pickle.dumps(portion, pickle.HIGHEST_PROTOCOL)


Portion = bytes | Part
"""Rows as `packed` gives them, or as `parts_of` does."""


def take(sealing: Sealing, start: int, time: datetime, batch: str, portion: Portion) -> Made | None:
    """The requests of a portion as entries for the indices from `start` on; None where a part is not what it seems."""
    rows = values_of(portion) if isinstance(portion, Part) else unpacked(portion)
    if rows is None:
        return None
    first = Entry.at(time, "request", batch=batch)
    return made(sealing, start, time, (first.alike({"request": record_text(row)}) for row in rows))


def unpacked(portion: bytes) -> list[tuple[Any, ...]]:
    """The values of each of the rows."""
    rows: list[tuple[Any, ...]] = pickle.loads(portion)  # noqa: S301 - our own, of this very command
    return rows


def record_text(values: tuple[Any, ...]) -> Json:
    """`record_of` the request with these values, in the order of its fields, as canonical JSON."""
    oversupplied = values[_OVERSUPPLIED]
    if oversupplied:
        return Json(written(record_of(Request(*values)), 0))
    text = (
        "{"
        + ",".join([name + quote(value) for name, value in zip(_NAMES, _ordered(values), strict=True) if value])
        + "}"
    )
    return Json(text if text.isascii() else visible(text))


_FIELDS = [field.name for field in fields(Request)]
_OVERSUPPLIED = _FIELDS.index("oversupplied")
_TEXTS = sorted((*COLUMNS, "malformed"))
_NAMES = [quote(name) + ":" for name in _TEXTS]
_ordered = itemgetter(*map(_FIELDS.index, _TEXTS))
