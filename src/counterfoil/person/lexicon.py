"""The word lists of this room, read once from `data/*.csv`.

They are data so that a lawyer or a linguist can read and amend them: letters and how they are written
in plain Latin, particles, suffixes and titles, and the words that stand where a name should.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import counterfoil

_DATA: Final = Path(counterfoil.__file__).parent / "person" / "data"  # compiled code stands elsewhere


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def letters() -> Mapping[str, tuple[str, str]]:
    """Letter -> (plain, expanded): `Ü` -> (`U`, `UE`). Upper-case letters only."""
    return MappingProxyType({row["letter"]: (row["plain"], row["expanded"]) for row in _rows("letters.csv")})


@cache
def _roles(file: str) -> Mapping[str, Mapping[str, str]]:
    roles: dict[str, dict[str, str]] = {}
    for row in _rows(file):
        roles.setdefault(row["role"], {})[row["word"]] = row["note"]
    return MappingProxyType(roles)


@cache
def words(role: str) -> Mapping[str, str]:
    """The words of a name that have this role (`suffix`, `particle`, …), each with its note."""
    return MappingProxyType(dict(_roles("words.csv")[role]))


@cache
def fillers(role: str) -> frozenset[str]:
    """The words of this role (`never`, `alias`, …) that stand where a name should."""
    found = frozenset(_roles("fillers.csv")[role])
    return found.union(*map(_slips, fillers("slip"))) if role == "never" else found


def _slips(word: str) -> set[str]:
    """A long word with one letter missing or doubled, or two neighbours changed over: UNKNWN, REFFUSED."""
    found = set()
    for at in range(len(word)):
        found.add(word[:at] + word[at + 1 :])
        found.add(word[: at + 1] + word[at:])
        found.add(word[:at] + word[at : at + 2][::-1] + word[at + 2 :])
    return found


_BESIDE: Final = ("described", "beside_kin")  # names of many (WHITE, LA), looked for beside a watched word only


@cache
def watched() -> frozenset[str]:
    """Every word of more than one letter that a fault rule looks for, in any role."""
    roles = _roles("fillers.csv")
    found = {word for role in roles if role not in _BESIDE for word in roles[role]} | fillers("never")
    found |= {word for role in ("title", "suffix", "suffix_column", "credential") for word in words(role)}
    found |= {surname for _, surname in generic_names()}
    return frozenset(word for word in found | {"ET"} if len(word) > 1)


@cache
def germanic_endings() -> tuple[str, ...]:
    """Endings of German and Scandinavian surnames in which AE, OE, UE and AA may stand for one letter."""
    return tuple(row["ending"] for row in _rows("germanic.csv"))


@cache
def generic_names() -> frozenset[tuple[str, str]]:
    """(given name, surname) pairs that stand for nobody, such as JOHN DOE."""
    return frozenset((row["given"], row["surname"]) for row in _rows("generic_names.csv"))
