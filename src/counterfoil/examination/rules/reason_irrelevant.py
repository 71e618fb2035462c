"""The reason connects the address with the investigation.

26 USC 6103(i)(2)(B)(iv), 'relevant to such proceeding or investigation'.
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def reason_irrelevant(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return Finding("REASON_IRRELEVANT", "reason") if reading.reason is not None and reading.reason.irrelevant else None
