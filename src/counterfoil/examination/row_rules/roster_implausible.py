"""No officer is named for more persons than one can engage personally and directly. 26 USC 6103(i)(2)(A)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Row, Tally
from counterfoil.law import Finding


def roster_implausible(row: Row, tally: Tally, context: Context) -> Finding | None:  # noqa: ARG001
    """The finding of this rule, or None where it is met."""
    officer = tally.crowded_officer(row.recipients)
    if not officer:
        return None
    return Finding(
        "ROSTER_IMPLAUSIBLE", "recipients", f"{officer[:40]} is named for more than {tally.most_per_officer} persons."
    )
