"""Reports over what the office has recorded."""

from __future__ import annotations

from collections import Counter

from counterfoil.accounting import BatchCount, Funnel
from counterfoil.accounting import funnel as sum_up
from counterfoil.cases.batch.phase import Phase, newest_examination, phase_of
from counterfoil.cases.office import Office
from counterfoil.cases.witness.watch import require_current
from counterfoil.office import models
from counterfoil.office.database import reading


def funnel(office: Office) -> Funnel:
    """Every request received, and what became of it. Raises HeldError where the ledger has lost some of them."""
    require_current(office)
    with reading():
        return sum_up([_count(batch) for batch in models.Batch.objects.order_by("receipt")])


def _count(batch: models.Batch) -> BatchCount:
    if batch.at_door:
        return BatchCount(
            batch.count, None, dict(Counter(dict.fromkeys(batch.at_door, batch.count))), refused_at_door=True
        )
    release = models.Release.objects.filter(batch=batch).first()
    if release is not None:
        return BatchCount(batch.count, release.counts, release.refused_by_code)
    examination = newest_examination(batch)
    if phase_of(batch) is Phase.HELD and examination is not None:
        return BatchCount(batch.count, {"HELD": batch.count - examination.refused, "REFUSED": examination.refused})
    return BatchCount(batch.count, None)
