"""The official signs in person; a delegate needs counsel's recorded act.

26 USC 6103(i)(2)(A) beside (i)(7)(A)(iii).
"""

from __future__ import annotations

import re
from typing import Final

from counterfoil.examination.batch_rules._signer import signing_office
from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding

_BY: Final = re.compile(r",?\s+by\s+(?!direction|delegation|order|authority)", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"\b(?:for|(?:on )?behalf of|direction of|order of|authority of|delegation(?: of| from)?|delegat\w+ (?:of|for)"
    r"|designees? (?:of|for)|(?:lieu|stead|place|name|absence) of|duties of|functions of|representative of"
    r"|attorney[- ]in[- ]fact|per pro\w*|p\.?\s?p\.?)\b",
    re.IGNORECASE,
)


def signer_delegate(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if context.manifest is None:
        return None
    office = signing_office(context)
    block = context.agreement.office(
        context.manifest.signature_block, context.official.name if context.official else ""
    )
    signed_for = [read for read in (office, block) if read is not None and read.delegate]
    if not signed_for:
        return None
    if context.lifted("delegate_signature") and all(_principal_may_ask(read.text, context) for read in signed_for):
        return None
    return Finding("SIGNER_DELEGATE", "official")


def _principal_may_ask(text: str, context: Context) -> bool:
    """Whether the person signed for may ask: counsel's act lets another hand sign, and no other office."""
    named = _LEAD.split(_BY.split(text)[0])[-1].strip(" ,:;-")
    authority = context.agreement.office(named, "").authority if named else None
    return authority is not None and authority.key in context.agreement.requesting_offices
