"""Signing and sealing, with one algorithm for each purpose: ES256; ECDH-ES+A256KW with A256GCM.

Nothing in a token chooses how it is checked. The header is compared with what is fixed here before the
JOSE library sees the token: another algorithm, `none`, compression, a key or an address of a key inside
the header, an unknown member, a second spelling of the same bytes: all refused. RFC 7515, 7516, 7518, 8725.

One recipient: JWE compact. Several: JWE JSON general, whose `aad` is the SHA-256 of the list of recipients,
so that an entry for another officer cannot be changed, added or taken away unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from counterfoil.errors import InputError, IntegrityError
from counterfoil.request import jose, keys
from counterfoil.request.formats.source import what_it_is
from counterfoil.request.limits import MAX_CONTAINER_BYTES, MAX_HEADER_BYTES, MAX_RECIPIENTS

SIGN: Final = "ES256"
WRAP: Final = "ECDH-ES+A256KW"
ENCRYPT: Final = "A256GCM"

_SIGNATURE_CHARS: Final = 86  # 64 bytes
_SEAL_MEMBERS: Final = {"protected", "recipients", "aad", "iv", "ciphertext", "tag"}


class NotSealedError(InputError):
    """What was handed in is no sealed container at all.

    `finding`: the code under which it is recorded: NOT_IN_WRITING for a readable but unsigned file,
    BATCH_MALFORMED for bytes that are nothing known.
    """

    code = "NOT_SEALED"

    def __init__(self, what: str, do: str, finding: str = "BATCH_MALFORMED") -> None:
        super().__init__(what, do)
        self.finding = finding


class BrokenSealError(IntegrityError):
    """A container that was changed on its way, cut short, or sealed to another key."""

    code = "BROKEN_SEAL"
    finding = "BATCH_MALFORMED"


class BadSignatureError(IntegrityError):
    """A signature that does not hold for this content and this key, or is of a kind that is not accepted."""

    code = "BAD_SIGNATURE"
    finding = "SIGNATURE_INVALID"


def sign(payload: bytes, private: keys.PrivateKey) -> str:
    """A compact JWS over `payload` with ES256; its header names the key by thumbprint."""
    from joserfc import jws

    kid, key = _private(private, "The signing key")
    header = {"alg": SIGN, "kid": kid}
    return jws.serialize_compact(header, payload, key, registry=_jws_registry(len(payload)))


def verify(token: str, public_jwk: Mapping[str, str], max_bytes: int = MAX_CONTAINER_BYTES) -> bytes:
    """The payload of a compact JWS that `public_jwk` signed with ES256; BadSignatureError if not."""
    from joserfc import jws
    from joserfc.errors import JoseError

    key = keys.checked(public_jwk, private=False, what="The verifying key")
    raw = ascii_token(token, max_bytes)
    header = jws_header(raw)
    _check_members(header, {"alg": SIGN}, {"kid", "typ", "cty"}, BadSignatureError)
    if header.get("kid", key["kid"]) != key["kid"]:
        raise BadSignatureError("The signature was made with another key.", _ASK_SIGNER)
    if len(raw) - raw.rindex(b".") - 1 != _SIGNATURE_CHARS:
        raise BadSignatureError("The signature is not of the length that ES256 has.", _ASK_SIGNER)
    try:
        return jws.deserialize_compact(raw, _ec_key(key), registry=_jws_registry(len(raw))).payload
    except (JoseError, ValueError, TypeError) as error:
        raise BadSignatureError("The signature does not hold for this content.", _ASK_SIGNER) from error


def signature(text: bytes, private: keys.PrivateKey) -> bytes:
    """The bare ES256 signature of a text: 64 bytes (RFC 7518, section 3.4)."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    _, key = _private(private, "The signing key")
    r, s = decode_dss_signature(key.private_key.sign(text, ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def is_signature(raw: bytes, text: bytes, public_jwk: Mapping[str, str]) -> bool:
    """Whether `signature` of the text by this key gave these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _ec_key(keys.checked(public_jwk, private=False, what="The verifying key"))
    if len(raw) != 64:
        return False
    try:
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.public_key.verify(der, text, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def seal(plaintext: bytes, public_jwks: Sequence[Mapping[str, str]]) -> bytes:
    """`plaintext` sealed to each of `public_jwks`: any one of their private keys opens it.

    One key gives JWE compact, several JWE JSON general. Keys given twice count once. InputError when there
    is none, one is no P-256 public key, or the plaintext is too big.
    """
    if len(plaintext) > MAX_CONTAINER_BYTES // 4 * 3 - MAX_RECIPIENTS * 1_024:
        raise InputError(f"{len(plaintext):,} bytes are too many for one container.", "Split it into several.")
    checked = [keys.checked(jwk, private=False, what="A recipient's key") for jwk in public_jwks]
    recipients = list({jwk["kid"]: jwk for jwk in checked}.values())
    if not recipients:
        raise InputError("There is nobody to seal to.", "Name at least one recipient with a public key.")
    if len(recipients) > MAX_RECIPIENTS:
        raise InputError(f"{len(recipients):,} recipients are too many.", f"At most {MAX_RECIPIENTS:,} are sealed to.")
    return _seal_to_one(plaintext, recipients[0]) if len(recipients) == 1 else _seal_to_all(plaintext, recipients)


def unseal(data: bytes, private: keys.PrivateKey, max_bytes: int = MAX_CONTAINER_BYTES) -> bytes:
    """What `seal` sealed, opened with one recipient's private key.

    NotSealedError (an InputError) where `data` is no container, BrokenSealError (an IntegrityError) where it
    was changed or is sealed to others. Nothing is decoded before its size is checked.
    """
    kid, key = _private(private, "The opening key")
    if len(data) > max_bytes:
        raise InputError(f"The container has {len(data):,} bytes; at most {max_bytes:,} are read.", "Split the batch.")
    if data.startswith(b"{"):
        return _unseal_json(data, kid, key)
    return _unseal_compact(data, kid, key)


def recipients_of(data: bytes) -> tuple[str, ...]:
    """The ids of the keys that a container of `seal` is sealed to. Raises as `unseal` does."""
    if data.startswith(b"{"):
        return tuple(str(entry["header"]["kid"]) for entry in _envelope(data)["recipients"])
    header = _header(data[: data.find(b".")], BrokenSealError)
    return (header["kid"],) if isinstance(header.get("kid"), str) else ()


def ascii_token(token: str | bytes, max_bytes: int = MAX_CONTAINER_BYTES) -> bytes:
    """A compact JWS as bytes: three canonical base64url segments; BadSignatureError if it is not that."""
    if len(token) > max_bytes:
        raise BadSignatureError(f"The signed text is longer than {max_bytes:,} bytes.", _ASK_SIGNER)
    try:
        raw = token.encode("ascii") if isinstance(token, str) else bytes(token)
    except UnicodeEncodeError:
        raise BadSignatureError("What should be a signed text is not a compact JWS.", _ASK_SIGNER) from None
    segments = raw.split(b".", 3)
    if len(segments) != 3 or not all(jose.is_base64url(segment) for segment in segments):
        raise BadSignatureError("What should be a signed text is not a compact JWS.", _ASK_SIGNER)
    return raw


def jws_header(raw: bytes) -> dict[str, Any]:
    """The header of a compact JWS, before anything is verified."""
    return _header(raw[: raw.index(b".")], BadSignatureError)


_ASK_SIGNER: Final = "Ask the sender to sign it again with the enrolled key."
_ASK_SENDER: Final = "Ask the sender to seal it again, to this key, and to send the file unchanged."


def _header(segment: bytes, error: type[IntegrityError]) -> dict[str, Any]:
    raw = jose.decode(segment) if 0 < len(segment) <= MAX_HEADER_BYTES else None
    if raw is None:
        raise error("The header is too long or not canonical base64url.", _ASK_SENDER)
    try:
        header = jose.strict_json(raw)
    except ValueError:
        raise error("The header is not JSON, or gives a member twice.", _ASK_SENDER) from None
    if not isinstance(header, dict):
        raise error("The header is not a JSON object.", _ASK_SENDER)
    return header


def _check_members(
    header: Mapping[str, Any], fixed: Mapping[str, str], optional: set[str], error: type[IntegrityError]
) -> None:
    """The header holds exactly what is fixed, and beyond it only texts that choose nothing."""
    for name, value in fixed.items():
        if header.get(name) != value:
            raise error(f"The header's {name} is not {value}, the only one accepted.", _ASK_SENDER)
    for name in header:
        if name not in fixed and name not in optional:
            raise error(f"The header holds {name[:40]!r}, which is not accepted.", _ASK_SENDER)
        if name != "epk" and not isinstance(header[name], str):
            raise error(f"The header's {name} is not a text.", _ASK_SENDER)


def _check_epk(epk: object) -> None:
    """The sender's one-time key: a public point on P-256 and nothing besides."""
    if not isinstance(epk, dict) or set(epk) != {"kty", "crv", "x", "y"}:
        raise BrokenSealError("The container's one-time key is not accepted.", _ASK_SENDER)
    try:
        keys.checked(epk, private=False)
    except InputError as error:
        raise BrokenSealError("The container's one-time key is no key on P-256.", _ASK_SENDER) from error


def _seal_to_one(plaintext: bytes, recipient: Mapping[str, str]) -> bytes:
    from joserfc import jwe

    header = {"alg": WRAP, "enc": ENCRYPT, "kid": recipient["kid"]}
    return jwe.encrypt_compact(header, plaintext, _ec_key(recipient), registry=_jwe_registry()).encode("ascii")


def _seal_to_all(plaintext: bytes, recipients: Sequence[Mapping[str, str]]) -> bytes:
    """JWE JSON general, in the order of RFC 7516 section 5.1, with the recipients bound by `aad`."""
    from joserfc import jwe

    registry = _jwe_registry()
    enc, alg = registry.get_enc(ENCRYPT), registry.get_alg(WRAP)
    content_key = enc.generate_cek()
    protected: dict[str, str] = {"alg": WRAP, "enc": ENCRYPT}
    envelope = jwe.GeneralJSONEncryption(protected)
    entries = []
    for jwk in recipients:
        recipient: Any = jwe.Recipient(envelope, {"kid": jwk["kid"]}, _ec_key(jwk))
        alg.prepare_ephemeral_key(recipient)
        wrapped = alg.wrap_cek_with_auk(content_key, alg.encrypt_agreed_upon_key(enc, recipient))
        entries.append({"header": recipient.header, "encrypted_key": jose.encode(wrapped)})
    head, aad, iv = jose.encode(_compact_json(protected)), _binding(entries), enc.generate_iv()
    ciphertext, tag = enc.encrypt(plaintext, content_key, iv, f"{head}.{aad}".encode())
    return _compact_json(
        {
            "protected": head,
            "recipients": entries,
            "aad": aad,
            "iv": jose.encode(iv),
            "ciphertext": jose.encode(ciphertext),
            "tag": jose.encode(tag),
        }
    )


def _unseal_compact(data: bytes, kid: str, key: Any) -> bytes:
    from joserfc import jwe

    if data.count(b".") != 4 or not data.startswith(b"ey") or not jose.is_compact(data):
        raise _not_sealed(data)
    header = _header(data[: data.index(b".")], BrokenSealError)
    _check_members(header, {"alg": WRAP, "enc": ENCRYPT}, {"kid", "typ", "cty", "epk"}, BrokenSealError)
    _check_epk(header.get("epk"))
    if header.get("kid", kid) != kid:
        raise BrokenSealError("The container is sealed to another key.", _ASK_SENDER)
    return _opened(lambda: jwe.decrypt_compact(data, key, registry=_jwe_registry()))


def _unseal_json(data: bytes, kid: str, key: Any) -> bytes:
    from joserfc import jwe

    envelope = _envelope(data)
    header = _header(envelope["protected"].encode("ascii", "replace"), BrokenSealError)
    _check_members(header, {"alg": WRAP, "enc": ENCRYPT}, {"typ", "cty"}, BrokenSealError)
    if envelope["protected"] != jose.encode(_compact_json(header)):
        raise BrokenSealError("The container's header is not in its one canonical form.", _ASK_SENDER)
    entries = envelope["recipients"]
    if envelope["aad"] != _binding(entries):
        raise BrokenSealError("The container's list of recipients was changed.", _ASK_SENDER)
    mine = [entry for entry in entries if entry["header"].get("kid") == kid]
    if len(mine) != 1:
        raise BrokenSealError("The container is not sealed to this key.", _ASK_SENDER)
    _check_epk(mine[0]["header"].get("epk"))
    to_me: Any = {**envelope, "recipients": mine}
    return _opened(lambda: jwe.decrypt_json(to_me, key, registry=_jwe_registry()))


def _envelope(data: bytes) -> dict[str, Any]:
    """The members of a JWE JSON general, each of the kind that it must be."""
    if data.count(b"{") + data.count(b"[") > 3 * MAX_RECIPIENTS + 8:
        raise _not_sealed(data)
    try:
        envelope = jose.strict_json(data)
    except ValueError:
        raise _not_sealed(data) from None
    if not isinstance(envelope, dict) or set(envelope) != _SEAL_MEMBERS:
        raise _not_sealed(data)
    texts = [envelope[name] for name in _SEAL_MEMBERS - {"recipients"}]
    entries = envelope["recipients"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(entries, list):
        raise _not_sealed(data)
    if not 0 < len(entries) <= MAX_RECIPIENTS or not all(map(_is_entry, entries)):
        raise _not_sealed(data)
    return envelope


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"header", "encrypted_key"}
        and isinstance(entry["encrypted_key"], str)
        and isinstance(entry["header"], dict)
        and set(entry["header"]) == {"kid", "epk"}
    )


def _opened(decrypt: Any) -> bytes:
    """What a decryption gives; whatever a hostile container makes the library raise is one refusal."""
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap
    from joserfc.errors import JoseError

    try:
        made = decrypt()
        plaintext = bytes(made.plaintext)
        vars(made).clear()  # it and its recipient hold each other, and all of the bytes, until garbage is looked for
        return plaintext
    except (JoseError, InvalidUnwrap, ValueError, TypeError, KeyError, AssertionError) as error:
        raise BrokenSealError("The container was changed on its way, or sealed to another key.", _ASK_SENDER) from error


def _not_sealed(data: bytes) -> NotSealedError:
    head = data[:65_536]
    if not head.strip():
        return NotSealedError("The batch is empty.", _SEAL_FIRST)
    known = what_it_is(head)
    if known is not None and not known[0].startswith(("not UTF-8", "a sealed")):
        return NotSealedError(f"The batch is {known[0]}, not a sealed container.", _SEAL_FIRST, "NOT_IN_WRITING")
    if head.count(b".") == 2 and head.startswith(b"ey") and jose.is_base64url(head.replace(b".", b"")):
        return NotSealedError("The batch is signed but not sealed to the custodian.", _SEAL_FIRST)
    if head.startswith(b"PAR1") or _is_text(head):
        return NotSealedError("The batch is neither signed nor sealed.", _SEAL_FIRST, "NOT_IN_WRITING")
    return NotSealedError("The batch is not a sealed container.", _SEAL_FIRST)


_SEAL_FIRST: Final = "Make it with `counterfoil request seal`, which signs the file and seals it to the custodian."


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return "\0" not in text


def _binding(entries: object) -> str:
    """SHA-256 over the recipients in JSON with sorted members: what `aad` holds."""
    text = json.dumps(entries, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return jose.encode(hashlib.sha256(text.encode("ascii")).digest())


def _compact_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _private(key: keys.PrivateKey, what: str) -> tuple[str, Any]:
    """The id of a private key, and the key as the JOSE library takes it."""
    if isinstance(key, keys.HeldKey):
        from joserfc.jwk import ECKey

        public = {name: key.jwk[name] for name in ("kty", "crv", "x", "y")}
        return key.jwk["kid"], ECKey(key.private, public)
    checked = keys.checked(key, private=True, what=what)
    return checked["kid"], _ec_key(checked)


def _ec_key(jwk: Mapping[str, str]) -> Any:
    from joserfc.jwk import ECKey

    return ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y", "d") if name in jwk})


def _jws_registry(size: int) -> Any:
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=[SIGN])
    registry.max_payload_length = size * 2 + MAX_HEADER_BYTES
    registry.max_header_length = MAX_HEADER_BYTES
    return registry


def _jwe_registry() -> Any:
    from joserfc.jwe import JWERegistry

    registry = JWERegistry(algorithms=[WRAP, ENCRYPT])
    registry.max_ciphertext_length = MAX_CONTAINER_BYTES
    registry.max_protected_header_length = MAX_HEADER_BYTES
    return registry
