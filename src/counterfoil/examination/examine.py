"""Examine a batch: gates, then every deficiency of every request, then what only the batch shows.

The order is that of the law: what forbids an answer whatever is asked (court orders, agreement, safeguards),
whether there is a request at all (writing, signature, count, hash), each request on its own, the requests
beside each other, and last the probing budget, which counts only requests that nothing else stops.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace

from counterfoil.examination.context import Ask, Context
from counterfoil.examination.gates.held_court_order import held_request
from counterfoil.examination.outcome import Examination
from counterfoil.examination.probing import Budget, probing
from counterfoil.examination.reading import Reader
from counterfoil.examination.rows import NONE, in_order
from counterfoil.examination.rulebook import rulebook
from counterfoil.examination.tally import Row, Tally
from counterfoil.examination.workers import Found, Plain, Source, judged
from counterfoil.law import Finding
from counterfoil.progress import Tick
from counterfoil.request import Request
from counterfoil.workers import uncollected

UNREAD = frozenset(
    {"NOT_IN_WRITING", "SIGNATURE_INVALID", "BATCH_COUNT", "BATCH_HASH", "BATCH_OVER_CAP", "BATCH_MALFORMED"}
)
"""Findings on the batch with which no row is read: there is no request, or not the one that was signed."""


def examine_gates(context: Context) -> tuple[Finding, ...]:
    """The gates alone: agreement, safeguards, and orders that stop every request. Asked again before each step.

    An order that exempts some statutes is no gate; `examine` holds the rows that it does not exempt.
    """
    return in_order(found for rule in rulebook().gates.values() if (found := rule(context)))


def examine(
    requests: Iterable[Request], context: Context, progress: Tick | None = None, workers: int = 1
) -> Examination:
    """Every deficiency of a batch and of each of its requests, in their order.

    `requests` are read once, as a stream. `progress` is called with (rows done, rows in all or 0). `workers` is
    how many processes judge the rows of a large batch; what is found is the same for any number. Findings of
    a request depend on the request, the law and the agreement; findings of a row in its batch come beside
    them and take none away. Never raises on what a request holds.
    """
    return examine_portions(Plain(requests), context, progress, workers)


@uncollected()
def examine_portions(source: Source, context: Context, progress: Tick | None = None, workers: int = 1) -> Examination:
    """`examine`, of requests that are opened where they are judged."""
    gates = examine_gates(context)
    known = context.delivery is not None  # count and hash are known before a row is read
    early = [rule(Tally(context), context) for code, rule in rulebook().batch_rules.items() if known and code in UNREAD]
    work = _Rows(context, read=not any(early))
    work.take(source, progress, workers)
    if context.delivery is None and work.tally.rows > int(context.agreement.value("batch_rows_max")):
        work.forget()
    batch = _batch(gates, work.tally, context)
    work.beside_each_other()
    asks, budget = work.probe(batch)
    work.note_probing(budget)
    return Examination(
        batch=batch,
        rows=tuple(work.findings),
        asks=tuple(asks),
        duplicates=dict(budget.duplicates),
        to_review=frozenset(work.to_review),
        request_ids=work.request_ids(),
    )


def held_by_order(requests: Iterable[Request], context: Context) -> frozenset[int]:
    """Positions that a court order in force stops now: for asking again before a look-up or a release."""
    reader = Reader(context)
    return frozenset(r.position for r in requests if held_request(reader.statutes(r.statute)[0], context))


def _batch(gates: tuple[Finding, ...], tally: Tally, context: Context) -> tuple[Finding, ...]:
    found = [finding for rule in rulebook().batch_rules.values() if (finding := rule(tally, context))]
    return in_order((*gates, *found))


class _Rows:
    """The rows of a batch on their way: findings, what the batch must remember, and the asks."""

    def __init__(self, context: Context, *, read: bool) -> None:
        self.context = context
        self.tally = Tally(context)
        self.findings: list[tuple[Finding, ...]] = []
        self.to_review: set[int] = set()
        self._rows: list[Row] = []
        self._asks: list[Ask | None] = []
        self._read = read
        self._cap = int(context.agreement.value("batch_rows_max"))
        self._shared: dict[tuple[Finding, ...], tuple[Finding, ...]] = {}

    def take(self, source: Source, progress: Tick | None, workers: int) -> None:
        """Judge each request; beyond the cap rows are only counted."""
        total = self.context.delivery.count if self.context.delivery else 0
        with closing(judged(source, self.context, workers, self._cap if self._read else 0)) as portions:
            for found in portions:
                self._keep(found)
                source.noted(found.notes)
                if progress is not None:
                    progress(self.tally.rows, total)
        rest = source.rest()
        self.tally.rows += rest
        self.findings += [NONE] * rest
        self._asks += [None] * rest
        if progress is not None:
            progress(self.tally.rows, total)

    def forget(self) -> None:
        """Over the cap no row is examined: the batch is refused as a whole."""
        count = len(self.findings)
        rows, self.tally = self.tally.rows, Tally(self.context)
        self.tally.rows = rows
        self.findings, self._rows = [NONE] * count, []
        self._asks, self.to_review = [None] * count, set()

    def _keep(self, found: Found) -> None:
        for row in found.told():
            self.tally.add(row)
            self._rows.append(row)
        self.to_review.update(found.to_review)
        self._asks += found.asks(self.context)
        once = self._shared.setdefault
        self.findings += [once(findings, findings) if findings else NONE for findings in found.findings]

    def beside_each_other(self) -> None:
        """Findings that a row has because of the rows around it."""
        if not self._rows or self.tally.nothing_stands_out():
            return
        rules = tuple(rulebook().row_rules.values())
        for position, row in enumerate(self._rows):
            found = [finding for rule in rules if (finding := rule(row, self.tally, self.context))]
            if found:
                self.findings[position] = in_order((*self.findings[position], *found))
                self._asks[position] = None

    def probe(self, batch: tuple[Finding, ...]) -> tuple[list[Ask | None], Budget]:
        """Hold the asks against the budget; a batch that is refused as a whole asks nothing."""
        if _refusing(batch) or not any(self._asks):
            return [None] * len(self.findings), Budget({}, frozenset(), {})
        budget = probing(self._asks, self.context)
        asks = list(self._asks)
        for position in budget.refused:
            ask = asks[position]
            kept = ask is not None and position in budget.exceeded
            asks[position] = replace(ask, exceeded=True) if ask is not None and kept else None
        return asks, budget

    def request_ids(self) -> tuple[str, ...]:
        """The ids as given, of the rows that were read."""
        return tuple([row.request_id for row in self._rows])

    def note_probing(self, budget: Budget) -> None:
        """Write the budget's refusals into the rows."""
        for position, why in budget.refused.items():
            finding = Finding("PROBING", "address", f"Here {why}.")
            self.findings[position] = in_order((*self.findings[position], finding))


def _refusing(findings: Iterable[Finding]) -> bool:
    return any(finding.code not in _HOLDS for finding in findings)


_HOLDS = frozenset({"HELD_COURT_ORDER", "SAFEGUARDS_NOT_MET", "BATCH_DRAGNET"})
