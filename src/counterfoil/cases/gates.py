"""The gates, asked again at each step: an order, a lapsed safeguard or an ended agreement acts at once."""

from __future__ import annotations

from datetime import datetime

from counterfoil import law
from counterfoil.cases.context import gates_of
from counterfoil.errors import HeldError
from counterfoil.examination import Context, examine_gates
from counterfoil.office import models


def require_open(examination: models.Examination, context: Context, now: datetime) -> None:  # noqa: ARG001
    """Raise HeldError where a gate changed since the examination that this step builds on.

    The gates are compared, not only asked: an order with a carve-out changes which rows may be answered, and
    only an examination can say which.
    """
    gates = gates_of(context)
    if gates == examination.gates:
        return
    closed = [finding.explain(law.load())["message"] for finding in examine_gates(context)]
    raise HeldError(
        "A court order, the safeguards or the agreement changed after this batch was examined; no answer is given.",
        "Run `counterfoil batch examine` again; the two approvals are then asked for anew.",
        closed or [f"now: {gates}"],
    )
