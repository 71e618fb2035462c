"""The provision cited is of the United States Code. 26 USC 6103(i)(1)(A)(i), 'Federal criminal statute'."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def statute_not_federal(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return next(
        (
            Finding("STATUTE_NOT_FEDERAL", "statute", f"Cited: {c.shown}.")
            for c in reading.cited
            if c.kind == "not_federal"
        ),
        None,
    )
