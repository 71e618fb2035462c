"""The batch holds as many rows as its manifest says. 26 USC 6103(p)(3)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def batch_count(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    manifest, delivery = context.manifest, context.delivery
    if manifest is None or delivery is None or manifest.count == delivery.count:
        return None
    return Finding("BATCH_COUNT", "count", f"The manifest says {manifest.count}; the file has {delivery.count}.")
