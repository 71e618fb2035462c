"""NAME_WILDCARD: letters left open, so that one request asks about many."""

import re
from typing import Final

from counterfoil.person.faults.name_placeholder import is_signs
from counterfoil.person.reading import Columns

_OPEN: Final = re.compile(r"[*?%_]|\.{3,}|[A-Z]X{3,}$|^X{3,}[A-Z]|[A-Z]-{2,}$")


def name_wildcard(name: Columns) -> bool:
    """`*`, `?`, `%`, `_`, a run of dots or a run of X in place of letters."""
    if is_signs(name):
        return False
    return any(_OPEN.search(column.text) for column in (name.given, name.middle, name.surname, name.suffix))
