"""A recipient is one person with a mailbox of that person's own. 26 USC 6103(i)(2)(A), 'officers and employees'."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.reading import Reading
from counterfoil.law import Finding


def roster_group(reading: Reading, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    shown = reading.recipients.faults.get("group")
    return Finding("ROSTER_GROUP", "recipients", f"{shown[:120]}.") if shown is not None else None
