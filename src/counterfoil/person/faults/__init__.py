"""What keeps a written name from being the name of one natural person: 26 USC 6103(i)(2)(B)(i).

One fault a file; file name, function name and code are the same word.
"""

from counterfoil.person.faults.name_incomplete import name_incomplete
from counterfoil.person.faults.name_malformed import name_malformed
from counterfoil.person.faults.name_missing import name_missing
from counterfoil.person.faults.name_multiple import name_multiple
from counterfoil.person.faults.name_placeholder import name_placeholder
from counterfoil.person.faults.name_wildcard import name_wildcard
from counterfoil.person.name import Name
from counterfoil.person.reading import Reading, columns

__all__ = ["faults"]

_RULES = (
    ("NAME_MISSING", name_missing),
    ("NAME_INCOMPLETE", name_incomplete),
    ("NAME_PLACEHOLDER", name_placeholder),
    ("NAME_MULTIPLE", name_multiple),
    ("NAME_MALFORMED", name_malformed),
    ("NAME_WILDCARD", name_wildcard),
)


_SUFFIXES = frozenset(("", "JR", "JR.", "SR", "SR.", "II", "III", "IV"))


def _is_small(middle: Reading) -> bool:
    text = middle.text.removesuffix(".")
    return middle.plain or not middle.text or (len(text) == 1 and "A" <= text <= "Z")


def faults(name: Name) -> tuple[str, ...]:
    """Every fault of the name as its code; () when it sets forth one natural person's name."""
    read = columns(name)
    if read.given.plain and read.surname.plain and _is_small(read.middle) and read.suffix.text in _SUFFIXES:
        return ()
    return tuple(code for code, found in _RULES if found(read))
