"""A statute is cited down to the one provision that is investigated.

26 USC 6103(i)(1)(A)(i), 'specifically designated'.
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def statute_vague(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return next(
        (Finding("STATUTE_VAGUE", "statute", f"Cited: {c.shown}.") for c in reading.cited if c.kind == "vague"), None
    )
