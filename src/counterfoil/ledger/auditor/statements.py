"""What a ledger states against itself: entries that are lost, and keys that are not to be trusted.

Standard library only; the auditor takes this file along. A statement is no fault of the export; it is told.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

if __package__:
    from .files import InputError
    from .note import Head, from_base64, read_key
else:  # taken along alone
    from files import InputError  # type: ignore[import-not-found,no-redef]
    from note import Head, from_base64, read_key  # type: ignore[import-not-found,no-redef]


@dataclass(frozen=True)
class Gap:
    """A loss that an officer stated: the key before, its last checkpoint known, and the first entry after it.

    Where `entry` is an earlier one, the statement made there is corrected: more had been signed than was known.
    """

    at: int  # the entry that states it
    entry: int  # entries of the old name from here on are lost
    day: str
    size: int
    root: str  # base64
    previous: str  # the key, and so the name, that the ledger had
    vkey: str

    @classmethod
    def of(cls, index: int, public: Mapping[str, Any]) -> Gap:
        """What entry `index`, of type `gap`, states."""
        return cls(index, public["entry"], *(public[name] for name in ("day", "size", "root", "previous", "vkey")))

    @property
    def origin(self) -> str:
        """The name that the ledger had."""
        return self.previous.split("+", 1)[0]

    @property
    def corrects(self) -> bool:
        """Whether this repeats an earlier statement with a larger size."""
        return self.entry < self.at

    @property
    def sentence(self) -> str:
        """What the entry states, for a person."""
        old = ascii(self.origin)[1:-1]
        if self.corrects:
            what = (
                f"{old} had signed {self.size} entries, more than entry {self.entry} states, and lost those from there"
            )
            return f"Entry {self.at} of {self.day} states that {what} on; the ledger keeps its present name."
        if self.size > self.entry:
            what = f"{old}, which had signed {self.size} entries, lost those from {self.entry} on"
        else:
            what = f"{old} had signed {self.size} entries that are not the first {self.size} of this ledger"
        return f"Entry {self.entry} of {self.day} states that {what}; the ledger goes on under its present name."

    def fault(self, before: Sequence[Gap]) -> str:
        """What is wrong with the statement, made after the others; "" if nothing is."""
        try:
            old, new = read_key(self.previous), read_key(self.vkey)
        except InputError:
            return "a gap that does not name the ledger's public keys before and after it"
        root = from_base64(self.root)
        if self.entry > self.at or root is None or len(root) != 32:
            return "a gap that is not stated where it is, or without a new name"
        if self.corrects:
            same = [gap for gap in before if (gap.entry, gap.previous, gap.vkey) == (self.entry, *self._keys)]
            larger = bool(same) and self.size > max(self.entry, *(gap.size for gap in same))
            return (
                ""
                if larger
                else "a gap that is not stated where it is, nor corrects one stated before by a larger size"
            )
        if new.name in {old.name, *(gap.origin for gap in before)}:
            return "a gap that is not stated where it is, or without a new name"
        last = next((gap for gap in reversed(before) if not gap.corrects), None)
        if last is not None and read_key(last.vkey).name != old.name:
            return f"a gap of another ledger than the one that goes on after entry {last.entry}"
        return ""

    @property
    def _keys(self) -> tuple[str, str]:
        return self.previous, self.vkey


def beyond(gaps: Sequence[Gap], head: Head) -> tuple[str, str] | None:
    """What the stated losses say of a checkpoint that an earlier name of the ledger signed: (a problem, a note).

    None for one that the entries themselves can be held against: of the present name, or of no more entries than
    are left of the earlier one. What is lost cannot be checked; but no more was signed than was stated, and no
    other root for the same size.
    """
    of_it = [gap for gap in gaps if gap.origin == head.origin]
    if not of_it or head.size <= min(gap.entry for gap in of_it):
        return None
    what = f"An earlier checkpoint of {ascii(head.origin)[1:-1]}"
    most = max(of_it, key=lambda gap: gap.size)
    same = [gap for gap in of_it if gap.size == head.size]
    root = base64.b64encode(head.root).decode()
    if head.size > most.size:
        return (
            f"{what} covers {head.size} entries, but entry {most.at} states that it had signed {most.size}: more is"
            " lost than is stated.",
            "",
        )
    if any(gap.root != root for gap in same):
        return (
            f"{what} of {head.size} entries has another root than entry {same[0].at} states for them: two histories"
            " were signed under that name.",
            "",
        )
    stated = "is the one that the stated loss names" if same else "is of the part that is stated to be lost"
    return "", (
        f"{what} of {head.size} entries {stated}: it cannot be held against the entries, and is covered only by what"
        f" the custodian states in entry {most.at}."
    )


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
