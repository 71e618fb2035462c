"""Sealed disclosures: AES-256-GCM under a sealing key, bound to one place in one ledger.

A record is the version byte 0x02, the id of its key (8 bytes), a nonce of 12 bytes, and the ciphertext with its
tag. The associated data bind it to the ledger's name, the entry's index, its leaf and the key's id, so that
records can be neither swapped nor carried over. Nonces are random: a place whose transaction was rolled back is
filled again with other values, and a counter would then repeat. Since a record names its key, keys can be changed
while what older ones sealed still opens.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.errors import InputError, IntegrityError
from counterfoil.ledger.entry import read_sealed_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x02"
ID = 8
NONCE = 12
KEY = 32
DESTROYED = b""
"""What stands in place of a record whose salts and values were destroyed (expungement). The leaf stays."""


class Unsealed(NamedTuple):
    """A record as opened: its disclosures, and the seed that its decoys were made from."""

    disclosures: tuple[str, ...]
    seed: bytes


def key_id(key: bytes) -> bytes:
    """The id of a sealing key, which tells nothing of the key: 8 bytes."""
    return hmac.digest(key, b"counterfoil sealing key id", "sha256")[:ID]


def key_id_of(record: bytes) -> bytes:
    """The id of the key that a record is sealed with; b"" for one that was destroyed or is none."""
    return record[1 : 1 + ID] if record[:1] == VERSION else b""


class SealingBox:
    """Seals and opens the disclosures of one ledger's entries.

    `keys`: the key to seal with, or it and the older ones that still open.
    """

    def __init__(self, keys: bytes | Sequence[bytes], origin: str, draw: Callable[[int], bytes]) -> None:
        given = (keys,) if isinstance(keys, bytes) else tuple(keys)
        if not given or any(len(key) != KEY for key in given):
            raise InputError("A sealing key of the ledger must have 32 bytes.", "Restore it from a backup.")
        self._keys = {key_id(key): key for key in reversed(given)}
        self.key_ids = tuple(self._keys)
        """The ids of all keys that open."""
        self._ciphers: dict[bytes, AESGCM] = {}
        self.key_id = key_id(given[0])
        self._context = b"counterfoil ledger disclosures 2\n" + origin.encode() + b"\n"
        self._draw = draw

    def seal(self, index: int, leaf_hash: bytes, disclosures: bytes) -> bytes:
        """The sealed record of entry `index`; `disclosures` is what `build_all` gave beside the leaf."""
        return self.seal_all(index, [leaf_hash], [disclosures])[0]

    def seal_all(self, start: int, leaf_hashes: Sequence[bytes], disclosures: Sequence[bytes]) -> list[bytes]:
        """The sealed records of the entries from `start` on."""
        nonces, named = self._draw(NONCE * len(leaf_hashes)), VERSION + self.key_id
        encrypt, context = self._cipher(self.key_id).encrypt, self._context + self.key_id
        sealed = []
        for at, (hashed, text) in enumerate(zip(leaf_hashes, disclosures, strict=True)):
            nonce = nonces[at * NONCE : at * NONCE + NONCE]
            sealed.append(named + nonce + encrypt(nonce, text, context + (start + at).to_bytes(8, "big") + hashed))
        return sealed

    def open(self, index: int, leaf_hash: bytes, record: bytes) -> tuple[str, ...]:
        """The disclosures of entry `index`. Raises IntegrityError where the record is not that entry's."""
        disclosures, _, seed = self._decoded(index, leaf_hash, record).rpartition("~")
        if not seed.startswith("*"):
            raise self._unopened(index)
        return tuple(disclosures.split("~")) if disclosures else ()

    def unseal(self, index: int, leaf_hash: bytes, record: bytes) -> Unsealed:
        """The disclosures of entry `index` and its decoys' seed. Raises as `open` does."""
        try:
            return Unsealed(*read_sealed_text(self._decoded(index, leaf_hash, record)))
        except ValueError as error:
            raise self._unopened(index) from error

    def disclosures(self, index: int, leaf_hash: bytes, record: bytes) -> list[bytes]:
        """`open`, as the bytes that the digests are over."""
        *disclosures, seed = self.text(index, leaf_hash, record).split(b"~")
        if not seed.startswith(b"*"):
            raise self._unopened(index)
        return disclosures

    def _decoded(self, index: int, leaf_hash: bytes, record: bytes) -> str:
        try:
            return self.text(index, leaf_hash, record).decode("ascii")
        except UnicodeDecodeError as error:
            raise self._unopened(index) from error

    def text(self, index: int, leaf_hash: bytes, record: bytes) -> bytes:
        """What was sealed, as `build_all` gave it. Raises IntegrityError."""
        identifier = key_id_of(record)
        if identifier not in self._keys:
            raise self._unopened(index)
        nonce, box = record[1 + ID : 1 + ID + NONCE], record[1 + ID + NONCE :]
        try:
            return self._cipher(identifier).decrypt(nonce, box, self._bound(identifier, index, leaf_hash))
        except Exception as error:
            from cryptography.exceptions import InvalidTag

            if isinstance(error, InvalidTag | ValueError):
                raise self._unopened(index) from error
            raise

    def _unopened(self, index: int) -> IntegrityError:
        return IntegrityError(
            f"The sealed disclosures of entry {index} cannot be opened.",
            "They were changed, or belong to another key; run `counterfoil ledger verify`.",
        )

    def _cipher(self, identifier: bytes) -> AESGCM:
        cipher = self._ciphers.get(identifier)
        if cipher is None:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            cipher = self._ciphers[identifier] = AESGCM(self._keys[identifier])
        return cipher

    def _bound(self, identifier: bytes, index: int, leaf_hash: bytes) -> bytes:
        return self._context + identifier + index.to_bytes(8, "big") + leaf_hash
