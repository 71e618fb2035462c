"""The public form of an agreement, and where two agreements differ."""

from __future__ import annotations

from typing import Any, Final

from counterfoil.agreement.model import Agreement, Term
from counterfoil.agreement.read import as_mapping

REDACTED: Final = "[redacted]"
"""What the public form shows in place of a value that is withheld."""

_HEAD: Final = ("title", "custodian", "requester", "agencies", "signed", "effective", "ends", "suspended")


def public_form(agreement: Agreement) -> dict[str, Any]:
    """The agreement as it may be published: withheld terms shown as such, with the reason."""
    form = as_mapping(agreement)
    for key, term in agreement.terms.items():
        if term.known == "redacted" or term.withheld:
            form["terms"][key]["value"] = REDACTED
    return form


def differences(a: Agreement, b: Agreement) -> list[dict[str, Any]]:
    """Where two agreements differ: key, the value of each, and why it matters or how each is known.

    Terms of one value still differ when one is published and the other only reported: `a_known` and `b_known` tell.
    """
    left, right = _flat(a), _flat(b)
    found = [
        {"key": key, "a": left[key], "b": right[key], "why": _head_why(key)} for key in left if left[key] != right[key]
    ]
    for key in dict.fromkeys((*a.terms, *b.terms)):
        one, two = a.terms.get(key), b.terms.get(key)
        if _shown(one) != _shown(two) or (one and one.known) != (two and two.known):
            known = {"a_known": one.known if one else None, "b_known": two.known if two else None}
            found.append({"key": key, "a": _shown(one), "b": _shown(two), **known, "why": _why(one, two)})
    return found


def _flat(agreement: Agreement) -> dict[str, Any]:
    data = as_mapping(agreement)
    data |= data.pop("parties")
    return {key: data[key] for key in _HEAD}


def _shown(term: Term | None) -> Any:
    if term is None:
        return None
    if term.known == "redacted" or term.withheld:
        return REDACTED
    return list(term.value) if isinstance(term.value, tuple) else term.value


def _head_why(key: str) -> str:
    if key in ("signed", "effective", "ends", "suspended"):
        return "Decides on which days the agreement is in force."
    return "Names the agreement and its parties."


def _why(one: Term | None, two: Term | None) -> str:
    parts = [
        f"{name}: {term.known.replace('_', ' ')}, {term.source}. {term.sentence}"
        for name, term in (("a", one), ("b", two))
        if term
    ]
    return " ".join(parts)
