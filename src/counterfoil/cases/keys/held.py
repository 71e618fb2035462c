"""The office's private keys, from whichever source each has: environment, file, or token."""

from __future__ import annotations

import hmac
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil import errors
from counterfoil.keys import CUSTODIAN, DATA, LEDGER, Found, find
from counterfoil.keys.source import RESTORE, read_key_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.ledger import LedgerSigner
    from counterfoil.request import PrivateKey

RETIRED = "retired"
"""The folder in `keys/` and `public/` of keys that were changed."""


def ledger_signer(data: Path, origin: str, found: Found | None = None) -> LedgerSigner:
    """The ledger's signing key; in a token, the private half stays there."""
    from counterfoil.ledger import LedgerSigner

    found = found or find(LEDGER, data / "keys")
    if found.uri is None:
        signer = LedgerSigner.read(found.text)
        return signer if signer.name == origin else LedgerSigner(origin, signer.seed)  # renamed by a stated gap
    from counterfoil.keys.token import ed25519
    from counterfoil.ledger.note import HeldSigner

    return HeldSigner(origin, ed25519(found.uri))


def custodian_key(data: Path, found: Found | None = None) -> PrivateKey:
    """The custodian's key (P-256), which opens batches and signs answers."""
    from counterfoil.request import HeldKey
    from counterfoil.request.keys import checked

    found = found or find(CUSTODIAN, data / "keys")
    if found.uri is not None:
        from counterfoil.keys.token import p256

        return HeldKey.of(p256(found.uri))
    what = "The custodian's key" if found.path is None else f"The key file {found.path}"
    try:
        jwk = json.loads(found.text)
    except (ValueError, RecursionError) as error:
        raise errors.InputError(f"{what} is not a JWK (a JSON object).", RESTORE) from error
    return checked(jwk, private=True, what=what)


def retired_custodian_key(data: Path, kid: str) -> PrivateKey:
    """An earlier key of the custodian, kept to open what was sealed to it. Raises NotFoundError where it was not."""
    path = data / "keys" / RETIRED / f"custodian-{kid}.jwk"
    if not path.exists():
        raise errors.NotFoundError(f"There is no {path}.", RESTORE)
    text = read_key_file(path)
    return custodian_key(data, _given(text, path))


def derive(data: Path, purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from the data key by HMAC-SHA-256."""
    found = find(DATA, data / "keys")
    return _derived(found, f"counterfoil/{purpose}".encode())


def sealing_keys(data: Path, first: bytes, newest: str | None) -> Sequence[bytes]:
    """The keys of sealed records: the one that seals, then the others that still open.

    `first` is the key of a ledger whose sealing key never changed, `newest` the id of the one that is in use now.
    """
    from counterfoil.ledger.sealed import key_id

    if newest is None:
        return (first,)
    keys = {key_id(first).hex(): first}
    for path in sorted((data / "keys").glob("sealing-*.key")):
        key = sealing_key(_given(read_key_file(path), path))
        keys[key_id(key).hex()] = key
    if newest not in keys:
        raise errors.IntegrityError(f"The sealing key {newest} is missing from {data / 'keys'}.", RESTORE)
    return (keys.pop(newest), *keys.values())


def sealing_key(found: Found) -> bytes:
    """The key that seals records, of a sealing key's text or the token's secret key."""
    return _derived(found, b"counterfoil/ledger")


def given(text: str, path: Path | None = None) -> Found:
    """A key's text (or the address of one in a token) as if it had been found."""
    return _given(text, path)


def _given(text: str, path: Path | None) -> Found:
    from counterfoil.keys import is_uri, read_uri

    where = f"the file {path}" if path else "the call"
    return Found(text.strip(), where, path, read_uri(text) if is_uri(text) else None)


def _derived(found: Found, purpose: bytes) -> bytes:
    if found.uri is not None:
        from counterfoil.keys.token import derived

        return derived(found.uri, purpose)
    if not re.fullmatch(r"[0-9a-f]{64}", found.text):
        raise errors.IntegrityError(
            f"The key {found.path or found.where} is not one that `counterfoil init` makes.", RESTORE
        )
    return hmac.digest(bytes.fromhex(found.text), purpose, "sha256")


def public_facts(key: Any) -> dict[str, str]:
    """The public half of a custodian's key, wherever it is held."""
    from counterfoil.request import public_of

    return public_of(key)
