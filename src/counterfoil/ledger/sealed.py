"""Sealed disclosures: AES-256-GCM under the data key, bound to one place in one ledger.

A record is the version byte 0x01, a nonce of 12 bytes, and the ciphertext with its tag. The associated data
bind it to the ledger's name, the entry's index and its leaf, so that records can be neither swapped nor
carried over. Nonces are random: a place whose transaction was rolled back is filled again with other values,
and a counter would then repeat.
"""

from __future__ import annotations

from collections.abc import Callable

from counterfoil.errors import InputError, IntegrityError

VERSION = b"\x01"
NONCE = 12
KEY = 32
DESTROYED = b""
"""What stands in place of a record whose salts and values were destroyed (expungement). The leaf stays."""


class SealingBox:
    """Seals and opens the disclosures of one ledger's entries."""

    def __init__(self, key: bytes, origin: str, draw: Callable[[int], bytes]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(key) != KEY:
            raise InputError("The ledger's data key must have 32 bytes.", "Restore it from a backup.")
        self._cipher = AESGCM(key)
        self._context = b"counterfoil ledger disclosures 1\n" + origin.encode() + b"\n"
        self._draw = draw

    def seal(self, index: int, leaf_hash: bytes, disclosures: str) -> bytes:
        """The sealed record of entry `index`."""
        nonce = self._draw(NONCE)
        return VERSION + nonce + self._cipher.encrypt(nonce, disclosures.encode("ascii"), self._bound(index, leaf_hash))

    def open(self, index: int, leaf_hash: bytes, record: bytes) -> tuple[str, ...]:
        """The disclosures of entry `index`. Raises IntegrityError where the record is not that entry's."""
        from cryptography.exceptions import InvalidTag

        try:
            if record[:1] != VERSION:
                raise InvalidTag
            nonce, box = record[1 : 1 + NONCE], record[1 + NONCE :]
            text = self._cipher.decrypt(nonce, box, self._bound(index, leaf_hash)).decode("ascii")
        except (InvalidTag, ValueError) as error:
            raise IntegrityError(
                f"The sealed disclosures of entry {index} cannot be opened.",
                "They were changed, or belong to another key; run `counterfoil ledger verify`.",
            ) from error
        return tuple(text.split("~")) if text else ()

    def _bound(self, index: int, leaf_hash: bytes) -> bytes:
        return self._context + index.to_bytes(8, "big") + leaf_hash


class Pool:
    """Draws random bytes in large portions: asking the system for each salt would cost more than hashing."""

    def __init__(self, random: Callable[[int], bytes], portion: int = 65_536) -> None:
        self._random, self._portion, self._bytes, self._at = random, portion, b"", 0

    def draw(self, count: int) -> bytes:
        """The next `count` bytes; none is given twice."""
        stop = self._at + count
        if stop > len(self._bytes):
            self._bytes, self._at, stop = self._random(max(count, self._portion)), 0, count
        drawn = self._bytes[self._at : stop]
        self._at = stop
        return drawn
