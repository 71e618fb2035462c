"""Signed notes (C2SP signed-note): a text, and Ed25519 signatures under it, each by a named key.

A public key ("verifier key") is written `<name>+<key id>+<base64>`; the private one begins with
`PRIVATE+KEY+`. The key is pinned by whoever verifies and is never read from the note.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from counterfoil.errors import InputError, IntegrityError
from counterfoil.keys import check_ed25519

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
NOTE_MAX = 1_000_000
SIGNATURES_MAX = 100
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True)
class Verifier:
    """A public key with its name. Make one with `Verifier.read`."""

    name: str
    key: bytes  # 32 bytes, RFC 8032

    @classmethod
    def read(cls, vkey: str) -> Verifier:
        """Read a verifier key. Raises InputError on anything else, and on a key of small order."""
        name, identifier, material = _parts(vkey.strip(), "verifier key")
        verifier = cls(name, material)
        if identifier != verifier.key_id.hex():
            raise InputError("The ledger's public key is damaged: its id does not fit it.", _COPY_IT)
        check_ed25519(material, "The ledger's public key")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, key)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    @cached_property
    def vkey(self) -> str:
        """The key in its text form."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"

    @cached_property
    def _public(self) -> Ed25519PublicKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return Ed25519PublicKey.from_public_bytes(self.key)

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether this key signed exactly this text."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._public.verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class LedgerSigner:
    """A private key with its name. Make one with `LedgerSigner.read`."""

    name: str
    seed: bytes  # 32 bytes, RFC 8032

    @classmethod
    def read(cls, text: str) -> LedgerSigner:
        """Read a private key. Raises InputError on anything else."""
        if not text.strip().startswith(_PRIVATE):
            raise InputError("This is not a private key of a ledger.", "Name the ledger's own key file.")
        name, identifier, seed = _parts(text.strip().removeprefix(_PRIVATE), "private key")
        signer = cls(name, seed)
        if identifier != signer.verifier.key_id.hex():
            raise InputError(
                "The ledger's private key is damaged: its id does not fit it.", "Restore it from a backup."
            )
        return signer

    def __repr__(self) -> str:
        """Never the key."""
        return f"LedgerSigner({self.name!r})"

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The private key in its text form."""
        material = base64.b64encode(ED25519 + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    def sign(self, text: bytes) -> bytes:
        """The Ed25519 signature of a text."""
        return self._private.sign(text)


class HeldSigner(LedgerSigner):
    """A signer whose private key is held elsewhere (a token) and only asked to sign."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        super().__init__(name, b"")
        self.__dict__["_private"] = private

    @property
    def text(self) -> str:
        """The private key has no text here: raises InputError."""
        raise InputError("The ledger's private key stays in its token.", "Sign with it where it is.")


_COPY_IT = "Copy `public/ledger.vkey` of the custodian again, over a way that you trust."


def new_ledger_key(name: str, random: Callable[[int], bytes] = os.urandom) -> tuple[str, str]:
    """A new key for the ledger `name` (as `custodian.example/ledger`): (private text, verifier key)."""
    if not is_name(name):
        raise InputError(f"{name!r} cannot name a ledger.", "Use a name without spaces, control characters and '+'.")
    signer = LedgerSigner(name, random(32))
    return signer.text, signer.verifier.vkey


def is_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no Unicode space, no control character, no plus."""
    return bool(name) and not any(char.isspace() or char == "+" or ord(char) < 32 for char in name)


def sign_note(text: str, signers: Sequence[LedgerSigner]) -> str:
    """The note: the text (which ends in a newline), an empty line, a line for each signature."""
    if not text.endswith("\n") or _has_control(text):
        raise ValueError("a note's text ends in a newline and has no control characters")
    lines = [_signature_line(signer, text.encode()) for signer in signers]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """The text of a note and the verifiers that signed it, at least one.

    Signatures by unknown keys are passed over. Raises IntegrityError where a known key's signature is wrong,
    where no known key has signed, or where this is no note.
    """
    text, signatures = _split(note)
    signed: list[Verifier] = []
    for name, raw in signatures:
        for verifier in verifiers:
            if verifier.name == name and verifier.key_id == raw[:4]:
                if not verifier.verify(text.encode(), raw[4:]):
                    raise IntegrityError(f"The signature of {name} does not fit the text above it.", _DO)
                signed.append(verifier)
    if not signed:
        raise IntegrityError("The text is not signed by the key that you gave.", _DO)
    return text, tuple(dict.fromkeys(signed))


_DO = "Check the key; if it is right, do not trust what the note says, and ask the custodian why."


def _signature_line(signer: LedgerSigner, text: bytes) -> str:
    raw = signer.verifier.key_id + signer.sign(text)
    return f"\u2014 {signer.name} {base64.b64encode(raw).decode()}\n"


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A note's text and its signatures: (name, key id and signature)."""
    if len(note) > NOTE_MAX or not note.endswith("\n") or _has_control(note):
        raise IntegrityError("This is not a signed note.", _DO)
    try:
        note.encode()
    except UnicodeEncodeError as error:
        raise IntegrityError("This is not a signed note.", _DO) from error
    head, gap, tail = note.rpartition("\n\n")
    lines = tail.split("\n")[:-1]
    if not gap or not 0 < len(lines) <= SIGNATURES_MAX:
        raise IntegrityError("The note has no signature.", _DO)
    return head + "\n", [_read_signature(line) for line in lines]


def _read_signature(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014" or not is_name(parts[1]):
        raise IntegrityError("A signature line of the note cannot be read.", _DO)
    raw = from_base64(parts[2])
    if raw is None or len(raw) < 5:
        raise IntegrityError("A signature line of the note cannot be read.", _DO)
    return parts[1], raw


def from_base64(text: str) -> bytes | None:
    """Decode standard base64 in its one canonical form; None for anything else."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def _parts(text: str, what: str) -> tuple[str, str, bytes]:
    """name+id+base64(type || 32 bytes), taken apart."""
    parts = text.split("+", 2)
    raw = from_base64(parts[2]) if len(parts) == 3 else None
    if raw is None or len(raw) != 33 or raw[:1] != ED25519 or not is_name(parts[0]) or len(parts[1]) != 8:
        raise InputError(
            f"This is not a ledger's {what}.", "It looks like custodian.example+1a2b3c4d+AbCd… in one line."
        )
    return parts[0], parts[1], raw[1:]


def _has_control(text: str) -> bool:
    return _CONTROL.search(text) is not None


_CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f]")
