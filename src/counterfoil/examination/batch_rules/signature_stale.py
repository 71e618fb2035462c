"""The signature is not older than the agreement allows when the batch arrives, nor of a later day.

26 USC 6103(i)(2)(B).
"""

from __future__ import annotations

from datetime import UTC

from counterfoil.examination.context import Context
from counterfoil.examination.dates import read_instant
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def signature_stale(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if context.manifest is None:
        return None
    signed = read_instant(context.manifest.signed_at)
    if signed is None:
        return Finding("SIGNATURE_STALE", "signed_at", "The day of signing cannot be read.")
    arrived = context.delivery.received_at if context.delivery is not None else context.on
    age, most = (arrived.astimezone(UTC).date() - signed.date()).days, int(context.agreement.value("signature_days"))
    if 0 <= age <= most:
        return None
    detail = f"It is {age} days old; the agreement allows {most}." if age > 0 else "It is dated after its arrival."
    return Finding("SIGNATURE_STALE", "signed_at", detail)
