"""The recipient's safeguards are met: a condition of receiving. 26 USC 6103(p)(4)."""

from __future__ import annotations

from counterfoil.agreement import safeguards_unmet
from counterfoil.examination.context import Context
from counterfoil.law import Finding


def safeguards_not_met(context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    if context.manifest is None and context.delivery is None:
        return None  # a requester's own check: what the custodian has on record is not known to it
    unmet = safeguards_unmet(context.safeguards, context.agreement, context.on.date())
    return Finding("SAFEGUARDS_NOT_MET", "safeguards", " ".join(unmet[:5])) if unmet else None
