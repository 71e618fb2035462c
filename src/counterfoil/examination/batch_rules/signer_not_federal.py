"""The signer's office is one of a Federal agency. 26 USC 6103(i)(2)(A), (b)(9)."""

from __future__ import annotations

from counterfoil.examination.batch_rules._signer import signing_office
from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def signer_not_federal(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    office = signing_office(context)
    return Finding("SIGNER_NOT_FEDERAL", "official") if office is not None and office.non_federal else None
