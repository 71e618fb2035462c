"""Proofs that an entry is in the ledger, checked offline with nothing but the ledger's public key.

Two forms: a receipt (JSON, self-contained: leaf, inclusion proof, checkpoint, and the disclosures chosen),
and a C2SP `.tlog-proof` text, which carries leaf and disclosures as its extra data. Both are checked by
`auditor/proof.py` as well, which stands alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.ledger.auditor import files
from counterfoil.ledger.auditor.note import Key, read_key
from counterfoil.ledger.auditor.proof import (
    CHANGES_MAX,
    HISTORY,
    RECEIPT,
    Change,
    chain_of,
    check_proof,
    foreign,
    read_changes,
    read_history,
    require_led,
)
from counterfoil.ledger.canonical import b64
from counterfoil.ledger.checkpoint import Checkpoint, open_checkpoint, open_kept
from counterfoil.ledger.entry import Leaf, disclosure_of, opened, read_leaf, triple
from counterfoil.ledger.note import Verifier, from_base64
from counterfoil.ledger.tree import leaf_hash, verify_inclusion

if TYPE_CHECKING:
    from counterfoil.ledger.ledger import Ledger

PROOF = "c2sp.org/tlog-proof@v1"
PATH_MAX = 63
"""Hashes of an inclusion proof at most: the height of a tree of 2**63 entries."""

_DO = "Do not rely on it, and ask the custodian for it again."


@dataclass(frozen=True)
class Proven:
    """What a sound receipt shows: an entry of a ledger of `size` entries, and its disclosed fields."""

    index: int
    size: int
    root: bytes
    public: Mapping[str, Any]
    disclosed: Mapping[str, Any]
    withheld: int  # digests of the leaf without a disclosure here: fields withheld, and decoys


def history(ledger: Ledger) -> dict[str, Any]:
    """Every change of the ledger's key under its present name, by which a bundle checks with any of its keys."""
    return {"schema": HISTORY, "keys": _written(_changes(ledger, ledger.size()))}


def _changes(ledger: Ledger, size: int) -> list[Change]:
    """The changes of the ledger's key that a tree of `size` entries holds, since it has its name."""
    since = ledger.gaps[-1][0] if ledger.gaps else 0
    return [(index, ledger.leaf(index)) for index in ledger.changes if since <= index < size]


def _written(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [{"index": index, "leaf": base64.b64encode(leaf).decode()} for index, leaf in changes]


def receipt(ledger: Ledger, index: int, disclose: Sequence[str] = ()) -> dict[str, Any]:
    """A receipt for entry `index` under the latest checkpoint, with the named fields disclosed.

    Raises NotFoundError where the entry is under no checkpoint yet, or has no such field.
    """
    note, checkpoint = _checkpoint_over(ledger, index)
    disclosures = ledger.disclosures(index, disclose) if disclose else []
    changes = _changes(ledger, checkpoint.size)[-CHANGES_MAX:]
    return {
        "schema": RECEIPT,
        "index": index,
        "leaf": base64.b64encode(ledger.leaf(index)).decode(),
        "proof": [base64.b64encode(part).decode() for part in ledger.inclusion_proof(index, checkpoint.size)],
        "checkpoint": note,
        "disclosures": [list(triple(text)) for text in disclosures],
        **({"keys": _written(changes)} if changes else {}),
    }


def check_receipt(receipt: object, vkey: str, origin: str | None = None, keys: bytes | None = None) -> tuple[str, ...]:
    """What is wrong with a receipt, () if nothing is. Only a bad key or history raises (InputError)."""
    pinned = _Pinned.of(vkey, keys)
    try:
        _open(receipt, pinned, origin)
    except (IntegrityError, InputError) as error:
        return (error.what,)
    return ()


def open_receipt(receipt: object, vkey: str, origin: str | None = None, keys: bytes | None = None) -> Proven:
    """What a receipt proves under the key. Raises IntegrityError where it proves nothing.

    The key may be one from before the one that signed, as far as the changes of key that the receipt carries lead
    from it; or, by the history of the ledger's keys (`keys`), one from after it.
    """
    return _open(receipt, _Pinned.of(vkey, keys), origin)


@dataclass(frozen=True)
class _Pinned:
    """The public key that is trusted, and the changes of key that are known beside it."""

    key: Key
    known: tuple[Change, ...]

    @classmethod
    def of(cls, vkey: str, history: bytes | None) -> _Pinned:
        Verifier.read(vkey)
        try:
            return cls(read_key(vkey.strip()), () if history is None else read_history(history))
        except files.InputError as error:
            raise InputError(str(error), "Ask the custodian for it: `counterfoil key history`.") from error

    def checkpoint(self, note: str, carried: object, origin: str | None) -> Checkpoint:
        """The checkpoint, by the key that the changes in a receipt, and those known, lead to. Raises IntegrityError."""
        try:
            changes = read_changes(carried)
            chain = chain_of(self.key, self.known, changes)
            checkpoint = open_kept(note, chain, self.key.name if origin is None else origin)
            require_led(chain, changes, checkpoint.size)
        except files.Unfit as error:
            raise IntegrityError(str(error), _DO) from error
        return checkpoint


def _open(receipt: object, pinned: _Pinned, origin: str | None) -> Proven:
    if not isinstance(receipt, Mapping) or receipt.get("schema") != RECEIPT:
        raise IntegrityError(f"This is not a receipt of the form {RECEIPT}.", _DO)
    if foreign(receipt):
        raise IntegrityError(foreign(receipt), _DO)
    index, note = receipt.get("index"), receipt.get("checkpoint")
    if type(index) is not int or not isinstance(note, str):
        raise IntegrityError("The receipt lacks its index or its checkpoint.", _DO)
    proof, leaf = _hashes(receipt.get("proof")), _raw(receipt.get("leaf"))
    checkpoint = pinned.checkpoint(note, receipt.get("keys", []), origin)
    if not verify_inclusion(leaf_hash(leaf), index, checkpoint.size, proof, checkpoint.root):
        raise IntegrityError("The proof does not show that the entry is in the ledger.", _DO)
    read = read_leaf(leaf)
    disclosed = opened(read, _disclosures(receipt.get("disclosures", [])))
    return _proven(index, checkpoint, read, disclosed)


def _proven(index: int, checkpoint: Checkpoint, leaf: Leaf, disclosed: Mapping[str, Any]) -> Proven:
    withheld = len(leaf.digests) - len(disclosed)
    return Proven(index, checkpoint.size, checkpoint.root, leaf.public, disclosed, withheld)


def _hashes(value: object) -> list[bytes]:
    if not isinstance(value, list) or len(value) > PATH_MAX:
        raise IntegrityError("The receipt's proof cannot be read.", _DO)
    return [_raw(part) for part in value]


def _raw(value: object) -> bytes:
    raw = from_base64(value) if isinstance(value, str) else None
    if raw is None:
        raise IntegrityError("A part of the receipt is not base64.", _DO)
    return raw


def _disclosures(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > 1000:
        raise IntegrityError("The receipt's disclosures cannot be read.", _DO)
    return [disclosure_of(part) for part in value]


def _checkpoint_over(ledger: Ledger, index: int) -> tuple[str, Checkpoint]:
    latest = ledger.store.latest_checkpoint()
    if latest is None or not 0 <= index < latest[0]:
        raise NotFoundError(f"No entry {index} is under a signed checkpoint.", "Name an entry that the ledger has.")
    return latest[1], open_checkpoint(latest[1], ledger.signer.verifier, ledger.origin)


# --- C2SP tlog-proof ---


def tlog_proof(ledger: Ledger, index: int, disclose: Sequence[str] = ()) -> str:
    """The C2SP proof text for entry `index` under the latest checkpoint.

    Its extra data are the leaf, then `~` and the disclosure of each field named in `disclose`, then `^`, the index,
    `.` and the leaf (base64url) of each change of the ledger's key. Raises NotFoundError where the entry is under no
    checkpoint yet, or has no such field.
    """
    note, checkpoint = _checkpoint_over(ledger, index)
    disclosures = ledger.disclosures(index, disclose) if disclose else []
    extra = b"~".join([ledger.leaf(index), *(text.encode() for text in disclosures)])
    extra += b"".join([f"^{at}.{b64(leaf)}".encode() for at, leaf in _changes(ledger, checkpoint.size)[-CHANGES_MAX:]])
    lines = [PROOF, f"extra {base64.b64encode(extra).decode()}", f"index {index}"]
    lines += [base64.b64encode(part).decode() for part in ledger.inclusion_proof(index, checkpoint.size)]
    return "\n".join(lines) + "\n\n" + note


def open_tlog_proof(
    text: str, vkey: str, leaf: bytes | None = None, origin: str | None = None, keys: bytes | None = None
) -> Proven:
    """What a C2SP proof text shows. The leaf is `leaf`, else that of the extra data. Raises IntegrityError."""
    report = check_proof(text.encode("utf-8", "replace"), vkey, origin=origin, leaf=leaf, keys=keys)
    if not report.ok:
        raise IntegrityError(report.problems[0], _DO)
    return Proven(report.index, report.size, report.root, report.public, report.disclosed, report.withheld)


def check_tlog_proof(text: str, vkey: str, leaf: bytes | None = None, origin: str | None = None) -> tuple[str, ...]:
    """What is wrong with a C2SP proof text, () if nothing is. Only a bad key raises (InputError)."""
    return check_proof(text.encode("utf-8", "replace"), vkey, origin=origin, leaf=leaf).problems
