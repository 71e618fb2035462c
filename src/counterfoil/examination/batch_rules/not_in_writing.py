"""A request is in writing and signed. 26 USC 6103(i)(2)(B)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def not_in_writing(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    delivery = context.delivery
    return Finding("NOT_IN_WRITING", "signature") if delivery is not None and delivery.signature == "absent" else None
