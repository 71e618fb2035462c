"""The signer holds the office on the day of signing. 26 USC 6103(i)(2)(A)."""

from __future__ import annotations

from counterfoil.examination.batch_rules._signer import signing_office
from counterfoil.examination.context import Context
from counterfoil.examination.dates import read_instant
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def signer_expired(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    office, official = signing_office(context), context.official
    if office is None or official is None or context.manifest is None:
        return None
    signed = read_instant(context.manifest.signed_at)
    if office.former or (signed is not None and not official.holds_office(signed.date())):
        return Finding("SIGNER_EXPIRED", "official")
    return None
