"""The tree of an export: entries and tiles are read, hashed, and held against each other (RFC 9162, tlog-tiles).

Standard library only; the auditor takes this file along.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

if __package__:
    from .files import ExportFiles, Unfit, beginning, entries_of, path, shown, split_tile
    from .remote import RemoteFiles
else:  # taken along alone
    from files import (  # type: ignore[import-not-found,no-redef]
        ExportFiles,
        Unfit,
        beginning,
        entries_of,
        path,
        shown,
        split_tile,
    )
    from remote import RemoteFiles  # type: ignore[import-not-found,no-redef]

BUNDLE_MAX = 256 * (2 + 65_535)
EMPTY_ROOT = sha256(b"").digest()


class Tree:
    """Grows with the hash of each entry in its order; what does not fit is said."""

    def __init__(self, files: ExportFiles | RemoteFiles, say: Callable[[str], None]) -> None:
        self._files, self._say = files, say
        self._edge: list[tuple[int, bytes]] = []  # full subtrees at the right edge: (height, root)
        self._levels: dict[int, bytearray] = {}  # tile level -> its hashes, as the entries give them
        self._used = {"checkpoint"}

    def push(self, hashed: bytes) -> None:
        """Add a leaf hash to the tree; subtrees of 256, 65,536, … leaves are what the upper tiles hold."""
        height = 0
        while self._edge and self._edge[-1][0] == height:
            hashed = sha256(b"\x01" + self._edge.pop()[1] + hashed).digest()
            height += 1
            if height % 8 == 0:
                self._levels.setdefault(height // 8, bytearray()).extend(hashed)
        self._edge.append((height, hashed))

    def root(self) -> bytes:
        """The root over all leaf hashes so far."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            root = sha256(b"\x01" + left + root).digest()
        return root

    def bundle(self, number: int, width: int) -> list[bytes] | None:
        """The entries of a bundle, None (and a problem) where it cannot be read."""
        name = path("entries", number, width)
        data = self._fetch("entries", number, width, BUNDLE_MAX)
        if data is None:
            return None
        entries = list(entries_of(data))
        if len(entries) != width or sum(map(len, entries)) + 2 * width != len(data):
            self._say(f"{name} does not hold exactly {width} entries.")
            return None
        return entries

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The hashes of a tile, None (and a problem) where it cannot be read."""
        name = path(level, number, width)
        data = self._fetch(level, number, width, 256 * 32)
        if data is None:
            return None
        if len(data) != width * 32:
            self._say(f"{name} does not hold exactly {width} hashes.")
            return None
        return data

    def compare_upper(self) -> None:
        """Hold every tile above the entries' own against what the entries give."""
        for level, hashes in sorted(self._levels.items()):
            for number, at in enumerate(range(0, len(hashes), 8192)):
                asked = bytes(hashes[at : at + 8192])
                tile = self.tile(level, number, len(asked) // 32)
                if tile is not None and tile != asked:
                    self._say(f"{path(level, number, len(asked) // 32)} does not fit the entries.")

    def leftovers(self, size: int) -> None:
        """Every other file is one too many; only a partial tile of an earlier size may stay (tlog-tiles)."""
        for name in sorted(self._files.found - self._used):
            if not self._outgrown(name, size):
                self._say(f"{shown(name)} does not belong to the export.")

    def _fetch(self, kind: int | str, number: int, width: int, largest: int) -> bytes | None:
        """The bytes of a tile or bundle, None (and a problem) where they cannot be had.

        A partial one may be gone once the full one is there (tlog-tiles): then that one's beginning.
        """
        name = path(kind, number, width)
        self._used.add(name)
        try:
            return self._files.read(name, largest)
        except Unfit as problem:
            if width < 256:
                try:
                    full = self._files.read(path(kind, number, 256), largest)
                except Unfit:
                    pass
                else:
                    self._used.add(path(kind, number, 256))
                    return beginning(kind, full, width)
            self._say(str(problem))
            return None

    def _outgrown(self, name: str, size: int) -> bool:
        """Whether a file is a partial tile of an earlier size, and the beginning of the tile of today."""
        kind, number, width = split_tile(name)
        if not width:
            return False
        level = 0 if kind == "entries" else int(kind)
        today = min(256, (size >> (8 * level)) - 256 * number)
        if width >= today:
            return False
        try:
            now = self._files.read(path(kind, number, today), BUNDLE_MAX)
            old = self._files.read(name, BUNDLE_MAX)
        except Unfit:
            return False
        whole = len(list(entries_of(old))) == width if kind == "entries" else len(old) == 32 * width
        return whole and now.startswith(old)
