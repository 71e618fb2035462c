"""The columns of a file of requests and how a file's own header is matched to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter, itemgetter
from typing import Any, Final

from counterfoil.errors import InputError
from counterfoil.request.limits import MAX_CELL_CHARS, MAX_COLUMNS, longest
from counterfoil.request.model import COLUMNS, Request

MEANING: Final[Mapping[str, str]] = {
    "request_id": "the requester's key, 1 to 40 of A–Z a–z 0–9 `-` `_` `.`; unique in the batch; echoed",
    "given_name": "the person's given name; required",
    "middle_name": "the person's middle name or names",
    "surname": "the person's surname or surnames; required",
    "name_suffix": "`JR`, `SR`, `III` and the like",
    "address_line1": "number and street, or PO box, rural route, general delivery or military form; required",
    "address_line2": "apartment, suite or other unit, where it is not in the first line",
    "city": "the city; for a military address `APO`, `FPO` or `DPO`; required",
    "state": "the state or territory, two letters or its name; required",
    "postal_code": "the ZIP Code, five or nine digits; required",
    "tax_years": "the tax years, with spaces between: `2022 2023`; required",
    "statute": "the federal criminal statute, e.g. `8 USC 1253(a)(1)(A)`; required",
    "reason": "why the disclosure is or may be relevant to this investigation of this person; required",
    "investigation_id": "the investigation's identifier; required",
    "investigation_status": "`open`, or whatever else it is; required",
    "removal_order_date": "for 8 USC 1253: the date of the final order of removal, `YYYY-MM-DD`",
    "removal_order_case": "for 8 USC 1253: the case number of the order",
    "removal_ground": "for 8 USC 1253: the ground of the order, e.g. `8 USC 1227(a)(2)(A)(iii)`",
    "judicial_review_decided": "for 8 USC 1253: the date of the final order of a court that reviewed it",
    "prior_removal_date": "for 8 USC 1326: the date of the earlier removal, `YYYY-MM-DD`",
    "found_date": "for 8 USC 1326: the date on which the person is said to have been found, `YYYY-MM-DD`",
    "entry_date": "for 8 USC 1325(a): the date of the entry, `YYYY-MM-DD`",
    "recipients": "keys of roster entries who may read this answer, with spaces between; required",
    "date_of_birth": "optional, `YYYY-MM-DD`; can only narrow, never select",
    "tin": "optional; can only narrow, never select",
}
"""What each column means, for the reference page and for people."""

LIST_COLUMNS: Final = frozenset({"tax_years", "recipients"})
"""Columns whose value may be a list in JSON Lines and Parquet; it is joined with spaces."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,40}\Z")
_DIGITS = re.compile(r"\d{3,}")
_fields: Final = attrgetter(*(field.name for field in fields(Request)))
_INDEX: Final = {name: i for i, name in enumerate(COLUMNS)}


def normal(name: str) -> str:
    """A column's name as it is compared: without surrounding blanks or byte order mark, in lower case."""
    return name.strip().strip("\ufeff").strip().lower()


def shown(name: str) -> str:
    """An unknown column's name as it may be repeated: printable, short, and with no number in it.

    A file without a header has a person's data where names are expected; none of it may travel on.
    """
    plain = "".join(c if c.isprintable() else " " for c in name).strip()
    return _DIGITS.sub("#", plain)[:40] or "(no name)"


@dataclass(frozen=True, slots=True)
class Header:
    """How the cells of one file's rows become requests.

    `width` is the number of columns, `known` the cell index of each of our columns that is there,
    `unknown` the index and showable name of the others.
    """

    width: int
    known: Mapping[str, int]
    unknown: tuple[tuple[int, str], ...]
    pick: Any  # itemgetter: a row with one "" appended -> the values in the order of COLUMNS

    @classmethod
    def of(cls, names: Sequence[str], label: str) -> Header:
        """The header of a file whose columns are `names`; InputError when it cannot serve."""
        if len(names) > MAX_COLUMNS:
            raise InputError(
                f"{label} has {len(names):,} columns; at most {MAX_COLUMNS:,} are read.",
                "Give the columns of a file of requests and no others.",
            )
        plain = [normal(name) for name in names]
        _refuse_duplicates(plain, label)
        known = {name: i for i, name in enumerate(plain) if name in _INDEX}
        if "request_id" not in known:
            raise InputError(
                f"{label} has no column request_id in its header.",
                "Put a header row first, with the column names of the reference page on request files "
                f"({', '.join(COLUMNS[:5])}, …). "
                + (f"Found of them: {', '.join(known)}." if known else "None of them was found."),
            )
        unknown = tuple((i, shown(name)) for i, name in enumerate(plain) if name not in _INDEX)
        pick = itemgetter(*(known.get(name, -1) for name in COLUMNS))
        return cls(len(plain), known, unknown, pick)

    def request(self, position: int, row: list[str], suspect: bool = False) -> Request:
        """One row of cells as a Request; `row` is used up. `suspect`: the file has NUL bytes somewhere."""
        return Request(*self.values(position, row, suspect))

    def values(self, position: int, row: list[str], suspect: bool = False) -> tuple[Any, ...]:
        """`request`, as the values of its fields."""
        if len(row) != self.width:
            if any(cell.strip() for cell in row[self.width :]):
                why = f"the row has {len(row)} cells, the header {self.width}: cells have shifted"
                return _fields(self.broken(position, row, why))
            row = (row + [""] * self.width)[: self.width]
        oversupplied: tuple[str, ...] = ()
        if self.unknown:
            oversupplied = tuple(name for i, name in self.unknown if row[i].strip())
        malformed = ""
        if suspect or max(map(len, row)) > MAX_CELL_CHARS:
            malformed = self._empty_unusable(row)
        row.append("")
        return (position, *self.pick(row), oversupplied, malformed)

    def broken(self, position: int, row: Sequence[str], why: str) -> Request:
        """A row whose cells cannot be trusted: only its request_id is kept, where one can be read."""
        at = self.known["request_id"]
        found = row[at].strip() if at < len(row) else ""
        return Request(position, request_id=readable_id(found), malformed=why)

    def _empty_unusable(self, row: list[str]) -> str:
        """Empty the cells that are too long or hold a NUL; say which."""
        faults = []
        for name, i in self.known.items():
            if len(row[i]) > longest(name):
                faults.append(f"{name} is longer than {longest(name):,} characters")
            elif "\0" in row[i]:
                faults.append(f"{name} holds a NUL character")
            else:
                continue
            row[i] = ""
        return "; ".join(faults)


def readable_id(text: str) -> str:
    """`text` where it is a possible request_id, else "": what a broken row may echo."""
    return text if _REQUEST_ID.match(text) else ""


def _refuse_duplicates(names: Sequence[str], label: str) -> None:
    seen: set[str] = set()
    twice = {name for name in names if name and (name in seen or seen.add(name))}  # type: ignore[func-returns-value]
    if twice:
        raise InputError(
            f"{label} has a column more than once: {', '.join(sorted(shown(n) for n in twice))}.",
            "Keep one column of each name; nobody could say which of the two was meant.",
        )


def as_markdown() -> str:
    """The table of columns, for the reference page."""
    rows = [f"| `{name}` | {MEANING[name]} |" for name in COLUMNS]
    return "\n".join(["| column | meaning |", "| --- | --- |", *rows])
