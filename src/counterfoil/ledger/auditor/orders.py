"""Court orders, as far as their public fields tell: which of them stands in the way of an act of a day.

Standard library only; the auditor takes this file along. Whatever an order forbids, it stops the look-up and the
answer: what may not be looked up or used is not disclosed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

if __package__:
    from . import kinds
else:  # taken along alone
    import kinds  # type: ignore[import-not-found,no-redef]

KEPT_MAX = 10_000
SPARE = 64
"""Orders that may stand in the line, lifted, before it is made anew."""
LOOKS_MAX, LOOKS_EACH = 10_000_000, 200
"""Looks at an order that the audit takes at most: so many, and so many more for each question.

One that an office has takes few. A hostile one may have many that come, go, and supersede each other in circles.
"""
_TOO_MANY = "too many orders take each other's place to tell whether one forbade it"


@dataclass(frozen=True)
class _Order:
    """An order. An entry tells its day only, so the hours of a first or a last day are nobody's to decide."""

    entry: int
    name: str
    day: str  # of its entry
    effective: str  # "" at once
    ends: str  # "" not by its own terms
    awaited: bool  # the entry says that it was not in force yet
    spared: frozenset[str]
    supersedes: str

    def runs(self, day: str) -> bool:
        """Whether it is in force on a day by its own dates, for certain.

        One in effect on the day of its entry counts from that entry on, unless the entry says that it is awaited;
        one that begins later from the day after. One whose beginning cannot be read counts at once. On the
        day on which it ends by its own terms it counts no more.
        """
        if kinds.is_day(self.ends) and day >= self.ends:
            return False
        if not kinds.is_day(self.effective) or self.effective < self.day:
            return True
        return day > self.effective or (self.effective == self.day and not self.awaited)

    def may_run(self, day: str) -> bool:
        """Whether it may be in force at some hour of a day."""
        begun = not kinds.is_day(self.effective) or day >= self.effective
        return begun and not (kinds.is_day(self.ends) and day > self.ends)

    def spares(self, statutes: str | None) -> bool:
        """Whether it leaves each citation open: 8 USC 1326(a) is of 8 USC 1326. Without a citation it does not."""
        return statutes is not None and all(
            any(statute == spared or statute.startswith(f"{spared}(") for spared in self.spared)
            for statute in statutes.split("; ")
        )


class Orders:
    """The orders that are entered and not lifted."""

    def __init__(self) -> None:
        self._orders: dict[str, _Order] = {}
        self._successors: dict[str, dict[int, _Order]] = {}  # by the name of the order that they supersede
        self._line: list[_Order] = []  # as they were entered, some of them lifted since
        self._found: dict[tuple[str, str | None, bool], int] = {}  # none in the line before this place halts
        self._anew = False  # whether what was found holds no more
        self._circles: set[str] = set()  # names that supersede, by way of others, themselves
        self._looks, self._asked, self._given_up = 0, 0, False

    def enter(self, index: int, public: Mapping[str, Any]) -> list[str]:
        """Take an entry of type `stay`: the problems that it shows."""
        order = _Order(
            index,
            public["order"],
            public["day"],
            public.get("effective", "")[:10],
            public.get("lifted", "")[:10],
            public.get("in_force") is False,
            frozenset(public.get("except", ())),
            public.get("supersedes", ""),
        )
        if order.name in self._orders:
            return [f"Entry {index}: order {order.name} is entered again while it is in force."]
        self._orders[order.name] = order
        self._line.append(order)
        self._successors.setdefault(order.supersedes, {})[order.entry] = order
        circle = self._circle_of(order)
        if circle:
            self._circles |= circle
            self._anew = True  # else another that takes an order's place can only free what that one halts
        return []

    def lift(self, index: int, public: Mapping[str, Any]) -> list[str]:
        """Take an entry of type `stay_lifted`: the problems that it shows."""
        order = self._orders.pop(public["order"], None)
        if order is None:
            return [f"Entry {index}: order {public['order']} is lifted, but was not in force."]
        if order.name in self._circles:
            self._orders[order.name] = order  # which closes the circle
            self._circles -= self._circle_of(order)
            del self._orders[order.name]
        del self._successors[order.supersedes][order.entry]
        self._anew |= order.supersedes in self._orders
        return []

    def _circle_of(self, order: _Order) -> set[str]:
        """The names by way of which an order supersedes itself, whenever they are in force; none if it does not."""
        if self._given_up or not self._successors.get(order.name):
            return set()
        names: set[str] = set()
        at: _Order | None = order
        while at is not None and at.name not in names:
            names.add(at.name)
            at = self._orders.get(at.supersedes)
        self._looked(len(names))
        return names if at is order else set()

    def _looked(self, times: int) -> None:
        self._looks += times
        self._given_up |= self._looks > LOOKS_MAX + LOOKS_EACH * self._asked

    def against_looking_up(self, day: str) -> str:
        """What stands in the way of looking up, "" if nothing does.

        Where an order leaves statutes open, only the answers show which requests were looked up.
        """
        return self._against(day, None, look_up=True)

    def against_answering(self, day: str, statutes: str | None) -> str:
        """What stands in the way of an answer on these statutes, "" if nothing does."""
        return self._against(day, statutes, look_up=False)

    def _against(self, day: str, statutes: str | None, *, look_up: bool) -> str:
        if not self._orders:
            return ""
        if self._given_up:
            return _TOO_MANY
        self._asked += 1
        self._make_room()
        asked = day, statutes, look_up
        at = self._found.get(asked, 0)
        while at < len(self._line) and not self._given_up and not self._in_the_way(self._line[at], *asked):
            at += 1
        if self._given_up:
            return _TOO_MANY
        self._found[asked] = at
        return f"order {self._line[at].name} (entry {self._line[at].entry}) forbade it" if at < len(self._line) else ""

    def _make_room(self) -> None:
        """Forget what was found where it holds no more, and the orders that were lifted where they are many."""
        if self._anew or len(self._line) > 2 * len(self._orders) + SPARE:
            self._line = list(self._orders.values())
            self._looked(len(self._line))
            self._found.clear()
            self._anew = False
        if len(self._found) > KEPT_MAX:
            self._found.clear()

    def _in_the_way(self, order: _Order, day: str, statutes: str | None, look_up: bool) -> bool:
        self._looked(1)
        return self._orders.get(order.name) is order and self._halts(order, day, statutes, look_up)

    def _halts(self, order: _Order, day: str, statutes: str | None, look_up: bool) -> bool:
        """Whether, whatever the hour, it or one that may be in its place by then stands in the way."""
        seen: set[str] = set()
        waiting = [order] if order.runs(day) else []
        while waiting:
            at = waiting.pop()
            if at.name in seen:
                continue
            seen.add(at.name)
            newer = self._newer(at, day)
            spared = at.spared and (look_up or at.spares(statutes))
            certain = any(one.runs(day) and one.name not in seen for one in newer)  # it is asked itself
            if spared or certain:
                return False
            waiting += newer
        return bool(seen)

    def _newer(self, order: _Order, day: str) -> list[_Order]:
        """Those that take its place where they are in force: not older, and in force at some hour perhaps."""
        successors = self._successors.get(order.name, {}).values()
        self._looked(len(successors))
        return [
            newer
            for newer in successors
            if newer is not order
            and newer.may_run(day)
            and not _older(newer, order)
            and not self._in_circle(newer, day)
        ]

    def _in_circle(self, order: _Order, day: str) -> bool:
        """Whether the order supersedes, by way of others that are in force, itself: then it supersedes nothing."""
        if order.name not in self._circles:
            return False
        steps, at = 1, self._orders[order.supersedes]
        while at is not order and at.runs(day):
            steps, at = steps + 1, self._orders[at.supersedes]
        self._looked(steps)
        return at is order


def _older(newer: _Order, order: _Order) -> bool:
    days = newer.effective, order.effective
    return all(map(kinds.is_day, days)) and days[0] < days[1]
