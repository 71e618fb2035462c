"""Canonical JSON (RFC 8785) of what a ledger holds, and base64url (RFC 4648, section 5) without padding.

A ledger holds no fractions, and whole numbers up to 2**53 - 1.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from json import encoder

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.kinds import INTEGER_MAX

DEPTH_MAX = 30
quote = encoder.encode_basestring
"""A text as JSON, in the one form of RFC 8785."""
_URLSAFE = bytes.maketrans(b"+/", b"-_")


def canonical(value: object) -> bytes:
    """Canonical JSON (RFC 8785) of a value without fractions. Raises InputError on anything else."""
    return utf8(written(value, 0))


def utf8(text: str) -> bytes:
    """The text in UTF-8. Raises InputError on half a character."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            "A text holds half a character (a lone surrogate).", "Correct the text and try again."
        ) from error


def written(value: object, depth: int) -> str:
    """`canonical` as text, of a value that stands `depth` levels deep."""
    kind = type(value)
    if kind is str:
        return quote(value)  # type: ignore[arg-type]
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if kind is dict:
        return _write_object(value, depth)  # type: ignore[arg-type]
    return _write_other(value, depth)


def _write_object(value: Mapping[str, object], depth: int) -> str:
    if depth > DEPTH_MAX:
        raise InputError("A value is nested too deeply.", "Make it flatter.")
    try:
        plain = "".join(value).isascii()
        if plain and type(value) is dict and set(map(type, value.values())) == _TEXTS:
            return "".join(_flat(value, 0))
    except TypeError as error:
        raise InputError("A name in a value is not a text.", "Name fields by texts.") from error
    names = sorted(value) if plain else sorted(value, key=_utf16)
    parts = []
    for name in names:
        item = value[name]
        parts.append(f"{quote(name)}:{quote(item) if type(item) is str else written(item, depth + 1)}")
    return "{" + ",".join(parts) + "}"


_TEXTS = {str}
_flat = encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, None, quote, None, ":", ",", True, False, False
)
"""Writes an object of texts with ASCII names, in the order of their characters, as RFC 8785 does: in C."""


def _write_other(value: object, depth: int) -> str:
    if isinstance(value, str):
        return quote(str.__str__(value))
    if isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise InputError("A whole number is too large for JSON.", "Write it as a text.")
        return int.__repr__(value)
    if isinstance(value, (list, tuple)):
        if depth > DEPTH_MAX:
            raise InputError("A value is nested too deeply.", "Make it flatter.")
        return "[" + ",".join([written(item, depth + 1) for item in value]) + "]"
    if isinstance(value, Mapping):
        return _write_object(value, depth)
    raise InputError(f"A {type(value).__name__} cannot go into the ledger.", "Write fractions and dates as texts.")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def b64(raw: bytes) -> str:
    """base64url without padding."""
    return str(b2a_base64(raw, newline=False).translate(_URLSAFE, b"="), "ascii")


def b64_each(parts: Sequence[bytes]) -> list[str]:
    """`b64` of parts of one length, in one go: zeros between them put each at the start of a letter."""
    if not parts:
        return []
    length = len(parts[0])
    gap = bytes(-length % 3)
    text = str(b2a_base64(gap.join(parts) + gap, newline=False).translate(_URLSAFE), "ascii")
    wide, kept = (length + len(gap)) // 3 * 4, -(-length * 8 // 6)
    return [text[at : at + kept] for at in range(0, len(text), wide)]


def unb64(text: str) -> bytes:
    """The bytes of base64url. Raises ValueError on any but its one canonical form."""
    if text and text[-1] not in _LAST[len(text) % 4]:
        raise ValueError("not in its one canonical form")
    return a2b_base64(text.encode("ascii").translate(_FROM_URLSAFE) + b"=" * (-len(text) % 4), strict_mode=True)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LAST = (_LETTERS, "", _LETTERS[::16], _LETTERS[::4])
"""By the length modulo 4, the letters that a text may end in: those whose bits beyond the last byte are zero."""
_FROM_URLSAFE = bytes.maketrans(b"-_+/", b"+/??")
