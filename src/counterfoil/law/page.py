"""The page "What we check, and on what law", made from the law itself: `python -m counterfoil.law.page`.

The page cannot drift from the rules: it is generated, and the build compares it with the file in the docs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from counterfoil.law.load import load
from counterfoil.law.model import Code, Law, Setting, Statute

_SCOPES: Final = {
    "request": ("One request", "Each stops the one request that has it, and no other."),
    "batch": ("The whole batch", "Each stops every request of the batch."),
    "gate": ("Before any request", "Each stops every batch of the agency until it is resolved."),
}
_KINDS: Final = {
    "criminal": "Criminal statutes that a request may name",
    "civil": "Provisions that are not criminal statutes",
    "tax": "Tax administration",
}
_INTRO: Final = """\
# What we check, and on what law

A request is examined by the rules below before any record is opened. A refusal speaks of the request
alone: it is the same whether or not the custodian holds a record of the person. Every deficiency is
reported at once, with its citation and the way to mend it. The list of codes is closed.

This page is made from the files of law that the program reads (`python -m counterfoil.law.page`).
"""
_CODES_INTRO: Final = """\
## Codes

{count} codes. A refusal can be mended and sent again; a hold waits for an event or a person.
"""
_STATUTES_INTRO: Final = """\
## Statutes

The closest entry that covers a citation decides. A citation that no entry covers is refused as
`STATUTE_UNKNOWN`, and counsel can enter it. *From* is the day from which the table relies on the entry.
"""
_AUTHORITIES_INTRO: Final = """\
## Offices that may ask

26 USC 6103(i)(2)(A) names the head of any Federal agency, its Inspector General, and for the Department
of Justice the officials listed. An agreement narrows the list. A signature for another person is
refused: the paragraph names no delegate.
"""
_SETTINGS_INTRO: Final = """\
## What we assume

Numbers and switches, each with its source. Terms of an agreement are shown with the agreement
(`counterfoil agreement show`).
"""


def render(law: Law) -> str:
    """The page as Markdown."""
    parts = [_INTRO, *_codes(law), *_statutes(law), *_authorities(law), *_settings(law)]
    return "\n".join(parts).rstrip() + "\n"


def _codes(law: Law) -> Iterable[str]:
    yield _CODES_INTRO.format(count=len(law.codes))
    for scope, (title, sentence) in _SCOPES.items():
        yield f"### {title}\n\n{sentence}\n"
        codes = [code for code in law.codes.values() if code.scope == scope]
        for code in codes:
            yield _code(code)


def _code(code: Code) -> str:
    effect = {"refuse": "refused", "hold": "held"}[code.effect]
    return (
        f"#### `{code.id}`\n\n{code.message}\n\n"
        f"*To mend it:* {code.remedy}\n\n"
        f"- Field: `{code.field}`; {effect}\n"
        f"- Law: {'; '.join(code.citation)}\n"
        f"- Source: {code.source}; {_counsel(code.confirmed_by_counsel)}\n"
    )


def _statutes(law: Law) -> Iterable[str]:
    yield _STATUTES_INTRO
    for kind, title in _KINDS.items():
        yield f"### {title}\n"
        yield "| provision | what it is | facts asked for | from | source |\n| --- | --- | --- | --- | --- |"
        chosen = [statute for statute in law.statutes if statute.kind == kind]
        for _, group in groupby(chosen, key=_row_key):
            yield _statute_row(list(group))
        yield ""


def _row_key(statute: Statute) -> tuple[object, ...]:
    return (statute.sentence, statute.facts, statute.effective, statute.repealed, statute.source)


def _statute_row(group: list[Statute]) -> str:
    first = group[0]
    names = ", ".join(str(statute.citation) for statute in group)
    facts = ", ".join(f"`{fact}`" for fact in first.facts) or "none"
    days = f"{first.effective}" + (f" until {first.repealed}" if first.repealed else "")
    return f"| {names} | {_cell(first.sentence)} | {facts} | {days} | {_cell(first.source)} |"


def _authorities(law: Law) -> Iterable[str]:
    yield _AUTHORITIES_INTRO
    yield "| key | office | kind | law |\n| --- | --- | --- | --- |"
    for authority in law.authorities.values():
        kind = authority.kind.replace("_", " ")
        yield f"| `{authority.key}` | {_cell(authority.office)} | {kind} | {authority.citation} |"
    yield ""


def _settings(law: Law) -> Iterable[str]:
    yield _SETTINGS_INTRO
    yield "| setting | value | meaning | source | as of | counsel |\n| --- | --- | --- | --- | --- | --- |"
    for setting in law.settings.values():
        yield _setting_row(setting)
    yield ""


def _setting_row(setting: Setting) -> str:
    value = {True: "on", False: "off"}[setting.value] if isinstance(setting.value, bool) else str(setting.value)
    unit = "" if setting.unit == "switch" else f" {setting.unit}"
    counsel = _counsel(setting.confirmed_by_counsel)
    return (
        f"| `{setting.key}` | {value}{_cell(unit)} | {_cell(setting.sentence)} | {_cell(setting.source)} "
        f"| {setting.date} | {counsel} |"
    )


def _counsel(confirmed: bool) -> str:
    return "confirmed by counsel" if confirmed else "not yet confirmed by counsel"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write(render(load()))
