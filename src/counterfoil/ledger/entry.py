"""Entries of the ledger: a public part, and disclosed fields that the leaf only commits to.

A leaf is canonical JSON (RFC 8785) of the public fields and `_sd`, the sorted digests of salted disclosures
in the form of RFC 9901. Decoys fill `_sd` up to a number fixed by the type, so that neither how many
fields an entry has nor anything in them shows. Nothing personal may stand in a public field.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from counterfoil.errors import InputError, IntegrityError
from counterfoil.ledger.auditor.kinds import FORMAT, INTEGER_MAX, RESERVED, TYPES, fault_of
from counterfoil.ledger.canonical import FROM_URLSAFE, URLSAFE, b64, canonical, quote, unb64, utf8, written

__all__ = [
    "TYPES",
    "Entry",
    "Leaf",
    "canonical",
    "digest_of",
    "disclosure",
    "disclosure_of",
    "opened",
    "read_leaf",
    "triple",
]

SALT = 16
"""Bytes of a salt (RFC 9901, section 9.3: at least 128 bits)."""

_decode = json.JSONDecoder().decode
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded.

    `public` holds at least `type` (one of TYPES) and `day` (YYYY-MM-DD, UTC), and only fields of
    `kinds.FIELDS`. `disclosed` holds at least `time` (RFC 3339, of that day in UTC); its values are any JSON
    without fractions, and are sealed beside the leaf.
    """

    public: Mapping[str, Any]
    disclosed: Mapping[str, Any]

    @classmethod
    def at(cls, now: datetime, kind: str, disclosed: Mapping[str, Any] | None = None, **public: Any) -> Entry:
        """An entry of the moment `now` (aware): its day public, its time disclosed."""
        time = _instant(now)
        return cls({"type": kind, "day": time[:10], **public}, {"time": time, **(disclosed or {})})

    def alike(self, disclosed: Mapping[str, Any]) -> Entry:
        """An entry of the same moment with the same public fields, that discloses this."""
        return Entry(self.public, {"time": self.disclosed["time"], **disclosed})


@lru_cache(maxsize=16)
def _instant(now: datetime) -> str:
    """An instant in RFC 3339, UTC, to the microsecond."""
    return now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as read: its public fields (without `v` and `_sd`) and its digests."""

    public: Mapping[str, Any]
    digests: tuple[str, ...]


@lru_cache(maxsize=64)
def utc_of(time: str) -> datetime | None:
    """The instant that a text in RFC 3339 names, None if it names none."""
    try:
        instant = datetime.fromisoformat(time)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


# --- disclosures (RFC 9901, sections 4.2.1 and 4.2.3) ---


def disclosure(name: str, value: object, salt: bytes) -> str:
    """The disclosure of a field: base64url of the JSON array [salt, name, value], written canonically."""
    return b64(utf8(f'["{b64(salt)}",{quote(name)},{written(value, 0)}]'))


def disclosure_of(parts: object) -> str:
    """The disclosure of [salt, name, value] as they stand in a receipt. Raises IntegrityError."""
    if not isinstance(parts, (list, tuple)) or len(parts) != 3 or not all(isinstance(part, str) for part in parts[:2]):
        raise IntegrityError("A disclosure is not a salt, a name and a value.", _ON_DISCLOSURE)
    try:
        return b64(canonical(list(parts)))
    except (InputError, RecursionError) as error:
        raise IntegrityError("A disclosure cannot be read.", _ON_DISCLOSURE) from error


def digest_of(text: str) -> str:
    """The digest of a disclosure: base64url of SHA-256 over its ASCII text."""
    return b64(sha256(text.encode("ascii")).digest())


def decoy(seed: bytes, number: int) -> str:
    """The digest of decoy `number`: base64url of SHA-256 over the seed and one byte.

    No disclosure is as short as these 17 bytes, so whoever is shown the seed sees that nothing hides behind
    the decoys; without it they look like any digest. The seed is as secret as a salt.
    """
    return b64(sha256(seed + bytes((number,))).digest())


def read_sealed_text(text: str) -> tuple[tuple[str, ...], bytes]:
    """What is sealed beside a leaf, taken apart: the disclosures and, behind a star, the seed of the decoys.

    Raises ValueError where it is not that.
    """
    *disclosures, seed = text.split("~")
    if not seed.startswith("*"):
        raise ValueError("no seed of decoys")
    return tuple(disclosures), unb64(seed[1:])


def triple(text: str) -> tuple[str, str, Any]:
    """A disclosure's salt, name and value. Raises IntegrityError where it is none."""
    try:
        parts = _decode(unb64(text).decode())
    except (ValueError, RecursionError) as error:
        raise IntegrityError("A disclosure cannot be read.", _ON_DISCLOSURE) from error
    if not isinstance(parts, list) or [*map(type, parts[:2])] != [str, str] or len(parts) != 3:
        raise IntegrityError("A disclosure is not a salt, a name and a value.", _ON_DISCLOSURE)
    return parts[0], parts[1], parts[2]


def opened(leaf: Leaf, disclosures: Iterable[str]) -> dict[str, Any]:
    """The disclosed fields by name, each checked against the leaf.

    Raises IntegrityError where one is not in the leaf, comes twice, or takes the name of a public field or
    a reserved one (RFC 9901, section 7.1).
    """
    values: dict[str, Any] = {}
    for text in disclosures:
        if digest_of_any(text) not in leaf.digests:
            raise IntegrityError("A disclosure does not belong to this entry.", _ON_DISCLOSURE)
        _, name, value = triple(text)
        if name in values or name in leaf.public or name in RESERVED:
            raise IntegrityError(f"A disclosure takes the name {name!r}, which is taken.", _ON_DISCLOSURE)
        values[name] = value
    return values


_ON_DISCLOSURE = "Do not rely on it, and ask the custodian for it again."


def field_of(name: str, leaf: bytes, sealed: bytes) -> Any:
    """One disclosed field of a leaf, from what is sealed beside it (`SealingBox.text`); None where it has none.

    For the many requests of a batch: no other field is read, and the leaf's form is not gone through, since a record
    opens only beside the very leaf that it was sealed for. Raises IntegrityError where the leaf has not its digest.
    """
    beginning = f'","{name}",'.encode()
    coded = _coded(beginning)
    for text in sealed.split(b"~"):
        if text[_SALTED : _SALTED + len(coded)] != coded:
            continue
        raw = a2b_base64(text.translate(FROM_URLSAFE) + b"==")
        if raw.startswith(beginning, _SALTED * 3 // 4):
            digest = b2a_base64(sha256(text).digest(), newline=False).translate(URLSAFE, b"=")
            if leaf.find(b'"%b"' % digest, 0, leaf.find(b"]")) < 0:
                raise IntegrityError("A disclosure does not belong to this entry.", _ON_DISCLOSURE)
            return _value_at(raw.decode(), _SALTED * 3 // 4 + len(beginning))
    return None


_SALTED = 32
"""Characters of a disclosure that hold `["` and the salt: 24 bytes, so that base64url begins anew after them."""


@lru_cache(maxsize=64)
def _coded(beginning: bytes) -> bytes:
    """As much of it as base64url writes without what follows."""
    return b2a_base64(beginning[: len(beginning) // 3 * 3], newline=False).translate(URLSAFE)


def _value_at(text: str, start: int) -> Any:
    """The JSON value that stands there, before the end of a list that ends the text."""
    try:
        value, end = _scan(text, start)
    except (StopIteration, ValueError, RecursionError) as error:
        raise IntegrityError("A disclosure cannot be read.", _ON_DISCLOSURE) from error
    if text[end:] != "]":
        raise IntegrityError("A disclosure is not a salt, a name and a value.", _ON_DISCLOSURE)
    return value


def digest_of_any(text: str) -> str:
    """`digest_of` for text that came from outside: "" where it is not ASCII."""
    return digest_of(text) if text.isascii() else ""


# --- leaves ---


def read_leaf(leaf: bytes) -> Leaf:
    """Read a leaf. Raises IntegrityError where it is not canonical JSON of the published form."""
    head = _HEAD.match(leaf)
    if head is None:
        raise _unfit(leaf)
    digests = head[1].decode().split('","')
    try:
        public = _read_public(leaf[head.end() :])
    except (ValueError, RecursionError, InputError) as error:
        raise IntegrityError("A leaf of the ledger is not canonical JSON.", _ON_LEAF) from error
    if digests != sorted(set(digests)):
        raise IntegrityError("A leaf of the ledger is not of the published form.", _ON_LEAF)
    if len(digests) != TYPES[public["type"]].digests:
        raise IntegrityError("A leaf of the ledger has not the number of digests of its type.", _ON_LEAF)
    return Leaf(public, tuple(digests))


_HEAD = re.compile(rb'\{"_sd":\["([A-Za-z0-9_-]{43}(?:","[A-Za-z0-9_-]{43})*)"\],')


_COUNT = re.compile(rb'(?<=[a-z0-9_][a-z0-9_]":)(0|[1-9][0-9]{0,15})(?=[,}])')
"""A whole number behind a name, in canonical JSON: within a text a quotation mark has a backslash before it."""


def _read_public(tail: bytes) -> dict[str, Any]:
    """The public fields of a leaf, from what follows its digests; `_sd` sorts before every public name.

    Raises ValueError, RecursionError or InputError where it is not canonical JSON, IntegrityError where it is not
    of the published form.
    """
    pieces = _COUNT.split(tail)
    if len(pieces) == 1:
        return dict(_parsed(tail))
    form, names = _numbered(tuple(pieces[::2]))
    counts = [int(count) for count in pieces[1::2]]
    if len(names) != len(counts) or max(counts) > INTEGER_MAX:
        return dict(_parsed(tail))
    return {**form, **dict(zip(names, counts, strict=True))}


@lru_cache(maxsize=256)
def _numbered(pieces: tuple[bytes, ...]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The public fields between whose texts numbers stand, and those that the numbers are of, () if one is of none.

    Remembered, since the entries of a batch differ in their numbers alone.
    """
    form = _parsed(_with_ordinals(pieces))
    found = {value: name for name, value in form.items() if type(value) is int}
    return form, tuple(found[at] for at in range(len(found))) if len(found) == len(pieces) - 1 else ()


def _with_ordinals(pieces: Sequence[bytes]) -> bytes:
    return b"".join([piece if at == 0 else b"%d%b" % (at - 1, piece) for at, piece in enumerate(pieces)])


@lru_cache(maxsize=1024)
def _parsed(tail: bytes) -> Mapping[str, Any]:
    """`_read_public`, remembered by those very bytes."""
    text = b"{" + tail
    parsed = _decode(text.decode())
    if not isinstance(parsed, dict) or canonical(parsed) != text:
        raise ValueError("not canonical")
    version = parsed.pop("v", None)
    fault = "" if type(version) is int and version == FORMAT else "its version is another"
    fault = fault or fault_of(parsed)
    if fault:
        raise IntegrityError(f"A leaf of the ledger is not of the published form: {fault}.", _ON_LEAF)
    return parsed


def _unfit(leaf: bytes) -> IntegrityError:
    """What is wrong with a leaf that does not begin with its digests."""
    try:
        parsed = _decode(leaf.decode())
        if isinstance(parsed, dict) and canonical(parsed) == leaf:
            return IntegrityError("A leaf of the ledger has no list of digests.", _ON_LEAF)
    except (ValueError, RecursionError, InputError):
        pass
    return IntegrityError("A leaf of the ledger is not canonical JSON.", _ON_LEAF)


_ON_LEAF = "Run `counterfoil ledger verify`, or audit the export that it came from."
