"""What a witness answers to a checkpoint: its cosignature, or the reason why not (C2SP tlog-witness)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.files import Unfit
from counterfoil.ledger.auditor.note import Head, Key, Note, read_head, read_note
from counterfoil.ledger.tree import EMPTY_ROOT, verify_consistency
from counterfoil.ledger.witness.cosigner import Cosigner
from counterfoil.ledger.witness.head import Heads, Seen
from counterfoil.ledger.witness.protocol import SIZE_TYPE, Request, read_request

SIZE_MAX = 2**63 - 1
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """An HTTP answer: status, body, and the type of the body."""

    status: int
    body: bytes
    kind: str = TEXT


class _Refused(Exception):  # noqa: N818 -- an answer, not a fault of the program
    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Witness:
    """A witness of the ledgers whose keys are `logs`. Cosigns a checkpoint only if it continues the last one."""

    def __init__(
        self, cosigner: Cosigner, heads: Heads, logs: Sequence[Key], clock: Callable[[], float] = time.time
    ) -> None:
        self.cosigner, self.heads, self._clock = cosigner, heads, clock
        self.logs: dict[str, list[Key]] = {}
        for key in logs:
            self.logs.setdefault(key.name, []).append(key)
        if not self.logs:
            raise InputError("A witness needs the key of a ledger to watch.", "Name it with --log.")

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer an `add-checkpoint` request. What is cosigned is remembered durably before this returns."""
        try:
            request = read_request(body)
            note, head = self._signed(request)
            line = b""

            def judge(seen: Seen | None) -> Seen:
                nonlocal line
                _continues(seen, request, head)
                line = self.cosigner.cosign(note.body, int(self._clock()))
                return Seen(head.size, head.root, request.checkpoint + line)

            self.heads.advance(head.origin, judge)
        except Unfit as problem:
            return _text(400, str(problem))
        except _Refused as refused:
            return refused.reply
        return Reply(200, line)

    def checkpoint(self, name: str) -> Reply:
        """The latest cosigned checkpoint of the ledger whose origin has the SHA-256 `name` (hexadecimal)."""
        for origin in self.logs:
            if sha256(origin.encode("utf-8", "surrogateescape")).hexdigest() == name:
                seen = self.heads.seen(origin)
                return Reply(200, seen.note) if seen else _text(404, "Nothing of this ledger was cosigned yet.")
        return _text(404, "This witness does not know that ledger.")

    def about(self) -> Reply:
        """Who this is and what it remembers, for a person."""
        lines = [f"witness {self.cosigner.key.vkey}"]
        for origin in self.logs:
            seen = self.heads.seen(origin)
            lines.append(f"ledger {ascii(origin)[1:-1]} {seen.size if seen else 'nothing yet'}")
        return _text(200, "\n".join(lines))

    def _signed(self, request: Request) -> tuple[Note, Head]:
        """The checkpoint, signed by a key of the ledger that it names. Raises Unfit and _Refused."""
        note = read_note(request.checkpoint)
        head = read_head(note.body)
        keys = self.logs.get(head.origin)
        if keys is None:
            raise _Refused(_text(404, "This witness does not know that ledger."))
        try:
            signed = sum(note.signed_by(key) for key in keys)  # each is read: none may be false
        except Unfit as problem:
            raise _Refused(_text(403, str(problem))) from None
        if not signed:
            raise _Refused(_text(403, "The checkpoint is not signed by a key of the ledger."))
        if request.old > head.size or head.size > SIZE_MAX:
            raise _Refused(_text(400, "The old size is larger than the checkpoint's."))
        return note, head


def _continues(seen: Seen | None, request: Request, head: Head) -> None:
    """Refuse what does not continue the last checkpoint that was cosigned."""
    size = seen.size if seen else 0
    if request.old != size:
        raise _Refused(_conflict(size))
    sound = head.size > 0 or head.root == EMPTY_ROOT
    if sound and seen is not None and head.size == size and head.root != seen.root:
        raise _Refused(_conflict(size))
    if seen is None or size == 0:
        proven = sound and not request.proof
    else:
        proven = verify_consistency(size, head.size, seen.root, head.root, request.proof)
    if not proven:
        raise _Refused(_text(422, "The proof does not show that the checkpoint continues the last one."))


def _conflict(size: int) -> Reply:
    return Reply(409, b"%d\n" % size, SIZE_TYPE)


def _text(status: int, text: str) -> Reply:
    return Reply(status, text.encode() + b"\n")
