"""A request as the ledger's sealed disclosure keeps it: the columns that hold something, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from counterfoil.request.model import COLUMNS, Request

_values = attrgetter(*COLUMNS)


def record_of(request: Request) -> dict[str, Any]:
    """What is kept of a request; half characters (lone surrogates), which no encoding can hold, made visible."""
    values = _values(request)
    record: dict[str, Any] = {name: value for name, value in zip(COLUMNS, values, strict=True) if value}
    if not "".join(values).isascii():
        record = {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
                  for name, value in record.items()}  # fmt: skip
    if request.oversupplied:
        record["oversupplied"] = list(request.oversupplied)
    if request.malformed:
        record["malformed"] = request.malformed
    return record


def request_of(record: Mapping[str, Any], position: int) -> Request:
    """The request again, from its record."""
    values = dict(record)
    return Request(position=position, oversupplied=tuple(values.pop("oversupplied", ())), **values)
