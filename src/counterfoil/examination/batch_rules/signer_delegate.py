"""The official signs in person; a delegate needs counsel's recorded act.

26 USC 6103(i)(2)(A) beside (i)(7)(A)(iii).
"""

from __future__ import annotations

from counterfoil.examination.batch_rules._signer import signing_office
from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def signer_delegate(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if context.manifest is None or context.lifted("delegate_signature"):
        return None
    office = signing_office(context)
    block = context.agreement.office(
        context.manifest.signature_block, context.official.name if context.official else ""
    )
    if (office is not None and office.delegate) or block.delegate:
        return Finding("SIGNER_DELEGATE", "official")
    return None
