"""Audit an exported ledger: with no database, no server, and no trust in the custodian.

    python audit.py DIR --vkey KEY [--since CHECKPOINT]

Needs Python 3.11, `cryptography`, and the files beside this one; nothing else of Counterfoil. It checks:
the checkpoint's signature; every entry against its hash, every tile of every level, and the root; that no
file is missing or left over; the form of each entry; the process that the entries tell of; and that
checkpoints kept from before still hold. Size and root are only ever taken from the signed checkpoint. The
export is taken for hostile: it may lie, but not crash or hang the audit.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

if __package__:
    from . import rules
    from .files import ExportFiles, InputError, Unfit, entries_of, path, shown, split_tile
else:  # taken along alone
    import rules  # type: ignore[import-not-found,no-redef]
    from files import (  # type: ignore[import-not-found,no-redef]
        ExportFiles,
        InputError,
        Unfit,
        entries_of,
        path,
        shown,
        split_tile,
    )


PROBLEMS_MAX = 100
NOTE_MAX = 1_000_000
BUNDLE_MAX = 256 * (2 + 65_535)
EMPTY_ROOT = sha256(b"").digest()
_P = 2**255 - 19
_Y8 = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})


@dataclass(frozen=True)
class AuditReport:
    """What an audit found.

    `size` and `root` (base64) are those of the signed checkpoint, 0 and "" where there is none; `types`
    counts the entries of each type.
    """

    ok: bool
    size: int
    root: str
    problems: tuple[str, ...]
    origin: str = ""
    types: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "entries": dict(self.types),
            "problems": list(self.problems),
        }


def audit(
    folder: Path | str, vkey: str, *, origin: str | None = None, since: str | Sequence[str] | None = None
) -> AuditReport:
    """Audit the export in `folder`.

    `vkey` is the ledger's public key as its one-line text, had from elsewhere than the export; `origin` the
    ledger's name, by default the key's; `since` checkpoints kept from earlier audits (signed notes). Raises
    InputError where there is no such folder, or the key cannot be used; all else is a problem in the report.
    """
    name, key = _read_vkey(vkey)
    root = Path(folder)
    if not root.is_dir():
        raise InputError(f"{root} is not a folder with an exported ledger.")
    earlier = [since] if isinstance(since, str) else list(since or ())
    return _Audit(root, name, key, name if origin is None else origin).run(earlier)


def _read_vkey(vkey: str) -> tuple[str, bytes]:
    parts = vkey.strip().split("+", 2)
    raw = _base64(parts[2]) if len(parts) == 3 else None
    if raw is None or len(raw) != 33 or raw[0] != 1 or not parts[0] or any(char.isspace() for char in parts[0]):
        raise InputError(
            "This is not a ledger's public key: it looks like custodian.example+1a2b3c4d+AbCd… in one line."
        )
    if sha256(parts[0].encode() + b"\n" + raw).hexdigest()[:8] != parts[1]:
        raise InputError("The ledger's public key is damaged: its id does not fit it.")
    y = int.from_bytes(raw[1:], "little") & ((1 << 255) - 1)
    if y >= _P or y in _SMALL_ORDER:
        raise InputError("The ledger's public key is a weak key, with which anyone could sign.")
    return parts[0], raw[1:]


def _base64(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


class _Audit:
    """One run over one export."""

    def __init__(self, root: Path, name: str, key: bytes, origin: str) -> None:
        self.files = ExportFiles(root)
        self.name, self.key, self.origin = name, key, origin
        self.problems: list[str] = []
        self.more = 0
        self.process = rules.Process()
        self.edge: list[tuple[int, bytes]] = []  # full subtrees at the right edge: (height, root)
        self.levels: dict[int, bytearray] = {}  # tile level -> its hashes, as the entries give them
        self.used = {"checkpoint"}

    def say(self, *problems: str) -> None:
        for problem in problems:
            if len(self.problems) < PROBLEMS_MAX:
                self.problems.append(problem)
            else:
                self.more += 1

    def run(self, earlier: Sequence[str]) -> AuditReport:
        self.say(*self.files.odd)
        try:
            size, root = self.checkpoint(self.files.read("checkpoint", NOTE_MAX), "The checkpoint")
        except Unfit as problem:
            self.say(str(problem))
            return self.report(0, b"")
        wanted = self.earlier(earlier, size)
        complete = self.walk(size, wanted)
        if complete:
            if self.root() != root:
                self.say("The entries do not give the root that the checkpoint is signed for.")
            for level in sorted(self.levels):
                self.compare_level(level)
            self.say(*self.process.finish())
            self.leftovers(size)
        return self.report(size, root)

    def report(self, size: int, root: bytes) -> AuditReport:
        problems = list(self.problems)
        if self.more:
            problems.append(f"… and {self.more} more.")
        text = base64.b64encode(root).decode()
        return AuditReport(not problems, size, text, tuple(problems), self.origin, dict(self.process.types))

    # --- checkpoints (C2SP signed-note, tlog-checkpoint) ---

    def checkpoint(self, note: bytes, what: str) -> tuple[int, bytes]:
        """Size and root of a checkpoint that our key has signed. Raises Unfit."""
        body, _, tail = note.rpartition(b"\n\n")
        body += b"\n"
        lines = tail.split(b"\n")
        control = any(byte < 32 and byte != 10 for byte in note)
        if control or len(note) > NOTE_MAX or len(lines) > 100 or len(lines) < 2 or lines.pop():
            raise Unfit(f"{what} is not a signed note.")
        ours = [self.signed(line, body) for line in lines]  # each line is read, whoever signed it
        if not any(ours):
            raise Unfit(f"{what} is not signed by the key that you gave.")
        parts = body.split(b"\n")
        root = _base64(parts[2].decode("ascii", "replace")) if len(parts) >= 4 and all(parts[:-1]) else None
        if root is None or len(root) != 32 or not re.fullmatch(rb"0|[1-9][0-9]{0,18}", parts[1]):
            raise Unfit(f"{what} is signed, but it is not a checkpoint.")
        if parts[0] != self.origin.encode():
            raise Unfit(f"{what} is signed, but for another ledger than {self.origin}.")
        return int(parts[1]), root

    def signed(self, line: bytes, body: bytes) -> bool:
        """Whether a signature line is our key's. Raises Unfit where it says so but does not fit."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        dash, _, rest = line.partition(b" ")
        name, _, encoded = rest.partition(b" ")
        raw = _base64(encoded.decode("ascii", "replace"))
        if dash != "\u2014".encode() or not name or raw is None or len(raw) < 5:
            raise Unfit("A signature line of a checkpoint cannot be read.")
        identifier = sha256(self.name.encode() + b"\n\x01" + self.key).digest()[:4]
        if name != self.name.encode() or raw[:4] != identifier:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(raw[4:], body)
        except InvalidSignature:
            raise Unfit("A checkpoint's signature does not fit its text.") from None
        return True

    def earlier(self, notes: Sequence[str], size: int) -> dict[int, set[bytes]]:
        """The roots that earlier checkpoints ask for, by size."""
        wanted: dict[int, set[bytes]] = {}
        for note in notes:
            try:
                old, root = self.checkpoint(note.encode("utf-8", "replace"), "The earlier checkpoint")
            except Unfit as problem:
                self.say(str(problem))
                continue
            if old > size:
                self.say(f"An earlier checkpoint covers {old} entries, this export only {size}: entries are gone.")
            wanted.setdefault(old, set()).add(root)
        return wanted

    # --- entries and tiles ---

    def walk(self, size: int, wanted: Mapping[int, set[bytes]]) -> bool:
        """Go through all entries; False where so much is missing that the rest cannot be judged."""
        self.check_earlier(0, wanted)
        index = 0
        while index < size:
            number, width = index // 256, min(256, size - index)
            entries, tile = self.bundle(number, width), self.tile(0, number, width)
            if entries is None and tile is None:
                self.say(f"From entry {index} on, nothing can be checked.")
                return False
            for at in range(width):
                hashed = self.entry(index, at, entries, tile)
                self.push(hashed)
                index += 1
                if index in wanted:
                    self.check_earlier(index, wanted)
        return True

    def entry(self, index: int, at: int, entries: list[bytes] | None, tile: bytes | None) -> bytes:
        """Judge one entry; its hash, or the tile's where its bundle is of no use."""
        listed = tile[32 * at : 32 * at + 32] if tile is not None else None
        if entries is None:
            self.process.feed(index, {})
            return listed or b""
        public, fault = rules.read_entry(entries[at])
        if fault:
            self.say(f"Entry {index} {fault}.")
        self.say(*self.process.feed(index, public))
        hashed = sha256(b"\x00" + entries[at]).digest()
        if listed is not None and listed != hashed:
            self.say(f"Entry {index} does not fit its hash in {path(0, index // 256, 256)}.")
        return hashed

    def push(self, hashed: bytes) -> None:
        """Add a leaf hash to the tree; subtrees of 256, 65,536, … leaves are what the upper tiles hold."""
        height = 0
        while self.edge and self.edge[-1][0] == height:
            hashed = sha256(b"\x01" + self.edge.pop()[1] + hashed).digest()
            height += 1
            if height % 8 == 0:
                self.levels.setdefault(height // 8, bytearray()).extend(hashed)
        self.edge.append((height, hashed))

    def root(self) -> bytes:
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            root = sha256(b"\x01" + left + root).digest()
        return root

    def check_earlier(self, size: int, wanted: Mapping[int, set[bytes]]) -> None:
        if size in wanted and wanted[size] != {self.root()}:
            self.say(f"An earlier checkpoint of {size} entries does not fit: the history was changed since.")

    def bundle(self, number: int, width: int) -> list[bytes] | None:
        """The entries of a bundle, None (and a problem) where it cannot be read."""
        name = path("entries", number, width)
        self.used.add(name)
        try:
            data = self.files.read(name, BUNDLE_MAX)
        except Unfit as problem:
            self.say(str(problem))
            return None
        entries = list(entries_of(data))
        if len(entries) != width or sum(map(len, entries)) + 2 * width != len(data):
            self.say(f"{name} does not hold exactly {width} entries.")
            return None
        return entries

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The hashes of a tile, None (and a problem) where it cannot be read."""
        name = path(level, number, width)
        self.used.add(name)
        try:
            data = self.files.read(name, 256 * 32)
        except Unfit as problem:
            self.say(str(problem))
            return None
        if len(data) != width * 32:
            self.say(f"{name} does not hold exactly {width} hashes.")
            return None
        return data

    def compare_level(self, level: int) -> None:
        hashes = self.levels[level]
        for number, at in enumerate(range(0, len(hashes), 8192)):
            asked = bytes(hashes[at : at + 8192])
            tile = self.tile(level, number, len(asked) // 32)
            if tile is not None and tile != asked:
                self.say(f"{path(level, number, len(asked) // 32)} does not fit the entries.")

    def leftovers(self, size: int) -> None:
        """Every other file is one too many; only a partial tile of an earlier size may stay (tlog-tiles)."""
        for name in sorted(self.files.found - self.used):
            if not self.outgrown(name, size):
                self.say(f"{shown(name)} does not belong to the export.")

    def outgrown(self, name: str, size: int) -> bool:
        """Whether a file is a partial tile of an earlier size, and the beginning of the tile of today."""
        kind, number, width = split_tile(name)
        if not width:
            return False
        level = 0 if kind == "entries" else int(kind)
        today = min(256, (size >> (8 * level)) - 256 * number)
        if width >= today:
            return False
        try:
            now = self.files.read(path(kind, number, today), BUNDLE_MAX)
            old = self.files.read(name, BUNDLE_MAX)
        except Unfit:
            return False
        whole = len(list(entries_of(old))) == width if kind == "entries" else len(old) == 32 * width
        return whole and now.startswith(old)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 whole, 1 not whole, 2 not to be used so."""
    import argparse

    parser = argparse.ArgumentParser(prog="audit.py", description="Audit an exported ledger.")
    parser.add_argument("folder", metavar="DIR", help="the export")
    parser.add_argument("--vkey", required=True, metavar="KEY", help="the ledger's public key, or a file that holds it")
    parser.add_argument("--since", action="append", default=[], metavar="FILE", help="a checkpoint kept from before")
    parser.add_argument("--origin", help="the ledger's name, where it is not the key's")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args(arguments)
    try:
        vkey = Path(given.vkey).read_text("utf-8") if Path(given.vkey).is_file() else given.vkey
        since = [Path(file).read_text("utf-8") for file in given.since]
        report = audit(given.folder, vkey, origin=given.origin, since=since)
    except (InputError, OSError, UnicodeDecodeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if given.json:
        sys.stdout.write(json.dumps(report.as_dict(), indent=1) + "\n")
    else:
        lines = [f"{report.origin}: {report.size} entries, root {report.root}", *report.problems]
        sys.stdout.write("\n".join([*lines, "The ledger is whole." if report.ok else "The ledger is NOT whole.", ""]))
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
