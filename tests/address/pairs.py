"""The real and edited pairs of the development set, each with its label, and the list of labels that are wrong."""

import csv
import gzip
from functools import lru_cache
from pathlib import Path

from counterfoil.address import Address, Places, parse, split_line

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def pairs() -> list[dict[str, str]]:
    with gzip.open(DATA / "pairs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def label_errors() -> frozenset[tuple[str, str]]:
    with (DATA / "label_errors.csv").open(encoding="utf-8", newline="") as file:
        return frozenset((row["a"], row["b"]) for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def read() -> dict[str, Address]:
    return {text: parse(split_line(text)) for row in pairs() for text in (row["a"], row["b"])}


@lru_cache(maxsize=1)
def places() -> Places:
    book = Places()
    for address in read().values():
        book.add(address)
    return book


def is_same(row: dict[str, str]) -> bool:
    return row["same"] == "1" and row["kind"] != "same_key_conflict"


def group(row: dict[str, str]) -> str:
    if row["set"] != "usaddress_xml_edit":
        return row["kind"]
    return "edited, same" if row["same"] == "1" else "edited, different"
