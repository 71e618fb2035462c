"""What is to be shown: which entries, which of their fields, and why the others are not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from counterfoil.errors import InputError

PLAIN = frozenset({"time", "codes", "cited", "rows_sha256", "sealed_sha256", "signature", "vkey", "custodian"})
"""Disclosed fields that say nothing about a person. Every other one counts as personal."""

_RANGE = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)
_MEMBERS = {"title", "to", "entries", "batch", "request", "disclose", "reasons"}
RANGE_MAX = 100_000


@dataclass(frozen=True)
class Plan:
    """A release as it is asked for. Fields are named `field`, or `type.field` for entries of one type.

    `reasons` has a text for each field that is kept back, `*` for all that are not named.
    """

    entries: tuple[int, ...] = ()
    batch: str = ""
    request: str = ""
    disclose: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    to: str = ""


def read_ranges(text: str) -> tuple[int, ...]:
    """Indices written as `3,7-9`. Raises InputError."""
    found: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        match = _RANGE.fullmatch(part)
        last = int(match[2] or match[1]) if match else -1
        if match is None or last < int(match[1]):
            raise InputError(f"{part[:40]!r} is no entry and no range of entries.", "Write it as 3,7-9.")
        if last - int(match[1]) >= RANGE_MAX:
            raise InputError(f"A range names at most {RANGE_MAX:,} entries.", "Name fewer at once.")
        found += range(int(match[1]), last + 1)
    return tuple(dict.fromkeys(found))


def read_plan(document: Any) -> Plan:
    """A plan out of a YAML document; every fault is named. Raises InputError."""
    if not isinstance(document, dict):
        raise InputError("A plan is a table (entries or batch, disclose, reasons).", "See the how-to on redaction.")
    faults = [f"{name!r} is not known" for name in document if name not in _MEMBERS]
    texts = {name: document.get(name) or "" for name in ("title", "to", "batch", "request")}
    faults += [f"{name} is no text" for name, value in texts.items() if not isinstance(value, str)]
    disclose, reasons = document.get("disclose") or [], document.get("reasons") or {}
    if not isinstance(disclose, list) or not all(isinstance(one, str) for one in disclose):
        faults.append("disclose is no list of fields")
    if not isinstance(reasons, dict) or not all(isinstance(one, str) for pair in reasons.items() for one in pair):
        faults.append("reasons is no table of texts by field")
    entries = document.get("entries") or []
    if not isinstance(entries, list) or not all(isinstance(one, int | str) for one in entries):
        faults.append("entries is no list of numbers and ranges")
    if faults:
        raise InputError(f"The plan has {len(faults)} faults.", "Correct each of them.", faults)
    return Plan(
        entries=read_ranges(",".join(map(str, entries))), disclose=frozenset(disclose), reasons=reasons, **texts
    )


def read_reasons(given: Sequence[str]) -> dict[str, str]:
    """Reasons written as FIELD=TEXT. Raises InputError."""
    reasons: dict[str, str] = {}
    for text in given:
        name, equals, reason = text.partition("=")
        if not equals or not name.strip() or not reason.strip():
            raise InputError(f"{text[:60]!r} is no reason.", "Write it as FIELD=TEXT, or '*=TEXT' for all others.")
        reasons[name.strip()] = reason.strip()
    return reasons


def applies(named: str, kind: str, field_name: str) -> bool:
    """Whether a field as named (`field` or `type.field`) is this field of an entry of this type."""
    return named in (field_name, f"{kind}.{field_name}")


def reason_for(reasons: Mapping[str, str], kind: str, field_name: str) -> str:
    """The reason that a plan gives for keeping a field back, "" if none."""
    return reasons.get(f"{kind}.{field_name}") or reasons.get(field_name) or reasons.get("*") or ""
