"""Keys in a PKCS#11 token: the private half never leaves it.

Each is offered in the form that `cryptography` gives its own keys, so that whoever signs or opens need not know
where the key is. Needs the extra `counterfoil[pkcs11]`.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from counterfoil.errors import CounterfoilError, InputError, UnavailableError
from counterfoil.keys.points import check_ed25519

if TYPE_CHECKING:
    from counterfoil.keys.uri import TokenUri

_SESSIONS: dict[tuple[str, str], Any] = {}
_SECP256R1 = bytes.fromhex("06082a8648ce3d030107")


def ed25519(uri: TokenUri) -> Ed25519PrivateKey:
    """The Ed25519 key at an address. Raises InputError where there is none, UnavailableError where it fails."""
    return _Ed25519(uri, _key(uri, "PRIVATE_KEY", "EC_EDWARDS"))


def p256(uri: TokenUri) -> ec.EllipticCurvePrivateKey:
    """The P-256 key at an address. Raises as `ed25519` does."""
    return _P256(uri, _key(uri, "PRIVATE_KEY", "EC"))


def derived(uri: TokenUri, purpose: bytes) -> bytes:
    """32 bytes for a purpose: HMAC-SHA-256 by a secret key that stays in the token."""
    from pkcs11 import Mechanism

    key = _key(uri, "SECRET_KEY", "GENERIC_SECRET")
    return bytes(_tried(uri, lambda: key.sign(purpose, mechanism=Mechanism.SHA256_HMAC)))


def close() -> None:
    """Close every session with a token."""
    while _SESSIONS:
        _, session = _SESSIONS.popitem()
        session.close()


class _Ed25519(Ed25519PrivateKey):
    def __init__(self, uri: TokenUri, key: Any) -> None:
        self._uri, self._key = uri, key

    @cached_property
    def _raw(self) -> bytes:
        raw = _point(self._uri, self._key)
        check_ed25519(raw, f"The public key of {self._uri}")
        return raw

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self._raw)

    def sign(self, data: Any) -> bytes:
        from pkcs11 import Mechanism

        return bytes(_tried(self._uri, lambda: self._key.sign(bytes(data), mechanism=Mechanism.EDDSA)))

    def private_bytes(self, *_: Any) -> NoReturn:
        raise _stays(self._uri)

    private_bytes_raw = private_bytes

    def __copy__(self) -> _Ed25519:
        return self

    def __deepcopy__(self, _memo: Any) -> _Ed25519:
        return self


class _P256(ec.EllipticCurvePrivateKey):
    def __init__(self, uri: TokenUri, key: Any) -> None:
        self._uri, self._key = uri, key
        if bytes(key[_attribute("EC_PARAMS")]) != _SECP256R1:
            raise InputError(f"{uri} is not a key on P-256.", "Name another, or make one on secp256r1.")

    @cached_property
    def _public(self) -> ec.EllipticCurvePublicKey:
        point = _point(self._uri, self._key)
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError as error:
            raise InputError(f"The public key of {self._uri} is no point on P-256.", "Name another.") from error

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return ec.SECP256R1()

    @property
    def key_size(self) -> int:
        return 256

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        from pkcs11 import Mechanism

        if signature_algorithm.algorithm.name != "sha256":
            raise InputError(f"{self._uri} signs with SHA-256 alone.", "")
        digest = hashlib.sha256(bytes(data)).digest()
        raw = bytes(_tried(self._uri, lambda: self._key.sign(digest, mechanism=Mechanism.ECDSA)))
        return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:  # noqa: ARG002
        """The shared secret with a peer: a secret of that one container, which the token gives out."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from pkcs11 import KDF, Attribute, KeyType, Mechanism

        point = peer_public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        given = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True, Attribute.TOKEN: False}

        def agree() -> bytes:
            shared = self._key.derive_key(
                KeyType.GENERIC_SECRET, 256, mechanism=Mechanism.ECDH1_DERIVE,
                mechanism_param=(KDF.NULL, None, point), template=given,
            )  # fmt: skip
            try:
                return bytes(shared[Attribute.VALUE])
            finally:
                shared.destroy()

        return bytes(_tried(self._uri, agree))

    def private_numbers(self) -> NoReturn:
        raise _stays(self._uri)

    def private_bytes(self, *_: Any) -> NoReturn:
        raise _stays(self._uri)

    def __copy__(self) -> _P256:
        return self

    def __deepcopy__(self, _memo: Any) -> _P256:
        return self


def _stays(uri: TokenUri) -> InputError:
    return InputError(f"The private key of {uri} stays in its token.", "Sign with it where it is.")


def _attribute(name: str) -> Any:
    from pkcs11 import Attribute

    return Attribute[name]


def _point(uri: TokenUri, key: Any) -> bytes:
    """The public point that belongs to a private key: of the public key object beside it."""
    from pkcs11 import Attribute, ObjectClass

    wanted = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: bytes(key[Attribute.ID])}
    if key.label:
        wanted[Attribute.LABEL] = key.label
    found = _tried(uri, lambda: list(key.session.get_objects(wanted)))
    if len(found) != 1:
        raise InputError(f"The token holds no public key beside {uri}.", "Put it there under the same label and id.")
    raw = bytes(found[0][Attribute.EC_POINT])
    return raw[2:] if raw[:1] == b"\x04" and len(raw) == raw[1] + 2 else raw  # DER OCTET STRING


def _key(uri: TokenUri, kind: str, key_type: str) -> Any:
    """The one key object at an address."""
    session = _session(uri)
    from pkcs11 import Attribute, KeyType, ObjectClass

    wanted: dict[Any, Any] = {Attribute.CLASS: ObjectClass[kind], Attribute.KEY_TYPE: KeyType[key_type]}
    if uri.label:
        wanted[Attribute.LABEL] = uri.label
    if uri.id:
        wanted[Attribute.ID] = uri.id
    found = _tried(uri, lambda: list(session.get_objects(wanted)))
    if len(found) != 1:
        count = "no key" if not found else f"{len(found)} keys"
        raise InputError(f"The token has {count} of the type that is needed at {uri}.", "Name one, by `id=` as well.")
    return found[0]


def _session(uri: TokenUri) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise InputError(
            f"The key is in a token ({uri}), and what speaks with tokens is not installed.",
            "Install it with `pip install 'counterfoil[pkcs11]'`.",
        ) from error
    wanted = (uri.module(), f"{uri.token}\0{uri.serial}\0{uri.manufacturer}\0{uri.model}\0{uri.slot}")
    if wanted not in _SESSIONS:
        pin = uri.pin()
        library = _tried(uri, lambda: pkcs11.lib(wanted[0]))
        tokens = list(_tried(uri, lambda: _tokens(library, uri)))
        if len(tokens) != 1:
            count = "no token" if not tokens else f"{len(tokens)} tokens"
            raise InputError(f"There is {count} at {uri}.", "Check that it is plugged in, and name one by `token=`.")
        _SESSIONS[wanted] = _tried(uri, lambda: tokens[0].open(user_pin=pin))
    return _SESSIONS[wanted]


def _tokens(library: Any, uri: TokenUri) -> list[Any]:
    found = []
    for slot in library.get_slots(token_present=True):
        if uri.slot is not None and slot.slot_id != uri.slot:
            continue
        token = slot.get_token()
        has = {
            "label": uri.token, "manufacturer_id": uri.manufacturer, "model": uri.model, "serial": uri.serial,
        }  # fmt: skip
        if all(not value or _plain(getattr(token, name)) == value for name, value in has.items()):
            found.append(token)
    return found


def _plain(value: object) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip()


def _tried(uri: TokenUri, call: Any) -> Any:
    """What the token answers; what it raises as a sentence."""
    from pkcs11 import exceptions

    try:
        return call()
    except CounterfoilError:
        raise
    except (exceptions.PinIncorrect, exceptions.PinLocked, exceptions.PinLenRange) as error:
        raise InputError(
            f"The token refuses the PIN for {uri} ({type(error).__name__}).", "Correct it: tokens lock after a few."
        ) from error
    except (exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise UnavailableError(
            f"The token did not answer for {uri} ({type(error).__name__}).", "Check that it is plugged in and working."
        ) from error
