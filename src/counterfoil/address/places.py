"""The street book: what the custodian's own addresses show of streets, buildings and towns.

It may supply an element that one side of a comparison lacks, and nothing else. It never holds a person,
and a building is held only as "has units on file" or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from counterfoil.address.model import Address, Form
from counterfoil.address.tables import COMMON, OMITTED, SUFFIX_NAME

Row = tuple[str, str, str, str]
"""(kind, zone, key, value): kind is "street", "building" or "town"; all strings, for storing and joining."""

_STREETS: Final = (Form.STREET, Form.PUERTO_RICO)
_SEPARATOR: Final = "|"


class Variant(NamedTuple):
    """One way in which a street's name is completed."""

    predirectional: str
    suffix: str
    postdirectional: str
    road: str
    urbanization: str


def zones_of(address: Address) -> tuple[str, ...]:
    """Where the book looks for an address: its ZIP Code, and its town and state."""
    town = f"{address.town},{address.region}" if address.town else ""
    if address.zip5:
        return (address.zip5, town) if town else (address.zip5,)
    return (town,) if town else ()


class Places:
    """Streets, buildings and towns on file. Build it with `add`, keep it with `to_rows`, restore with `from_rows`.

    It grows with the number of different streets and buildings; for a large registry, load only the rows
    whose (zone, key) an asked address wants (`wanted`).
    """

    __slots__ = ("_buildings", "_streets", "_towns")

    def __init__(self) -> None:
        self._streets: dict[tuple[str, str], dict[Variant, set[str]]] = {}
        self._buildings: dict[tuple[str, str], bool] = {}
        self._towns: dict[str, set[str]] = {}

    def add(self, address: Address) -> None:
        """Notes what one address on file shows; an address that is not sure shows nothing."""
        for row in rows_of(address):
            self._take(row)

    def _take(self, row: Row) -> None:
        kind, zone, key, value = row
        if kind == "street":
            *elements, number = value.split(_SEPARATOR)
            numbers = self._streets.setdefault((zone, key), {}).setdefault(Variant(*elements), set())
            if len(numbers) < 2:  # two are enough to know of a number other than a given one
                numbers.add(number)
        elif kind == "building":
            place = (zone, key)
            self._buildings[place] = self._buildings.get(place, False) or value == "1"
        elif kind == "town":
            self._towns.setdefault(zone, set()).add(value)

    def to_rows(self) -> Iterator[Row]:
        """The book as plain rows, in a stable order; `from_rows` of them gives an equal book."""
        for (zone, key), variants in sorted(self._streets.items()):
            for variant, numbers in sorted(variants.items()):
                for number in sorted(numbers):
                    yield "street", zone, key, _SEPARATOR.join((*variant, number))
        for (zone, key), units in sorted(self._buildings.items()):
            yield "building", zone, key, "1" if units else "0"
        for zone, zips in sorted(self._towns.items()):
            for zip5 in sorted(zips):
                yield "town", zone, "", zip5

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> Places:
        """A book of rows, in any order; rows of several books together give the merged book."""
        places = cls()
        for row in rows:
            places._take(row)
        return places

    def merge(self, other: Places) -> None:
        """Takes over all that another book shows."""
        for row in other.to_rows():
            self._take(row)

    def __len__(self) -> int:
        return len(self._streets) + len(self._buildings) + len(self._towns)

    def variants(self, zones: Iterable[str], stem: str) -> dict[Variant, set[str]]:
        """The ways in which a street of this name is completed in these zones, with up to two numbers each."""
        found: dict[Variant, set[str]] = {}
        for zone in zones:
            for variant, numbers in self._streets.get((zone, stem), {}).items():
                found.setdefault(variant, set()).update(numbers)
        return found

    def has_units(self, zones: Iterable[str], number: str, stem: str) -> bool | None:
        """Whether a building has units on file; None when the book does not know the building."""
        known: bool | None = None
        for zone in zones:
            units = self._buildings.get((zone, f"{number}{_SEPARATOR}{stem}"))
            if units:
                return True
            if units is not None:
                known = False
        return known

    def zips_of_town(self, town: str, region: str) -> frozenset[str]:
        """The ZIP Codes under which the file shows a town."""
        return frozenset(self._towns.get(f"{town},{region}", ()))


def rows_of(address: Address) -> tuple[Row, ...]:
    """What one address on file shows, as rows of the book."""
    if not address.sure:
        return ()
    rows: list[Row] = []
    zones = zones_of(address)
    if address.town and address.zip5:
        rows.append(("town", zones[-1], "", address.zip5))
    if address.form in _STREETS:
        variant = variant_of(address)
        building = f"{address.number}{_SEPARATOR}{address.stem}"
        for zone in zones:
            rows.append(("street", zone, address.stem, _SEPARATOR.join((*variant, address.number))))
            rows.append(("building", zone, building, "1" if address.units or has_number(address.unknown) else "0"))
        if address.suffix in COMMON and address.suffix not in OMITTED:  # OAK XING: a twin of OAK AVE for who says OAK
            twin = _SEPARATOR.join((*variant._replace(suffix=address.suffix), address.number))
            rows += [("street", zone, bare_stem(address), twin) for zone in zones]
    return tuple(rows)


def bare_stem(address: Address) -> str:
    """The street's name without its suffix, of whatever kind that is."""
    return address.stem.removesuffix(SUFFIX_NAME.get(address.suffix, "")) or address.stem


def has_number(words: tuple[str, ...]) -> bool:
    """Whether words beside a street hold a number or a letter, so that they may name a unit."""
    return any(len(word) == 1 or any(char.isdigit() for char in word) for word in words)


def wanted(address: Address) -> tuple[tuple[str, str, str], ...]:
    """The (kind, zone, key) of every row that a comparison with this address may look up."""
    zones = zones_of(address)
    out = [("street", zone, address.stem) for zone in zones]
    out += [("building", zone, f"{address.number}{_SEPARATOR}{address.stem}") for zone in zones]
    if address.town:
        out.append(("town", f"{address.town},{address.region}", ""))
    return tuple(out)


def variant_of(address: Address) -> Variant:
    """The elements that complete an address's street name."""
    suffix = address.suffix if address.suffix in OMITTED else ""  # another suffix is part of the name
    return Variant(address.predirectional, suffix, address.postdirectional, address.road, address.urbanization)


def is_rare(variant: Variant) -> bool:
    """Whether the variant is a street like OAK XING, which the book also shows under OAK, as a twin of OAK AVE."""
    return bool(variant.suffix) and variant.suffix not in OMITTED
