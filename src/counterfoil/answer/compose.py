"""The answer as bytes: minimal, and of one length whatever the registry's bit.

A row holds the requester's own key, the outcome, and codes where the request was refused or held. Nothing
of the request is echoed back in a corrected form, and nothing of the registry can be: `compose` is not
given any (26 USC 6103(i)(2), (b)(8)).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from counterfoil.answer.outcome import Outcome, Row

SCHEMA = "counterfoil.answer/1"
_WIDTH = max(len(Outcome.CONFIRMED), len(Outcome.NO_CONFIRMATION))
_WITH_CODES = (Outcome.REFUSED, Outcome.HELD)
_OUTCOMES = {
    outcome: f'"outcome":"{outcome}"' + " " * (0 if outcome in _WITH_CODES else _WIDTH - len(outcome))
    for outcome in Outcome
}
_quote = json.encoder.encode_basestring_ascii


def row_bytes(row: Row) -> bytes:
    """One row as JSON. White space after a shorter outcome makes the two outcomes equally long."""
    codes = ",".join(map(_quote, row.codes)) if row.outcome in _WITH_CODES else ""
    return f'{{"request_id":{_quote(row.request_id)},{_OUTCOMES[row.outcome]},"codes":[{codes}]}}'.encode()


def rows_bytes(rows: Iterable[Row]) -> bytes:
    """All rows, in the batch's order, as one JSON array with a row a line."""
    return rows_joined(row_bytes(row) for row in rows)


def rows_joined(rows: Iterable[bytes]) -> bytes:
    """`rows_bytes` of rows that are bytes already, one or several with a comma and a new line between."""
    return b"[\n" + b",\n".join(rows) + b"\n]"


def rows_sha256(rows: bytes) -> str:
    """The digest by which the ledger's release entry commits to the rows."""
    return hashlib.sha256(rows).hexdigest()


def compose(head: Mapping[str, Any], rows: bytes, receipt: Mapping[str, Any]) -> bytes:
    """The whole answer: head (batch, agreement, notice, explanations), rows, and the ledger's receipt."""
    parts = [f"{json.dumps(key)}:{_json(value)}".encode() for key, value in {"schema": SCHEMA, **head}.items()]
    parts.append(b'"rows":' + rows)
    parts.append(b'"receipt":' + _json(receipt).encode())
    return b"{" + b",\n".join(parts) + b"}\n"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def explanations(given: Iterable[Iterable[str]], codes: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """Each code that the answer uses: its field, what it means, its law, and how to mend the request."""
    used = sorted({code for some in given for code in some})
    return {
        code: {
            "field": codes[code].field,
            "message": codes[code].message,
            "citation": "; ".join(str(citation) for citation in codes[code].citation),
            "remedy": codes[code].remedy,
        }
        for code in used
        if code in codes
    }
