"""Made-up addresses, other spellings of them, and neighbours that are not them.

Shares no code and no table with the rules: the few spellings that it knows are written out here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

NAMES = ["Maplegrove", "Quarry Hill", "Tamarind", "Old Ferry", "Ash Hollow", "Copperleaf", "Marigold", "Windrow",
         "Saint Elmo", "Mount Tabor", "Larkspur", "Bayberry", "Ironwood", "Juniper Bend", "Loma Verde"]  # fmt: skip
NUMBERED = [("1st", "First"), ("2nd", "Second"), ("7th", "Seventh"), ("11th", "Eleventh"), ("21st", "Twenty First"),
            ("43rd", "Forty Third"), ("52nd", "Fifty-Second")]  # fmt: skip
SUFFIXES = {"Street": ["St", "ST.", "street", "Str"], "Avenue": ["Ave", "AVE.", "Av"], "Road": ["Rd", "RD."],
            "Drive": ["Dr", "drv"], "Lane": ["Ln"], "Court": ["Ct", "CT."], "Boulevard": ["Blvd", "Boul"],
            "Place": ["Pl"], "Circle": ["Cir"], "Parkway": ["Pkwy"]}  # fmt: skip
DIRECTIONS = {"": [""], "North": ["N", "N.", "NORTH"], "South": ["S", "S."], "East": ["E", "e."], "West": ["W"],
              "Northeast": ["NE", "N.E.", "N E"], "Southwest": ["SW", "S. W."]}  # fmt: skip
TOWNS = [("Aldermere", "IL", "62704"), ("Briarholm", "TX", "76903"), ("Cold Harbor", "OH", "44646"),
         ("Port Lumen", "FL", "33904"), ("Saint Orrin", "MN", "56303"), ("Fort Weldon", "GA", "31021")]  # fmt: skip
STATES = {"IL": "Illinois", "TX": "Texas", "OH": "Ohio", "FL": "Florida", "MN": "Minnesota", "GA": "Georgia"}


@dataclass(frozen=True)
class Place:
    number: int
    before: str
    name: str
    suffix: str
    after: str
    unit: str
    town: str
    state: str
    postal: str

    def line(self) -> str:
        parts = [str(self.number), self.before, self.name, self.suffix, self.after]
        street = " ".join(part for part in parts if part)
        unit = f" Apt {self.unit}" if self.unit else ""
        return f"{street}{unit}, {self.town}, {self.state} {self.postal}"


def place(rng: Random) -> Place:
    name = rng.choice(NAMES) if rng.random() < 0.75 else rng.choice(NUMBERED)[0]
    before, after = rng.choice(list(DIRECTIONS)), ""
    if rng.random() < 0.2:
        before, after = "", before
    unit = rng.choice(["", "", "", "4", "12", "4B", "C7", "B", "301"])
    town, state, postal = rng.choice(TOWNS)
    return Place(rng.randint(2, 9898), before, name, rng.choice(list(SUFFIXES)), after, unit, town, state, postal)


def respelled(it: Place, rng: Random) -> str:
    """Another way to write the same address."""
    name = it.name
    for digits, words in NUMBERED:
        if name == digits and rng.random() < 0.5:
            name = words
    if rng.random() < 0.4:
        name = name.replace("Saint ", "St. ").replace("Mount ", "Mt ")
    parts = [
        str(it.number),
        rng.choice(DIRECTIONS[it.before] + [it.before]),
        name,
        rng.choice(SUFFIXES[it.suffix] + [it.suffix]),
        rng.choice(DIRECTIONS[it.after] + [it.after]),
    ]
    street = rng.choice([" ", "  "]).join(part for part in parts if part)
    unit = ""
    if it.unit:
        number = it.unit
        if len(number) == 2 and not number.isdigit():
            number = rng.choice([number, f"{number[0]}-{number[1]}"])
        words = ["Apt {}", "APARTMENT {}", "# {}", "#{}", "Apt. {}", "apt #{}", "Unit {}"]
        unit = rng.choice([", ", " "]) + rng.choice(words).format(number)
    town = it.town.replace("Saint", rng.choice(["Saint", "St.", "ST"])).replace("Fort", rng.choice(["Fort", "Ft."]))
    state = rng.choice([it.state, it.state.lower(), STATES[it.state]])
    postal = it.postal + (f"-{rng.randint(1000, 9999)}" if rng.random() < 0.3 else "")
    text = f"{street}{unit}, {town}{rng.choice([', ', ' ', ' , '])}{state} {postal}"
    text = rng.choice([str, str.upper, str.lower, str.title])(text)
    if rng.random() < 0.1:
        text = text.replace("a", "á", 1)
    if rng.random() < 0.1:
        text = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)
    if rng.random() < 0.15:
        text += ", USA"
    return text


def neighbour(it: Place, rng: Random) -> Place | str:
    """Something near that is another delivery point."""
    return rng.choice(HARD)(it, rng)


def _number(it: Place, rng: Random) -> Place:
    return replace(it, number=it.number + rng.choice([-2, -1, 1, 2, 10, 100, 1000]) or 1)


def _swapped(it: Place, rng: Random) -> Place:
    digits = str(it.number)
    at = rng.randrange(max(1, len(digits) - 1))
    turned = digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :]
    return replace(it, number=int(turned)) if int(turned) not in (it.number, 0) else _number(it, rng)


def _dropped(it: Place, rng: Random) -> Place:
    digits = str(it.number)
    if len(digits) < 2:
        return _number(it, rng)
    at = rng.randrange(len(digits))
    shorter = int(digits[:at] + digits[at + 1 :])
    return replace(it, number=shorter) if shorter else _number(it, rng)


def _other(it: Place, rng: Random, field: str, choices: list[str]) -> Place:
    return replace(it, **{field: rng.choice([choice for choice in choices if choice != getattr(it, field)])})


def _letter(it: Place, rng: Random) -> str:
    return it.line().replace(str(it.number), f"{it.number}{rng.choice('ACDF')}", 1)


def _box(it: Place, rng: Random) -> str:
    return f"PO Box {it.number}, {it.town}, {it.state} {it.postal}"


def _route(it: Place, rng: Random) -> str:
    return f"RR {rng.randint(1, 9)} Box {it.number}, {it.town}, {it.state} {it.postal}"


def _town(it: Place, rng: Random) -> Place:
    town, state, postal = rng.choice([t for t in TOWNS if t[0] != it.town])
    return replace(it, town=town, state=state, postal=postal)


HARD = [
    _number,
    _swapped,
    _dropped,
    _letter,
    _box,
    _route,
    _town,
    lambda it, rng: _other(it, rng, "before", [d for d in DIRECTIONS if d]) if it.before else _number(it, rng),
    lambda it, rng: _other(it, rng, "after", [d for d in DIRECTIONS if d]) if it.after else _number(it, rng),
    lambda it, rng: _other(it, rng, "suffix", list(SUFFIXES)),
    lambda it, rng: _other(it, rng, "name", NAMES + [n for n, _ in NUMBERED]),
    lambda it, rng: _other(it, rng, "unit", ["4", "5", "12", "21", "4B", "4C", "C7", "C17", "301", "310"]),
    lambda it, rng: replace(it, unit="") if it.unit else replace(it, unit="2"),
    lambda it, rng: replace(it, before="", after="") if it.before or it.after else replace(it, before="North"),
]
