"""The tree as tiles, the form in which it is stored and published (C2SP tlog-tiles).

Tile n of level l holds the roots of up to 256 consecutive subtrees of 256**l leaves. A tile at the right
edge is partial; it only grows, and only a full tile is hashed into the level above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from counterfoil.errors import IntegrityError
from counterfoil.ledger.tree import EMPTY_ROOT, Range, join, perfect

WIDTH = 256
HASH = 32
FULL = WIDTH * HASH

Key = tuple[int, int]
"""(level, number) of a tile."""
Fetch = Callable[[Sequence[Key]], Mapping[Key, bytes]]
"""Reads tiles by key; a tile that does not exist is left out."""


def path(level: int | str, number: int, width: int = WIDTH) -> str:
    """Where a tile stands in an export: `tile/<L>/<N>[.p/<W>]`; for entry bundles, level is "entries"."""
    digits = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        digits = f"x{number % 1000:03}/{digits}"
    return f"tile/{level}/{digits}" if width == WIDTH else f"tile/{level}/{digits}.p/{width}"


def levels(size: int) -> Iterator[tuple[int, int]]:
    """The levels of a tree that hold anything: (level, hashes in it), lowest first."""
    level = 0
    while size:
        yield level, size
        level, size = level + 1, size // WIDTH


def partial_tiles(size: int) -> dict[Key, int]:
    """The partial tiles at the right edge of a tree, with their widths."""
    return {(level, count // WIDTH): count % WIDTH for level, count in levels(size) if count % WIDTH}


def extend(size: int, fetch: Fetch, hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """Append leaf hashes to a stored tree of `size` leaves: the tiles that are new or have grown.

    Reads the right edge only. Raises IntegrityError where the stored edge does not fit that size.
    """
    return grow(size, edge_of(size, fetch(list(partial_tiles(size)))), hashes)


def grow(size: int, edge: dict[Key, bytes], hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """`extend` with the partial tiles at hand; `edge` then holds those of the larger tree."""
    changed: list[tuple[int, int, bytes]] = []
    level, count, added = 0, size, b"".join(hashes)
    while added:
        number = count // WIDTH
        data = edge.pop((level, number), b"") + added
        completed: list[bytes] = []
        for at in range(0, len(data), FULL):
            tile = data[at : at + FULL]
            changed.append((level, number, tile))
            if len(tile) == FULL:
                completed.append(fold(tile))
            else:
                edge[level, number] = tile
            number += 1
        level, count, added = level + 1, count // WIDTH, b"".join(completed)
    return changed


def edge_of(size: int, found: Mapping[Key, bytes]) -> dict[Key, bytes]:
    """The partial tiles of a stored tree of `size` leaves, among those found.

    Raises IntegrityError where one is not exactly as wide as that size says.
    """
    edge = {}
    for key, width in partial_tiles(size).items():
        edge[key] = found.get(key, b"")
        if len(edge[key]) != width * HASH:
            raise IntegrityError(
                f"The ledger's tile {path(*key)} does not fit its {size:,} entries.",
                "Run `counterfoil ledger verify`.",
            )
    return edge


def peaks(edge: Mapping[Key, bytes]) -> list[bytes]:
    """The roots of the full subtrees of a tree, left to right, from its partial tiles.

    Each tile holds the subtrees that the next level has not yet.
    """
    parts = []
    for _, hashes in sorted(edge.items(), reverse=True):
        at = 0
        while at < len(hashes):
            length = 1 << ((len(hashes) - at).bit_length() - 1)
            parts.append(fold(hashes[at : at + length]))
            at += length
    return parts


@lru_cache(maxsize=1024)
def fold(hashes: bytes) -> bytes:
    """The root over a power of two of hashes that stand side by side; remembered by those very hashes."""
    while len(hashes) > HASH:
        hashes = b"".join(
            [sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)]
        )  # fmt: skip
    return hashes


def roots(ranges: Iterable[Range], fetch: Fetch) -> list[bytes]:
    """The roots over runs of leaves, from stored tiles that are read in one go.

    Each run must be one that RFC 9162 hashes as a subtree. Raises IntegrityError where a tile is missing.
    """
    places = [[_place(start, height) for start, height in perfect(*run)] for run in ranges]
    keys = sorted({key for run in places for key, _, _ in run})
    tiles = fetch(keys) if keys else {}
    return [join([_subtree(tiles, *place) for place in run]) if run else EMPTY_ROOT for run in places]


def _place(start: int, height: int) -> tuple[Key, int, int]:
    """Where a full subtree is found: its tile, the first of its hashes there, and how many they are."""
    level, inner = divmod(height, 8)
    first = start >> (8 * level)
    return (level, first // WIDTH), first % WIDTH, 1 << inner


def _subtree(tiles: Mapping[Key, bytes], key: Key, first: int, count: int) -> bytes:
    hashes = tiles.get(key, b"")[first * HASH : (first + count) * HASH]
    if len(hashes) != count * HASH:
        raise IntegrityError(f"The ledger's tile {path(*key)} is missing or short.", "Run `counterfoil ledger verify`.")
    return fold(hashes)
