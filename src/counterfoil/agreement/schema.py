"""The terms that every agreement file gives, each with its kind and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class Kind(NamedTuple):
    """What a term's value must be: a `form`, and for numbers the least and the greatest."""

    form: str  # count, share, flag, text, texts, offices, citations
    least: float = 0
    most: float = 10_000_000
    choices: tuple[str, ...] = ()


STORAGE: Final = ("case_system", "secure_server", "workstation", "laptop", "removable")
"""Classes of storage that a manifest may declare."""
CHANNELS: Final = ("api", "sdt", "desk")
"""Channels that the product has."""

TERMS: Final[Mapping[str, Kind]] = {
    "requesting_offices": Kind("offices"),
    "statutes": Kind("citations"),
    "other_designated_statutes": Kind("flag"),
    "final_order_always": Kind("flag"),
    "answer_content": Kind("text", choices=("confirm",)),
    "channels": Kind("texts", choices=CHANNELS),
    "storage_accepted": Kind("texts", choices=STORAGE),
    "certifications": Kind("texts"),
    "batch_rows_max": Kind("count", 1, 100_000),
    "subjects_per_officer": Kind("count", 1),
    "subjects_per_investigation": Kind("count", 1),
    "subjects_per_day": Kind("count", 1),
    "subjects_per_year": Kind("count", 1),
    "signature_days": Kind("count", 0, 366),
    "tax_years_max": Kind("count", 1, 50),
    "tax_year_floor": Kind("count", 1913, 9999),
    "boilerplate_share": Kind("share"),
    "boilerplate_rows": Kind("count", 1),
    "addresses_per_subject_day": Kind("count", 1),
    "addresses_per_subject_30_days": Kind("count", 1),
    "names_per_address": Kind("count", 1),
    "names_per_address_days": Kind("count", 1, 400),
    "lock_hours": Kind("count", 1, 9600),
    "dragnet_rows": Kind("count", 1),
    "dragnet_officer_share": Kind("share"),
    "dragnet_officer_rows": Kind("count", 1),
    "dragnet_reason_share": Kind("share"),
    "dragnet_reason_rows": Kind("count", 1),
    "dragnet_investigation_rows": Kind("count", 1),
    "dragnet_one_day_rows": Kind("count", 1),
    "safeguard_required": Kind("flag"),
    "safeguard_review_years": Kind("count", 1, 10),
    "registry_age_days_max": Kind("count", 1, 3660),
    "answer_days": Kind("count", 1, 366),
    "answer_purge_days": Kind("count", 0, 366),
    "incident_report_hours": Kind("count", 1, 720),
    "disposal_days": Kind("count", 1, 3660),
    "end_notice_days": Kind("count", 0, 3660),
    "duration": Kind("text"),
    "termination": Kind("text"),
    "amendment": Kind("text"),
    "dispute": Kind("text"),
    "incomplete_requests": Kind("text"),
    "recipients": Kind("text"),
    "handling": Kind("text"),
    "publicity": Kind("text"),
    "points_of_contact": Kind("text"),
}
"""Every key of `terms`; all are required, none other is known."""


def fault_of(kind: Kind, value: Any, offices: Mapping[str, object]) -> str:
    """Why a value does not fit a term, or ""."""
    if kind.form == "flag":
        return "" if isinstance(value, bool) else "value must be true or false"
    if kind.form in ("count", "share"):
        return _number(kind, value)
    if kind.form == "text":
        if not isinstance(value, str) or not value.strip():
            return "value must be a text"
        allowed = not kind.choices or value in kind.choices
        return "" if allowed else f"value must be one of {', '.join(kind.choices)}"
    return _list(kind, value, offices)


def _number(kind: Kind, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "value must be a number"
    if kind.form == "count" and not isinstance(value, int):
        return "value must be a whole number"
    most = 1 if kind.form == "share" else kind.most
    if not kind.least <= value <= most or (kind.form == "share" and value == 0):
        return f"value must lie between {kind.least:g} and {most:g}"
    return ""


def _list(kind: Kind, value: Any, offices: Mapping[str, object]) -> str:
    if not isinstance(value, list) or not value or any(not isinstance(v, str) or not v.strip() for v in value):
        return "value must be a list of texts, not empty"
    if len(set(value)) < len(value):
        return "value names the same thing twice"
    allowed = tuple(offices) if kind.form == "offices" else kind.choices
    strange = [v for v in value if allowed and v not in allowed]
    return f"value holds {', '.join(strange)}, which is not known here" if strange else ""
