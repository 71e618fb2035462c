"""All requests about one place against all rows there: which of them the rule confirms.

Most places have a few rows. Where a building has many thousand, and is asked about many thousand times, the rows that
may be the one asked about are found by name, number or birth, so that the work grows with the rows and the requests,
not with their product.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.verification import keys
from counterfoil.verification.rule import Asked, Record, Streets, confirms, digits

SMALL = 16
"""Up to so many rows are simply gone through."""

_LAST = "\U0010ffff"


class Row:
    """A row of the registry, read further only when a request needs it. `values`: person, hold, tin, born, texts."""

    __slots__ = ("_record", "givens", "surnames", "values", "years")

    def __init__(self, years: int, surnames: int, givens: int, values: Sequence[Any]) -> None:
        self.years, self.surnames, self.givens, self.values = years, surnames, givens, values
        self._record: Record | None = None

    @property
    def record(self) -> Record:
        """The row as the rule sees it."""
        if self._record is None:
            person, hold, tin, born, *texts = self.values
            name, address = names.parse(names.Written(*texts[:4])), addresses.parse(addresses.Written(*texts[4:]))
            self._record = Record(person, name, address, keys.years_of(self.years), born, tin, bool(hold))
        return self._record


def confirmed_at(asked: Sequence[Asked], rows: Sequence[Row], streets: Streets) -> Iterator[int]:
    """The positions of the requests that are confirmed; all requests and rows are of one place.

    `streets` gives of the street book at least what a comparison of the two addresses may look up.
    """
    shelves: dict[tuple[int, int, int], _Shelf] = {}
    for one in asked:
        wanted = (keys.year_bits(one.years), keys.surname_mask(one.name), keys.given_mask(one.name))
        shelf = shelves.get(wanted)
        if shelf is None:
            years, surnames, givens = wanted
            shelf = _Shelf([r for r in rows if r.surnames & surnames and r.givens & givens and r.years & years])
            shelves[wanted] = shelf
        if shelf.rows and confirms(one, (row.record for row in shelf.candidates(one)), streets):
            yield one.position


class _Shelf:
    """Rows that share the keys; the big ones with an index by number, birth and the beginnings of names."""

    __slots__ = ("_births", "_givens", "_surnames", "_tins", "rows")

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._tins: dict[str, list[int]] | None = None
        self._births: dict[str, list[int]] = {}
        self._surnames = _Beginnings()
        self._givens = _Beginnings()

    def candidates(self, asked: Asked) -> Iterable[Row]:
        """The rows that the rule may not call different, and maybe more."""
        if len(self.rows) <= SMALL:
            return self.rows
        ways = sorted(self._ways(asked), key=len)
        return (self.rows[at] for at in sorted(ways[0]))

    def _ways(self, asked: Asked) -> Iterator[set[int]]:
        if self._tins is None:
            self._tins = self._by(lambda record: record.tin)
            self._births = self._by(lambda record: record.date_of_birth)
            self._surnames = _Beginnings(surname_ways(row.record.name) for row in self.rows)
            self._givens = _Beginnings(given_ways(row.record.name) for row in self.rows)
        for there, said in ((self._tins, digits(asked.tin)), (self._births, asked.date_of_birth)):
            if said:
                yield {*there.get(said, ()), *there.get("", ())}
        yield self._surnames.of(surname_ways(asked.name))
        if given_ways(asked.name) != ("",):
            yield self._givens.of(given_ways(asked.name))

    def _by(self, told: Callable[[Record], str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, row in enumerate(self.rows):
            found.setdefault(told(row.record), []).append(at)
        return found


class _Beginnings:
    """Texts, to be found by a text that is their beginning, or that begins with them."""

    def __init__(self, texts: Iterable[Iterable[str]] = ()) -> None:
        both = sorted((text, at) for at, ways in enumerate(texts) for text in ways)
        self._texts = [text for text, _ in both]
        self._numbers = [at for _, at in both]

    def of(self, wanted: Iterable[str]) -> set[int]:
        """The numbers of the texts found."""
        found: set[int] = set()
        for text in wanted:
            found.update(self._between(text, text + _LAST))
            for length in range(len(text)):
                found.update(self._between(text[:length], text[:length] + "\0"))
        return found

    def _between(self, first: str, beyond: str) -> list[int]:
        return self._numbers[bisect_left(self._texts, first) : bisect_left(self._texts, beyond)]


def surname_ways(name: names.Name) -> tuple[str, ...]:
    """Of two names that are not DIFFERENT, one of these is the beginning of one of the other's."""
    ways = name.surname_readings[0] if name.surname_readings else name.surnames[:1]
    cores = name.surname_cores[:1]
    return (*ways, *(core for core in cores if core))


def given_ways(name: names.Name) -> tuple[str, ...]:
    """As `surname_ways` for the first given name; "" begins all."""
    ways = name.forename_readings[0] if name.forename_readings else name.forenames[:1]
    return ways or ("",)
