"""The cheap keys by which candidates are found. Each may find too many, none may lose one.

`tests/verification/test_keys.py` holds that whatever `confirms` would look at shares all of these keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from counterfoil import person as names
from counterfoil.address import Address, place_key

FIRST_YEAR = 1990
LAST_YEAR = FIRST_YEAR + 62
"""Tax years are kept as bits of a signed 64-bit number."""

ANY = (1 << 31) - 1
"""Shares a bit with every mask."""


def place_number(place_key: str) -> int | None:
    """A place key as a number of 63 bits, None for an address that is not sure."""
    if not place_key:
        return None
    return int.from_bytes(blake2b(place_key.encode(), digest_size=8).digest(), "big") >> 1


def place_of(address: Address) -> int | None:
    """The place of an address, None for one that is not sure."""
    return place_number(place_key(address))


def year_bits(years: Iterable[int]) -> int:
    """The years as bits; a year out of range has none, and so finds nothing."""
    return _year_bits(frozenset(years))


@lru_cache(1024)
def _year_bits(years: frozenset[int]) -> int:
    bits = 0
    for year in years:
        if FIRST_YEAR <= year <= LAST_YEAR:
            bits |= 1 << (year - FIRST_YEAR)
    return bits


@lru_cache(1024)
def years_of(bits: int) -> frozenset[int]:
    """The years of `year_bits`."""
    return frozenset(FIRST_YEAR + at for at in range(bits.bit_length()) if bits >> at & 1)


def surname_mask(name: names.Name) -> int:
    """Bits of the surname keys; 0 where there is no surname, which is like nobody's."""
    return _mask(names.surname_keys(name))


def given_mask(name: names.Name) -> int:
    """Bits of the given-name keys; all of them where no given name is written."""
    return _mask(names.given_keys(name)) or ANY


@lru_cache(4096)
def _mask(keys: tuple[str, ...]) -> int:
    bits = 0
    for key in keys:
        letter = ord(key[0])
        bits |= 1 << (letter - 65 if 65 <= letter <= 90 else 26 + letter % 5)
    return bits


def person_key(tin: str, name: names.Name | None, date_of_birth: str) -> str:
    """A text that all rows of one person share: the TIN, or a digest of name and birth where no TIN is on file."""
    if tin or name is None:
        return tin
    said = " ".join((*name.forenames, "/", *name.surnames, "/", name.suffix, "/", date_of_birth))
    return "?" + blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
