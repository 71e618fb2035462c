"""Made-up names: lists put together from syllables, borne in skewed frequencies, folded for telling alike."""

from __future__ import annotations

import random
import unicodedata
from functools import cache, lru_cache
from typing import Any, NamedTuple

from counterfoil.synth.chance import Urn, data, rank_weights

_PLAIN = str.maketrans({"Đ": "D", "đ": "d", "Ł": "L", "ł": "l", "Ø": "O", "ø": "o"})


class Name(NamedTuple):
    """A person's name with its accents. `hyphenated`: two surnames joined by a hyphen."""

    family: str
    given: str
    middle: str
    surnames: tuple[str, ...]
    suffix: str = ""
    hyphenated: bool = False

    @property
    def surname(self) -> str:
        """The surnames as one text."""
        return ("-" if self.hyphenated else " ").join(self.surnames)


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """`text` without accents, in ASCII, its case kept."""
    return "".join(c for c in unicodedata.normalize("NFD", text.translate(_PLAIN)) if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def words(text: str) -> frozenset[str]:
    """The words of a name in capitals and without accents, joined particles included, for telling alike."""
    bare = plain(text).upper().replace("'", "")
    return frozenset(bare.replace("-", " ").replace(".", " ").split())


def key(given: str, surname: str) -> str:
    """First given name and first surname: two people of one key could be taken for one another."""
    first = plain(given).upper().replace("-", " ").split()[:1]
    last = plain(surname).upper().replace("'", "").replace("-", " ").split()[:2]
    joined = "".join(last) if last and len(last[0]) < 4 else "".join(last[:1])
    return f"{''.join(first)}|{joined}"


@cache
def surname_list(family: str) -> tuple[str, ...]:
    """Every surname of a family, the commonest first; the order is made up once and for all."""
    facts = data("names")["families"][family]
    made = [a + b for a in facts["first"] for b in facts["last"]]
    random.Random(f"surnames/{family}").shuffle(made)
    for at, name in enumerate(facts.get("whole", ())):
        made.insert(7 + 11 * at, name)
    return tuple(dict.fromkeys(made))


class Names:
    """Draws names of one family."""

    def __init__(self, rng: random.Random, family: str) -> None:
        facts: dict[str, Any] = data("names")["families"][family]
        skew = facts["skew"]
        self._rng, self.family, self._facts = rng, family, facts
        listed = surname_list(family)
        self._surnames = Urn(rng, listed, rank_weights(len(listed), skew))
        women, men = facts["women"], facts["men"]
        self._given = {
            "F": Urn(rng, women, rank_weights(len(women), skew)),
            "M": Urn(rng, men, rank_weights(len(men), skew)),
        }
        self._middles: list[str] = facts.get("middles", [])
        self._particles: list[str] = facts.get("particles", [])
        self._gendered: dict[str, str] = facts.get("gendered", {})

    def surname(self) -> str:
        """One surname, as a man bears it."""
        name = self._surnames.draw()
        if self._particles and self._rng.random() < self._facts["particle_share"]:
            joint = "-" if self._rng.random() < 0.5 else " "
            return f"{self._rng.choice(self._particles)}{joint}{name}"
        return name

    def of(self, sex: str, surnames: tuple[str, ...], hyphenated: bool = False) -> Name:
        """A new person's name with these surnames."""
        given = self._given[sex].draw()
        middle = ""
        if self._rng.random() < self._facts["middle"]:
            middle = self._rng.choice(self._middles) if self._middles else self._given[sex].draw()
        if middle == given:
            middle = ""
        if sex == "F" and self._gendered:
            surnames = tuple(map(self._womans, surnames))
        return Name(self.family, given, middle, surnames, "", hyphenated)

    def surnames(self) -> tuple[tuple[str, ...], bool]:
        """The surnames of a household's first person, and whether they are hyphenated."""
        way = self._rng.random()
        if way < self._facts.get("hyphenated", 0):
            return (self.surname(), self.surname()), True
        if way < self._facts.get("two_surnames", 0):
            return (self.surname(), self.surname()), False
        return (self.surname(),), False

    def child(self, father: tuple[str, ...], mother: str) -> tuple[str, ...]:
        """A child's surnames: the father's first, then the mother's where the family bears two."""
        if self._facts.get("two_surnames") and self._rng.random() < self._facts["two_surnames"]:
            return (father[0], mother)
        return father

    def _womans(self, surname: str) -> str:
        for man, woman in self._gendered.items():
            if surname.endswith(man):
                return surname.removesuffix(man) + woman
        return surname
