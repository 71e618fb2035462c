"""What keeps a written name from being the name of one natural person: 26 USC 6103(i)(2)(B)(i).

One fault a file; file name, function name and code are the same word.
"""

from typing import Final

from counterfoil.person.faults.name_incomplete import name_incomplete
from counterfoil.person.faults.name_malformed import name_malformed
from counterfoil.person.faults.name_missing import name_missing
from counterfoil.person.faults.name_multiple import name_multiple
from counterfoil.person.faults.name_placeholder import name_placeholder
from counterfoil.person.faults.name_wildcard import name_wildcard
from counterfoil.person.name import Name
from counterfoil.person.reading import Columns, Reading, columns

__all__ = ["faults"]

_RULES: Final = (
    ("NAME_MISSING", name_missing),
    ("NAME_INCOMPLETE", name_incomplete),
    ("NAME_PLACEHOLDER", name_placeholder),
    ("NAME_MULTIPLE", name_multiple),
    ("NAME_MALFORMED", name_malformed),
    ("NAME_WILDCARD", name_wildcard),
)


_SUFFIXES: Final = frozenset(("", "JR", "JR.", "SR", "SR.", "II", "III", "IV"))


_OTHER: Final = frozenset(("NAME_MULTIPLE", "NAME_MALFORMED", "NAME_WILDCARD"))


def _whole_in_one(read: Columns, found: tuple[str, ...]) -> bool:
    """A placeholder written in one column: JOHN DOE as given name."""
    return "NAME_PLACEHOLDER" in found and not (read.given.words and read.surname.words)


def _is_small(middle: Reading) -> bool:
    text = middle.text.removesuffix(".")
    return middle.plain or not middle.text or (len(text) == 1 and "A" <= text <= "Z")


def faults(name: Name) -> tuple[str, ...]:
    """Every fault of the name as its code; () when it sets forth one natural person's name."""
    read = columns(name)
    if read.given.plain and read.surname.plain and _is_small(read.middle) and read.suffix.text in _SUFFIXES:
        return ()
    return read_in_full(read)


def read_in_full(read: Columns) -> tuple[str, ...]:
    """The codes of a name by every rule. An incomplete name beside what is no name at all is not told twice."""
    found = tuple(code for code, holds in _RULES if holds(read))
    if "NAME_INCOMPLETE" in found and (_OTHER & set(found) or _whole_in_one(read, found)):
        return tuple(code for code in found if code != "NAME_INCOMPLETE")  # what is there is no name to complete
    return found
