"""Read authorities/: agencies and their heads, the listed officials, and the word classes of offices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from counterfoil.law.model import Agency, Authority, Lexicon
from counterfoil.law.records import Faults, Record, read_yaml

_CITATION: Final = "26 USC 6103(i)(2)(A)"
_DISTRICT: Final = (
    r"( for)?( the)?( (northern|southern|eastern|western|central|middle))?"
    r"( (judicial )?district( of)?( [a-z]+){0,4}| [nsewcm]?d( of)? [a-z]+( [a-z]+)?)?"
)

Authorities = tuple[dict[str, Agency], dict[str, Authority], Lexicon]


def read_authorities(folder: Path, faults: Faults) -> Authorities:
    """Agencies, authorities and word classes; faults are noted."""
    agencies: dict[str, Agency] = {}
    authorities: dict[str, Authority] = {}
    _read_agencies(_file(folder, "agencies", faults), agencies, authorities)
    _read_officials(_file(folder, "officials", faults), agencies, authorities)
    return agencies, authorities, _read_words(_file(folder, "words", faults))


def _file(folder: Path, name: str, faults: Faults) -> Record:
    where = f"authorities/{name}.yaml"
    data = read_yaml(folder / f"{name}.yaml", faults, where)
    return Record({} if data is None else data, where, faults)


def _mapping(file: Record, key: str) -> Mapping[str, object]:
    value = file.raw(key)
    if not isinstance(value, Mapping):
        if value is not None:
            file.fault(f"{key} must be a mapping")
        return {}
    return value


def _read_agencies(file: Record, agencies: dict[str, Agency], authorities: dict[str, Authority]) -> None:
    source = file.text("source")
    for key, entry in _mapping(file, "agencies").items():
        record = Record(entry, f"{file.where}: {key}", file.faults)
        agency = Agency(
            key=str(key),
            name=record.text("name"),
            names=record.texts("names"),
            parent=record.text("parent", "") or None,
            shared_name=record.flag("shared_name", default=False),
        )
        heads = record.raw("head", required=False) or []
        if not isinstance(heads, list) or any(not isinstance(head, str) for head in heads):
            record.fault("head must be a list of titles")
            heads = []
        if heads:
            authorities[f"{key}.head"] = Authority(
                f"{key}.head",
                _head_office(heads[0], agency),
                "agency_head",
                agency.key,
                (*heads, "head"),
                _CITATION,
                source,
            )
        if record.flag("inspector_general", default=False):
            office = f"Inspector General of the {agency.name}"
            authorities[f"{key}.inspector_general"] = Authority(
                f"{key}.inspector_general",
                office,
                "inspector_general",
                agency.key,
                ("inspector general",),
                _CITATION,
                source,
            )
        record.done()
        agencies[agency.key] = agency
    file.done()
    _check_agencies(file, agencies)


def _head_office(title: str, agency: Agency) -> str:
    if agency.name.casefold().endswith(title.casefold()) or title in agency.name.casefold():
        return agency.name
    name = agency.name.removeprefix("Department of the ").removeprefix("Department of ")
    words = title.title().replace(" Of ", " of ")
    if words == "Secretary":
        return f"Secretary of {'the ' if 'the ' in agency.name else ''}{name}"
    return f"{words}, {agency.name}"


def _check_agencies(file: Record, agencies: dict[str, Agency]) -> None:
    owner: dict[str, str] = {}
    for agency in agencies.values():
        seen: set[str] = set()
        above = agency.parent
        while above and above in agencies and above not in seen:
            seen.add(above)
            above = agencies[above].parent
        if above:
            problem = "goes round in a circle" if above in seen else f"{above} is not an agency"
            file.fault(f"{agency.key}: parent {problem}")
        for name in agency.names:
            if name in owner:
                file.fault(f"{agency.key}: the name {name!r} is that of {owner[name]} as well")
            owner[name] = agency.key


def _read_officials(file: Record, agencies: dict[str, Agency], authorities: dict[str, Authority]) -> None:
    source = file.text("source")
    divisions = "|".join(map(re.escape, file.texts("divisions")))
    division = rf"(( for)?( the| of| in charge of)*( office of)? ({divisions})( division)?)?"
    for key, entry in _mapping(file, "officials").items():
        record = Record(entry, f"{file.where}: {key}", file.faults)
        agency = record.text("agency", "")
        if agency and agency not in agencies:
            record.fault(f"agency {agency} is not an agency")
        forms = tuple(
            form.replace("{division}", division).replace("{district}", _DISTRICT) for form in record.texts("forms")
        )
        for form in forms:
            _check_pattern(form, record)
        office = record.text("office")
        authorities[f"doj.{key}"] = Authority(f"doj.{key}", office, "doj_official", agency, forms, _CITATION, source)
        record.done()
    file.done()


def _check_pattern(pattern: str, record: Record) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        record.fault(f"{pattern!r} is not a pattern: {error}")


def _patterns(record: Record, key: str) -> tuple[str, ...]:
    patterns = record.texts(key)
    for pattern in patterns:
        _check_pattern(pattern, record)
    return patterns


def _read_words(file: Record) -> Lexicon:
    file.text("source")
    classes = Record(file.raw("non_federal"), f"{file.where}: non_federal", file.faults)
    lexicon = Lexicon(
        fillers=frozenset(file.texts("fillers")),
        acting=file.texts("acting"),
        former=_patterns(file, "former"),
        delegate=_patterns(file, "delegate"),
        non_federal=MappingProxyType({key: _patterns(classes, key) for key in classes.data}),
        rewrites=MappingProxyType({str(k): str(v) for k, v in _mapping(file, "rewrites").items()}),
        places=file.texts("places"),
        always_outside=file.texts("always_outside"),
    )
    for group in lexicon.always_outside:
        if group not in lexicon.non_federal:
            file.fault(f"always_outside: {group} is not a class of non_federal")
    file.done()
    return lexicon
