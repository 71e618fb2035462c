"""Who was asked about before, by keyed tokens: the memory behind the probing budget and duplicates.

26 USC 6103(i)(2) answers a request that sets forth the address; it is no way to find one by trying.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

from django.db import connection
from django.db.models import QuerySet

from counterfoil.examination import Ask
from counterfoil.office import models

KEPT_DAYS = 400
_COLUMNS = (
    "a.batch_id, a.position, a.given, a.surnames, a.dob, a.tin, a.address, a.years, a.investigation, a.question, "
    "a.exceeded, a.at"
)
_EXCEEDED = 10  # its place among the columns
_RECORD = (
    "INSERT INTO office_askrow (batch_id, position, given, first_surname, surnames, dob, tin, address, years, "
    "investigation, question, exceeded, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_ROWS = 5_000  # at a time


class AskHistory:
    """`examination.History` over the database, as of the instant `now`."""

    def __init__(self, now: datetime) -> None:
        self.since = (now - timedelta(days=KEPT_DAYS)).astimezone(UTC).replace(tzinfo=None)  # as it is stored

    def recall(self, asked: Sequence[Ask]) -> Sequence[Ask]:
        """Earlier asks of other batches that may be about the person of any of `asked`, or about its address.

        That is who shares a name and has no other date of birth, and who shares a tax number or an address. Namesakes
        with a date of birth of their own stay where they are: they would grow with everything that was ever asked.

        A batch that was returned told nothing of anyone, so its asks do not count; that a budget was exceeded does.
        """
        if not asked:
            return ()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE IF NOT EXISTS asked_now (given text, surname text, dob text, tin text, address text)"
            )
            cursor.execute("DELETE FROM asked_now")
            rows = [(one.given, "".join(one.surnames[:1]), one.dob, one.tin, one.address) for one in asked]
            cursor.executemany("INSERT INTO asked_now VALUES (%s, %s, %s, %s, %s)", rows)
            cursor.execute(_RECALL, [asked[0].batch, self.since] * len(_JOINS))
            rows = cursor.fetchall()
        ends = self._ends({str(row[0]) for row in rows})
        return [
            _ask(row, answered=ends.get(str(row[0])) == "answered")
            for row in rows
            if row[_EXCEEDED] or ends.get(str(row[0])) != "returned"
        ]

    def _ends(self, batches: set[str]) -> dict[str, str]:
        """How each of these batches ended: "answered" or "returned"; one that has not ended is left out."""
        return dict(self._releases().filter(batch_id__in=batches).values_list("batch_id", "kind"))

    def _releases(self) -> QuerySet[models.Release]:
        return models.Release.objects.all()


class PastHistory(AskHistory):
    """The same as it was before ledger entry `before`, for an examination that is made again.

    `rewritten` names the batches examined anew since: their asks are those of the newer examination.
    """

    def __init__(self, now: datetime, before: int) -> None:
        super().__init__(now)
        self.before = before
        self.rewritten: set[str] = set()

    def recall(self, asked: Sequence[Ask]) -> Sequence[Ask]:
        """The asks of batches examined by then, each at the time of its examination of then."""
        found = super().recall(asked)
        if not asked:
            return found
        times: dict[str, datetime] = {}
        examined = models.Examination.objects.exclude(batch_id=asked[0].batch).order_by("entry")
        for batch_id, entry, at in examined.values_list("batch_id", "entry", "at"):
            if entry < self.before:
                times[batch_id] = at
            elif batch_id in times:
                self.rewritten.add(batch_id)
        return [replace(ask, at=times[ask.batch]) for ask in found if ask.batch in times]

    def _releases(self) -> QuerySet[models.Release]:
        return super()._releases().filter(entry__lt=self.before)


def newest() -> int:
    """The number of the newest ask of any batch: it grows with every examination that records one."""
    row = models.AskRow.objects.order_by("-id").values_list("id", flat=True).first()
    return row or 0


def record(batch: models.Batch, asks: Iterable[Ask]) -> None:
    """Record a batch's asks; an earlier examination's are replaced, so that nothing counts twice."""
    models.AskRow.objects.filter(batch=batch).delete()
    moment = lru_cache(maxsize=4)(connection.ops.adapt_datetimefield_value)
    rows = (
        (
            batch.pk, ask.position, ask.given, ask.surnames[0] if ask.surnames else "", " ".join(ask.surnames), ask.dob,
            ask.tin, ask.address, ask.years, ask.investigation, ask.question, ask.exceeded, moment(ask.at),
        )
        for ask in asks
    )  # fmt: skip
    with connection.cursor() as cursor:
        while some := list(islice(rows, _ROWS)):
            cursor.executemany(_RECORD, some)


_NAME = "q.given <> '' AND a.given = q.given AND a.first_surname = q.surname"
_JOINS = (
    f"{_NAME} AND q.dob <> '' AND a.dob IN (q.dob, '')",
    f"{_NAME} AND q.dob = ''",
    "q.tin <> '' AND a.tin = q.tin",
    "q.address <> '' AND a.address = q.address",
)
"""By name and date of birth, by name alone, by tax number, by address: each over an index."""
_RECALL = " UNION ".join(
    f"SELECT {_COLUMNS} FROM asked_now q JOIN office_askrow a ON {join} WHERE a.batch_id <> %s AND a.at > %s"  # noqa: S608
    for join in _JOINS
)


def _ask(row: Sequence[object], *, answered: bool) -> Ask:
    batch, position, given, surnames, dob, tin, address, years, investigation, question, exceeded, at = row
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    return Ask(
        given=str(given),
        surnames=tuple(str(surnames).split()),
        dob=str(dob),
        tin=str(tin),
        address=str(address),
        years=str(years),
        investigation=str(investigation),
        question=str(question),
        at=moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        batch=str(batch),
        position=int(str(position)),
        answered=answered,
        exceeded=bool(exceeded),
    )
