"""Keys of officials, officers and the custodian: EC P-256, as JWK, named by their RFC 7638 thumbprint.

One key a party serves to sign (ES256) and to be sealed to (ECDH-ES+A256KW with A256GCM); what an operation
uses is fixed in `sealing.py`, never read from a token or from the key.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counterfoil.errors import InputError, NotFoundError, UnavailableError
from counterfoil.keys import check_p256
from counterfoil.request import jose
from counterfoil.request.limits import MAX_KEY_FILE_BYTES

_ALGORITHMS: Final = frozenset({"ES256", "ECDH-ES", "ECDH-ES+A256KW"})
_COORDINATE_BYTES: Final = 32

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

Jwk = Mapping[str, str]


@dataclass(frozen=True, repr=False)
class HeldKey:
    """A private key that is held elsewhere (a token): its public JWK, and the key, which only signs and agrees."""

    jwk: Jwk
    private: EllipticCurvePrivateKey

    def __repr__(self) -> str:
        """By its id."""
        return f"HeldKey({self.jwk['kid']})"

    @classmethod
    def of(cls, private: EllipticCurvePrivateKey) -> HeldKey:
        """The key with the JWK of its public half."""
        numbers = private.public_key().public_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}
        return cls({**jwk, "kid": thumbprint(jwk)}, private)


PrivateKey = Mapping[str, str] | HeldKey
"""What signs and opens: a private JWK, or a key that is held elsewhere."""


def new_key() -> dict[str, str]:
    """A new private key as JWK: kty, crv, x, y, d, kid."""
    from cryptography.hazmat.primitives.asymmetric import ec

    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = numbers.public_numbers
    jwk = {"kty": "EC", "crv": "P-256", "x": _coordinate(public.x), "y": _coordinate(public.y)}
    return {**jwk, "d": _coordinate(numbers.private_value), "kid": thumbprint(jwk)}


def public_of(jwk: Mapping[str, Any] | HeldKey) -> dict[str, str]:
    """The public half of a private or public JWK, with its kid; InputError if it is no usable key."""
    if isinstance(jwk, HeldKey):
        return dict(jwk.jwk)
    return {name: value for name, value in checked(jwk).items() if name != "d"}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The RFC 7638 thumbprint (SHA-256, base64url) of an EC key: the same for its private and public form."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest()
    return jose.encode(digest)


def checked(jwk: object, private: bool | None = None, what: str = "The key") -> dict[str, str]:
    """`jwk` reduced to the members that count, after checking that it is a point on P-256.

    `private`: True demands the private key, False refuses one (so that it never lands in a roster or a
    register), None takes either. The kid is always the thumbprint. InputError says what is wrong with `what`.
    """
    if not isinstance(jwk, Mapping):
        raise InputError(f"{what} is not a JWK (a JSON object).", _REMEDY)
    if "keys" in jwk:
        raise InputError(f"{what} is a set of keys.", "Give one key: one object out of its list `keys`.")
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise InputError(f"{what} is not an elliptic-curve key on P-256.", _REMEDY)
    if jwk.get("alg") is not None and jwk["alg"] not in _ALGORITHMS:
        raise InputError(f"{what} is meant for another algorithm.", "Make a key with `counterfoil key new`.")
    if private is False and "d" in jwk:
        raise InputError(
            f"{what} is a private key; only the public one may be given here.",
            "Give the file that ends in .pub, and consider whether the private key must be replaced.",
        )
    if private is True and "d" not in jwk:
        raise InputError(f"{what} is a public key; the private one is needed.", "Give the file without .pub.")
    members = ("x", "y", "d") if "d" in jwk else ("x", "y")
    values = {name: _number(jwk.get(name), name, what) for name in members}
    _check_on_curve(values, what)
    plain: dict[str, str] = {"kty": "EC", "crv": "P-256", **{name: str(jwk[name]) for name in members}}
    return {**plain, "kid": thumbprint(plain)}


def read_key(path: Path, private: bool = False) -> dict[str, str]:
    """The JWK in the file at `path`: the public one (a private one is refused) or the private one."""
    what = f"The key file {path}"
    raw = _read(path, what)
    if raw.lstrip().startswith(b"-----BEGIN"):
        raise InputError(f"{what} is in PEM form.", _REMEDY)
    try:
        parsed = jose.strict_json(raw)
    except ValueError as error:
        raise InputError(f"{what} is not a JWK (a JSON object).", _REMEDY) from error
    return checked(parsed, private=private, what=what)


def write_key_pair(path: Path) -> dict[str, str]:
    """Make a key pair: the private JWK in `path` (mode 0600), the public one in `path`.pub. The public JWK.

    Neither file may exist: a key is never overwritten.
    """
    public_path = path.with_name(path.name + ".pub")
    for file in (path, public_path):
        if file.exists() or file.is_symlink():
            raise InputError(f"{file} exists already; a key is never overwritten.", "Choose another name.")
    private = new_key()
    public = public_of(private)
    _write_new(path, private, 0o600)
    try:
        _write_new(public_path, public, 0o644)
    except BaseException:
        path.unlink(missing_ok=True)  # our own, made a moment ago: half a pair serves nobody
        raise
    return public


def key_file_problems(path: Path) -> tuple[str, ...]:
    """What is wrong with a private key file, each in a sentence; () when nothing is."""
    problems: list[str] = []
    try:
        read_key(path, private=True)
        facts = path.stat()
    except (InputError, UnavailableError) as error:
        return (error.what,)
    except OSError as error:
        return (f"The key file {path} cannot be read: {error.strerror}.",)
    if stat.S_IMODE(facts.st_mode) & 0o077:
        problems.append(f"The key file {path} can be read by others; run: chmod 600 {path}")
    if facts.st_uid != os.getuid():
        problems.append(f"The key file {path} belongs to another user of this machine.")
    return tuple(problems)


_REMEDY: Final = "Make a key pair with `counterfoil key new -o FILE`; FILE.pub is the public JWK."


def _coordinate(number: int) -> str:
    return jose.encode(number.to_bytes(_COORDINATE_BYTES, "big"))


def _number(value: object, name: str, what: str) -> int:
    """A coordinate: exactly 32 bytes in canonical base64url (RFC 7518 section 6.2.1.2)."""
    raw = jose.decode(value) if isinstance(value, str) else None
    if raw is None or len(raw) != _COORDINATE_BYTES:
        raise InputError(f"{what} has no valid member {name!r}.", _REMEDY)
    return int.from_bytes(raw, "big")


def _check_on_curve(values: Mapping[str, int], what: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    check_p256(values["x"], values["y"], what)
    if "d" in values:
        public = ec.EllipticCurvePublicNumbers(values["x"], values["y"], ec.SECP256R1())
        try:
            ec.EllipticCurvePrivateNumbers(values["d"], public).private_key()
        except ValueError as error:
            raise InputError(f"{what} is damaged: its numbers are no key on P-256.", _REMEDY) from error


def _read(path: Path, what: str) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{what} is a directory.", "Give the key file in it.")
        if not path.is_file() and path.exists():
            raise InputError(f"{what} is not a plain file.", _REMEDY)
        with path.open("rb") as file:
            raw = file.read(MAX_KEY_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFoundError(f"{what} does not exist.", _REMEDY) from error
    except PermissionError as error:
        raise InputError(f"{what} may not be read by this user.", "Ask its owner.") from error
    except (OSError, ValueError) as error:
        raise UnavailableError(f"{what} cannot be read.", "Check the disk, then try again.") from error
    if not raw.strip():
        raise InputError(f"{what} is empty.", _REMEDY)
    if len(raw) > MAX_KEY_FILE_BYTES:
        raise InputError(f"{what} is too big for a key.", _REMEDY)
    return raw


def _write_new(path: Path, jwk: Jwk, mode: int) -> None:
    """Create `path` with O_EXCL, so that nothing is overwritten and no link followed, and make it durable."""
    text = json.dumps(dict(jwk), indent=2) + "\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except FileExistsError as error:
        raise InputError(f"{path} exists already; a key is never overwritten.", "Choose another name.") from error
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no folder {path.parent}.", "Make it first.") from error
    except OSError as error:
        raise UnavailableError(f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from error
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)  # made by this call and unfinished
        raise UnavailableError(f"{path} cannot be written: {error.strerror}.", "Check the disk.") from error
