"""An investigation is one in which this person is a subject, not one for many, nor a stand-in.

26 USC 6103(i)(2)(A).
"""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Row, Tally
from counterfoil.law import Finding


def investigation_implausible(row: Row, tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    if not tally.crowded_investigation(row.investigation):
        return None
    most = tally.most_per_investigation
    return Finding("INVESTIGATION_IMPLAUSIBLE", "investigation_id", f"It is named for more than {most} persons.")
