"""The one converter between what is stored and what the kernel works with."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from counterfoil import agreement as agreements
from counterfoil.errors import IntegrityError
from counterfoil.examination import Examination, Override
from counterfoil.law import Finding
from counterfoil.office import models


def official(row: models.Official, ends: date | None) -> agreements.Official:
    """An enrolled requesting official, with the last day in office, None where no end is known."""
    return agreements.Official(
        id=row.id,
        agreement=row.agreement,
        name=row.name,
        office=row.office,
        starts=row.starts,
        ends=ends,
        key=row.key,
    )


def order(row: models.CourtOrder, lifted: datetime | None) -> agreements.Order:
    """A court order as it stands once the office has lifted it at an instant, which may lie before it takes effect."""
    order = agreements.read_order(row.document)
    return replace(order, lifted=lifted) if lifted else order


def order_document(row: models.CourtOrder, lifted: datetime | None) -> dict[str, Any]:
    """The document of a court order, with the instant at which the office has lifted it."""
    return {**row.document, **({"lifted": lifted.isoformat()} if lifted else {})}


def override(row: models.Override, ended: datetime | None) -> Override:
    """Counsel's act; one that was ended early ends then."""
    ends = datetime.fromisoformat(row.document["ends"])
    return Override(
        key=row.document["key"],
        authority=row.document["authority"],
        entered_by=row.document["entered_by"],
        starts=datetime.fromisoformat(row.document["starts"]),
        ends=min(ends, ended) if ended else ends,
    )


def pack_examination(examination: Examination) -> bytes:
    """An examination's findings and duplicates as compressed JSON; rows without findings cost nothing.

    The detail of a row's finding may quote the request and is not kept: the request stands sealed in the ledger.
    """
    document = {
        "batch": [_finding(finding) for finding in examination.batch],
        "rows": {
            str(position): [[finding.code, finding.field] for finding in findings]
            for position, findings in enumerate(examination.rows)
            if findings
        },
        "count": len(examination.rows),
        "duplicates": {str(position): list(of) for position, of in examination.duplicates.items()},
        "to_review": sorted(examination.to_review),
    }
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 6)


@lru_cache(maxsize=1)
def unpack_examination(packed: bytes) -> Examination:
    """The examination again (its asks are kept apart and come back empty); rows that were found the same share one.

    The last is remembered, by those very bytes: each step of a batch asks for it. IntegrityError: it is damaged.
    """
    try:
        return _examination(json.loads(zlib.decompress(packed)))
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IntegrityError(
            "A stored examination is damaged.", "Restore the database from a backup; `counterfoil doctor` says more."
        ) from error


def _examination(document: dict[str, Any]) -> Examination:
    rows, count = document["rows"], document["count"]
    known: dict[tuple[tuple[str, ...], ...], tuple[Finding, ...]] = {}
    found: list[tuple[Finding, ...]] = [()] * count
    for position, findings in rows.items():
        key = tuple(map(tuple, findings))
        found[_within(position, count)] = known.get(key) or known.setdefault(key, tuple([Finding(*one) for one in key]))
    return Examination(
        batch=tuple(Finding(*finding) for finding in document["batch"]),
        rows=tuple(found),
        asks=(None,) * count,
        duplicates=MappingProxyType({int(at): (of[0], of[1]) for at, of in document["duplicates"].items()}),
        to_review=frozenset(document["to_review"]),
    )


def _within(position: str, count: int) -> int:
    """The number of a row of so many. ValueError else."""
    number = int(position)
    if not 0 <= number < count:
        raise ValueError(position)
    return number


def _finding(finding: Finding) -> list[str]:
    return [finding.code, finding.field, finding.detail]
