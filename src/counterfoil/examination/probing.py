"""The probing budget: how many addresses for one person, how many people for one address, and for how long.

26 USC 6103(i)(2)(B)(i) asks for the address that the requester holds; trying several is looking for one.
Asks are compared by tokens alone. Two asks are about one person when the given names agree and one list of
surnames begins the other (or the tax numbers agree), unless both carry a date of birth that differs or both
carry a tax number that differs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from counterfoil.examination.context import Ask, Context

WINDOW: Final = timedelta(days=30)
DAY: Final = timedelta(hours=24)


class Budget(NamedTuple):
    """What the budget says: positions that are refused (with why), asks to remember, repeated questions."""

    refused: Mapping[int, str]
    exceeded: frozenset[int]
    duplicates: Mapping[int, tuple[str, int]]


class _Limits(NamedTuple):
    day: int
    window: int
    names: int
    names_window: timedelta
    lock: timedelta


def probing(asks: Sequence[Ask | None], context: Context) -> Budget:
    """Hold the asks of a batch, in their order, against what was asked before and against each other."""
    value = context.agreement.value
    limits = _Limits(
        int(value("addresses_per_subject_day")),
        int(value("addresses_per_subject_30_days")),
        int(value("names_per_address")),
        timedelta(days=int(value("names_per_address_days"))),
        timedelta(hours=int(value("lock_hours"))),
    )
    asked = [ask for ask in asks if ask is not None]
    earlier = [e for e in context.history.recall(asked) if e.batch != context.batch_key and e.at <= context.on]
    crowded = _crowded(asked, earlier, context, limits)
    people = _People(asked, earlier, context, limits)
    questions = _Questions(asked, earlier)
    refused: dict[int, str] = {}
    exceeded: set[int] = set()
    duplicates: dict[int, tuple[str, int]] = {}
    for ask in asked:
        same = questions.earlier_same(ask)
        if same is not None:
            duplicates[ask.position] = same
            continue
        why = "more names were asked about at this address" if ask.address in crowded else people.over(ask)
        if why:
            refused[ask.position] = why
            if why != _LOCKED:
                exceeded.add(ask.position)
        else:
            people.remember(ask)
            questions.remember(ask)
    return Budget(refused, frozenset(exceeded), duplicates)


_LOCKED: Final = "the person is locked after earlier requests"


def _crowded(asked: Sequence[Ask], earlier: Iterable[Ask], context: Context, limits: _Limits) -> frozenset[str]:
    """Addresses asked with more distinct names in the window than the limit; refused asks count while locked."""
    there: defaultdict[str, _Crowd] = defaultdict(_Crowd)
    counts = Counter(ask.address for ask in asked)
    for ask in earlier:
        reach = limits.lock if ask.exceeded else limits.names_window
        if ask.address in counts and context.on - ask.at < reach:
            there[ask.address].add(ask)
    for ask in asked:
        if counts[ask.address] > 1 or ask.address in there:
            there[ask.address].add(ask)
    return frozenset(address for address, crowd in there.items() if crowd.people() > limits.names)


class _Crowd:
    """Who was asked about at one address: names, and namesakes as far as births or numbers tell them apart.

    So trying one day of birth after another for a name is trying one person after another.
    """

    __slots__ = ("_told",)

    def __init__(self) -> None:
        self._told: defaultdict[_Key, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))

    def add(self, ask: Ask) -> None:
        births, numbers = self._told[ask.given, *ask.surnames]
        births.add(ask.dob)
        numbers.add(ask.tin)

    def people(self) -> int:
        """How many at least."""
        return sum(max(1, len(births - {""}), len(numbers - {""})) for births, numbers in self._told.values())


class _Seen:
    """Addresses asked about one person: within the last day, within the window; and whether a lock stands."""

    __slots__ = ("locked", "today", "window")

    def __init__(self) -> None:
        self.today: set[str] = set()
        self.window: set[str] = set()
        self.locked = False


_Key = tuple[str, ...]
_ANY: Final = "*"


class _People:
    """Who was asked about with which addresses. Only people whom somebody else in sight could be are kept.

    Each ask is filed under every key by which a later ask on the same person can look for it: the beginnings
    of its surnames, with and without its date of birth and tax number. So a look-up reads few keys, however
    many namesakes there are.
    """

    def __init__(self, asked: Sequence[Ask], earlier: Sequence[Ask], context: Context, limits: _Limits) -> None:
        self._limits = limits
        self._seen: dict[_Key, _Seen] = {}
        names: Counter[_Key] = Counter()
        born: Counter[_Key] = Counter()
        tins: Counter[str] = Counter()
        for ask in (*asked, *earlier):
            names[_group(ask)] += 1
            born[ask.dob, *_group(ask)] += 1
            if ask.tin:
                tins[ask.tin] += 1
        self._names = {name for name, count in names.items() if count > 1}
        self._born = {who for who, count in born.items() if count > 1}
        self._ageless = {who[1:] for who in born if not who[0]}
        self._tins = {tin for tin, count in tins.items() if count > 1}
        for ask in earlier:
            age = context.on - ask.at
            if ask.exceeded:
                if age < limits.lock:
                    self._file(ask, today=False, window=False, locked=True)
            elif age < WINDOW:
                self._file(ask, today=age < DAY, window=True, locked=False)

    def remember(self, ask: Ask) -> None:
        """File an ask that passed now."""
        self._file(ask, today=True, window=True, locked=False)

    def over(self, ask: Ask) -> str:
        """Why this ask is over the person's budget, or ""; an ask that is over locks the person."""
        found = [seen for key in self._keys(ask) if (seen := self._seen.get(key)) is not None]
        if not found:
            return ""
        if any(seen.locked for seen in found):
            return _LOCKED
        if any(ask.address in seen.window for seen in found):
            return ""
        if _at_least(self._limits.day, (seen.today for seen in found)):
            return "another address was given for this person within 24 hours"
        if _at_least(self._limits.window, (seen.window for seen in found)):
            return "other addresses were given for this person within 30 days"
        return ""

    def _file(self, ask: Ask, *, today: bool, window: bool, locked: bool) -> None:
        for key in self._filing(ask):
            seen = self._seen.get(key)
            if seen is None:
                seen = self._seen[key] = _Seen()
            if today:
                seen.today.add(ask.address)
            if window:
                seen.window.add(ask.address)
            seen.locked = seen.locked or locked

    def _named_again(self, ask: Ask) -> bool:
        """Whether anybody else in sight has this name and no other date of birth."""
        name = _group(ask)
        if name not in self._names:
            return False
        return not ask.dob or name in self._ageless or (ask.dob, *name) in self._born

    def _filing(self, ask: Ask) -> list[_Key]:
        """The keys under which an ask is filed: none for most people, whom nobody else in sight could be."""
        keys: list[_Key] = []
        if self._named_again(ask):
            who = [(d, t) for d in (ask.dob, _ANY) for t in (ask.tin, _ANY)]
            for length in range(1, len(ask.surnames) + 1):
                keys += [("begins", *w, ask.given, *ask.surnames[:length]) for w in who]
            keys += [("is", *w, ask.given, *ask.surnames) for w in who]
        if ask.tin in self._tins:
            keys += [("tin", ask.tin, ask.dob), ("tin", ask.tin, _ANY)]
        return keys

    def _keys(self, ask: Ask) -> list[_Key]:
        """The keys under which asks on the same person were filed."""
        keys: list[_Key] = []
        days = (ask.dob, "") if ask.dob else (_ANY,)
        if self._named_again(ask):
            who = [(d, t) for d in days for t in ((ask.tin, "") if ask.tin else (_ANY,))]
            keys += [("begins", *w, ask.given, *ask.surnames) for w in who]
            for length in range(1, len(ask.surnames)):
                keys += [("is", *w, ask.given, *ask.surnames[:length]) for w in who]
        if ask.tin in self._tins:
            keys += [("tin", ask.tin, d) for d in days]
        return keys


def _group(ask: Ask) -> _Key:
    return (ask.given, *ask.surnames[:1])


def _at_least(limit: int, sets: Iterable[set[str]]) -> bool:
    together: set[str] = set()
    for found in sets:
        if len(found) >= limit:
            return True
        together |= found
    return len(together) >= limit


class _Questions:
    """Questions asked before in the same investigation, with nothing else said of name, address, person or years.

    Whatever differs in any of it is another question, and is looked up: an answer about the son is none about the
    father, and one without a date of birth none with it.
    """

    def __init__(self, asked: Sequence[Ask], earlier: Iterable[Ask]) -> None:
        wanted = {ask.question for ask in asked}
        self._answered: dict[str, tuple[str, int]] = {}
        for ask in sorted(earlier, key=lambda e: e.at):
            if ask.answered and not ask.exceeded and ask.question and ask.question in wanted:
                self._answered[ask.question] = ask.batch, ask.position
        counts = Counter(ask.question for ask in asked)
        self._again = {question for question, count in counts.items() if count > 1}

    def earlier_same(self, ask: Ask) -> tuple[str, int] | None:
        """Batch key and position of the newest same question that was or will be answered, or None."""
        return self._answered.get(ask.question)

    def remember(self, ask: Ask) -> None:
        """A question of this batch that is to be answered."""
        if ask.question in self._again:
            self._answered[ask.question] = ask.batch, ask.position
