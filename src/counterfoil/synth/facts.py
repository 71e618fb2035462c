"""What makes a made-up request lawful in law: statute, the facts it asks for, investigation, reason."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

from counterfoil.synth.chance import Urn, data, urn
from counterfoil.synth.grammar import expand, sentences

REFERENCE_DAY: Final = date(2026, 11, 22)
"""The day on which made-up requests are written, unless another is given."""

_STATUTES: Final = {
    "8 USC 1253(a)(1)(A)": 46,
    "8 USC 1253(a)(1)(B)": 5,
    "8 USC 1253(a)(1)(C)": 4,
    "8 USC 1326(a)": 22,
    "8 USC 1325(a)": 8,
    "18 USC 1001(a)(2)": 8,
    "18 USC 1546(a)": 7,
}
_GROUNDS: Final = (
    "8 USC 1227(a)(1)(A)", "8 USC 1227(a)(1)(B)", "8 USC 1227(a)(1)(C)(i)", "8 USC 1227(a)(2)(A)(i)",
    "8 USC 1227(a)(2)(A)(ii)", "8 USC 1227(a)(2)(A)(iii)", "8 USC 1227(a)(2)(B)(i)", "8 USC 1227(a)(2)(C)",
    "8 USC 1227(a)(3)(A)", "8 USC 1227(a)(6)(A)",
)  # fmt: skip
_COURTS: Final = ("ELP", "HLG", "CHI", "NYV", "ATL", "PHO", "SEA", "DEN", "ORL", "OMA")
_WAYS: Final = (
    "8 USC {}", "8 U.S.C. {}", "8 U.S.C. § {}", "8 usc {}", "8 U.S.C.{}", "Title 8 USC {}", "8 USC § {}",
)  # fmt: skip


class Facts:
    """Fills the columns of law for one row after the other, each different from the others."""

    def __init__(self, rng: random.Random, on: date, statutes: dict[str, float] | None = None) -> None:
        self._rng, self._on = rng, on
        self._statutes: Urn[str] = urn(rng, statutes or dict(_STATUTES))
        self._reasons = data("reasons")
        self._seen: set[int] = set()

    def statute(self) -> str:
        """A designated criminal statute, in its plain form."""
        return self._statutes.draw()

    def fill(self, row: dict[str, str], statute: str, investigation: str) -> None:
        """Set statute, facts, investigation and reason of a row that has its name, address and years."""
        row["statute"] = self.written(statute)
        row["investigation_id"] = investigation
        row["investigation_status"] = "open"
        self._facts(row, statute)
        row["reason"] = self.reason(row, statute)

    def written(self, statute: str) -> str:
        """The citation as somebody writes it: four times in five plainly."""
        title, _, section = statute.partition(" USC ")
        if self._rng.random() < 0.8:
            return statute
        return self._rng.choice(_WAYS).format(section).replace("8", title, 1)

    def reason(self, row: dict[str, str], statute: str) -> str:
        """A reason of the row's own; no two of a file are alike word for word."""
        slots = {
            "inv": row["investigation_id"], "given": row["given_name"], "surname": row["surname"],
            "years": _years_text(row["tax_years"], self._rng), "order": self._day(row["removal_order_date"]),
            "prior": self._day(row["prior_removal_date"]), "found": self._day(row["found_date"]),
            "entry": self._day(row["entry_date"]),
        }  # fmt: skip
        while True:
            kind = self._rng.choice(self._reasons["kinds"][statute])
            text = sentences(expand(kind, self._rng, self._reasons["lists"], slots))
            if hash_of(text) not in self._seen:
                self._seen.add(hash_of(text))
                return text

    def _facts(self, row: dict[str, str], statute: str) -> None:
        """The facts that the statute asks for, in an order in which the asked years bear on them."""
        rng = self._rng
        asked = [int(year) for year in row["tax_years"].split()]
        year_end = date(max(asked), 12, 31)
        if statute.startswith("8 USC 1253"):
            ordered = self._between(year_end - timedelta(2200), min(year_end, self._on - timedelta(400)))
            row["removal_order_date"] = ordered.isoformat()
            row["removal_order_case"] = f"{rng.choice(_COURTS)}-{ordered.year}-{rng.randrange(100, 99999):05}"
            row["removal_ground"] = rng.choice(_GROUNDS)
            if rng.random() < 0.25:
                latest = (self._on - ordered).days - 150
                row["judicial_review_decided"] = (ordered + timedelta(rng.randrange(30, latest))).isoformat()
        elif statute.startswith("8 USC 1326"):
            found = self._between(date(min(asked), 1, 1), self._on - timedelta(30))
            row["found_date"] = found.isoformat()
            row["prior_removal_date"] = (found - timedelta(rng.randrange(60, 3000))).isoformat()
        elif statute.startswith("8 USC 1325"):
            earliest = self._on - timedelta(1500)
            latest_entry = min(max(year_end, earliest + timedelta(90)), self._on - timedelta(60))
            row["entry_date"] = self._between(earliest, latest_entry).isoformat()

    def _between(self, first: date, last: date) -> date:
        return first + timedelta(self._rng.randrange((last - first).days + 1))

    def _day(self, text: str) -> str:
        """A date as people write it in a text."""
        if not text:
            return "the date given"
        day = date.fromisoformat(text)
        way = self._rng.random()
        if way < 0.5:
            return f"{day:%B} {day.day}, {day.year}"
        return text if way < 0.8 else f"{day.day} {day:%B} {day.year}"


def hash_of(text: str) -> int:
    """A short number for a text, the same in every run."""
    from zlib import adler32, crc32

    raw = text.encode()
    return (crc32(raw) << 32) | adler32(raw)


def _years_text(years: str, rng: random.Random) -> str:
    listed = sorted(years.split())
    if len(listed) < 2:
        return "".join(listed)
    return (
        f"{', '.join(listed[:-1])} {rng.choice(('and', 'and', 'to'))} {listed[-1]}"
        if len(listed) == 2
        else f"{', '.join(listed[:-1])} and {listed[-1]}"
    )
