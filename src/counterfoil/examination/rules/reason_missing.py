"""The request sets forth the specific reason or reasons. 26 USC 6103(i)(2)(B)(iv)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding
from counterfoil.request.limits import TOO_LONG_REASON


def reason_missing(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if reading.reason is not None:
        return None
    unread = TOO_LONG_REASON in reading.request.malformed
    return Finding("REASON_MISSING", "reason", f"The {TOO_LONG_REASON} and was not read: shorten it." if unread else "")
