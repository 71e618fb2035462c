"""Names: is it a person's name, and is it the same name. The rule: docs/reference/name-rules.md.

`parse` reads four written columns into a Name, `faults` says what keeps it from being the name of one
person (26 USC 6103(i)(2)(B)(i)), `compare` says whether two names are the same.
"""

from counterfoil.person.compare import Likeness, compare
from counterfoil.person.faults import faults
from counterfoil.person.keys import given_keys, identity, reading_key, surname_keys
from counterfoil.person.name import Name, Written
from counterfoil.person.parse import parse

__all__ = [
    "Likeness",
    "Name",
    "Written",
    "compare",
    "faults",
    "given_keys",
    "identity",
    "parse",
    "reading_key",
    "surname_keys",
]
