"""What stands in the column of a town instead of one: a state, a ZIP Code, a country, a place near one, two towns."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from counterfoil.address.tables import BIG_CITY, PHRASES, STATE, UNITED_STATES, WORDS

_SAME_NAME: Final = frozenset({"DC", "DISTRICT OF COLUMBIA", "NEW YORK", "OK", "GU", "GUAM"})
"""What is the name of a state, district or territory and of its town."""
_NATION: Final = UNITED_STATES - {("AMERICA",)}
_POINTERS: Final = frozenset("SAME DITTO IBID IDEM MISMO MISMA IGUAL".split())  # noqa: SIM905
_NEAR: Final = frozenset(
    "NEAR NEARBY OUTSIDE AROUND VICINITY APPROX APPROXIMATELY MAYBE POSSIBLY PROBABLY NOT BESIDE BETWEEN CERCA".split()  # noqa: SIM905
)
_AREA: Final = frozenset({"AREA", "VICINITY"})
_ABROAD: Final = WORDS["abroadtown"]
_ABROAD_PHRASES: Final = PHRASES["abroadtown"]
_OF_MEXICO: Final = frozenset({"MEXICO", "MX", "MEX", "BC", "BCN", "BAJA", "CALIFORNIA", "CHIHUAHUA", "TAMAULIPAS"})


@lru_cache(maxsize=65536)
def town_says(city: str, state: str) -> str:
    """What a town's column says instead of a town; "" for a town.

    "abroad": a city abroad; "none": the state, the country, or a place near a town; "code": figures; "same": a pointer;
    "two": two towns.
    """
    words = city.split()
    if _is_abroad(tuple(words)):
        return "abroad"
    if city.isdigit():
        return "code" if len(city) > 3 else ""  # NINETY SIX, SC may stand in figures
    if len(words) == 1 and words[0] in _POINTERS:
        return "same"
    if tuple(words) in _NATION or _is_state(words, state):
        return "none"
    if len(words) > 1 and (words[0] in _NEAR or words[-1] in _AREA or "NEAR" in words):
        return "none"
    if "/" in words[1:-1] and city.replace(" / ", "") not in BIG_CITY:
        return "two"
    return ""


def _is_state(words: list[str], state: str) -> bool:
    """IL, IL 62701, or ILLINOIS in the column of the town, and Illinois in its own."""
    name = " ".join([word for word in words if not word.isdigit()])
    if name in _SAME_NAME:
        return False
    return bool(state) and STATE.get(name) == state


def _is_abroad(town: tuple[str, ...]) -> bool:
    """TIJUANA, CIUDAD JUAREZ, TIJUANA BC: a city abroad whose name no place in the United States has."""
    if town[0] in _ABROAD:
        return _OF_MEXICO.issuperset(town[1:])
    return any(town[: len(name)] == name and _OF_MEXICO.issuperset(town[len(name) :]) for name in _ABROAD_PHRASES)
