"""All requests about one place against all rows there: which of them the rule confirms.

Most places have a few rows. Where a building has many thousand, and is asked about many thousand times, the rows that
may be the one asked about are found by name, number or birth, so that the work grows with the rows and the requests,
not with their product.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.verification import keys
from counterfoil.verification.files.packed import unpack
from counterfoil.verification.rule import Asked, confirms, digits

SMALL = 16
"""Up to so many rows are simply gone through."""

_HELD, _ANSWERS = 100_000, 20_000
"""What is remembered of one place at most: rows on shelves (a row may be on several), and answers a shelf."""

_LAST = "\U0010ffff"


class Row:
    """A row of the registry, read only as far as the rule looks at it (rule.Filed). `packed` is its address."""

    __slots__ = ("_address", "_name", "_packed", "_written", "date_of_birth", "givens", "held", "person", "surnames",
                 "tin", "year_bits")  # fmt: skip

    def __init__(
        self,
        keys_of_row: tuple[int, int, int],
        person: str,
        hold: int | bool,
        tin: str,
        born: str,
        given: str,
        middle: str,
        surname: str,
        suffix: str,
        packed: str,
    ) -> None:
        self.year_bits, self.surnames, self.givens = keys_of_row
        self.person, self.held, self.tin, self.date_of_birth = person, bool(hold), tin, born
        self._written, self._packed = (given, middle, surname, suffix), packed
        self._name: names.Name | None = None
        self._address: addresses.Address | None = None

    @property
    def years(self) -> frozenset[int]:
        """The tax years."""
        return keys.years_of(self.year_bits)

    @property
    def name(self) -> names.Name:
        """The name, read now if it was not."""
        if self._name is None:
            self._name = names.parse(names.Written(*self._written))
        return self._name

    def meet(self, name: names.Name) -> None:
        """Take over a name that is written in the same four texts: it was read in the same way."""
        if self._name is None and self._written == name.written:
            self._name = name

    @property
    def address(self) -> addresses.Address:
        """The address as far as a comparison looks at it."""
        if self._address is None:
            self._address = unpack(self._packed)
        return self._address


class Wanted(NamedTuple):
    """A request with the bits of its keys."""

    asked: Asked
    bits: tuple[int, int, int]  # years, surnames, givens


def wanted_by(asked: Asked) -> Wanted:
    """The request with the bits of its keys."""
    name = asked.name
    return Wanted(asked, (keys.year_bits(asked.years), keys.surname_mask(name), keys.given_mask(name)))


def confirmed_at(asked: Sequence[Wanted], rows: Sequence[Row], streets: addresses.Places) -> list[int]:
    """The positions of the requests that are confirmed; all requests and rows are of one place.

    `streets` is the street book, or at least what a comparison of the two addresses may look up of it.
    """
    return Place(rows).confirmed(asked, streets)


class Place:
    """The rows at one place, and what was worked out to find among them; asked as often as there are requests."""

    __slots__ = ("_held", "_shelves", "rows")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._held = 0
        self._shelves: dict[tuple[int, int, int], _Shelf] = {}

    def confirmed(self, asked: Sequence[Wanted], streets: addresses.Places) -> list[int]:
        """The positions of the requests that are confirmed; all are of this place. `streets` as in `confirmed_at`."""
        if len(asked) == 1 and len(self.rows) <= SMALL:  # as nearly always; the rule itself leaves out what differs
            one = asked[0].asked
            for row in self.rows:
                row.meet(one.name)
            return [one.position] if confirms(one, self.rows, streets) else []
        ordered = sorted(asked, key=itemgetter(1))  # one shelf after the other
        return [one.position for one, bits in ordered if self._shelf(bits).confirms(one, streets)]

    def _shelf(self, bits: tuple[int, int, int]) -> _Shelf:
        shelf = self._shelves.get(bits)
        if shelf is None:
            years, surnames, givens = bits
            found = [r for r in self.rows if r.surnames & surnames and r.givens & givens and r.year_bits & years]
            if self._held > _HELD:
                self._shelves.clear()
                self._held = 0
            self._held += len(found)
            shelf = self._shelves[bits] = _Shelf(found)
        return shelf


class _Shelf:
    """Rows that share the keys; the big ones with an index by number, birth, unit and the beginnings of names."""

    __slots__ = ("_answered", "_births", "_givens", "_surnames", "_tins", "_units", "rows")

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._tins: dict[str, list[int]] | None = None
        self._births: dict[str, list[int]] = {}
        self._units: dict[str, list[int]] = {}
        self._surnames = _Beginnings()
        self._givens = _Beginnings()
        self._answered: dict[Any, bool] = {}

    def confirms(self, asked: Asked, streets: addresses.Places) -> bool:
        """Whether the rule confirms the request; of many rows, one that was asked in the same words is remembered."""
        if len(self.rows) <= SMALL:
            return bool(self.rows) and confirms(asked, self.rows, streets)
        words = (asked.name.written, asked.address.written, asked.years, asked.date_of_birth, asked.tin)
        answer = self._answered.get(words)
        if answer is None:
            answer = confirms(asked, self.candidates(asked), streets)
            if len(self._answered) >= _ANSWERS:
                self._answered.clear()
            self._answered[words] = answer
        return answer

    def candidates(self, asked: Asked) -> Iterable[Row]:
        """The rows that the rule may not call different, and maybe more."""
        if len(self.rows) <= SMALL:
            return self.rows
        ways = min(self._ways(asked), key=lambda found: sum(map(len, found)))
        return (self.rows[at] for at in sorted({at for some in ways for at in some}))

    def _ways(self, asked: Asked) -> Iterator[list[Sequence[int]]]:
        """For each index the rows that it leaves, as parts that are not copied: only the shortest is gone through."""
        if self._tins is None:
            self._tins = self._by(lambda row: row.tin)
            self._births = self._by(lambda row: row.date_of_birth)
            self._units = _by_each(unit_ways(row.address) for row in self.rows)
            self._surnames = _Beginnings(surname_ways(row.name) for row in self.rows)
            self._givens = _Beginnings(given_ways(row.name) for row in self.rows)
        for there, said in ((self._tins, digits(asked.tin)), (self._births, asked.date_of_birth)):
            if said:
                yield [there.get(said, ()), there.get("", ())]
        if asked.address.units:
            yield [self._units.get(number, ()) for number in dict.fromkeys((*unit_ways(asked.address), ""))]
        yield self._surnames.of(surname_ways(asked.name))
        if given_ways(asked.name) != ("",):
            yield self._givens.of(given_ways(asked.name))

    def _by(self, told: Callable[[Row], str]) -> dict[str, list[int]]:
        return _by_each((told(row),) for row in self.rows)


def _by_each(told: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, texts in enumerate(told):
        for text in texts:
            found.setdefault(text, []).append(at)
    return found


class _Beginnings:
    """Texts, to be found by a text that is their beginning, or that begins with them."""

    def __init__(self, texts: Iterable[Iterable[str]] = ()) -> None:
        both = sorted((text, at) for at, ways in enumerate(texts) for text in ways)
        self._texts = [text for text, _ in both]
        self._numbers = memoryview(array("q", (at for _, at in both)))  # its slices copy nothing

    def of(self, wanted: Iterable[str]) -> list[Sequence[int]]:
        """The numbers of the texts found, in parts."""
        found = []
        for text in wanted:
            found.append(self._between(text, text + _LAST))
            found += [self._between(text[:length], text[:length] + "\0") for length in range(len(text))]
        return found

    def _between(self, first: str, beyond: str) -> Sequence[int]:
        return self._numbers[bisect_left(self._texts, first) : bisect_left(self._texts, beyond)]


def unit_ways(address: addresses.Address) -> tuple[str, ...]:
    """Of two addresses with units that are the same, one of these is one of the other's; "" where there is no unit."""
    return tuple(dict.fromkeys(number for _, number in address.units)) or ("",)


def surname_ways(name: names.Name) -> tuple[str, ...]:
    """Of two names that are not DIFFERENT, one of these is the beginning of one of the other's."""
    ways = name.surname_readings[0] if name.surname_readings else name.surnames[:1]
    cores = name.surname_cores[:1]
    return (*ways, *(core for core in cores if core))


def given_ways(name: names.Name) -> tuple[str, ...]:
    """As `surname_ways` for the first given name; "" begins all."""
    ways = name.forename_readings[0] if name.forename_readings else name.forenames[:1]
    return ways or ("",)
