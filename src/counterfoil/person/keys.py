"""Cheap keys of a name: to find who may be meant, and to count who was asked about."""

from __future__ import annotations

from typing import Final

from counterfoil.person.lexicon import words
from counterfoil.person.name import Name

_KEY_LETTERS: Final = 1


def surname_keys(name: Name) -> tuple[str, ...]:
    """Keys of which two names share one whenever `compare` does not call them DIFFERENT.

    The first letter of the first surname part, with and without its particle: enough to cut a building
    full of people down, and safe for words written apart (GARCIA LOPEZ, GARCIALOPEZ) and initials.
    """
    if not name.surnames:
        return ()
    ways = name.surname_readings[0] if name.surname_readings else (name.surnames[0],)
    core = name.surname_cores[0] if name.surname_cores else ""
    found = {way[:_KEY_LETTERS] for way in ways}
    if core:
        found.add(core[:_KEY_LETTERS])
    return tuple(sorted(found))


def given_keys(name: Name) -> tuple[str, ...]:
    """Keys of which two names share one whenever `compare` does not call them DIFFERENT.

    () means any: where no given name is written, nothing contradicts.
    """
    if not name.forenames:
        return ()
    ways = name.forename_readings[0] if name.forename_readings else (name.forenames[0],)
    return tuple(sorted({way[:_KEY_LETTERS] for way in ways}))


def identity(name: Name) -> tuple[str, tuple[str, ...]]:
    """(given key, surname keys), folded, to count who was asked about whatever the spelling.

    The given key is the first given name (a carrier such as THI or MD passes on to the next); the surname
    keys are the parts in their order, each in the shortest of its spellings.
    """
    forenames = name.forenames
    given = forenames[0] if forenames else ""
    if len(forenames) > 1 and given in words("carrier"):
        given = forenames[1]
    ways = name.surname_readings or tuple((part,) for part in name.surnames)
    return given, tuple(min(way, key=lambda text: (len(text), text)) for way in ways)


def reading_key(name: Name) -> str:
    """All that `compare` reads of a name: two names that share it are like or unlike any third alike."""
    plain = f"{' '.join(name.given)}|{' '.join(name.middle)}|{' '.join(name.surnames)}|{name.suffix}"
    if not (name.forename_readings or name.surname_readings or name.surname_cores):
        return plain  # as nearly always
    return f"{plain}|{name.forename_readings}|{name.surname_readings}|{name.surname_cores}"
