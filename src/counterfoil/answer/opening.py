"""The requester opens an answer: decrypt, check the custodian's signature, check the ledger's receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.answer.compose import SCHEMA, rows_bytes, rows_sha256
from counterfoil.answer.outcome import Outcome, Row
from counterfoil.errors import InputError, IntegrityError


@dataclass(frozen=True)
class OpenedAnswer:
    """An answer as a roster officer reads it."""

    batch_id: str
    kind: str
    rows: tuple[Row, ...]
    notice: Mapping[str, Any]
    explanations: Mapping[str, Any]
    receipt: Mapping[str, Any]
    problems: tuple[str, ...]  # what the receipt check found wrong; () where it holds or no key was given

    def as_dict(self) -> dict[str, object]:
        """The document of `counterfoil answer open --json`."""
        return {
            "batch_id": self.batch_id,
            "kind": self.kind,
            "rows": [row.as_dict() for row in self.rows],
            "notice": dict(self.notice),
            "explanations": dict(self.explanations),
            "receipt": dict(self.receipt),
            "problems": list(self.problems),
        }


def open_answer(
    data: bytes, private_jwk: Mapping[str, Any], custodian_jwk: Mapping[str, Any], vkey: str | None = None
) -> OpenedAnswer:
    """Open the sealed answer `data` with an officer's key.

    The signature is checked with the custodian's public key; with `vkey`, the receipt as well: that the
    release is in the ledger under a signed checkpoint, and that the ledger committed to these very rows.
    Raises IntegrityError where the answer is not for this key, or not the custodian's.
    """
    from counterfoil.request import NotSealedError, unseal, verify

    try:
        token = unseal(data, private_jwk).decode("ascii")
    except (UnicodeDecodeError, NotSealedError) as error:
        raise IntegrityError("This is not an answer.", "Ask the custodian for the file again.") from error
    answer = _read(verify(token, custodian_jwk))
    rows = tuple(Row(row["request_id"], Outcome(row["outcome"]), tuple(row["codes"])) for row in answer["rows"])
    receipt = answer["receipt"]
    problems = check_receipt_of(receipt, rows, vkey) if vkey else ()
    return OpenedAnswer(
        answer["batch_id"], answer["kind"], rows, answer["notice"], answer["explanations"], receipt, problems
    )


def _read(payload: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(payload)
        known = answer["schema"] == SCHEMA and isinstance(answer["rows"], list)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "This is signed, but it is no answer.", "Ask the custodian which file is the answer."
        ) from error
    if not known:
        raise InputError(
            f"This answer's form is not {SCHEMA}.", "Open it with the version of Counterfoil that made it."
        )
    return dict(answer)


def check_receipt_of(receipt: Mapping[str, Any], rows: tuple[Row, ...], vkey: str) -> tuple[str, ...]:
    """What is wrong with a receipt for these rows; () if nothing is."""
    from counterfoil.ledger import open_receipt

    try:
        proven = open_receipt(receipt, vkey)
    except (IntegrityError, InputError) as error:
        return (error.what,)
    if proven.disclosed.get("rows_sha256") != rows_sha256(rows_bytes(rows)):
        return ("The ledger's release entry commits to other rows.",)
    return ()
