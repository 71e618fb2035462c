"""A row that could not be read lacks nothing of which it can be said: only that it cannot be read, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from counterfoil.law import Finding
from counterfoil.request import COLUMNS, Request
from counterfoil.request.limits import TOO_LONG_REASON

_KEPT: Final = frozenset(("ADDR_MALFORMED", "REQUEST_ID_MALFORMED", "OVERSUPPLY", "HELD_COURT_ORDER"))
_OF_ADDRESS: Final = frozenset(("address_line1", "address_line2", "city", "state", "postal_code"))
_OF_NAME: Final = frozenset(("given_name", "middle_name", "surname", "name_suffix"))


def of_what_was_read(found: Iterable[Finding], request: Request) -> list[Finding]:
    """The findings of a malformed row without those on cells that were emptied because they could not be read.

    "No name is given" of a row whose quotation mark is never closed would send its requester after the wrong thing.
    """
    named = {fault.split(" ", 1)[0] for fault in request.malformed.split("; ")}
    emptied = {column for column in named.intersection(COLUMNS) if not getattr(request, column)}
    if not any(getattr(request, column) for column in COLUMNS[1:]):
        emptied = set(COLUMNS)  # the row as a whole
    if not emptied or request.malformed == TOO_LONG_REASON:
        return list(found)
    return [finding for finding in found if finding.code in _KEPT or not _is_of(finding, emptied)]


def _is_of(finding: Finding, emptied: set[str]) -> bool:
    if finding.field in ("address", "name"):
        return not emptied.isdisjoint(_OF_ADDRESS if finding.field == "address" else _OF_NAME)
    return finding.field in emptied or len(emptied) == len(COLUMNS)
