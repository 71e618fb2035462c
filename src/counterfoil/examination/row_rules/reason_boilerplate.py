"""A reason is this person's and not one text for many. 26 USC 6103(i)(2)(B)(iv), 'specific reason or reasons'."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Row, Tally
from counterfoil.law import Finding


def reason_boilerplate(row: Row, tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if not tally.boilerplate(row.mask):
        return None
    return Finding(
        "REASON_BOILERPLATE", "reason", f"The same text stands on {tally.masks[row.mask]} of {tally.rows} rows."
    )
