"""Changes of a ledger's signing key, followed from the key that one has pinned to the one that signs today.

A change is an entry of type `key` (`act` rotated, `use` ledger) with the old key (`previous`), the new one
(`vkey`), and a signature of each over one statement: whoever trusts the old key is led to the new one by the
old key itself, and the new key shows that it is held. The statement names the ledger and the entry's index, so
that an entry cannot be taken elsewhere. The first checkpoint that covers the entry is signed by both; from then
on the old key signs nothing.

Standard library and `cryptography` only; the auditor takes this file along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

if __package__:
    from .files import InputError, Unfit, entries_of, shown
    from .note import Key, Note, from_base64, read_head, read_key, read_note
    from .rules import read_entry
    from .statements import Gap
else:  # taken along alone
    from files import InputError, Unfit, entries_of, shown  # type: ignore[import-not-found,no-redef]
    from note import (  # type: ignore[import-not-found,no-redef]
        Key,
        Note,
        from_base64,
        read_head,
        read_key,
        read_note,
    )
    from rules import read_entry  # type: ignore[import-not-found,no-redef]
    from statements import Gap  # type: ignore[import-not-found,no-redef]

_EARLIER = "The earlier checkpoint"
_MARK = b'"use":"ledger"'
SEARCH_MAX = 1 << 24
"""Entries that are searched for a change of key at most, before anything is known to be signed."""
CHANGES_MAX = 10_000
"""Changes of key that are followed at most."""


@dataclass(frozen=True)
class Span:
    """A key and the checkpoints that are its own: of `first` entries at least, and `last` at most (None: any)."""

    key: Key
    first: int = 0
    last: int | None = None

    def covers(self, size: int) -> bool:
        """Whether a checkpoint of `size` entries is this key's to sign."""
        return self.first <= size and (self.last is None or size <= self.last)


@dataclass(frozen=True)
class Chain:
    """The keys of a ledger in their order, as far as the pinned key leads, and what is wrong with the changes."""

    spans: tuple[Span, ...]
    problems: tuple[str, ...] = ()

    @property
    def newest(self) -> Key:
        """The key that signs today."""
        return self.spans[-1].key

    def at(self, size: int) -> tuple[Key, ...]:
        """The keys that are to sign a checkpoint of `size` entries: two where one hands over to the next."""
        return tuple(span.key for span in self.spans if span.covers(size))

    def signed(self, note: Note, size: int) -> bool:
        """Whether the key whose turn it was has signed a checkpoint of `size` entries.

        Where one hands over to the next, the next: the former may have been stolen by then.
        """
        try:
            return any(note.signed_by(key) for key in self.at(size)[-1:])
        except Unfit:
            return False


@dataclass(frozen=True)
class _Change:
    index: int
    old: Key
    new: Key


def statement(origin: str, index: int, old: str, new: str) -> bytes:
    """What both keys sign: that entry `index` of the ledger `origin` puts the key `new` in the place of `old`."""
    return f"counterfoil ledger key rotation 1\n{origin}\n{index}\n{old}\n{new}\n".encode("utf-8", "surrogateescape")


def is_change(public: Mapping[str, Any]) -> bool:
    """Whether an entry's public fields tell of a change of the ledger's signing key."""
    return public.get("type") == "key" and public.get("act") == "rotated" and public.get("use") == "ledger"


def follow(pinned: Key, origin: str, entries: Iterable[tuple[int, Mapping[str, Any]]]) -> Chain:
    """Follow the changes among `entries` (index, public fields), forwards and backwards from the pinned key.

    Only a change that both of its keys have signed leads on; one from before a stated gap, when the ledger had
    another name, is passed over. A key that hands over twice, or one that comes back,
    is a problem: the first change counts.
    """
    problems: list[str] = []
    forward: dict[Key, _Change] = {}
    backward: dict[Key, _Change] = {}
    for index, public in entries:
        change = _read(index, public, origin) if is_change(public) else None
        if is_change(public) and change is None and _speaks_of(public, origin):
            problems.append(f"Entry {index}: a change of the ledger's key that the two keys have not both signed.")
        if change is None or len(forward) >= CHANGES_MAX:
            continue
        if change.old in forward or change.new in backward or change.new in forward:
            problems.append(f"Entry {index}: a key of the ledger is handed over twice.")
            continue
        forward[change.old], backward[change.new] = change, change
    changes = _chain(pinned, forward, backward)
    if not changes:
        return Chain((Span(pinned),), tuple(problems))
    spans = [Span(changes[0].old, 0, changes[0].index + 1)]
    for change, after in zip(changes, [*changes[1:], None], strict=True):
        spans.append(Span(change.new, change.index + 1, None if after is None else after.index + 1))
    return Chain(tuple(spans), tuple(problems))


def before_gaps(
    gaps: Sequence[Gap], entries: Sequence[tuple[int, Mapping[str, Any]]], size: int | None = None
) -> Iterator[tuple[Key, str]]:
    """The keys, with the name, that were to sign a checkpoint of `size` entries (None: any) before a stated gap.

    A change of key may be among what was lost: what signs since under another name may have signed that under the old.
    """
    for gap in gaps:
        if gap.corrects:
            continue
        key, new = read_key(gap.previous), read_key(gap.vkey)
        chain = follow(key, key.name, [(index, public) for index, public in entries if index < gap.entry])
        yield from ((span.key, key.name) for span in chain.spans if size is None or span.covers(size))
        if size is None or size > gap.entry:
            yield Key(key.name, new.kind, new.raw), key.name


def is_signed(note: bytes, keys: Sequence[tuple[Key, str]], gaps: Sequence[Gap]) -> bool:
    """Whether one of a ledger's keys, with its name at the time, signed an earlier checkpoint.

    If not, it is the very one that a gap states. Raises InputError for another ledger's, which proves nothing; Unfit
    for one of its name, for whoever rewrites a history may leave out the change that led to the key.
    """
    read = read_note(note, _EARLIER)
    head, names = read_head(read.body, _EARLIER), {origin for _, origin in keys}
    if head.origin not in names:
        what = f"{_EARLIER} is of another ledger, {shown(head.origin)}, and not of {shown(keys[0][1])}."
        raise InputError(what, "Name the checkpoint that you kept of this ledger.")
    try:
        if any(read.signed_by(key) for key, origin in keys if origin == head.origin):
            return True
    except Unfit:
        raise Unfit(f"{_EARLIER} of {head.size} entries has a signature that does not fit its text.") from None
    of_it = [gap for gap in gaps if gap.origin == head.origin]
    if any((gap.size, from_base64(gap.root)) == (head.size, head.root) for gap in of_it):
        return False
    what = f"{_EARLIER} of {head.size} entries is signed by no key that this ledger names"
    if of_it and min(gap.entry for gap in of_it) < head.size <= max(gap.size for gap in of_it):
        do = "Its key may have come and gone in the part that is stated to be lost: it says nothing of this export."
        raise InputError(f"{what}, and of a part that is stated to be lost.", do)
    raise Unfit(f"{what}: either it is not this ledger's, or the history was rewritten.")


def require_led(chain: Chain, carried: Sequence[tuple[int, Mapping[str, Any]]], size: int) -> None:
    """Return where changes that came with a checkpoint of `size` entries lead to its key, each from the one before.

    Raises Unfit where one is anything else, of another ledger, out of its order, or needless.
    """
    if not carried:
        return
    origin = chain.spans[0].key.name
    read = [_read(index, public, origin) if is_change(public) else None for index, public in carried]
    changes = [change for change in read if change is not None]
    linked = all(one.new == after.old and one.index < after.index for one, after in pairwise(changes))
    if len(changes) < len(carried) or not linked or chain.at(size)[-1:] != (changes[-1].new,):
        raise Unfit(
            "What is given as changes of the ledger's key are not those that lead to the key of the checkpoint."
        )


def search(pinned: Key, size: int, bundle: Callable[[int, int], bytes]) -> Chain:
    """`follow` over the bundles of an export whose checkpoint nobody that is known has signed.

    `bundle(first, width)` gives the bytes of a bundle, and raises Unfit where there is none: the search ends there.
    """
    changes: list[tuple[int, Mapping[str, Any]]] = []
    for first in range(0, min(size, SEARCH_MAX), 256):
        try:
            changes += changes_in(first, bundle(first, min(256, size - first)))
        except Unfit:
            break
    return follow(pinned, pinned.name, changes)


def _speaks_of(public: Mapping[str, Any], origin: str) -> bool:
    """Whether an entry names a key of the ledger of that name."""
    return any(str(public.get(name)).startswith(f"{origin}+") for name in ("previous", "vkey"))


def changes_in(first: int, bundle: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The changes of the ledger's key among the entries of a bundle, the first of which has the index `first`."""
    if _MARK in bundle:
        for index, entry in enumerate(entries_of(bundle), first):
            public = read_entry(entry)[0] if _MARK in entry else {}
            if is_change(public):
                yield index, public


def _chain(pinned: Key, forward: Mapping[Key, _Change], backward: Mapping[Key, _Change]) -> list[_Change]:
    """The changes that lead to the pinned key and on from it, each later in the ledger than the one before."""
    changes: list[_Change] = []
    key, limit = pinned, None
    while key in backward and (limit is None or backward[key].index < limit):
        changes.insert(0, backward[key])
        key, limit = backward[key].old, backward[key].index
    key, last = pinned, changes[-1].index if changes else -1
    while key in forward and forward[key].index > last:
        changes.append(forward[key])
        key, last = forward[key].new, forward[key].index
    return changes


def _read(index: int, public: Mapping[str, Any], origin: str) -> _Change | None:
    """A change whose two signatures hold, None for any other."""
    texts = [public.get(name) for name in ("previous", "vkey", "consent", "proof")]
    if not all(isinstance(text, str) for text in texts):
        return None
    old_text, new_text, consent, proof = map(str, texts)
    try:
        old, new = read_key(old_text), read_key(new_text)
    except InputError:
        return None
    if old == new or (old.vkey, new.vkey) != (old_text, new_text) or not old.name == new.name == origin:
        return None
    said = statement(origin, index, old_text, new_text)
    for key, encoded in ((old, consent), (new, proof)):
        signature = from_base64(encoded)
        if signature is None or not key.fits(signature, said):
            return None
    return _Change(index, old, new)
