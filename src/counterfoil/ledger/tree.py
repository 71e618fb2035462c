"""The Merkle tree of RFC 9162: hashes, which parts of a tree a proof consists of, and checking proofs.

Pure functions over numbers and bytes; where the hashes are stored is the business of `tiles.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, section 2.1.1)."""

Range = tuple[int, int]
"""A run of leaves, from the first to before the second."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (size > 1): where RFC 9162 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def perfect(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Divide a run that RFC 9162 hashes as one into full subtrees: (first leaf, height), left to right."""
    while start < stop:
        height = (stop - start).bit_length() - 1
        yield start, height
        start += 1 << height


def join(hashes: Sequence[bytes]) -> bytes:
    """The root over full subtrees of falling height, left to right."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def push(peaks: list[bytes], size: int, hashed: bytes) -> None:
    """Add a leaf hash to a tree of `size` leaves that is given by the roots of its full subtrees, left to right."""
    while size & 1:
        hashed = node_hash(peaks.pop(), hashed)
        size >>= 1
    peaks.append(hashed)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The runs of leaves whose roots are the inclusion proof of leaf `index`, in order (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("the index lies outside the tree")
    ranges: list[Range] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The runs of leaves whose roots are the consistency proof from size `old` to `new` (section 2.1.4.1).

    Nothing needs proof from an empty tree, or from a tree to itself: the list is then empty.
    """
    if not 0 <= old <= new:
        raise ValueError("the old size must not exceed the new one")
    if old in (0, new):
        return []
    ranges: list[Range] = []
    start, stop, whole = 0, new, True
    while stop != old:
        middle = start + split(stop - start)
        if old <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, stop))
    return ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows the leaf hash `leaf` at `index` under `root` (section 2.1.3.2).

    `size` and `root` must come from one signed checkpoint: a proof does not bind the one to the other.
    """
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != 32:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` leaves begins with that of `old` (section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path or any(len(part) != 32 for part in path):
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, part)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Frontier:
    """A tree that grows leaf by leaf and remembers only the full subtrees at its right edge."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[tuple[int, bytes]] = []  # (height, root), heights falling

    def push(self, hashed: bytes) -> Iterator[tuple[int, bytes]]:
        """Add a leaf hash; gives every subtree root that it completes: (height, root), height 0 first."""
        height = 0
        yield height, hashed
        while self._parts and self._parts[-1][0] == height:
            hashed = node_hash(self._parts.pop()[1], hashed)
            height += 1
            yield height, hashed
        self._parts.append((height, hashed))
        self.size += 1

    def root(self, beyond: Sequence[bytes] = ()) -> bytes:
        """The root of the tree so far, with further full subtrees, of falling height, to its right."""
        parts = [part for _, part in self._parts] + list(beyond)
        return join(parts) if parts else EMPTY_ROOT


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for hashed in hashes:
        for _ in frontier.push(hashed):
            pass
    return frontier.root()
