"""The manifest as bytes (RFC 8785 canonical JSON) and back, every fault listed at once.

Only its form is read here. Whether the official may sign, the roster is acceptable or the storage safe is
the examination's question: a manifest with an empty roster can be read, and is refused there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.request import jose, keys
from counterfoil.request.limits import MAX_MANIFEST_BYTES, MAX_RECIPIENTS, MAX_TEXT_CHARS
from counterfoil.request.model import Manifest, RosterEntry

REQUIRED: Final = ("batch_id", "agreement", "official", "signed_at", "count", "sha256", "format")
OPTIONAL_TEXTS: Final = ("certification", "storage", "channel", "signature_block")
ROSTER_TEXTS: Final = ("key", "name", "title", "agency", "email", "role", "engaged")

_BATCH_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SIGNED_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})\Z")
_FORMATS = ("csv", "jsonl", "parquet")
_MAX_COUNT = 10**9
_MEMBERS = frozenset(f.name for f in fields(Manifest))


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest in canonical JSON (RFC 8785): what the official signs. InputError lists its faults."""
    import rfc8785

    members = asdict(manifest)
    members["roster"] = [asdict(entry) for entry in manifest.roster]
    faults = _faults(members)
    if faults:
        raise _refusal(faults)
    return rfc8785.dumps(members)


def read_manifest(jws_payload: bytes) -> Manifest:
    """The manifest that `jws_payload` (the content of a verified signature) sets forth.

    InputError with every fault in `details`: not JSON, unknown or missing members, values of a wrong kind.
    """
    if len(jws_payload) > MAX_MANIFEST_BYTES:
        raise _refusal([f"it has {len(jws_payload):,} bytes; at most {MAX_MANIFEST_BYTES:,} are read"])
    try:
        members = jose.strict_json(jws_payload)
    except ValueError:
        raise _refusal(["it is not JSON, or gives a member twice"]) from None
    if not isinstance(members, dict):
        raise _refusal(["it is not a JSON object"])
    faults = _faults(members)
    if faults:
        raise _refusal(faults)
    roster = tuple(roster_entry(entry, keys.checked(entry["public_key"], False)) for entry in members.get("roster", ()))
    return Manifest(**{**members, "roster": roster})


def roster_entry(texts: Mapping[str, str], public_key: dict[str, str]) -> RosterEntry:
    """A roster entry from its texts, "" where one is absent, and its checked public JWK."""
    key, name, title, agency, email, role, engaged = (texts.get(text, "") for text in ROSTER_TEXTS)
    return RosterEntry(key, name, title, agency, email, role, engaged, public_key)


def instant(moment: datetime) -> str:
    """An instant as the manifest writes it: RFC 3339 in UTC, whole seconds; InputError without a zone."""
    if moment.tzinfo is None:
        raise InputError("The time of signing has no time zone.", "Give it in UTC.")
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _refusal(faults: list[str]) -> InputError:
    return InputError(
        "The manifest cannot be used." if len(faults) > 1 else f"The manifest cannot be used: {faults[0]}.",
        "Make it again with `counterfoil request seal`, or by the reference page on sealed batches.",
        faults,
    )


def _faults(members: Mapping[str, Any]) -> list[str]:
    faults = [f"unknown member {str(name)[:40]!r}" for name in members if name not in _MEMBERS]
    faults += [f"{name} is missing" for name in REQUIRED if name not in members]
    for name in (*REQUIRED, *OPTIONAL_TEXTS):
        if name in members and name != "count":
            faults += text_faults(name, members[name])
    for name, (fits, sentence) in _FORMS.items():
        if name in members and not fits(members[name]):
            faults.append(f"{name} {sentence}")
    return faults + _roster_faults(members.get("roster", []))


def text_faults(name: str, value: object) -> list[str]:
    """What is wrong with a text of the manifest or roster: its kind, its length, characters that are none."""
    if not isinstance(value, str):
        return [f"{name} is not a text"]
    if len(value) > MAX_TEXT_CHARS:
        return [f"{name} is longer than {MAX_TEXT_CHARS:,} characters"]
    if name == "signature_block":  # may run over several lines, as on paper
        value = value.translate({ord(c): " " for c in "\r\n\t"})
    if any(c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" for c in value):
        return [f"{name} holds control characters"]
    return []


def roster_key_faults(where: str, found: list[str]) -> list[str]:
    """Keys that are empty, hold blanks (rows name them with spaces between) or stand twice."""
    faults = [f"{where}: an entry has no key" for key in found if not key]
    faults += [f"{where}: the key {key[:40]!r} holds a blank" for key in found if len(key.split()) > 1]
    twice = sorted({key for key in found if key and found.count(key) > 1}) if len(set(found)) < len(found) else []
    return faults + [f"{where}: the key {key[:40]!r} stands more than once" for key in twice]


def _roster_faults(roster: object) -> list[str]:
    if not isinstance(roster, list | tuple):
        return ["roster is not a list"]
    if len(roster) > MAX_RECIPIENTS:
        return [f"roster has {len(roster):,} entries; at most {MAX_RECIPIENTS:,} are read"]
    faults: list[str] = []
    for number, entry in enumerate(roster, start=1):
        faults += [f"roster entry {number}: {fault}" for fault in _entry_faults(entry)]
    if not faults:
        faults = roster_key_faults("roster", [entry["key"] for entry in roster])
    return faults


def _entry_faults(entry: object) -> list[str]:
    if not isinstance(entry, Mapping):
        return ["it is not a JSON object"]
    faults = [f"unknown member {str(name)[:40]!r}" for name in entry if name not in (*ROSTER_TEXTS, "public_key")]
    for name in ROSTER_TEXTS:
        faults += text_faults(name, entry.get(name, "" if name != "key" else None))
    try:
        keys.checked(entry.get("public_key"), private=False, what="its public_key")
    except InputError as error:
        faults.append(error.what.rstrip("."))
    return faults


def _is_instant(value: object) -> bool:
    if not isinstance(value, str) or not _SIGNED_AT.match(value):
        return False
    try:
        datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


_FORMS: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "batch_id": (
        _matches(_BATCH_ID),
        "is not 1 to 64 of A-Z a-z 0-9 - _ ., beginning with a letter or digit",
    ),
    "signed_at": (_is_instant, "is not an instant such as 2026-11-22T15:04:05Z"),
    "count": (lambda n: type(n) is int and 0 <= n <= _MAX_COUNT, "is not a whole number of rows"),
    "sha256": (_matches(_SHA256), "is not 64 hexadecimal digits in lower case"),
    "format": (lambda f: f in _FORMATS, f"is none of {', '.join(_FORMATS)}"),
}
