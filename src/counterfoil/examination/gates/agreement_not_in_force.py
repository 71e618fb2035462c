"""An agreement between the agency and the custodian is in force. 26 USC 6103(i)(2), (p)(4)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.law import Finding


def agreement_not_in_force(context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    if context.agreement.in_force(context.on.date()):
        return None
    return Finding("AGREEMENT_NOT_IN_FORCE", "agreement")
