"""NAME_MISSING: no name is set forth."""

from counterfoil.person.reading import Columns


def name_missing(name: Columns) -> bool:
    """Neither the given name nor the surname column has anything that can be seen."""
    return not any(_says_something(column.text) for column in (name.given, name.surname))


def _says_something(text: str) -> bool:
    return any(letter.isprintable() and not letter.isspace() for letter in text)
