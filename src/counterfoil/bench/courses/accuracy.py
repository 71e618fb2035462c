"""Real and edited pairs of addresses with labels: how many are missed, how many wrongly called the same, by kind."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from counterfoil.bench.courses.common import CHECKOUT, load, peer, save
from counterfoil.bench.model import Taken
from counterfoil.bench.stopwatch import timed

WHAT = "read and compare a pair"
LIKE = 90  # from which likeness of strings two addresses are commonly taken for one
KNOWN = "with the street book"
FOLDER = "tests/address/data"
FILES = (f"{FOLDER}/pairs.csv.gz", f"{FOLDER}/label_errors.csv")
"""The labelled pairs, and the pairs among them whose label is wrong, each with the reason."""

_EDITED = "usaddress_xml_edit"
_BOX = ("USPSBoxID", "USPSBoxGroupID")
_COMPONENTS = ("AddressNumber", "StreetName", "OccupancyIdentifier", *_BOX)

Row = tuple[str, bool, str, str]  # kind, same, one address, the other
Verdicts = list[bool]


def prepare(folder: Path, *, n: int) -> list[Taken]:
    """Write n of the labelled pairs, evenly drawn from all of them, by kind and with the labels put right."""
    rows = list(_labelled())
    save(folder / "pairs.json", rows if n >= len(rows) else [rows[at * len(rows) // n] for at in range(n)])
    return []


def _labelled() -> Iterator[Row]:
    pairs, errors = (CHECKOUT / name for name in FILES)
    with errors.open(encoding="utf-8", newline="") as file:
        wrong = {(row["a"], row["b"]) for row in csv.DictReader(file)}
    with gzip.open(pairs, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            same = row["same"] == "1" and row["kind"] != "same_key_conflict"
            if (row["a"], row["b"]) in wrong:
                yield "label put right", True, row["a"], row["b"]
            else:
                yield _kind(row, same), same, row["a"], row["b"]


def _kind(row: Mapping[str, str], same: bool) -> str:
    if row["set"] != _EDITED:
        return row["kind"]
    return "edited, respelled" if same else f"edited, {row['kind']}"


def ours(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Our rules, without a street book and with one of all the addresses."""
    from counterfoil import address

    rows: list[Row] = load(folder / "pairs.json")

    def judge() -> Verdicts:
        read = ((address.parse(address.split_line(a)), address.parse(address.split_line(b))) for _, _, a, b in rows)
        return [address.compare(a, b).same for a, b in read]

    alone, taken = timed(WHAT, len(rows), judge)
    read = {text: address.parse(address.split_line(text)) for row in rows for text in row[2:]}
    book = address.Places()
    for one in read.values():
        book.add(one)
    known = [address.compare(read[a], read[b], book).same for _, _, a, b in rows]
    return [taken.noting(_facts(rows, {"": alone, KNOWN: known}))]


def scourgify(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """The normal forms of scourgify, equal; the ZIP Codes where both have one."""
    module = peer("scourgify")
    refused = peer("scourgify.exceptions").AddressNormalizationError

    def form(text: str) -> tuple[Any, str] | None:
        try:
            normal = dict(module.normalize_address_record(text))
        except (refused, ValueError):
            return None
        postal = str(normal.pop("postal_code") or "")[:5]
        return normal, postal

    return _judged(folder, form)


def usaddress(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """Number or box, street name, unit as usaddress tags them, equal; the ZIP Codes where both have one."""
    module = peer("usaddress")

    def form(text: str) -> tuple[Any, str] | None:
        try:
            tags = {name: value.upper().replace(".", "").strip(" ,#") for name, value in module.tag(text)[0].items()}
        except module.RepeatedLabelError:
            return None
        return tuple(tags.get(name, "") for name in _COMPONENTS), tags.get("ZipCode", "")[:5]

    return _judged(folder, form)


def _judged(folder: Path, form: Callable[[str], tuple[Any, str] | None]) -> list[Taken]:
    """Both sides have a form, the forms are equal, and so are the ZIP Codes where both have one."""

    def same(one: str, two: str) -> bool:
        a, b = form(one), form(two)
        return a is not None and b is not None and a[0] == b[0] and (a[1] == b[1] or not (a[1] and b[1]))

    return _pairwise(folder, same)


def rapidfuzz(folder: Path, *, n: int) -> list[Taken]:  # noqa: ARG001
    """A token_set_ratio of the whole lines of 90 or more."""
    ratio = peer("rapidfuzz.fuzz").token_set_ratio
    return _pairwise(folder, lambda a, b: bool(ratio(a.upper(), b.upper()) >= LIKE))


def _pairwise(folder: Path, same: Callable[[str, str], bool]) -> list[Taken]:
    rows: list[Row] = load(folder / "pairs.json")
    same("1 MADE UP ST, NOWHERE, IL 62701", "1 Made Up Street, Nowhere, IL 62701")  # its tables are loaded now
    said, taken = timed(WHAT, len(rows), lambda: [same(a, b) for _, _, a, b in rows])
    return [taken.noting(_facts(rows, {"": said}))]


def _facts(rows: list[Row], said: Mapping[str, Verdicts]) -> dict[str, Any]:
    """Wrong verdicts over all, and by kind; `said` by how the contestant was asked."""
    wrong = {how: Counter(row[0] for row, v in zip(rows, vs, strict=True) if v != row[1]) for how, vs in said.items()}
    pairs = Counter((kind, same) for kind, same, _, _ in rows)
    by_kind: list[dict[str, Any]] = [
        {"kind": kind, "same": same, "pairs": number, "wrong": {how: count[kind] for how, count in wrong.items()}}
        for (kind, same), number in sorted(pairs.items(), key=lambda one: (one[0][1], one[0][0]))
    ]
    totals: dict[str, Any] = {
        "same": sum(row[1] for row in rows),
        "different": sum(not row[1] for row in rows),
    }
    for how in said:
        ending = "_known" if how else ""
        for name, label in (("missed", True), ("false", False)):
            totals[name + ending] = sum(one["wrong"][how] for one in by_kind if one["same"] is label)
    return {**totals, "by_kind": by_kind}
