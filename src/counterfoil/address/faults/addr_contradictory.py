"""ADDR_CONTRADICTORY: The parts contradict each other: ZIP Code and state, town and state, or two last lines."""

from __future__ import annotations

from typing import Final

from counterfoil.address.model import Address
from counterfoil.address.sight import Sight
from counterfoil.address.tables import BIG_CITY, CITY_ZONE, STATE, zip_states

ACROSS_THE_LINE: Final = frozenset(
    {("42223", "TN"), ("06390", "NY"), ("71749", "LA"), ("73949", "TX"), ("84536", "AZ"), ("86515", "NM")}
)
"""ZIP Codes that serve places across a state line, with the state on the other side (Publication 65)."""


def addr_contradictory(sight: Sight) -> bool:
    """The parts contradict each other: ZIP Code and state, town and state, or two last lines."""
    address = sight.address
    if sight.placeholder:
        return False
    if "CONFLICT" in address.marks or any(_is_last_line(words, address) for words in address.leftover):
        return True
    states = zip_states(address.zip5) if address.zip5 else ()
    if address.state and states and address.state not in states:
        return (address.zip5, address.state) not in ACROSS_THE_LINE
    if address.town in _MILITARY_TOWNS and address.state and address.state not in _MILITARY_STATES:
        return True
    return _town_elsewhere(address) or _zone_of_another(address)


def _is_last_line(words: tuple[str, ...], address: Address) -> bool:
    """Another last line within the address: 12 OAK ST, WEXLEY IL 62704 / PO BOX 9, ALDERMERE IL 62701."""
    if len(words) < 2 or words[-2] not in STATE or not words[-1].isdigit() or len(words[-1]) != 5:
        return False
    return (STATE[words[-2]], words[-1]) != (address.state, address.zip5)


_ZONED: Final = frozenset().union(*CITY_ZONE.values())
_MILITARY_TOWNS: Final = frozenset({"APO", "FPO", "DPO"})
_MILITARY_STATES: Final = frozenset({"AA", "AE", "AP"})


def _zone_of_another(address: Address) -> bool:
    """A large city's name with the ZIP Code of another large city: HOUSTON IL 60608."""
    cities, zone = BIG_CITY.get(address.town), CITY_ZONE.get(address.zip5[:3])
    if not cities or not zone or address.town in zone or address.town not in _ZONED:
        return False
    return all(address.state and state != address.state for state, _, _ in cities)


def _town_elsewhere(address: Address) -> bool:
    """A large city with a state, or with a ZIP Code, in which no post office of its name lies."""
    cities = BIG_CITY.get(address.town)
    if not cities or not address.state:
        return False
    for state, zips, _ in cities:
        if state == address.state:
            return bool(zip_states(address.zip5)) and address.zip5[:2] not in zips
    return all(only for _, _, only in cities)
