"""A witness's private key, and the cosignatures it makes (C2SP tlog-cosignature)."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.note import COSIGNATURE, ML_DSA_44, Key, cosigned_text, from_base64, is_name

_PRIVATE = "PRIVATE+KEY+"
SEED = 32
"""Bytes of a private key: an RFC 8032 seed, or a FIPS 204 seed."""
KINDS = {"ed25519": COSIGNATURE, "ml-dsa-44": ML_DSA_44}


@dataclass(frozen=True)
class Cosigner:
    """A witness's private key with its name. Make one with `Cosigner.new` or `Cosigner.read`."""

    name: str
    kind: int
    seed: bytes

    @classmethod
    def new(cls, name: str, algorithm: str = "ed25519", random: Callable[[int], bytes] = os.urandom) -> Cosigner:
        """A new key. `algorithm` is a name of KINDS. Raises InputError."""
        if not is_name(name) or len(name.encode()) > 255:
            raise InputError(
                f"{name!r} cannot name a witness.",
                "Use a short name without spaces and '+', such as inspector-general.example/witness.",
            )
        if algorithm not in KINDS:
            raise InputError(f"There is no algorithm {algorithm!r}.", f"Name one of {', '.join(KINDS)}.")
        return cls(name, KINDS[algorithm], random(SEED))

    @classmethod
    def read(cls, text: str) -> Cosigner:
        """Read a private key in its text form. Raises InputError on anything else."""
        parts = text.strip().removeprefix(_PRIVATE).split("+", 2)
        raw = from_base64(parts[2]) if len(parts) == 3 and text.strip().startswith(_PRIVATE) else None
        if raw is None or len(raw) != 1 + SEED or raw[0] not in KINDS.values() or not is_name(parts[0]):
            raise InputError("This is not a private key of a witness.", "Make one with `counterfoil witness new`.")
        cosigner = cls(parts[0], raw[0], raw[1:])
        if parts[1] != cosigner.key.id.hex():
            raise InputError("The witness's private key is damaged: its id does not fit it.", "Restore the file.")
        return cosigner

    def __repr__(self) -> str:
        """Never the key."""
        return f"Cosigner({self.name!r})"

    @cached_property
    def key(self) -> Key:
        """The public half."""
        return Key(self.name, self.kind, self._public())

    @property
    def text(self) -> str:
        """The private key in its text form, one line."""
        material = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.key.id.hex()}+{material}"

    def cosign(self, body: bytes, time: int) -> bytes:
        """The signature line for a checkpoint's text at a time (seconds since 1970), with its newline."""
        signature = self._sign(cosigned_text(self.key, time, body))
        raw = self.key.id + time.to_bytes(8, "big") + signature
        return f"\u2014 {self.name} {base64.b64encode(raw).decode()}\n".encode()

    def _public(self) -> bytes:
        if self.kind == ML_DSA_44:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

            return MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def _sign(self, message: bytes) -> bytes:
        if self.kind == ML_DSA_44:
            from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

            return MLDSA44PrivateKey.from_seed_bytes(self.seed).sign(message)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def write_key(cosigner: Cosigner, path: Path) -> None:
    """Write the private key to `path` (0600) and the public one beside it; nothing is overwritten."""
    public = path.with_name(f"{path.name}.pub")
    for taken in (path, public):
        if taken.exists():
            raise InputError(f"{taken} exists already.", "Name another file with -o.")
    for place, text, mode in ((path, cosigner.text, 0o600), (public, cosigner.key.vkey, 0o644)):
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text + "\n")
