"""The payload is the one whose hash the manifest states. 26 USC 6103(p)(3)(A); FIPS 180-4."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def batch_hash(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    manifest, delivery = context.manifest, context.delivery
    if manifest is None or delivery is None or manifest.sha256.strip().lower() == delivery.sha256.lower():
        return None
    return Finding("BATCH_HASH", "sha256")
