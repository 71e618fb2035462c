"""What a ledger states against itself: entries that are lost, and keys that are not to be trusted.

Standard library only; the auditor takes this file along. A statement is no fault of the export; it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

if __package__:
    from .files import InputError
    from .note import from_base64, read_key
else:  # taken along alone
    from files import InputError  # type: ignore[import-not-found,no-redef]
    from note import from_base64, read_key  # type: ignore[import-not-found,no-redef]


@dataclass(frozen=True)
class Gap:
    """A loss that an officer stated: the key before, its last checkpoint known, and the first entry after it."""

    entry: int  # of the statement; entries of the old name from here on are lost
    day: str
    size: int
    root: str  # base64
    previous: str  # the key, and so the name, that the ledger had
    vkey: str

    @classmethod
    def of(cls, public: Mapping[str, Any]) -> Gap:
        """What an entry of type `gap` states."""
        return cls(public["entry"], *(public[name] for name in ("day", "size", "root", "previous", "vkey")))

    @property
    def sentence(self) -> str:
        """What the entry states, for a person."""
        old = ascii(self.previous.rpartition("+")[0].rpartition("+")[0])[1:-1]
        if self.size > self.entry:
            what = f"{old}, which had signed {self.size} entries, lost those from {self.entry} on"
        else:
            what = f"{old} had signed {self.size} entries that are not the first {self.size} of this ledger"
        return f"Entry {self.entry} of {self.day} states that {what}; the ledger goes on under its present name."

    def fault(self, index: int, last: Gap | None) -> str:
        """What is wrong with the statement, made in entry `index` after the gap `last`; "" if nothing is."""
        try:
            before, after = read_key(self.previous), read_key(self.vkey)
        except InputError:
            return "a gap that does not name the ledger's public keys before and after it"
        root = from_base64(self.root)
        if self.entry != index or before.name == after.name or root is None or len(root) != 32:
            return "a gap that is not stated where it is, or without a new name"
        if last is not None and read_key(last.vkey).name != before.name:
            return f"a gap of another ledger than the one that goes on after entry {last.entry}"
        return ""


@dataclass(frozen=True)
class Compromise:
    """A key that an officer called compromised, in entry `entry`: not to be trusted from `since` on."""

    entry: int
    day: str
    use: str
    key: str
    since: str

    @classmethod
    def of(cls, index: int, public: Mapping[str, Any]) -> Compromise:
        """What an entry of type `key` and act `compromised` states."""
        return cls(index, *(str(public.get(name, "")) for name in ("day", "use", "key", "since")))

    def sentence(self, after: str = "") -> str:
        """What the entry states, and what the key did `after` it, for a person."""
        since = f"since {self.since}" if self.since else "from a time that is not said"
        key = f"{self.use} key {ascii(self.key)[1:-1]}"
        return f"Entry {self.entry} of {self.day} states that the {key} is compromised {since}.{after}"
