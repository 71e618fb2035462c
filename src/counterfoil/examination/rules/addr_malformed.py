"""A row whose cells are shifted or too long sets forth no address that can be relied on. 26 USC 6103(i)(2)(B)(i)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding
from counterfoil.request.limits import TOO_LONG_REASON


def addr_malformed(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    why = reading.request.malformed
    if not why or why == TOO_LONG_REASON:
        return None
    return Finding("ADDR_MALFORMED", "address", f"The row cannot be read: {why[:80]}.")
