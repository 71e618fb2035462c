"""One `add-checkpoint` request to one witness (C2SP tlog-witness). The witness may answer anything."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.files import Unfit, shown
from counterfoil.ledger.auditor.note import Signature, cosigned_at, read_signature
from counterfoil.ledger.auditor.policy import Witness
from counterfoil.ledger.witness.protocol import ANSWER_MAX, SIZE_TYPE, Request, read_size, write_request

PATIENCE = 5.0
"""Seconds to wait for a connection, and for the next bytes."""
DEADLINE = 15.0
"""Seconds for the whole of a request."""
LINES_MAX = 64
TRIES = 2
"""How often a witness is asked that breaks off or says that it is busy; one that is silent is asked once."""
PAUSE = 0.2
BUSY = (429, 502, 503, 504)


@dataclass(frozen=True)
class Said:
    """What a witness said: `lines`, its checked cosignatures; or the `size` it cosigned last; or `trouble`.

    `denied`: the trouble is that the checkpoint does not continue what it saw (status 422).
    """

    lines: tuple[str, ...] = ()
    size: int | None = None
    trouble: str = ""
    denied: bool = False


def ask(witness: Witness, request: Request, body: bytes) -> Said:
    """Send a request to the witness; `body` is the text of its checkpoint. Never raises for what it meets."""
    sent = write_request(request.old, request.proof, request.checkpoint)
    for left in reversed(range(TRIES)):
        try:
            status, kind, answer = _post(witness.url, sent)
            if status not in BUSY or not left:
                break
        except (OSError, HTTPException, ValueError) as error:
            if not left or isinstance(error, TimeoutError | ValueError):
                reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
                return Said(trouble=f"it cannot be reached: {shown(reason)}")
        time.sleep(PAUSE)
    if status == 200:
        return _cosignatures(witness, answer, body)
    if status == 409 and kind == SIZE_TYPE:
        size = read_size(answer)
        return Said(trouble="it states no size that can be read") if size is None else Said(size=size)
    told = shown(answer.decode("utf-8", "replace").strip())
    return Said(trouble=f"it refused with {status}: {told}", denied=status == 422)


def address(url: str) -> tuple[str, str, int | None, str]:
    """(scheme, host, port, path) of a witness's submission prefix. Raises InputError where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise InputError(
            f"{shown(url)} is not the address of a witness.", "Write it as https://witness.example or with a path."
        )
    return parts.scheme, parts.hostname, port, parts.path.rstrip("/")


def _post(url: str, request: bytes) -> tuple[int, str, bytes]:
    """Status, type and body of the answer; redirections are not followed."""
    scheme, host, port, path = address(url)
    if scheme == "https":
        connection: HTTPConnection = HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "counterfoil"}
        connection.request("POST", f"{path}/add-checkpoint", request, headers)
        answer = connection.getresponse()
        kind = (answer.headers.get("Content-Type") or "").strip()
        return answer.status, kind, _body(answer, time.monotonic() + DEADLINE)
    finally:
        connection.close()


def _body(answer: HTTPResponse, until: float) -> bytes:
    data = b""
    while portion := answer.read1(ANSWER_MAX):
        data += portion
        if len(data) > ANSWER_MAX:
            raise ValueError("its answer is too long")
        if time.monotonic() > until:
            raise ValueError("its answer comes too slowly")
    return data


def _cosignatures(witness: Witness, answer: bytes, body: bytes) -> Said:
    """The lines of the answer that are this witness's cosignatures of this checkpoint; others are passed over."""
    lines = answer.split(b"\n")
    if lines.pop() or not 0 < len(lines) <= LINES_MAX:
        return Said(trouble="its answer holds no signature lines")
    try:
        read: list[tuple[bytes, Signature]] = [(line, read_signature(line)) for line in lines]
        mine = [line for line, signature in read if signature.by(witness.key)]
        for _, signature in read:
            if signature.by(witness.key):
                cosigned_at(signature, witness.key, body)
    except Unfit as problem:
        return Said(trouble=f"its answer is not sound: {problem}")
    if not mine:
        return Said(trouble="its answer is not signed with the key that the policy names")
    return Said(lines=tuple(line.decode() + "\n" for line in mine))
