"""The requester opens an answer: decrypt, check the custodian's signature, check the ledger's receipt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from counterfoil.answer.compose import SCHEMA, rows_bytes, rows_sha256
from counterfoil.answer.outcome import Outcome, Row
from counterfoil.errors import InputError, IntegrityError

T = TypeVar("T")


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
    data: bytes,
    private_jwk: Mapping[str, Any],
    custodian_jwk: Mapping[str, Any],
    vkey: str | None = None,
    keys: bytes | None = None,
) -> OpenedAnswer:
    """Open the sealed answer `data` with an officer's key.

    The signature is checked with the custodian's public key; with `vkey`, the receipt as well: that the
    release is in the ledger under a signed checkpoint, and that the ledger committed to these very rows.
    `keys` is the history of the ledger's keys, by which a receipt of before a change checks with a later key.
    Raises IntegrityError where the answer is not for this key, or not the custodian's.
    """
    from counterfoil.request import NotSealedError, unseal, verify

    try:
        token = unseal(data, private_jwk).decode("ascii")
    except (UnicodeDecodeError, NotSealedError) as error:
        raise IntegrityError("This is not an answer.", "Ask the custodian for the file again.") from error
    answer = _read(verify(token, custodian_jwk))
    try:
        rows = tuple(_row(row) for row in answer["rows"])
        batch_id, kind = _of(str, answer["batch_id"]), _of(str, answer["kind"])
        notice, explanations, receipt = (_of(dict, answer[name]) for name in ("notice", "explanations", "receipt"))
        _texts(_of(list, notice.get("readers", [])))
        _texts(explained[part] for explained in explanations.values() for part in ("message", "citation", "remedy"))
    except (ValueError, KeyError, TypeError) as error:
        raise _no_answer() from error
    problems = check_receipt_of(receipt, rows, vkey, keys) if vkey else ()
    return OpenedAnswer(batch_id, kind, rows, notice, explanations, receipt, problems)


def _read(payload: bytes) -> dict[str, Any]:
    try:
        answer = _of(dict, json.loads(payload))
        schema = answer["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_answer() from error
    if schema != SCHEMA:
        raise InputError(
            f"This answer's form is not {SCHEMA}.", "Open it with the version of Counterfoil that made it."
        )
    return answer


def _row(row: Mapping[str, Any]) -> Row:
    return Row(_of(str, row["request_id"]), Outcome(row["outcome"]), _texts(_of(list, row["codes"])))


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(_of(str, value) for value in values)


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(kind)
    return value


def _no_answer() -> InputError:
    return InputError("This is signed, but it is no answer.", "Ask the custodian which file is the answer.")


def check_receipt_of(
    receipt: Mapping[str, Any], rows: tuple[Row, ...], vkey: str, keys: bytes | None = None
) -> tuple[str, ...]:
    """What is wrong with a receipt for these rows; () if nothing is."""
    from counterfoil.ledger import open_receipt

    try:
        proven = open_receipt(receipt, vkey, keys=keys)
    except (IntegrityError, InputError) as error:
        return (error.what,)
    if proven.disclosed.get("rows_sha256") != rows_sha256(rows_bytes(rows)):
        return ("The ledger's release entry commits to other rows.",)
    return ()
