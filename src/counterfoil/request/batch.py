"""A batch: the requester's own file, the manifest that an official signs over it, and the seal.

plaintext = manifest as compact JWS + "\\n" + the payload file's own bytes
container = JWE compact of the plaintext, to the custodian's key
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.errors import InputError
from counterfoil.request import jose, keys, sealing
from counterfoil.request.formats.source import from_path
from counterfoil.request.limits import MAX_CONTAINER_BYTES, MAX_MANIFEST_BYTES
from counterfoil.request.manifest import instant, manifest_bytes, read_manifest
from counterfoil.request.model import Manifest, RosterEntry
from counterfoil.request.reader import format_of, read_bytes


class NotSignedError(InputError):
    """A container that opens, but holds no signed manifest: not "in writing", 26 USC 6103(i)(2)(B)."""

    code = "NOT_SIGNED"
    finding = "NOT_IN_WRITING"


class SealedBatch(bytes):
    """The bytes of a sealed batch, to be written to a file as they are; they know the manifest inside."""

    manifest: Manifest

    def __new__(cls, data: bytes, manifest: Manifest) -> SealedBatch:
        """`data` as it is sealed, with the manifest that was signed."""
        batch = super().__new__(cls, data)
        batch.manifest = manifest
        return batch

    @property
    def data(self) -> bytes:
        """The bytes alone."""
        return bytes(self)


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """What was inside the seal. Nothing of it is verified yet: `verify` does that, with a key."""

    manifest_jws: str
    payload: bytes


def seal_batch(
    path: Path,
    *,
    agreement: str,
    official: str,
    roster: Sequence[RosterEntry],
    private_jwk: Mapping[str, str],
    custodian_jwk: Mapping[str, str],
    storage: str,
    signed_at: datetime,
    batch_id: str | None = None,
    certification: str = "use-only-2025",
    channel: str = "api",
    signature_block: str = "",
) -> SealedBatch:
    """Sign the file of requests at `path` as `official` and seal it to the custodian: the bytes of the batch.

    `private_jwk` is the official's private key, `custodian_jwk` the custodian's public one; `signed_at` must
    carry a time zone. `batch_id` is made from the file's name and hash where none is given. InputError when
    the file cannot be read or the manifest has faults (all of them in `details`).
    """
    keys.checked(private_jwk, private=True, what="The official's key")
    keys.checked(custodian_jwk, private=False, what="The custodian's key")
    format = format_of(path, MAX_CONTAINER_BYTES)
    payload = from_path(path, MAX_CONTAINER_BYTES).read()
    sha256 = hashlib.sha256(payload).hexdigest()
    manifest = Manifest(
        batch_id=batch_id or default_batch_id(path, sha256),
        agreement=agreement,
        official=official,
        signed_at=instant(signed_at),
        count=sum(1 for _ in read_bytes(payload, format, max_bytes=MAX_CONTAINER_BYTES, label=str(path))),
        sha256=sha256,
        format=format,
        roster=tuple(roster),
        certification=certification,
        storage=storage,
        channel=channel,
        signature_block=signature_block,
    )
    return SealedBatch(seal_manifest(manifest, payload, private_jwk, custodian_jwk), manifest)


def seal_manifest(
    manifest: Manifest, payload: bytes, private_jwk: Mapping[str, str], custodian_jwk: Mapping[str, str]
) -> bytes:
    """Sign `manifest` as it stands and seal it with `payload`: count and hash are the caller's word here."""
    jws = sealing.sign(manifest_bytes(manifest), private_jwk)
    return sealing.seal(b"\n".join((jws.encode("ascii"), payload)), [custodian_jwk])


def default_batch_id(path: Path, sha256: str) -> str:
    """An id from the file's name and content: the same file gives the same id."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:40]
    return f"{name or 'batch'}-{sha256[:12]}"


def open_batch(data: bytes, custodian_key: keys.PrivateKey, max_bytes: int = MAX_CONTAINER_BYTES) -> OpenedBatch:
    """Open the seal with the custodian's private key, wherever that is held.

    sealing.NotSealedError   no container at all (a plain CSV, a zip, …); its `finding` is how to record it
    sealing.BrokenSealError  changed on its way, or sealed to another key (an IntegrityError)
    NotSignedError           opens, but no signed manifest is in it
    InputError               bigger than `max_bytes`; nothing of it was decoded
    """
    plaintext = sealing.unseal(data, custodian_key, max_bytes)
    end = plaintext.find(b"\n", 0, 2 * MAX_MANIFEST_BYTES)
    if end < 0:
        raise _not_signed("The batch holds no manifest")
    try:
        raw = sealing.ascii_token(plaintext[:end])
        header = sealing.jws_header(raw)
    except sealing.BadSignatureError:
        raise _not_signed("The batch does not begin with a signed manifest") from None
    if raw.endswith(b".") or str(header.get("alg")).lower() == "none":
        raise _not_signed("The manifest of the batch bears no signature")
    return OpenedBatch(raw.decode("ascii"), plaintext[end + 1 :])


def unverified_manifest(jws: str) -> Manifest:
    """The manifest in a signed text WITHOUT checking the signature: only to learn whose key must verify it.

    InputError where it has no readable manifest. Rely on nothing in it before `sealing.verify` has passed
    with the key of the official that it names.
    """
    try:
        raw = sealing.ascii_token(jws, 2 * MAX_MANIFEST_BYTES)
    except sealing.BadSignatureError as error:
        raise InputError("The manifest is not a signed text.", "Make it with `counterfoil request seal`.") from error
    payload = jose.decode(raw.split(b".")[1])
    if payload is None:
        raise InputError("The manifest's text is damaged.", "Make it with `counterfoil request seal`.")
    return read_manifest(payload)


def _not_signed(what: str) -> NotSignedError:
    return NotSignedError(
        what + ".", "Make it with `counterfoil request seal`, which signs it with the official's key."
    )
