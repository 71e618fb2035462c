"""Who signed: the office of the enrolled official, read once for the rules on the signer.

26 USC 6103(i)(2)(A) lists who may ask; an official is enrolled with the office as claimed, and whether that
office may ask is judged here, by the law and the agreement.
"""

from __future__ import annotations

from functools import lru_cache

from counterfoil.examination.context import Context
from counterfoil.examination.texts import words
from counterfoil.law import Office, load, read_office

_OFFICES = frozenset(
    [
        "director",
        "secretary",
        "commissioner",
        "administrator",
        "attorney",
        "general",
        "inspector",
        "chief",
        "head",
        "officer",
        "supervisor",
        "deputy",
        "assistant",
        "associate",
        "counsel",
        "commandant",
        "chairman",
        "chair",
        "manager",
        "agent",
        "special",
        "sheriff",
        "analyst",
        "specialist",
    ]
)


def signing_office(context: Context) -> Office | None:
    """The office of the official who signed; None where there is no manifest to sign.

    An official who is not enrolled holds no office.
    """
    if context.manifest is None:
        return None
    if context.official is None:
        return _office("", "", context.agreement.agencies)
    return _office(context.official.office, context.official.name, context.agreement.agencies)


@lru_cache(maxsize=256)
def _office(text: str, name: str, agencies: tuple[str, ...]) -> Office:
    return read_office(text, load(), name=name, within=agencies)


def names_an_office(block: str) -> bool:
    """Whether a signature block says an office at all, beside a name."""
    return any(word in _OFFICES for word in words(block))
