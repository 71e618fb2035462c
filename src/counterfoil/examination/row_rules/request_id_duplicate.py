"""Each request of a file has a key of its own. 26 USC 6103(p)(3)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Row, Tally
from counterfoil.law import Finding


def request_id_duplicate(row: Row, tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REQUEST_ID_DUPLICATE", "request_id") if row.request_id and tally.ids[row.request_id] > 1 else None
