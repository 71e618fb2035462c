"""Look a portion of a batch up: open its requests, ask the registry, give back the positions it confirms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from counterfoil import address as addresses
from counterfoil import person as names
from counterfoil.cases.portions.stored import Sealing, Stored, records_of
from counterfoil.examination import tax_years
from counterfoil.request.record import picker
from counterfoil.verification import Columns, Opened, Question, ask_portion, year_bits


def look_up(opened: Opened, sealing: Sealing, first: int, portion: list[Stored]) -> tuple[list[int], int]:
    """The positions confirmed, and how many look-ups that were."""
    return ask_portion(opened, _columns(sealing, first, portion))


def _columns(sealing: Sealing, first: int, portion: list[Stored]) -> Columns:
    """`questions`, in the form in which the registry is asked many at the least cost."""
    records = [(position, *_asked(record)) for position, record in records_of(sealing, first, portion)]
    positions, years, births, tins, *texts = zip(*records, strict=True) if records else ((), (), (), ())
    bits = [year_bits(_years(written)) for written in years]
    return positions, bits, [*map(str.strip, births)], [*map(str.strip, tins)], *texts


def questions(sealing: Sealing, first: int, portion: list[Stored]) -> Iterator[Question]:
    """The requests as the registry is asked them."""
    for position, record in records_of(sealing, first, portion):
        years, born, tin, *texts = _asked(record)
        written = names.Written(*texts[:_NAMES]), addresses.Written(*texts[_NAMES:])
        yield Question(position, *written, _years(years), born.strip(), tin.strip())


_NAMES = len(names.Written._fields)
_asked = picker(
    *("tax_years", "date_of_birth", "tin"),
    *("given_name", "middle_name", "surname", "name_suffix"),
    *("address_line1", "address_line2", "city", "state", "postal_code"),
)


@lru_cache(maxsize=4096)
def _years(written: str) -> frozenset[int]:
    return frozenset(tax_years(written))
