"""The gates, asked again at each step: an order, a lapsed safeguard or an ended agreement acts at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil import law
from counterfoil.cases.batch.phase import NEXT, Phase, phase_of, require, required_examination
from counterfoil.cases.context import gates_of
from counterfoil.cases.entered.standing import require_decided
from counterfoil.cases.office import Office
from counterfoil.errors import HeldError, OutOfTurnError
from counterfoil.examination import Context, examine_gates
from counterfoil.office import models


def require_still_open(
    office: Office, examination: models.Examination, batch: models.Batch, context: Context, *phases: Phase
) -> None:
    """`require_open` once more, inside the transaction of the act, where nobody else can enter an order.

    Also raises OutOfTurnError where another process has taken this step, or has examined the batch anew.
    """
    require(batch, *phases)
    newest = required_examination(batch)
    if newest.pk != examination.pk:
        raise OutOfTurnError(f"Batch {batch.id} was examined anew meanwhile.", f"Next: {NEXT[phase_of(batch)]}.")
    require_open(office, newest, context)


def require_not_stopped(examination: models.Examination, context: Context) -> None:
    """Raise HeldError where an answer that went out may not go out again: something has closed since.

    What was lifted since its examination does not matter; every order that came since does.
    """
    gates = gates_of(context)
    closed = [finding.explain(law.load())["message"] for finding in examine_gates(context)]
    since = sorted(set(gates["orders"]) - set(examination.gates.get("orders", ())))
    if gates != examination.gates and (closed or since):
        raise HeldError(
            "A court order, the safeguards or the agreement stops this answer now; it is not handed out again.",
            "Run the same command again once the order is lifted or the safeguard is met.",
            closed or [f"Order: {', '.join(since)}."],
        )


def require_open(office: Office, examination: models.Examination, context: Context) -> None:
    """Raise HeldError where a gate changed since the examination that this step builds on.

    The gates are compared, not only asked: an order with a carve-out changes which rows may be answered, and
    only an examination can say which. Raises IntegrityError where the ledger does not tell of that examination, or of
    an approval or the lifting of a hold that the database has of it.
    """
    require_decided(office, examination)
    gates = gates_of(context)
    if gates == examination.gates:
        return
    closed = [finding.explain(law.load())["message"] for finding in examine_gates(context)]
    raise HeldError(
        "A court order, the safeguards or the agreement changed after this batch was examined; no answer is given.",
        "Run `counterfoil batch examine` again; the two approvals are then asked for anew.",
        closed or _changed(examination.gates, gates),
    )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What of the gates is not as it was, a line each."""
    return [
        f"{_TOLD.get(name, name)} was {_told(before.get(name))}, and is {_told(value)} now."
        for name, value in after.items()
        if before.get(name) != value
    ]


_TOLD = {
    "agreement": "The agreement",
    "in_force": "Whether the agreement is in force",
    "orders": "The court order in force",
    "safeguards": "What of the safeguards is not met",
    "signature": "The signature",
    "overrides": "What counsel has lifted",
}


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value or "nothing")
