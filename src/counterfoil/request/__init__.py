"""What an agency asks, how it is read, signed and sealed.

    file of requests -> read_file -> Request …
    file + roster + official's key -> seal_batch -> bytes -> open_batch -> manifest and payload -> verify

Form is checked here and nothing else: whether a request may be answered is the examination's question.
"""

from __future__ import annotations

from counterfoil.request.batch import (
    NotSignedError,
    OpenedBatch,
    SealedBatch,
    open_batch,
    seal_batch,
    seal_manifest,
    unverified_manifest,
)
from counterfoil.request.keys import (
    HeldKey,
    PrivateKey,
    key_file_problems,
    new_key,
    public_of,
    read_key,
    thumbprint,
    write_key_pair,
)
from counterfoil.request.manifest import manifest_bytes, read_manifest
from counterfoil.request.model import COLUMNS, Manifest, Request, RosterEntry
from counterfoil.request.reader import format_of, parts_of, read_bytes, read_file
from counterfoil.request.roster import read_roster
from counterfoil.request.sealing import (
    BadSignatureError,
    BrokenSealError,
    NotSealedError,
    is_signature,
    recipients_of,
    seal,
    sign,
    signature,
    unseal,
    verify,
)
from counterfoil.request.writer import write_file

__all__ = [
    "COLUMNS",
    "BadSignatureError",
    "BrokenSealError",
    "HeldKey",
    "Manifest",
    "NotSealedError",
    "NotSignedError",
    "OpenedBatch",
    "PrivateKey",
    "Request",
    "RosterEntry",
    "SealedBatch",
    "format_of",
    "is_signature",
    "key_file_problems",
    "manifest_bytes",
    "new_key",
    "open_batch",
    "parts_of",
    "public_of",
    "read_bytes",
    "read_file",
    "read_key",
    "read_manifest",
    "read_roster",
    "recipients_of",
    "seal",
    "seal_batch",
    "seal_manifest",
    "sign",
    "signature",
    "thumbprint",
    "unseal",
    "unverified_manifest",
    "verify",
    "write_file",
    "write_key_pair",
]
