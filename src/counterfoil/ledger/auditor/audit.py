"""Audit an exported ledger: with no database, no server, and no trust in the custodian.

    python audit.py DIR|URL|FILE.tlog-proof --vkey KEY [--since CHECKPOINT] [--witness-policy FILE]

Needs Python 3.11, `cryptography`, and the files beside this one; nothing else of Counterfoil. It checks:
the checkpoint's signature; every entry against its hash, every tile of every level, and the root; that no
file is missing or left over; the form of each entry; the process that the entries tell of; and that
checkpoints kept from before still hold. Size and root are only ever taken from the signed checkpoint. The
export is taken for hostile: it may lie, but not crash or hang the audit.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

if __package__:
    from . import proof, rotation, rules
    from .files import ExportFiles, InputError, Unfit, beginning, entries_of, given, given_text, path, shown, split_tile
    from .note import NOTE_MAX, Head, Key, Note, open_checkpoint, read_head, read_key, read_note
    from .policy import POLICY_MAX, Policy, read_policy
    from .remote import RemoteFiles, is_address
    from .report import AuditReport
else:  # taken along alone
    import proof  # type: ignore[import-not-found,no-redef]
    import rotation  # type: ignore[import-not-found,no-redef]
    import rules  # type: ignore[import-not-found,no-redef]
    from files import (  # type: ignore[import-not-found,no-redef]
        ExportFiles,
        InputError,
        Unfit,
        beginning,
        entries_of,
        given,
        given_text,
        path,
        shown,
        split_tile,
    )
    from note import (  # type: ignore[import-not-found,no-redef]
        NOTE_MAX,
        Head,
        Key,
        Note,
        open_checkpoint,
        read_head,
        read_key,
        read_note,
    )
    from policy import POLICY_MAX, Policy, read_policy  # type: ignore[import-not-found,no-redef]
    from remote import RemoteFiles, is_address  # type: ignore[import-not-found,no-redef]
    from report import AuditReport  # type: ignore[import-not-found,no-redef]

__all__ = ["AuditReport", "audit", "main"]

PROBLEMS_MAX = 100
BUNDLE_MAX = 256 * (2 + 65_535)
EMPTY_ROOT = sha256(b"").digest()


def audit(
    place: Path | str,
    vkey: str,
    *,
    origin: str | None = None,
    since: str | Sequence[str] | None = None,
    witness_policy: bytes | str | None = None,
) -> AuditReport:
    """Audit the export in the folder, or at the http(s) address, `place`.

    `vkey` is the ledger's public key as its one-line text, had from elsewhere than the export; `origin` the
    ledger's name, by default the key's; `since` checkpoints kept from earlier audits (signed notes);
    `witness_policy` a C2SP tlog-policy text whose quorum must have cosigned the checkpoint. Raises InputError
    where there is no such folder, or key or policy cannot be used; all else is a problem in the report.
    """
    key = read_key(vkey)
    if isinstance(witness_policy, str):
        witness_policy = witness_policy.encode("utf-8", "surrogateescape")
    policy = None if witness_policy is None else read_policy(witness_policy)
    earlier = [since] if isinstance(since, str) else list(since or ())
    with _opened(place) as files:
        return _Audit(files, key, key.name if origin is None else origin, policy).run(earlier)


@contextmanager
def _opened(place: Path | str) -> Iterator[ExportFiles | RemoteFiles]:
    if is_address(str(place)):
        remote = RemoteFiles(str(place))
        try:
            yield remote
        finally:
            remote.close()
    elif Path(place).is_dir():
        yield ExportFiles(Path(place))
    else:
        raise InputError(f"{place} is not a folder with an exported ledger.")


class _Audit:
    """One run over one export."""

    def __init__(self, files: ExportFiles | RemoteFiles, key: Key, origin: str, policy: Policy | None) -> None:
        self.files = files
        self.key, self.origin, self.policy = key, origin, policy
        self.witnesses: dict[str, int] = {}  # those of the policy that cosigned, and when
        self.problems: list[str] = []
        self.more = 0
        self.process = rules.Process()
        self.edge: list[tuple[int, bytes]] = []  # full subtrees at the right edge: (height, root)
        self.levels: dict[int, bytearray] = {}  # tile level -> its hashes, as the entries give them
        self.roots: dict[int, bytes] = {}  # of the sizes that earlier checkpoints ask for
        self.changes: list[tuple[int, dict[str, object]]] = []  # of the ledger's key
        self.chain = rotation.Chain((rotation.Span(key),))
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
            head = self.checkpoint(self.files.read("checkpoint", NOTE_MAX))
        except Unfit as problem:
            self.say(str(problem))
            return self.report(0, b"")
        size, root = head.size, head.root
        kept = self.earlier(earlier)
        complete = self.walk(size, {one.size for _, one in kept})
        self.judge_keys(size)
        for raw, one in kept:
            self.judge_earlier(raw, one, size)
        if complete:
            if self.root() != root:
                self.say("The entries do not give the root that the checkpoint is signed for.")
            for level in sorted(self.levels):
                self.compare_level(level)
            self.say(*self.process.finish())
            self.leftovers(size)
        return self.report(size, root)

    def report(self, size: int, root: bytes) -> AuditReport:
        problems = [*self.problems, *([f"… and {self.more} more."] if self.more else [])]
        text, types = base64.b64encode(root).decode(), dict(self.process.types)
        gaps = tuple(gap.sentence for gap in self.process.gaps)
        return AuditReport(not problems, size, text, tuple(problems), self.origin, types, self.witnesses, gaps)

    # --- checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ---

    def checkpoint(self, note: bytes) -> Head:
        """Size and root of the checkpoint, cosigned as the policy asks. Raises Unfit where the ledger did not sign."""
        try:
            head, read = open_checkpoint(note, [(self.key, self.origin)])
        except Unfit:
            head, read = open_checkpoint(note, [(key, self.origin) for key in self.successors(note)])
        self.note = read
        if self.policy is not None:
            self.quorum(self.policy, read)
        return head

    def successors(self, note: bytes) -> list[Key]:
        """The keys to which the given one leads, by the entries that old and new key have both signed."""
        chain = rotation.search(
            self.key,
            read_head(read_note(note).body).size,
            lambda first, width: self.files.read(path("entries", first // 256, width), BUNDLE_MAX),
        )
        return [span.key for span in chain.spans]

    def judge_keys(self, size: int) -> None:
        """The checkpoint must be signed by the key that is the ledger's at its size, not by one changed before."""
        self.chain = rotation.follow(self.key, self.key.name, self.changes)
        self.say(*self.chain.problems)
        if not self.chain.signed(self.note, size):
            self.say("The checkpoint is signed with a key of the ledger that was changed before.")

    def quorum(self, policy: Policy, note: Note) -> None:
        """Hold the checkpoint against the witness policy."""
        if not policy.knows_log(self.key):
            self.say(f"The witness policy does not list the key of {shown(self.origin)}.")
        try:
            self.witnesses = policy.cosigners(note)
        except Unfit as problem:
            self.say(str(problem))
        if not policy.enough(self.witnesses):
            names = ", ".join(map(shown, self.witnesses)) or "none"
            self.say(f"The checkpoint lacks the witnesses that the policy asks for; it is cosigned by: {names}.")

    def earlier(self, notes: Sequence[str]) -> list[tuple[bytes, Head]]:
        """The earlier checkpoints as they stand, UNCHECKED: which key has to have signed them the entries tell."""
        read: list[tuple[bytes, Head]] = []
        for note in notes:
            raw = note.encode("utf-8", "replace")
            try:
                read.append((raw, read_head(read_note(raw, "The earlier checkpoint").body, "The earlier checkpoint")))
            except Unfit as problem:
                self.say(str(problem))
        return read

    def judge_earlier(self, note: bytes, head: Head, size: int) -> None:
        """Hold an earlier checkpoint against the entries; a loss that the ledger itself states is no problem."""
        before = {gap.previous: gap.entry for gap in self.process.gaps}
        keys = [(key, self.origin) for key in self.chain.at(head.size)]
        try:
            keys += [(key, key.name) for key in rotation.before_gaps(before, self.changes, head.size)]
            open_checkpoint(note, keys, "The earlier checkpoint")
        except (Unfit, InputError) as problem:
            self.say(str(problem))
            return
        lost_from = min((at for key, at in before.items() if key.startswith(f"{head.origin}+")), default=size)
        if head.size > lost_from:
            if head.origin == self.origin:
                self.say(
                    f"An earlier checkpoint covers {head.size} entries, this export only {size}: entries are gone."
                )
        elif head.size in self.roots and self.roots[head.size] != head.root:
            self.say(f"An earlier checkpoint of {head.size} entries does not fit: the history was changed since.")

    # --- entries and tiles ---

    def walk(self, size: int, wanted: set[int]) -> bool:
        """Go through all entries; False where so much is missing that the rest cannot be judged.

        Remembers the roots of the trees of the sizes wanted.
        """
        self.roots[0] = EMPTY_ROOT
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
                    self.roots[index] = self.root()
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
        if rotation.is_change(public):
            self.changes.append((index, public))
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

    def bundle(self, number: int, width: int) -> list[bytes] | None:
        """The entries of a bundle, None (and a problem) where it cannot be read."""
        name = path("entries", number, width)
        data = self.fetch("entries", number, width, BUNDLE_MAX)
        if data is None:
            return None
        entries = list(entries_of(data))
        if len(entries) != width or sum(map(len, entries)) + 2 * width != len(data):
            self.say(f"{name} does not hold exactly {width} entries.")
            return None
        return entries

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """The hashes of a tile, None (and a problem) where it cannot be read."""
        name = path(level, number, width)
        data = self.fetch(level, number, width, 256 * 32)
        if data is None:
            return None
        if len(data) != width * 32:
            self.say(f"{name} does not hold exactly {width} hashes.")
            return None
        return data

    def fetch(self, kind: int | str, number: int, width: int, largest: int) -> bytes | None:
        """The bytes of a tile or bundle, None (and a problem) where they cannot be had.

        A partial one may be gone once the full one is there (tlog-tiles): then that one's beginning.
        """
        name = path(kind, number, width)
        self.used.add(name)
        try:
            return self.files.read(name, largest)
        except Unfit as problem:
            if width < 256:
                try:
                    full = self.files.read(path(kind, number, 256), largest)
                except Unfit:
                    pass
                else:
                    self.used.add(path(kind, number, 256))
                    return beginning(kind, full, width)
            self.say(str(problem))
            return None

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

    parser = argparse.ArgumentParser(prog="audit.py", description="Audit an exported ledger, or check a proof of it.")
    parser.add_argument("place", metavar="DIR|URL|FILE", help="the export, its address, or a .tlog-proof")
    parser.add_argument("--vkey", required=True, metavar="KEY", help="the ledger's public key, or a file that holds it")
    parser.add_argument(
        "--since", "--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint kept from before"
    )
    parser.add_argument("--witness-policy", metavar="FILE", help="whose cosignatures the checkpoint must have")
    parser.add_argument("--keys", metavar="FILE", help="for a proof: the history of the ledger's keys")
    parser.add_argument("--origin", help="the ledger's name, where it is not the key's")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    call = parser.parse_args(arguments)
    try:
        vkey = given_text(call.vkey, NOTE_MAX) if Path(call.vkey).is_file() else call.vkey
        policy = None if call.witness_policy is None else given(call.witness_policy, POLICY_MAX)
        if Path(call.place).is_file():
            keys = None if call.keys is None else given(call.keys, BUNDLE_MAX)
            report: AuditReport | proof.ProofReport = proof.check_proof(
                given(call.place, proof.BUNDLE_MAX), vkey, origin=call.origin, witness_policy=policy, keys=keys
            )
        else:
            since = [given_text(file, NOTE_MAX) for file in call.since]
            report = audit(call.place, vkey, origin=call.origin, since=since, witness_policy=policy)
    except (InputError, OSError, UnicodeDecodeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if call.json:
        sys.stdout.write(json.dumps(report.as_dict(), indent=1) + "\n")
    else:
        whole = "whole" if isinstance(report, AuditReport) else "sound"
        lines = [f"{report.origin}: {report.size} entries, root {report.as_dict()['root']}", *report.problems]
        sys.stdout.write("\n".join([*lines, f"It is {whole}." if report.ok else f"It is NOT {whole}.", ""]))
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
