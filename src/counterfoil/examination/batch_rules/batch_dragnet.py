"""The batch has the shape of persons under investigation, not of a list of everyone. 26 USC 6103(i)(2)(A), (B)."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def batch_dragnet(tally: Tally, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    signs = _signs(tally, context)
    return Finding("BATCH_DRAGNET", "batch", " ".join(signs)) if signs else None


def _signs(tally: Tally, context: Context) -> list[str]:
    value, rows, signs = context.agreement.value, tally.rows, []
    if rows > int(value("dragnet_rows")):
        signs.append(f"It holds {rows} rows.")
    officer = tally.share(tally.officer_rows)
    if rows >= int(value("dragnet_officer_rows")) and officer >= float(value("dragnet_officer_share")):
        signs.append(f"One officer is named on {officer:.0%} of the rows.")
    reason = tally.share(tally.masks)
    if rows >= int(value("dragnet_reason_rows")) and reason > float(value("dragnet_reason_share")):
        signs.append(f"One reason stands on {reason:.0%} of the rows.")
    if rows >= int(value("dragnet_investigation_rows")) and tally.share(tally.investigation_rows) == 1.0:
        signs.append("One investigation is named throughout.")
    if rows >= int(value("dragnet_one_day_rows")) and tally.share(tally.order_days) == 1.0:
        signs.append("All removal orders bear one day.")
    return signs
