"""The requester's own check before sealing: every deficiency of every row, no registry and no office needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from counterfoil import agreement as agreements
from counterfoil import law
from counterfoil.agreement import Agreement
from counterfoil.examination import NO_HISTORY, Context, Examination, examine
from counterfoil.progress import Tick
from counterfoil.request import Request, read_file
from counterfoil.workers import cores

ROWS_READ_MAX = 1_000_001


@dataclass(frozen=True)
class Preflight:
    """What an examination on the face of the requests finds."""

    requests: tuple[Request, ...]
    examination: Examination

    @property
    def refused(self) -> int:
        """Rows with at least one deficiency, or that wait for a person."""
        return len(self.requests) - len(self.examination.passed)

    def as_dict(self) -> dict[str, object]:
        """The document of `request check --json`."""
        the_law = law.load()
        return {
            "rows": [
                {"request_id": request.request_id, "findings": self.findings(request.position, the_law)}
                for request in self.requests
            ],
            "batch": [finding.explain(the_law) for finding in self.examination.batch],
            "refused": self.refused,
            "passed": len(self.examination.passed),
            "refused_by_code": self.by_code(),
        }

    def findings(self, position: int, the_law: law.Law) -> list[dict[str, Any]]:
        """A row's findings, explained."""
        return [finding.explain(the_law) for finding in self.examination.rows[position]]

    def by_code(self) -> dict[str, int]:
        """How many rows carry each code; a finding on the whole file counts every row."""
        counts = Counter(finding.code for findings in self.examination.rows for finding in findings)
        for finding in self.examination.batch:
            counts[finding.code] = len(self.requests)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def preflight(path: Path, agreement: Agreement, on: datetime, progress: Tick | None = None) -> Preflight:
    """Check the file of requests at `path` as of `on`."""
    requests = tuple(islice(read_file(path), ROWS_READ_MAX))
    return preflight_rows(requests, agreement, on, progress)


def preflight_rows(
    requests: tuple[Request, ...], agreement: Agreement, on: datetime, progress: Tick | None = None
) -> Preflight:
    """`preflight` for requests that are already read."""
    context = Context(
        law=law.load(),
        agreement=agreement,
        on=on,
        manifest=None,
        delivery=None,
        official=None,
        safeguards=None,
        orders=(),
        overrides=(),
        history=NO_HISTORY,
        batch_key="preflight",
    )
    told = None if progress is None else lambda done, _: progress(done, len(requests))
    return Preflight(requests, examine(requests, context, told, workers=cores()))


@dataclass(frozen=True)
class Difference:
    """In what two agreements differ, and which requests they would answer differently."""

    a: str
    b: str
    terms: list[dict[str, Any]]
    rows: list[dict[str, Any]] | None

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"a": self.a, "b": self.b, "terms": self.terms, "rows": self.rows}


def diff_agreements(
    a: Agreement, b: Agreement, on_file: Path | None, now: datetime, progress: Tick | None = None
) -> Difference:
    """Compare two agreements; with `on_file`, also examine its requests under both, each as though in force."""
    terms = agreements.differences(a, b)
    if on_file is None:
        return Difference(a.id, b.id, terms, None)
    first = preflight(on_file, agreements.unsafe_in_force(a, now), now, progress)
    second = preflight_rows(first.requests, agreements.unsafe_in_force(b, now), now, progress)
    rows = [
        {
            "request_id": request.request_id,
            a.id: {
                "outcome": first.examination.outcome(position),
                "codes": list(first.examination.codes(position)),
            },
            b.id: {
                "outcome": second.examination.outcome(position),
                "codes": list(second.examination.codes(position)),
            },
        }
        for position, request in enumerate(first.requests)
        if first.examination.codes(position) != second.examination.codes(position)
    ]
    return Difference(a.id, b.id, terms, rows)
