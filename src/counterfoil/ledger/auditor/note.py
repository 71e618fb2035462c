"""Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature), as read.

Standard library and `cryptography` only; the auditor takes this file along. A key is pinned by whoever
checks, and never read from the note. What is wrong with a note is an `Unfit` that says so.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

if __package__:
    from .files import InputError, Unfit
else:  # taken along alone
    from files import InputError, Unfit  # type: ignore[import-not-found,no-redef]

NOTE_MAX = 1_000_000
SIGNATURES_MAX = 100
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
"""Signature types of C2SP signed-note: a log's own, and the two of witnesses (tlog-cosignature)."""
KEY_SIZE: Mapping[int, int] = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
ML_DSA_SINCE = 47
"""Version of `cryptography` that checks ML-DSA-44 first; Ed25519 is checked by every one since 2.6."""
TIME_MAX = 2**63 - 1

_P = 2**255 - 19
_Y8 = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})
_SIZE = re.compile(rb"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Key:
    """A public key with its name and its type: ED25519, COSIGNATURE or ML_DSA_44. Make one with `read_key`."""

    name: str
    kind: int
    raw: bytes

    @cached_property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, key)."""
        return sha256(encoded(self.name) + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key in its one-line text form."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.raw).decode()}"

    def fits(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made the signature of exactly this message. InputError where that cannot be checked here."""
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

        try:
            if self.kind == ML_DSA_44:
                from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

                MLDSA44PublicKey.from_public_bytes(self.raw).verify(signature, message)
            else:
                from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

                Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        except (ImportError, UnsupportedAlgorithm):
            raise InputError(
                f"The key of {shown_name(self)} is of type ML-DSA-44, which the `cryptography` of this machine cannot"
                " check.",
                f"Use `cryptography` {ML_DSA_SINCE} or later, or a witness policy that does not name this key.",
            ) from None
        return True


@dataclass(frozen=True)
class Head:
    """A tree head, as a checkpoint states it: whose, how many entries, the root over them."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Signature:
    """A signature line, taken apart: the key's name and id, and the bytes after them."""

    name: bytes
    id: bytes
    raw: bytes

    def by(self, key: Key) -> bool:
        """Whether the line says that this key made it."""
        return self.id == key.id and self.name == encoded(key.name)


@dataclass(frozen=True)
class Note:
    """A signed note, taken apart and UNCHECKED: its text with the last newline, and its signatures."""

    body: bytes
    signatures: tuple[Signature, ...]

    def signed_by(self, key: Key) -> bool:
        """Whether a log's key signed the text. Raises Unfit where a line says so but does not fit."""
        lines = [line for line in self.signatures if line.by(key)]
        for line in lines:
            if not key.fits(line.raw, self.body):
                raise Unfit("A checkpoint's signature does not fit its text.")
        return bool(lines)

    def cosigned_by(self, key: Key) -> int:
        """When a witness's key cosigned the checkpoint (seconds since 1970), the latest time; 0 if it did not.

        Raises Unfit where a line says that it did but does not fit.
        """
        return max((cosigned_at(line, key, self.body) for line in self.signatures if line.by(key)), default=0)


def read_key(text: str, kinds: Sequence[int] = (ED25519,), what: str = "ledger's public key") -> Key:
    """Read a verifier key of one of the types. Raises InputError on anything else, and on a key of small order."""
    parts = text.strip().split("+", 2)
    raw = from_base64(parts[2]) if len(parts) == 3 else None
    if not raw or not is_name(parts[0]) or KEY_SIZE.get(raw[0]) != len(raw) - 1:
        raise InputError(f"This is not a {what}: it looks like custodian.example+1a2b3c4d+AbCd… in one line.")
    key = Key(parts[0], raw[0], raw[1:])
    if key.kind not in kinds:
        wanted = ", ".join(f"0x{kind:02x}" for kind in kinds)
        raise InputError(f"This is a key of type 0x{key.kind:02x}, and no {what}: that is of type {wanted}.")
    if parts[1] != key.id.hex():
        raise InputError(f"The {what} is damaged: its id does not fit it.")
    y = int.from_bytes(key.raw, "little") & ((1 << 255) - 1)
    if key.kind != ML_DSA_44 and (y >= _P or y in _SMALL_ORDER):
        raise InputError(f"The {what} is a weak key, with which anyone could sign.")
    return key


def read_note(note: bytes, what: str = "The checkpoint") -> Note:
    """Take a signed note apart; each signature line is read, whoever signed it. Raises Unfit."""
    body, gap, tail = note.rpartition(b"\n\n")
    lines = tail.split(b"\n")
    control = any(byte < 32 and byte != 10 for byte in note)
    if control or not gap or len(note) > NOTE_MAX or not 2 <= len(lines) <= SIGNATURES_MAX + 1 or lines.pop():
        raise Unfit(f"{what} is not a signed note.")
    try:
        note.decode("utf-8")
    except UnicodeDecodeError:
        raise Unfit(f"{what} is not a signed note.") from None
    return Note(body + b"\n", tuple(read_signature(line) for line in lines))


def read_signature(line: bytes) -> Signature:
    """Read a signature line without its newline. Raises Unfit."""
    dash, _, rest = line.partition(b" ")
    name, _, encoded_part = rest.partition(b" ")
    raw = from_base64(encoded_part.decode("ascii", "replace"))
    if dash != "\u2014".encode() or not name or b"+" in name or raw is None or len(raw) < 5:
        raise Unfit("A signature line of a checkpoint cannot be read.")
    return Signature(name, raw[:4], raw[4:])


def read_head(body: bytes, what: str = "The checkpoint") -> Head:
    """Read a checkpoint's text, UNCHECKED: whether it is signed is another question. Raises Unfit."""
    parts = body.split(b"\n")
    root = from_base64(parts[2].decode("ascii", "replace")) if len(parts) >= 4 and all(parts[:-1]) else None
    if root is None or len(root) != 32 or parts[-1] or not _SIZE.fullmatch(parts[1]):
        raise Unfit(f"{what} is signed, but it is not a checkpoint.")
    return Head(parts[0].decode("utf-8", "surrogateescape"), int(parts[1]), root)


def open_checkpoint(note: bytes, keys: Iterable[tuple[Key, str]], what: str = "The checkpoint") -> tuple[Head, Note]:
    """Size and root of a checkpoint that one of the keys signed for its origin. Raises Unfit."""
    read = read_note(note, what)
    head = None
    for key, origin in keys:
        if read.signed_by(key):
            head = read_head(read.body, what)
            if head.origin == origin:
                return head, read
    if head is None:
        raise Unfit(f"{what} is not signed by the key that you gave.")
    raise Unfit(f"{what} is signed, but for another ledger than the key's.")


def cosigned_at(line: Signature, key: Key, body: bytes) -> int:
    """The time of a cosignature (seconds since 1970), its signature checked. Raises Unfit."""
    time = int.from_bytes(line.raw[:8], "big")
    if len(line.raw) <= 8 or not 0 < time <= TIME_MAX or not key.fits(line.raw[8:], cosigned_text(key, time, body)):
        raise Unfit(f"The cosignature of {shown_name(key)} does not fit the checkpoint.")
    return time


def cosigned_text(key: Key, time: int, body: bytes) -> bytes:
    """What a witness signs for a checkpoint's text at a time (C2SP tlog-cosignature)."""
    if key.kind == COSIGNATURE:
        return b"cosignature/v1\ntime %d\n%s" % (time, body)
    head = read_head(body)
    return subtree_text(key.name, time, head.origin, (0, head.size), head.root)


def subtree_text(name: str, time: int, origin: str, span: tuple[int, int], root: bytes) -> bytes:
    """What an ML-DSA-44 cosigner signs: its own name, and the hash of a run of entries. Raises Unfit."""
    parts = encoded(name), encoded(origin)
    if not all(0 < len(part) <= 255 for part in parts):
        raise Unfit("The name of a witness or of a ledger is too long for an ML-DSA-44 cosignature.")
    numbers = [number.to_bytes(8, "big") for number in (time, *span)]
    mine, its = (bytes([len(part)]) + part for part in parts)
    return b"subtree/v1\n\x00" + mine + numbers[0] + its + numbers[1] + numbers[2] + root


def is_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no Unicode space, no control character, no plus."""
    return bool(name) and not any(char.isspace() or char == "+" or ord(char) < 32 for char in name)


def encoded(name: str) -> bytes:
    """The bytes of a name; one that is no UTF-8 goes through unchanged."""
    return name.encode("utf-8", "surrogateescape")


def shown_name(key: Key) -> str:
    """A key's name in a sentence."""
    return ascii(key.name)[1:-1]


def from_base64(text: str) -> bytes | None:
    """Decode standard base64 in its one canonical form; None for anything else."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None
