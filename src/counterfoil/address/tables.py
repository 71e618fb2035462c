"""Publication 28 as look-up tables, read once from the CSV files in `data/`.

Each file names its section and date in its head. Words are upper case ASCII.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import counterfoil

_DATA: Final = Path(counterfoil.__file__).parent / "address" / "data"  # compiled code stands elsewhere


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


SUFFIX: Final[dict[str, str]] = {}  # form -> standard abbreviation: "AVENUE" -> "AVE"
SUFFIX_NAME: Final[dict[str, str]] = {}  # standard abbreviation -> word: "AVE" -> "AVENUE"
COMMON: Final[set[str]] = set()  # standard suffixes that show a street: ST, HWY
OMITTED: Final[set[str]] = set()  # standard suffixes that people leave out: ST, AVE
NAME_WORD: Final[dict[str, str]] = {}  # a suffix form inside a street name -> the word in full
_NOT_INSIDE: Final = frozenset("LA UN IS VIA ST STS DR CT PR DIV RAD CP ML MS AV MT FT KY VIS VL WL EXP".split())  # noqa: SIM905
for _row in _rows("suffixes.csv"):
    SUFFIX_NAME[_row["standard"]] = _row["name"]
    if _row["common"] == "yes":
        COMMON.add(_row["standard"])
    if _row["omitted"] == "yes":
        OMITTED.add(_row["standard"])
    for _form in _row["forms"].split():
        SUFFIX[_form] = _row["standard"]
        # A plural that Appendix C1 gives the singular's abbreviation stays itself inside a name.
        _plural = _form.endswith("S") and not _row["name"].endswith("S")
        if _form not in _NOT_INSIDE and not _plural:
            NAME_WORD[_form] = _row["name"]
COMMON_FORM: Final = frozenset(form for form, standard in SUFFIX.items() if standard in COMMON)  # STREET, STR, ST, HWY
NAME_WORD.update({
    "AV": "AVENUE", "AVENIDA": "AVENUE", "DOCTOR": "DR", "ELEM": "ELEMENTARY", "FT": "FORT", "HOSP": "HOSPITAL",
    "JUNIOR": "JR", "MNT": "MOUNT", "MOUNT": "MOUNT", "MT": "MOUNT", "SAINT": "ST", "SAINTE": "STE",
    "STREET": "ST", "UNIV": "UNIVERSITY",
    # words of Appendix G (business words), and ranks
    "ADM": "ADMIRAL", "AIRPT": "AIRPORT", "ARPT": "AIRPORT", "CAPT": "CAPTAIN", "CMTY": "COMMUNITY", "COL": "COLONEL",
    "EXEC": "EXECUTIVE", "GEN": "GENERAL", "GENL": "GENERAL", "GOV": "GOVERNOR", "IND": "INDUSTRIAL",
    "INDL": "INDUSTRIAL", "INTL": "INTERNATIONAL", "MED": "MEDICAL", "MEM": "MEMORIAL", "MEML": "MEMORIAL",
    "NATL": "NATIONAL", "PRES": "PRESIDENT", "REGL": "REGIONAL", "REV": "REVEREND", "SEN": "SENATOR",
    "SGT": "SERGEANT",
})  # fmt: skip

DIRECTION: Final[dict[str, str]] = {}
for _row in _rows("directionals.csv"):
    for _form in _row["forms"].split():
        DIRECTION[_form] = _row["standard"]

QUADRANT: Final = {(a, b): a + b for a in "NS" for b in "EW"}

UNIT: Final[dict[str, tuple[str, str, str, str]]] = {}  # form -> (standard, number yes/no/may, strong/weak, group)
for _row in _rows("units.csv"):
    for _form in _row["forms"].split():
        UNIT[_form] = (_row["standard"], _row["number"], _row["strength"], _row["group"])
UNIT_GROUP: Final = {_u[0]: _u[3] for _u in UNIT.values()} | {"#": "any"}

STATE: Final[dict[str, str]] = {}  # "ILLINOIS", "ILL", "NEW YORK", "IL" -> "IL"
for _row in _rows("states.csv"):
    STATE[_row["standard"]] = _row["standard"]
    for _form in _row["names"].split("|"):
        STATE[_form] = _row["standard"]
STATES: Final = frozenset(STATE.values())
STATE_WORDS: Final = max(name.count(" ") for name in STATE) + 1
ARMED_FORCES: Final = frozenset({"AA", "AE", "AP"})

ZIP3: Final[dict[str, tuple[str, ...]]] = {}  # "606" -> ("IL",)
for _row in _rows("zip3.csv"):
    for _n in range(int(_row["from"]), int(_row["to"]) + 1):
        ZIP3[f"{_n:03d}"] = tuple(_row["states"].split())

BIG_CITY: Final[dict[str, list[tuple[str, frozenset[str], bool]]]] = {}  # "CHICAGO" -> [("IL", {"60"}, True)]
for _row in _rows("cities.csv"):
    BIG_CITY.setdefault(_row["city"].replace(" ", ""), []).append(
        (_row["state"], frozenset(_row["zip2"].split()), _row["only"] == "yes")
    )

CITY_ZONE: Final[dict[str, frozenset[str]]] = {}  # "606" -> {"CHICAGO"}
for _row in _rows("cityzones.csv"):
    for _zone in _row["zip3"].split():
        CITY_ZONE[_zone] = frozenset({_row["city"].replace(" ", "")})

CARDINAL: Final[dict[str, int]] = {}
ORDINAL: Final[dict[str, int]] = {}
TEN: Final[dict[str, int]] = {}
for _row in _rows("numbers.csv"):
    _kind = {"cardinal": CARDINAL, "ordinal": ORDINAL, "ten": TEN}.get(_row["kind"])
    if _kind is not None:
        _kind[_row["word"]] = int(_row["value"])

ORDINAL.update({  # TWENTYFIRST
    ten + word: value + unit for ten, value in TEN.items() for word, unit in list(ORDINAL.items()) if unit < 10
})  # fmt: skip

HIGHWAY: Final[dict[tuple[str, ...], str]] = {}  # words before the number -> network
for _row in _rows("highways.csv"):
    HIGHWAY[tuple(_row["words"].split())] = _row["network"]
HIGHWAY_FIRST: Final = frozenset(words[0] for words in HIGHWAY)
HIGHWAY_WORDS: Final = max(len(words) for words in HIGHWAY)
HIGHWAY_SAME: Final = {"HIGHWAY": "HWY", "HIWAY": "HWY", "HIGHWY": "HWY", "HGWY": "HWY", "HWAY": "HWY", "HIWY": "HWY",
                "ROUTE": "RTE", "RT": "RTE", "RD": "ROAD"}  # fmt: skip

FORM: Final[dict[tuple[str, ...], str]] = {}
for _row in _rows("forms.csv"):
    FORM[tuple(_row["words"].split())] = _row["form"]
FORM_FIRST: Final = frozenset(words[0] for words in FORM)
FORM_WORDS: Final = max(len(words) for words in FORM)

WORDS: Final[dict[str, frozenset[str]]] = {}  # class -> words
STEM: Final[dict[str, str]] = {}  # the beginning of a word -> a word of the same class: "REFUS" -> "REFUSED"
PHRASES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {}  # class -> phrases, each a tuple of words
_phrases: dict[str, set[tuple[str, ...]]] = {}
_words: dict[str, set[str]] = {}
for _row in _rows("words.csv"):
    for _form in _row["words"].split():
        if "=" in _form:
            STEM[_form.partition("=")[0]] = _form.partition("=")[2]
        elif "-" in _form:
            _phrases.setdefault(_row["class"], set()).add(tuple(_form.split("-")))
        else:
            _words.setdefault(_row["class"], set()).add(_form)
WORDS.update({kind: frozenset(words) for kind, words in _words.items()})
PHRASES.update({kind: tuple(sorted(phrases)) for kind, phrases in _phrases.items()})

COUNTRY: Final[dict[tuple[str, ...], bool]] = {}  # words -> whether a place in the United States has the name too
for _row in _rows("countries.csv"):
    COUNTRY[tuple(_row["name"].split())] = _row["town"] == "yes"
COUNTRY_WORDS: Final = max(len(words) for words in COUNTRY)
UNITED_STATES: Final = frozenset({
    ("USA",), ("US",), ("U", "S", "A"), ("U", "S"), ("UNITED", "STATES"), ("UNITED", "STATES", "OF", "AMERICA"),
    ("ESTADOS", "UNIDOS"), ("EEUU",), ("EE", "UU"), ("AMERICA",),
})  # fmt: skip


def zip_states(zip5: str) -> tuple[str, ...]:
    """The states that a ZIP Code's first three digits serve; () for a prefix that is not in use."""
    return ZIP3.get(zip5[:3], ())
