"""Which requests a file is made of, and about whom: units of rows that stand together, with their truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from counterfoil.synth.asking.pool import Asked, Item, Pool, Unit
from counterfoil.synth.chance import data, in_proportion
from counterfoil.synth.country.country import Country
from counterfoil.synth.country.tin import LAST, ssn

_FILLER: Final = Item("unknown_person", 0)
_SHARE_ASKED: Final = {"everyday": 0.3, "exchange-2025": 0.7}
"""Rows for each person of a county; in the exchange most are about people who are not in the file."""
_LEAST_FOR_BOILERPLATE: Final = 400  # rows of a file in which more than twenty can be alike
_WITHOUT_BIRTH: Final = 0.45
_ROWS_WITHOUT_BIRTH: Final = 20_000
"""A share of rows without a date of birth, in a big file at most so many: each keeps its name for itself."""


def items_of(mix: str, count: int) -> tuple[Item, ...]:
    """The items of a mix, as its file states them."""
    found = []
    for entry in data("mixes")[mix]["items"]:
        least, most = entry.get("together", (1, 1))
        item = Item(
            entry.get("ask", "spelled"), entry["weight"], entry.get("defect", ""), entry.get("tin", ""), least, most
        )
        if item.defect == "REASON_BOILERPLATE" and count < _LEAST_FOR_BOILERPLATE:
            continue
        found.append(item)
    return tuple(found)


class Planner:
    """Goes through the country and yields units, `count` rows in all."""

    def __init__(self, country: Country, count: int, seed: int, mix: str) -> None:
        self._country, self._count, self._seed = country, count, seed
        self._items = items_of(mix, count)
        self._share = _SHARE_ASKED[mix]
        self._without_birth = min(_WITHOUT_BIRTH, _ROWS_WITHOUT_BIRTH / count)
        self._kinds = in_proportion({item: item.weight for item in self._items})
        self._asked = Asked()
        self._fresh = 0
        self._waiting: list[Item] = []
        self._planned = 0
        self.replaced = 0  # units for which the country had nobody, made into requests about unknown people

    def units(self) -> Iterator[Unit]:
        """Units until the file is full; a kind that one county cannot serve waits for the next."""
        numbers = self._counties()
        for at, number in enumerate(numbers):
            target = self._count * (at + 1) // len(numbers)
            yield from self._county(
                Pool(self._country, number, self._seed, self._asked, self.fresh_tin, self._without_birth),
                target,
                last=number == numbers[-1],
            )

    def _counties(self) -> list[int]:
        country = self._country
        wanted = -(-self._count * country.counties // max(1, int(country.people * self._share)))
        wanted = max(1, min(country.counties, max(wanted, min(country.counties, 12))))
        return [at * country.counties // wanted for at in range(wanted)]

    def _county(self, pool: Pool, target: int, last: bool) -> Iterator[Unit]:
        waiting, self._waiting = self._waiting, []
        while self._planned < target:
            item = waiting.pop() if waiting else next(self._kinds)
            room = self._count - self._planned
            if item.least > room:
                continue
            unit = pool.unit(item, min(item.most, room))
            if unit is None:
                self._waiting.append(item)
                if last or len(self._waiting) > 50 + self._count // 20:
                    unit = pool.unit(_FILLER, 1)
                    self._waiting.pop(0)
                    self.replaced += 1
            if unit is not None:
                self._planned += len(unit.asks)
                yield unit
        self._waiting.extend(waiting)

    def fresh_tin(self) -> str:
        """A tax number that nobody in the country has."""
        self._fresh += 1
        return ssn((self._country.people + self._fresh) % LAST)
