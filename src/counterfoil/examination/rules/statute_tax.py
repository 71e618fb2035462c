"""The provision cited does not involve tax administration. 26 USC 6103(i)(1)(A)(i)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def statute_tax(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    return next(
        (Finding("STATUTE_TAX", "statute", f"Cited: {c.shown}.") for c in reading.cited if c.kind == "tax"), None
    )
