"""What of a request finds the rows that it may be about, in 26 bytes: its keys as numbers, and nothing that it says.

An examination reads each request; what it leaves of those that pass lets the look-up begin with a sieve
(files/sieve.py) instead of reading all of them again. A clue follows from the request and the rules that make keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from typing import Final
from zlib import crc32

from counterfoil.address import Address
from counterfoil.person import Name
from counterfoil.verification import keys
from counterfoil.verification.rule import digits

FORM: Final = Struct("<IIQIIBB")
"""The place as two numbers, its lower 32 bits first; the bits of years, surnames and given names; the marks of
the taxpayer number and the date of birth."""
SIZE: Final = FORM.size  # bytes
UNKNOWN: Final = b"\xff" * SIZE
"""Stands for a request of which no clue was taken: it has to be read."""
NOBODY: Final = bytes(SIZE)
"""The clue of a request that finds no row, whatever the registry holds: its address is not sure."""

_TINS: Final = 127
_BIRTHS: Final = 63


def clue_of(name: Name, address: Address, years: Iterable[int], born: str = "", tin: str = "") -> bytes:
    """The clue of a request, of SIZE bytes: `keys.place_of`, the bits of `keys`, and marks of what can contradict.

    `born` is YYYY-MM-DD or "", `tin` as written or "", as the rule is given them.
    """
    place = keys.place_of(address)
    if place is None:
        return NOBODY
    bits = keys.year_bits(years), keys.surname_mask(name), keys.given_mask(name)
    return FORM.pack(place & 0xFFFFFFFF, place >> 32, *bits, tin_mark(digits(tin)), birth_mark(born))


def tin_mark(tin: str) -> int:
    """A number to 127 that equal taxpayer numbers share; 0 where there is none, which contradicts nothing."""
    return 1 + crc32(tin.encode("utf-8", "surrogatepass")) % _TINS if tin else 0


def birth_mark(born: str) -> int:
    """A number to 63 that equal dates of birth share; 0 where there is none, which contradicts nothing."""
    return 1 + crc32(born.encode("utf-8", "surrogatepass")) % _BIRTHS if born else 0
