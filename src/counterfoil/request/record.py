"""A request as the ledger's sealed disclosure keeps it: the columns that hold something, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter, itemgetter
from typing import Any

from counterfoil.request.model import COLUMNS, Request

_values = attrgetter(*COLUMNS)


def record_of(request: Request) -> dict[str, Any]:
    """What is kept of a request; half characters (lone surrogates), which no encoding can hold, made visible."""
    values = _values(request)
    record: dict[str, Any] = {name: value for name, value in zip(COLUMNS, values, strict=True) if value}
    if not "".join(values).isascii():
        record = {name: visible(value) for name, value in record.items()}
    if request.oversupplied:
        record["oversupplied"] = list(request.oversupplied)
    if request.malformed:
        record["malformed"] = request.malformed
    return record


def visible(text: str) -> str:
    """The text; half characters in it, which no encoding can hold, as the signs for what cannot be read."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def request_of(record: Mapping[str, Any], position: int) -> Request:
    """The request again, from its record."""
    held = {**_NOTHING, **record}
    values: tuple[Any, ...] = (position, *_columns(held), tuple(held["oversupplied"]), held["malformed"])
    return Request(*values)


def picker(*columns: str) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    """What takes these columns, two or more, out of records, and nothing else of them; "" where one is absent."""
    pick, absent = itemgetter(*columns), dict.fromkeys(columns, "")
    return lambda record: pick({**absent, **record})


_NOTHING: Mapping[str, Any] = {**dict.fromkeys(COLUMNS, ""), "oversupplied": (), "malformed": ""}
_columns = itemgetter(*COLUMNS)
