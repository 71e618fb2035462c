"""Reading JOSE strictly: what a lenient parser would repair is refused, before any cryptography.

One text for one value: canonical base64url (RFC 4648 section 5, no padding, no stray bits, no blanks) and
JSON without duplicate members. So two different tokens never mean the same, and none hides a second meaning.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final, NoReturn

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def encode(raw: bytes) -> str:
    """`raw` in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def is_base64url(text: bytes) -> bool:
    """Whether every byte is of the base64url alphabet (true of nothing at all, too)."""
    return not text.translate(None, _ALPHABET)


def is_compact(token: bytes) -> bool:
    """Whether every byte is of the base64url alphabet or a dot between its parts."""
    return not token.translate(None, _ALPHABET + b".")


def decode(text: str | bytes) -> bytes | None:
    """The bytes that `text` stands for, or None where it is not canonical base64url."""
    try:
        raw = text.encode("ascii") if isinstance(text, str) else text
        if not is_base64url(raw) or len(raw) % 4 == 1:
            return None
        value = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except (ValueError, binascii.Error):
        return None
    # The last character may carry bits that no byte uses: one text a value.
    tail = len(raw) % 4
    if tail and base64.urlsafe_b64encode(value[-(len(value) % 3) :]).rstrip(b"=") != raw[-tail:]:
        return None
    return value


def strict_json(raw: bytes) -> Any:
    """The JSON value in `raw`: UTF-8, no duplicate member, no NaN, no deep nesting; else ValueError."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
