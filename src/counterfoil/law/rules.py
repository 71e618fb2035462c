"""The rule set: which version of the deciding files made a decision, as one hash.

The hash covers every packaged file that can change an outcome: the rooms of law, address, person,
agreement and examination, the confirmation rule, and what decides of which rows it is asked. Same files,
same hash, on any machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

VERSION: Final = "2026.11"
"""Year and month of the rules; raised with every change of an outcome, named in CHANGELOG.md."""

_ROOMS: Final = ("address", "agreement", "examination", "law", "person")
_FINDS: Final = ("block", "book", "clue", "files/sieve", "keys", "rule", "search")
_SINGLE: Final = tuple(f"verification/{name}.py" for name in _FINDS)
_KINDS: Final = frozenset({".py", ".yaml", ".csv"})
_DECIDES_NOTHING: Final = "law/page.py"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The version that people say and the SHA-256 (hex) that a ledger entry names."""

    version: str
    sha256: str


@lru_cache(maxsize=1)
def rule_set() -> RuleSet:
    """The rule set of this installation."""
    return rule_set_of(Path(__file__).parent.parent)


def rule_set_of(package: Path) -> RuleSet:
    """The rule set of the package in a folder: file by file, in order of path, line ends as LF."""
    total = hashlib.sha256()
    for path in deciding_files(package):
        data = path.read_bytes().replace(b"\r\n", b"\n")
        line = f"{path.relative_to(package).as_posix()} {hashlib.sha256(data).hexdigest()}\n"
        total.update(line.encode())
    return RuleSet(VERSION, total.hexdigest())


def deciding_files(package: Path) -> tuple[Path, ...]:
    """The files that the hash covers, in order of their path within the package."""
    rooms = (path for room in _ROOMS for path in (package / room).rglob("*") if path.suffix in _KINDS)
    single = (package / name for name in _SINGLE if (package / name).exists())
    names = {path.relative_to(package).as_posix(): path for path in (*rooms, *single)}
    return tuple(names[name] for name in sorted(names) if name != _DECIDES_NOTHING)
