"""The signer's office is listed in 26 USC 6103(i)(2)(A) and named by the agreement."""

from __future__ import annotations

from counterfoil.examination.batch_rules._signer import names_an_office, signing_office
from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def _subordinate(context: Context) -> bool:
    """Whether the words above the signature name an office, and one that may not ask."""
    block = context.manifest.signature_block if context.manifest else ""
    if not block.strip() or context.official is None:
        return False
    written = context.agreement.office(block, context.official.name)
    return written.authority is None and not written.delegate and names_an_office(block)


def signer_not_authorised(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    office = signing_office(context)
    if office is None or office.delegate or office.non_federal:
        return None
    authority = office.authority
    if authority is not None and authority.key in context.agreement.requesting_offices and not _subordinate(context):
        return None
    return Finding(
        "SIGNER_NOT_AUTHORISED", "official", "" if context.official else "The official named is not enrolled."
    )
