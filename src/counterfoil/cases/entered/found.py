"""What an examination found, held to its entry in the ledger: which rows pass is read from a stored record of it.

The entry discloses the hash of that record and what its row says beside it. One of an older version tells how often
each code was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from counterfoil.examination import Examination
from counterfoil.office import convert, models

FOUND = "found"
"""The field of an examination's entry, disclosed to nobody but the office."""


def found_of(row: models.Examination) -> dict[str, object]:
    """What the entry of an examination discloses of what was found; the hash is of the record as it is stored."""
    return {
        "sha256": sha256(_stored(row)).hexdigest(),
        "held": row.held,
        "passed": row.passed,
        "refused": row.refused,
        "held_rows": row.held_rows,
    }


def by_code(examination: Examination) -> dict[str, int]:
    """How often each code was found, of the batch and of its rows."""
    counts: Counter[str] = Counter(finding.code for finding in examination.batch)
    counts.update(finding.code for findings in examination.rows for finding in findings)
    return dict(sorted(counts.items()))


def agrees(row: models.Examination, told: Mapping[str, Any]) -> bool:
    """Whether a row has what its entry discloses (`told`); one whose values were destroyed holds it to nothing.

    Raises IntegrityError where the stored record is damaged.
    """
    if FOUND in told:
        return bool(told[FOUND] == found_of(row))
    if "codes" in told:
        return bool(told["codes"] == by_code(convert.unpack_examination(_stored(row))))
    return True


def _stored(row: models.Examination) -> bytes:
    return bytes(row.findings) if isinstance(row.findings, bytes | memoryview) else b""
