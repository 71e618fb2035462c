"""The published form of an entry: its types, its public fields, and what each may hold.

Standard library only, and no other module of Counterfoil: the auditor takes this file along. A new kind of
entry or a new public field is one line here, and a line in docs/reference/ledger-format.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

FORMAT = 1
"""Version of the format; every leaf carries it as `v`."""

ENTRY_MAX = 65_535
"""Bytes of a leaf at most: the length prefix of an entry bundle is a uint16 (C2SP tlog-tiles)."""

INTEGER_MAX = 2**53 - 1
"""Largest integer that JSON carries everywhere (RFC 8785, section 3.2.2.3)."""

TEXT_MAX = 300
"""Characters of a public text at most."""


class Kind(NamedTuple):
    """One type of entry: how many digests its leaf always has, and the public fields it cannot lack."""

    digests: int
    needs: tuple[str, ...] = ()


TYPES: Mapping[str, Kind] = {
    "setup": Kind(16),
    "agreement": Kind(16),
    "official": Kind(16),
    "officer": Kind(16),
    "safeguards": Kind(16),
    "stay": Kind(16, ("order",)),
    "stay_lifted": Kind(16, ("order",)),
    "registry": Kind(16),
    "rules": Kind(16, ("rule_set", "sha256")),
    "receipt": Kind(16, ("batch", "count")),
    "request": Kind(4, ("batch",)),
    "examination": Kind(16, ("batch", "count")),
    "hold_lifted": Kind(16, ("batch", "by")),
    "approval": Kind(16, ("batch", "by")),
    "verification": Kind(16, ("batch", "looked_up")),
    "answer": Kind(8, ("batch", "request", "outcome")),
    "release": Kind(16, ("batch", "count")),
    "return": Kind(16, ("batch",)),
    "override": Kind(16),
    "clock": Kind(16, ("state",)),
    "key": Kind(16, ("act", "use", "key")),
    "disclosure": Kind(16, ("by", "count", "sha256")),
    "witnesses": Kind(16, ("by", "sha256")),
    "gap": Kind(16, ("by", "entry", "size", "root", "previous", "vkey")),
    "expunction": Kind(16, ("by", "entry", "authority")),
}
"""Every type of entry. The count of digests covers all disclosed fields; decoys fill the rest."""

MAY: Mapping[str, frozenset[str]] = {
    "agreement": frozenset({"agreement", "sha256"}),
    "official": frozenset({"agreement", "official"}),
    "officer": frozenset({"by", "officer"}),
    "stay": frozenset({"forbids", "parties", "effective", "lifted", "except", "supersedes", "in_force"}),
    "rules": frozenset({"version"}),
    "receipt": frozenset({"codes", "rule_set", "official", "authority", "agency"}),
    "examination": frozenset({"agreement", "rule_set"}),
    "verification": frozenset({"rule_set"}),
    "answer": frozenset({"authority", "rule_set", "statute"}),
    "release": frozenset({"by"}),
    "return": frozenset({"by", "count"}),
    "override": frozenset({"override"}),
    "key": frozenset({"by", "previous", "since", "until", "vkey", "jwk", "proof", "consent"}),
    "disclosure": frozenset({"officer"}),
}
"""The public fields that an entry of a type may have beside `type`, `day` and those that it needs, and no others:
no rule would look at one, so it could tell a reader what the rest denies."""

_HAS: Mapping[str, frozenset[str]] = {
    kind: frozenset({"type", "day", *TYPES[kind].needs, *MAY.get(kind, ())}) for kind in TYPES
}

TEXT, NUMBER, TEXTS, NUMBERS, FLAG, DAY = "text", "number", "texts", "numbers", "flag", "day"

FIELDS: Mapping[str, str] = {
    "type": TEXT,
    "day": DAY,
    **dict.fromkeys(
        (
            "batch", "agency", "authority", "agreement", "rule_set", "outcome", "state", "channel", "statute",
            "version", "key", "vkey", "sha256", "rows_sha256", "order", "supersedes", "court", "docket",
            "effective", "lifted", "official", "officer", "by", "signature", "storage", "override", "previous",
            "act", "use", "jwk", "proof", "consent", "since", "until", "root",
        ),
        TEXT,
    ),
    **dict.fromkeys(("request", "receipt", "examination", "verification", "release", "entry"), NUMBER),
    **dict.fromkeys(
        (
            "count", "passed", "refused", "held", "confirmed", "looked_up", "size", "rows", "people",
            "addresses",
        ),
        NUMBER,
    ),
    **dict.fromkeys(("codes", "statutes", "forbids", "parties", "orders", "except", "years"), TEXTS),
    **dict.fromkeys(("counts", "refused_by_code"), NUMBERS),
    **dict.fromkeys(("in_force", "met"), FLAG),
}  # fmt: skip
"""Every public field and its shape. None may hold anything about a person who is asked about."""

VALUES: Mapping[str, frozenset[str]] = {
    "outcome": frozenset({"CONFIRMED", "NO_CONFIRMATION", "REFUSED", "HELD"}),
    "act": frozenset({"rotated", "compromised"}),
    "use": frozenset({"ledger", "custodian", "sealing", "official", "officer"}),
}
"""Fields that hold one of a few words, and nothing else."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
RESERVED = frozenset({"v", "_sd", "_sd_alg", "..."})
DIGEST = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
DAY_FORM = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def fault_of(public: Mapping[str, object]) -> str:
    """What is wrong with an entry's public fields (without `v` and `_sd`), "" if nothing is."""
    kind = public.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        return f"its type {_shown(kind)} is not one of the ledger's types"
    for name in ("day", *TYPES[kind].needs):
        if name not in public:
            return f"an entry of type {kind} must have the public field {name!r}"
    for name, value in public.items():
        shape = FIELDS.get(name)
        if shape is None:
            return f"{_shown(name)} is not a public field of the ledger"
        if not _fits(shape, value):
            return f"its public field {name!r} does not hold a {_SHAPE[shape]}"
        if name in VALUES and value not in VALUES[name]:
            return f"its public field {name!r} holds none of {', '.join(sorted(VALUES[name]))}"
    return ""


def stray_of(public: Mapping[str, object]) -> str:
    """What of an entry of a known type is no field of that type, as a sentence's end; "" if nothing is."""
    kind = str(public["type"])
    if public.keys() <= _HAS[kind]:  # this runs for every entry
        return ""
    stray = next(name for name in public if name not in _HAS[kind])
    return f"an entry of type {kind} has no public field {stray!r}"


@lru_cache(maxsize=1024)
def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written YYYY-MM-DD."""
    try:
        return DAY_FORM.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


_SHAPE = {
    TEXT: f"text of 1 to {TEXT_MAX} printable characters",
    NUMBER: "whole number from 0",
    TEXTS: "list of texts",
    NUMBERS: "table of whole numbers by text",
    FLAG: "true or false",
    DAY: "day of the calendar as YYYY-MM-DD",
}


def _fits(shape: str, value: object) -> bool:
    """Whether a value has the shape. Cheap: this runs for every field of every entry."""
    if shape == TEXT:
        return is_text(value)
    if shape == NUMBER:
        return _is_number(value)
    if shape == DAY:
        return isinstance(value, str) and is_day(value)
    if shape == TEXTS:
        return isinstance(value, (list, tuple)) and len(value) <= 200 and all(map(is_text, value))
    if shape == NUMBERS:
        if not isinstance(value, Mapping) or len(value) > 200:
            return False
        return all(is_text(key) and key.isascii() and _is_number(number) for key, number in value.items())
    return isinstance(value, bool)


def is_text(value: object) -> bool:
    """Whether a value may stand in a public field that holds text."""
    return isinstance(value, str) and 0 < len(value) <= TEXT_MAX and value.isprintable()


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INTEGER_MAX


def _shown(value: object) -> str:
    """A stranger's value in a sentence: short, and harmless on a terminal."""
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."
