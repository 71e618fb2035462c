"""A batch holds no more rows than the agreement allows. 26 USC 6103(i)(2)(B)(i); Rev. Proc. 2003-9."""

from __future__ import annotations

from counterfoil.examination.context import Context
from counterfoil.examination.tally import Tally
from counterfoil.law import Finding


def batch_over_cap(tally: Tally, context: Context) -> Finding | None:
    """The finding of this rule, or None where it is met."""
    stated = context.manifest.count if context.manifest is not None else 0
    rows = max(tally.rows, stated, context.delivery.count if context.delivery is not None else 0)
    most = int(context.agreement.value("batch_rows_max"))
    return Finding("BATCH_OVER_CAP", "count", f"The agreement allows {most}.") if rows > most else None
