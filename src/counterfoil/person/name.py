"""A person's name: as written in four columns, and as read."""

from __future__ import annotations

from typing import NamedTuple


class Written(NamedTuple):
    """A name as typed, column by column; "" where a column is empty."""

    given: str = ""
    middle: str = ""
    surname: str = ""
    suffix: str = ""


Readings = tuple[tuple[str, ...], ...]
"""For each part of a name every way to write it in plain Latin letters, the plainest first."""


class Name(NamedTuple):
    """A name as read: folded to plain upper-case letters, in parts, with what may be compared.

    `given`, `middle` and `surnames` are the parts of their columns: a particle is joined to the word it
    belongs to (`DE LA CRUZ` is the one part `DELACRUZ`), a hyphen divides parts. `suffix` is JR, SR, II …
    or "". `forenames` is `given + middle`. The `…_readings` are () when each part reads in one way only.
    `surname_cores` has each surname part without its particles, () when no part has any.
    """

    given: tuple[str, ...]
    middle: tuple[str, ...]
    surnames: tuple[str, ...]
    suffix: str
    forenames: tuple[str, ...]
    forename_readings: Readings
    surname_readings: Readings
    surname_cores: tuple[str, ...]
    written: Written
