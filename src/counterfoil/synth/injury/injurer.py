"""Puts a defect into a lawful row: what the requester wrote is spoiled in one way, and the code is known.

The texts come from a grammar (data/defects.yaml), so that no two files hold the same strings. None of the
product's rules is used.
"""

from __future__ import annotations

import random
from datetime import date
from typing import Final

from counterfoil.synth.chance import data
from counterfoil.synth.country.names import plain, surname_list
from counterfoil.synth.grammar import expand

Row = dict[str, str]
ADDRESS: Final = ("address_line1", "address_line2", "city", "state", "postal_code")
NAME: Final = ("given_name", "middle_name", "surname", "name_suffix")
EXTRA_COLUMNS: Final = ("fingerprint_id", "a_number", "phone", "employer")
"""Columns that no request may have; a row carries a value in one of them where the defect is OVERSUPPLY."""


class Injurer:
    """Spoils rows. `on` is the day on which the requests are written."""

    def __init__(self, rng: random.Random, on: date) -> None:
        self.rng, self.on = rng, on
        self.texts = data("defects")
        self.streets = data("places")["street"]

    def text(self, code: str, row: Row) -> str:
        """A deficient text of that code, in some case."""
        rng, words = self.rng, self.streets
        slots = {
            "city": row["city"], "state": row["state"], "zip": row["postal_code"], "given": row["given_name"],
            "surname": row["surname"], "street": rng.choice(words["first"]) + rng.choice(words["last"]),
            "number": str(rng.randrange(10, 4000)), "small": str(rng.randrange(1, 90)), "other": self._somebody(),
        }  # fmt: skip
        made = expand(rng.choice(self.texts[code]), rng, self.texts, slots)
        return self._some_case(made)

    def _some_case(self, text: str) -> str:
        way = self.rng.random()
        if way < 0.3:
            return text.upper()
        if way < 0.4:
            return text.lower()
        return text[:1].upper() + text[1:] if way < 0.7 else text

    def _somebody(self) -> str:
        return f"{self.rng.choice('ABCDEFGHJKLMR')}. {plain(self.rng.choice(surname_list('anglo')))}"

    def blank(self) -> str:
        """Nothing, as people type it."""
        return self.rng.choice(("", "", " ", "   "))

    def choice(self, code: str) -> str:
        """A deficient text of that code as it stands in the grammar."""
        return expand(self.rng.choice(self.texts[code]), self.rng, self.texts)


def split_line(text: str) -> list[str]:
    """The parts of a line at the `|` that stand outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
