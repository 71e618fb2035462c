"""Public keys that no honest party has: points of small order, off the curve, or in a second spelling.

Every place where a key is enrolled asks here: officials, officers of a roster, witnesses, ledgers.
"""

from __future__ import annotations

from counterfoil.errors import InputError

_P = 2**255 - 19
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_DO = "Ask its owner for a key made by a sound program, over a way that you trust."


def check_ed25519(key: bytes, what: str = "The key") -> None:
    """Refuse what is no Ed25519 public key of an honest signer (RFC 8032, section 5.1.3). Raises InputError.

    A key of small order makes some signatures hold for every text; one that is off the curve, or not in its one
    canonical form, belongs to nobody.
    """
    if len(key) != 32:
        raise InputError(f"{what} has {len(key)} bytes; a public Ed25519 key has 32.", _DO)
    encoded = int.from_bytes(key, "little")
    y, sign = encoded & ((1 << 255) - 1), encoded >> 255
    if y >= _P:
        raise InputError(f"{what} is not in its one canonical form.", _DO)
    x = _x_of(y)
    if x is None:
        raise InputError(f"{what} is no point on the curve.", _DO)
    if x == 0 and sign:
        raise InputError(f"{what} is not in its one canonical form.", _DO)
    if _eightfold((x, y)) == (0, 1):
        raise InputError(f"{what} is a weak key, with which anyone could sign.", _DO)


def check_p256(x: int, y: int, what: str = "The key") -> None:
    """Refuse what is no point on P-256 (SP 800-186, section 3.2.1.3). Raises InputError.

    The curve has prime order: a point on it, which the point at infinity is not, is of that order.
    """
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise InputError(f"{what} is damaged: its numbers are no key on P-256.", _DO) from error


def _x_of(y: int) -> int | None:
    """A coordinate x that belongs to y on edwards25519, None where there is none."""
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * _ROOT % _P
    return x if v * x * x % _P == u else None


def _eightfold(point: tuple[int, int]) -> tuple[int, int]:
    """Eight times a point: the neutral one for each of the eight points of small order."""
    for _ in range(3):
        x, y = point
        cross = _D * x * x * y * y % _P
        point = (
            2 * x * y * pow(1 + cross, _P - 2, _P) % _P,
            (y * y + x * x) * pow(1 - cross, _P - 2, _P) % _P,
        )
    return point
