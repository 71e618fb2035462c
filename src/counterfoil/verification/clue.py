"""What of a request finds the rows that it may be about, in 24 bytes: its keys as numbers, and nothing that it says.

An examination reads each request; what it leaves of those that pass lets the look-up begin with a sieve
(files/sieve.py) instead of reading all of them again. A clue follows from the request and the rules that make keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from typing import Final

from counterfoil.address import Address
from counterfoil.person import Name
from counterfoil.verification import keys

SIZE: Final = 24  # bytes
UNKNOWN: Final = b"\xff" * SIZE
"""Stands for a request of which no clue was taken: it has to be read."""
NOBODY: Final = bytes(SIZE)
"""The clue of a request that finds no row, whatever the registry holds: its address is not sure."""

FORM: Final = Struct("<IIQII")
"""The place as two numbers, its lower 32 bits first; then the bits of years, surnames and given names."""


def clue_of(name: Name, address: Address, years: Iterable[int]) -> bytes:
    """The clue of a request, of SIZE bytes: `keys.place_of` and the bits of `keys`."""
    place = keys.place_of(address)
    if place is None:
        return NOBODY
    bits = keys.year_bits(years), keys.surname_mask(name), keys.given_mask(name)
    return FORM.pack(place & 0xFFFFFFFF, place >> 32, *bits)
