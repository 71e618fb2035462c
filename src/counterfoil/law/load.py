"""Read the law from its folder; every fault of every file is listed at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.law.citation import Citation
from counterfoil.law.load_authorities import read_authorities
from counterfoil.law.model import (
    CODES,
    EFFECTS,
    FACTS,
    KINDS,
    SCOPES,
    Code,
    Law,
    Setting,
    Statute,
)
from counterfoil.law.records import Faults, Record, read_yaml

PACKAGED: Final = Path(__file__).parent
"""The folder of the packaged law."""


def load(folder: Path | None = None) -> Law:
    """The packaged law (read once and kept), or the law of another folder.

    Raises LawError that lists every fault of every file.
    """
    return _packaged() if folder is None else read_law(Path(folder))


@lru_cache(maxsize=1)
def _packaged() -> Law:
    return read_law(PACKAGED)


def read_law(folder: Path) -> Law:
    """The law of a folder that holds codes/, statutes/, authorities/ and settings/."""
    faults = Faults()
    codes = _codes(folder, faults)
    statutes = _statutes(folder, faults)
    settings = _settings(folder, faults)
    agencies, authorities, lexicon = read_authorities(folder / "authorities", faults)
    faults.stop("The law cannot be used")
    return Law(
        codes=MappingProxyType({key: codes[key] for key in CODES}),
        statutes=tuple(sorted(statutes, key=lambda s: (s.citation, s.effective))),
        authorities=MappingProxyType(authorities),
        settings=MappingProxyType(settings),
        agencies=MappingProxyType(agencies),
        lexicon=lexicon,
    )


def _files(folder: Path, room: str, faults: Faults) -> Iterator[tuple[str, Record]]:
    paths = sorted((folder / room).glob("*.yaml"))
    if not paths:
        faults.add(room, "holds no file of law")
    for path in paths:
        name = f"{room}/{path.name}"
        data = read_yaml(path, faults, name)
        if data is not None:
            yield name, Record(data, name, faults)


def _with_defaults(file: Record, entry: object) -> object:
    defaults = file.data.get("defaults")
    if isinstance(entry, Mapping) and isinstance(defaults, Mapping):
        return {**defaults, **entry}
    return entry


def _entries(file: Record, key: str, name: str) -> Iterator[tuple[str, Record]]:
    """The records below one key of a file, each with the file's defaults filled in."""
    entries = file.raw(key)
    file.raw("defaults", required=False)
    file.done()
    if not isinstance(entries, Mapping):
        if entries is not None:
            file.fault(f"{key} must be a mapping")
        return
    for entry_key, entry in entries.items():
        yield str(entry_key), Record(_with_defaults(file, entry), f"{name}: {entry_key}", file.faults)


def _codes(folder: Path, faults: Faults) -> dict[str, Code]:
    found: dict[str, Code] = {}
    for name, file in _files(folder, "codes", faults):
        for key, record in _entries(file, "codes", name):
            if key not in CODES:
                record.fault("is not in the closed list of codes")
            if key in found:
                record.fault("is defined in another file as well")
            found[key] = _code(key, record)
    for key in CODES:
        if key not in found:
            faults.add("codes", f"{key} is missing")
    return found


def _code(key: str, record: Record) -> Code:
    code = Code(
        id=key,
        field=record.text("field"),
        scope=record.choice("scope", SCOPES),
        effect=record.choice("effect", EFFECTS),
        citation=record.texts("citation"),
        message=record.text("message"),
        remedy=record.text("remedy"),
        source=record.text("source"),
        confirmed_by_counsel=record.flag("confirmed_by_counsel"),
    )
    for text in code.citation:
        _check_citation(text, record)
    for part, words in (("message", code.message), ("remedy", code.remedy)):
        if words and not re.match(r".*[.!?]$", words, re.S):
            record.fault(f"{part} must end as a sentence")
    record.done()
    return code


def _check_citation(text: str, record: Record) -> None:
    """A citation of the Code must read and be printed in its one form; others (RFC, Publication) pass."""
    if not re.search(r"\bU\.? ?S\.? ?C\b", text):
        return
    try:
        plain = str(Citation.parse(text))
    except InputError as error:
        record.fault(f"citation: {error.what}")
        return
    if plain != text:
        record.fault(f"citation {text!r} must be written {plain!r}")


def _statutes(folder: Path, faults: Faults) -> list[Statute]:
    found: list[Statute] = []
    seen: dict[tuple[Citation, object], str] = {}
    for name, file in _files(folder, "statutes", faults):
        for statute in _statutes_of(name, file):
            key = (statute.citation, statute.effective)
            if key in seen:
                faults.add(name, f"{statute.citation} is in {seen[key]} as well")
            seen[key] = name
            found.append(statute)
    return found


def _statutes_of(name: str, file: Record) -> Iterator[Statute]:
    kind = file.choice("kind", KINDS)
    entries = file.raw("statutes")
    file.raw("defaults", required=False)
    file.done()
    if not isinstance(entries, list):
        if entries is not None:
            file.fault("statutes must be a list")
        return
    for number, entry in enumerate(entries, start=1):
        yield from _statute(kind, Record(_with_defaults(file, entry), f"{name}: entry {number}", file.faults))


def _statute(kind: str, record: Record) -> Iterator[Statute]:
    several = record.has("citations")
    one = None if several else record.citation("citation")
    citations = record.citations("citations") if several else ((one,) if one else ())
    if citations:
        record.where += f" ({citations[0]})"
    effective, repealed = record.day("effective"), record.day("repealed", required=False)
    sentence, source = record.text("sentence"), record.text("source")
    facts, confirmed = record.texts("facts", required=False), record.flag("confirmed_by_counsel")
    for fact in facts:
        if fact not in FACTS:
            record.fault(f"facts: {fact} is not one of {', '.join(FACTS)}")
    if effective and repealed and repealed <= effective:
        record.fault("repealed must lie after effective")
    record.done()
    if effective:
        for citation in citations:
            yield Statute(citation, kind, sentence, effective, repealed, facts, source, confirmed)


def _settings(folder: Path, faults: Faults) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for name, file in _files(folder, "settings", faults):
        for key, record in _entries(file, "settings", name):
            if key in found:
                record.fault("is defined in another file as well")
            setting = _setting(key, record)
            if setting:
                found[key] = setting
    return found


def _setting(key: str, record: Record) -> Setting | None:
    value: Any = record.raw("value")
    if not isinstance(value, int | bool | str) or value == "":
        record.fault("value must be a whole number, true, false or a text")
    elif isinstance(value, int) and value < 0:
        record.fault("value must not be negative")
    unit, source, day = record.text("unit"), record.text("source"), record.day("date")
    confirmed, sentence = record.flag("confirmed_by_counsel"), record.text("sentence")
    record.done()
    return Setting(key, value, unit, source, day, confirmed, sentence) if day else None
