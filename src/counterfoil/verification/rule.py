"""The confirmation rule: the only one, for one request and for a million.

26 USC 6103(i)(2)(B)(i) asks for the name and address of the taxpayer, and (ii) for the taxable period: so
name, address and year must be on file together, for exactly one taxpayer. A taxpayer number or a date of
birth can only narrow: in conflict it takes a row away, and it never stands in for the address. Whoever is
held back under 6103(i)(6), or protected, is not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.person import Likeness


class Asked(NamedTuple):
    """One request as the registry is asked: who, where, for which tax years; date of birth and TIN or ""."""

    position: int
    name: names.Name
    address: addresses.Address
    years: frozenset[int]
    date_of_birth: str = ""  # YYYY-MM-DD
    tin: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What one taxpayer has on file under one name at one address, and for which tax years.

    `person` is the same for all rows of one taxpayer; `held` is true when any row of the taxpayer,
    of whatever year and address, carries a hold.
    """

    person: str
    name: names.Name
    address: addresses.Address
    years: frozenset[int]
    date_of_birth: str = ""  # YYYY-MM-DD, "" where not on file
    tin: str = ""  # nine digits, "" where not on file
    held: bool = False


class Filed(Protocol):
    """A `Record`, or what reads itself as one only as far as the rule looks."""

    @property
    def person(self) -> str: ...  # noqa: D102 - as in Record
    @property
    def name(self) -> names.Name: ...  # noqa: D102
    @property
    def address(self) -> addresses.Address: ...  # noqa: D102
    @property
    def years(self) -> frozenset[int]: ...  # noqa: D102
    @property
    def date_of_birth(self) -> str: ...  # noqa: D102
    @property
    def tin(self) -> str: ...  # noqa: D102
    @property
    def held(self) -> bool: ...  # noqa: D102


def confirms(asked: Asked, candidates: Iterable[Filed], places: addresses.Places | None = None) -> bool:
    """Whether exactly one taxpayer has this name at this address in a requested year, and may be confirmed.

    `places` is the street book. It supplies what is absent and takes nothing back.
    """
    if not asked.address.sure:
        return False
    who: dict[str, tuple[Likeness, bool]] = {}
    for record in candidates:
        likeness = _likeness(asked, record, places)
        if likeness is Likeness.DIFFERENT:
            continue
        best, held = who.get(record.person, (likeness, False))
        who[record.person] = (_better(best, likeness), held or record.held)
        if len(who) > 1:
            return False  # two taxpayers; no further one makes it one again
    if len(who) != 1:
        return False
    ((likeness, held),) = who.values()
    return likeness is Likeness.SAME and not held


def _likeness(asked: Asked, record: Filed, places: addresses.Places | None) -> Likeness:
    """How far the record is the one asked about; DIFFERENT when year, number, birth, name or address says no."""
    if asked.years.isdisjoint(record.years):
        return Likeness.DIFFERENT
    if _conflict(digits(asked.tin), record.tin) or _conflict(asked.date_of_birth, record.date_of_birth):
        return Likeness.DIFFERENT
    likeness = names.compare(asked.name, record.name)[0]
    if likeness is Likeness.DIFFERENT:
        return likeness
    return likeness if addresses.compare(asked.address, record.address, places).same else Likeness.DIFFERENT


def _conflict(asked: str, on_file: str) -> bool:
    """Both are there and differ."""
    return bool(asked) and bool(on_file) and asked != on_file


def _better(one: Likeness, other: Likeness) -> Likeness:
    return Likeness.SAME if Likeness.SAME in (one, other) else one


def digits(number: str) -> str:
    """A taxpayer number without its hyphens and blanks; any other sign stays, and then conflicts."""
    return number.replace("-", "").replace(" ", "")
