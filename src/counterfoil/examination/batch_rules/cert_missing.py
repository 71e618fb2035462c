"""The manifest certifies that the answer is used solely for the matter stated. 26 USC 6103(i)(2)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def cert_missing(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    manifest = context.manifest
    if manifest is None or manifest.certification.strip() in context.agreement.certifications:
        return None
    return Finding("CERT_MISSING", "certification")
