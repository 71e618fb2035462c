"""The tokens of who was asked about, held to the examinations that recorded them.

Without them a probing budget begins anew. They are replaced when a batch is examined anew, so a guard alone cannot keep
those of a batch that has no answer yet.
"""

from __future__ import annotations

from django.db.models import Count

from counterfoil.office import models


def wrong_tokens() -> list[str]:
    """The batches that have more or fewer tokens than their newest examination recorded, a sentence each.

    An older version's examination did not say how many: at least one for each request that passed.
    """
    counts = dict(models.AskRow.objects.order_by().values_list("batch_id").annotate(there=Count("*")))
    rows = models.Examination.objects.order_by("id").values_list("batch_id", "asked", "passed")
    newest = {batch: (asked, passed) for batch, asked, passed in rows}
    found = [
        f"Batch {batch} was not examined, and has {counts[batch]} tokens." for batch in counts if batch not in newest
    ]
    for batch, (asked, passed) in newest.items():
        there = counts.get(batch, 0)
        if there < passed or (asked is not None and there != asked):
            found.append(
                f"Of who was asked about in batch {batch} there are {there} tokens, and its examination recorded "
                f"{'at least ' * (asked is None)}{passed if asked is None else asked}."
            )
    return found
