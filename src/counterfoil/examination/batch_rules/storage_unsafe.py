"""The place of storage declared is one that the agreement accepts. 26 USC 6103(p)(4)(B)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.examination.texts import words
from counterfoil.law import Finding


def storage_unsafe(tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if context.manifest is None:
        return None
    declared = "_".join(words(context.manifest.storage))
    return None if declared in context.agreement.storage_accepted else Finding("STORAGE_UNSAFE", "storage")
