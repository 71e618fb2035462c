"""The C2SP tlog-witness protocol: the body of an `add-checkpoint` request, written and read."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.ledger.auditor.files import Unfit
from counterfoil.ledger.auditor.note import from_base64

SIZE_TYPE = "text/x.tlog.size"
REQUEST_MAX = 1 << 18
ANSWER_MAX = 1 << 16
PROOF_MAX = 63
"""Lines of a consistency proof at most."""

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})", re.ASCII)
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n", re.ASCII)


@dataclass(frozen=True)
class Request:
    """An `add-checkpoint` request: a proof that the checkpoint continues the tree of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


def write_request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The body of a request."""
    lines = [f"old {old}", *(base64.b64encode(part).decode() for part in proof)]
    return "\n".join(lines).encode() + b"\n\n" + checkpoint


def read_request(body: bytes) -> Request:
    """Read a request's body. Raises Unfit where it has not the form of one."""
    head, gap, checkpoint = body.partition(b"\n\n")
    lines = head.split(b"\n")
    old = _OLD.fullmatch(lines[0])
    if old is None or not gap or len(lines) > PROOF_MAX + 1:
        raise Unfit("The request does not have the form of add-checkpoint (C2SP tlog-witness).")
    proof = [from_base64(line.decode("ascii", "replace")) for line in lines[1:]]
    hashes = tuple(part for part in proof if part is not None and len(part) == 32)
    if len(hashes) != len(proof):
        raise Unfit("A line of the consistency proof is not the base64 of 32 bytes.")
    return Request(int(old[1]), hashes, checkpoint)


def read_size(body: bytes) -> int | None:
    """The size that a witness states in a conflict, None where it states none."""
    match = _SIZE.fullmatch(body)
    return int(match[1]) if match else None
