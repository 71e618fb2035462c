"""The same file or batch is not sent twice. 26 USC 6103(p)(3)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def batch_duplicate(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    delivery = context.delivery
    if delivery is None or delivery.duplicate_of is None:
        return None
    return Finding("BATCH_DUPLICATE", "sha256", f"See batch {delivery.duplicate_of}.")
