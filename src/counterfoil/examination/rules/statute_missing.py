"""The request sets forth the statutory authority of the investigation. 26 USC 6103(i)(2)(B)(iii)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def statute_missing(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return None if reading.cited else Finding("STATUTE_MISSING", "statute")
