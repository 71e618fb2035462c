"""Canonical JSON (RFC 8785) of what a ledger holds, and base64url (RFC 4648, section 5) without padding.

A ledger holds no fractions, and whole numbers up to 2**53 - 1.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from json import encoder
from operator import itemgetter

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.kinds import INTEGER_MAX

DEPTH_MAX = 30
FORM_MAX = 64
"""Names in an object whose form is remembered, at most."""
quote: Callable[[str], str] = encoder.encode_basestring
"""A text as JSON, in the one form of RFC 8785."""
URLSAFE = bytes.maketrans(b"+/", b"-_")


class Json:
    """A text that is canonical JSON already, and is written as it stands."""

    def __init__(self, text: str) -> None:
        self.text = text


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
    if len(value) > FORM_MAX:
        return _write_any(value, depth)
    try:
        form, items = _form(tuple(value))
        return form % tuple(map(quote, items(value)))
    except TypeError:  # a value that is not a text, or a name that is none
        return _write_any(value, depth)


@lru_cache(maxsize=256)
def _form(names: tuple[str, ...]) -> tuple[str, Callable[[Mapping[str, object]], Iterable[str]]]:
    """How an object with these names is written where all its values are texts: a form, and the values in its order.

    Remembered, since the records of a batch hold the same names. Raises TypeError where a name is not a text.
    """
    ordered = _in_order(names)
    form = "{" + ",".join([quote(name).replace("%", "%%") + ":%s" for name in ordered]) + "}"
    if len(ordered) < 2:  # of which itemgetter gives no tuple
        return form, lambda value: [value[name] for name in ordered]
    return form, itemgetter(*ordered)


def _in_order(names: Iterable[str]) -> list[str]:
    """The names as RFC 8785 sorts them, by UTF-16 code units. Raises TypeError where one is not a text."""
    return sorted(names) if "".join(names).isascii() else sorted(names, key=_utf16)


def _write_any(value: Mapping[str, object], depth: int) -> str:
    try:
        names = _in_order(value)
    except TypeError as error:
        raise InputError("A name in a value is not a text.", "Name fields by texts.") from error
    return "{" + ",".join([f"{quote(name)}:{written(value[name], depth + 1)}" for name in names]) + "}"


def _write_other(value: object, depth: int) -> str:
    if isinstance(value, Json):
        return value.text
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
    return str(b2a_base64(raw, newline=False).translate(URLSAFE, b"="), "ascii")


def b64_each(parts: Sequence[bytes]) -> list[str]:
    """`b64` of parts of one length, in one go: zeros between them put each at the start of a letter."""
    if not parts:
        return []
    length = len(parts[0])
    gap = bytes(-length % 3)
    text = str(b2a_base64(gap.join(parts) + gap, newline=False).translate(URLSAFE), "ascii")
    wide, kept = (length + len(gap)) // 3 * 4, -(-length * 8 // 6)
    return [text[at : at + kept] for at in range(0, len(text), wide)]


def unb64(text: str) -> bytes:
    """The bytes of base64url. Raises ValueError on any but its one canonical form."""
    if text and text[-1] not in _LAST[len(text) % 4]:
        raise ValueError("not in its one canonical form")
    return a2b_base64(text.encode("ascii").translate(FROM_URLSAFE) + b"=" * (-len(text) % 4), strict_mode=True)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LAST = (_LETTERS, "", _LETTERS[::16], _LETTERS[::4])
"""By the length modulo 4, the letters that a text may end in: those whose bits beyond the last byte are zero."""
FROM_URLSAFE = bytes.maketrans(b"-_+/", b"+/??")
