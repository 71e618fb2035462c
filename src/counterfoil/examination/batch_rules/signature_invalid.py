"""The signature is that of the enrolled official over what was sent. 26 USC 6103(i)(2)(B); RFC 7515."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def signature_invalid(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    delivery = context.delivery
    if delivery is None or delivery.signature in ("valid", "absent"):
        return None
    return Finding("SIGNATURE_INVALID", "signature")
