"""Checkpoints (C2SP tlog-checkpoint): the size and root of the tree, as a signed note.

(size, root) are only ever taken together, from a checkpoint whose signature has been checked: an inclusion
proof alone does not bind the one to the other.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from counterfoil.errors import IntegrityError
from counterfoil.ledger.auditor.rotation import Chain
from counterfoil.ledger.note import LedgerSigner, Verifier, from_base64, open_note, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_DO = "Do not rely on it, and ask the custodian why."


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: which ledger, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, signer: LedgerSigner, *also: LedgerSigner) -> str:
        """The checkpoint as a note that the signer, and further ones, have signed."""
        note = sign_note(self.text, [signer, *also])
        _remember(note, signer.verifier, self)
        return note


def open_checkpoint(note: str, verifier: Verifier, origin: str | None = None) -> Checkpoint:
    """Check a checkpoint's signature and read it.

    `origin` is the name that the ledger must have, by default that of the key. Raises IntegrityError.
    """
    checkpoint = _signed(note, verifier)
    if checkpoint.origin != (verifier.name if origin is None else origin):
        raise IntegrityError("The checkpoint is signed, but it speaks of another ledger.", _DO)
    return checkpoint


def open_kept(note: str, chain: Chain, origin: str) -> Checkpoint:
    """A checkpoint of whatever age, signed by the key that was the ledger's at its size. Raises IntegrityError."""
    problem = IntegrityError("The checkpoint is not signed by the key that was the ledger's at its size.", _DO)
    for span in chain.spans:
        try:
            checkpoint = open_checkpoint(note, Verifier(span.key.name, span.key.raw), origin)
        except IntegrityError as error:
            problem = error if len(chain.spans) == 1 else problem
            continue
        if [span.key] == list(chain.at(checkpoint.size)[-1:]):  # where one hands over to the next, the next
            return checkpoint
    raise problem


_seen: dict[tuple[str, Verifier], Checkpoint] = {}
"""Notes whose signature is known to be good, by the very note and key."""


def forget() -> None:
    """Check every signature anew from here on."""
    _seen.clear()


def _signed(note: str, verifier: Verifier) -> Checkpoint:
    found = _seen.get((note, verifier))
    if found is None:
        text, _ = open_note(note, [verifier])
        found = _remember(note, verifier, read_text(text))
    return found


def _remember(note: str, verifier: Verifier, checkpoint: Checkpoint) -> Checkpoint:
    if len(_seen) >= 64:
        _seen.clear()
    _seen[note, verifier] = checkpoint
    return checkpoint


def read_text(text: str) -> Checkpoint:
    """Read the note text of a checkpoint, UNCHECKED: whether it is signed is another question."""
    lines = text.split("\n")
    well_formed = len(lines) >= 4 and lines[-1] == "" and all(lines[:-1])
    root = from_base64(lines[2]) if well_formed else None
    if root is None or len(root) != 32 or not _SIZE.fullmatch(lines[1]):
        raise IntegrityError("This is signed, but it is not a checkpoint of a ledger.", _DO)
    return Checkpoint(lines[0], int(lines[1]), root)
