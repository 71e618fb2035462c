"""From the texts of requests to those that the rule confirms: reading them, and the way to the rows of each place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.verification import keys
from counterfoil.verification.block import Place, Wanted, wanted_by
from counterfoil.verification.book import Book
from counterfoil.verification.files.sorted import Records
from counterfoil.verification.rule import Asked

CROWD, MOST_KEPT = 64, 100_000
"""Rows from which a place is crowded, and rows of crowded places that are kept at most: about 150 MB."""

_EVERY = ((1 << 63) - 1, keys.ANY, keys.ANY)
"""Bits of years, surnames and givens that share one with those of every row that can be found."""


Columns = Sequence[Sequence[Any]]
"""Requests as written, a sequence for each of: position, year bits, birth, number, and the texts of columns.TEXTS."""


def read(columns: Columns) -> list[Asked]:
    """The requests as the rule sees them."""
    asked: list[Asked] = []
    for position, years, born, tin, given, middle, surname, suffix, line1, line2, city, state, code in zip(
        *columns, strict=True
    ):
        name = names.parse(names.Written(given, middle, surname, suffix))
        address = addresses.parse(addresses.Written(line1, line2, city, state, code))
        asked.append(Asked(position, name, address, keys.years_of(years), born, tin))
    return asked


class Search:
    """The open files of a registry, asked many requests at a time."""

    def __init__(self, records: Records, book: Book) -> None:
        self._records, self._book = records, book
        self._crowds: dict[int, Place] = {}
        self._kept = 0  # rows of these

    def confirmed(self, asked: Sequence[Asked]) -> list[int]:
        """The positions of the requests that the rule confirms, gone through in the order of the rows."""
        by_place: dict[int, list[Asked]] = {}
        for one in asked:
            place = keys.place_of(one.address)
            if place is not None:
                there = by_place.get(place)
                if there is None:
                    by_place[place] = [one]
                else:
                    there.append(one)
        confirmed: list[int] = []
        for place in sorted(by_place):
            wanted = [wanted_by(one) for one in by_place[place]]
            found = self._at(place, wanted)
            if found is not None:
                confirmed += found.confirmed(wanted, self._book)
        return confirmed

    def forget(self) -> None:
        """Let go of the rows that are kept."""
        self._crowds.clear()
        self._kept = 0

    def _at(self, place: int, wanted: Sequence[Wanted]) -> Place | None:
        """The rows of a place that may be wanted; of a crowded one all, which are kept for the next who ask."""
        kept = self._crowds.get(place)
        if kept is not None:
            return kept
        rows = self._records.at(place, _bits(wanted))
        if not rows:
            return None
        if len(rows) > CROWD:
            return self._crowd(place) or Place(rows)
        return Place(rows)

    def _crowd(self, place: int) -> Place | None:
        """All rows of a crowded place; None where they are too many to be kept."""
        crowd = Place(self._records.at(place, _EVERY))
        if len(crowd.rows) > MOST_KEPT:
            return None
        while self._kept + len(crowd.rows) > MOST_KEPT:
            self._kept -= len(self._crowds.pop(next(iter(self._crowds))).rows)
        self._crowds[place] = crowd
        self._kept += len(crowd.rows)
        return crowd


def _bits(wanted: Sequence[Wanted]) -> tuple[int, int, int]:
    """All years, surnames and given names that are asked about at a place."""
    years, surnames, givens = wanted[0].bits
    for _, (more_years, more_surnames, more_givens) in wanted[1:]:
        years, surnames, givens = years | more_years, surnames | more_surnames, givens | more_givens
    return years, surnames, givens
