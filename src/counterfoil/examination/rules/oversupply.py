"""Nothing is sent that a request does not need; the finding names the columns and never a value.

26 USC 6103(p)(4)(C).
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def oversupply(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    columns = reading.request.oversupplied
    if not columns:
        return None
    named = ", ".join("".join(c for c in column[:40] if c.isprintable()) for column in columns[:5])
    return Finding("OVERSUPPLY", "columns", f"Columns: {named}.")
