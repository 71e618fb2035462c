"""Audit an exported ledger: with no database, no server, and no trust in the custodian.

    python audit.py DIR|URL|FILE.tlog-proof --vkey KEY [--since CHECKPOINT] [--witness-policy FILE]

Needs Python 3.11, `cryptography`, and the files beside this one; nothing else of Counterfoil. It checks:
the checkpoint's signature; every entry against its hash, every tile of every level, and the root; that no
file is missing or left over; the form of each entry; the process that the entries tell of; and that
checkpoints kept from before still hold. Size and root are only ever taken from the signed checkpoint. The
export is taken for hostile: it may lie, but not crash or hang the audit.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TextIO

if __package__:
    from . import proof, rotation, rules
    from .files import ExportFiles, InputError, Unfit, UnreachableError, given, given_text, path, shown
    from .note import NOTE_MAX, Head, Key, Note, open_checkpoint, read_head, read_key, read_note
    from .policy import POLICY_MAX, Policy, read_policy
    from .remote import RemoteFiles, is_address
    from .report import AuditReport
    from .statements import Compromise, beyond
    from .tree import BUNDLE_MAX, EMPTY_ROOT, Tree
else:  # taken along alone
    sys.path.insert(0, str(Path(__file__).resolve().parent))  # which `python -I` leaves out
    import proof  # type: ignore[import-not-found,no-redef]
    import rotation  # type: ignore[import-not-found,no-redef]
    import rules  # type: ignore[import-not-found,no-redef]
    from files import (  # type: ignore[import-not-found,no-redef]
        ExportFiles,
        InputError,
        Unfit,
        UnreachableError,
        given,
        given_text,
        path,
        shown,
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
    from statements import Compromise, beyond  # type: ignore[import-not-found,no-redef]
    from tree import BUNDLE_MAX, EMPTY_ROOT, Tree  # type: ignore[import-not-found,no-redef]

__all__ = ["AuditReport", "audit", "main"]

PROBLEMS_MAX = 100


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
    where there is no such folder, or key, policy or an earlier checkpoint cannot be used, UnreachableError where a
    file cannot be had and nothing is wrong up to there; all else is a problem in the report.
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
    elif str(place) and Path(place).is_dir():
        yield ExportFiles(Path(place))
    else:
        raise InputError(f"{shown(str(place)) or 'An empty name'} is not a folder with an exported ledger.")


class _Audit:
    """One run over one export."""

    def __init__(self, files: ExportFiles | RemoteFiles, key: Key, origin: str, policy: Policy | None) -> None:
        self.files = files
        self.key, self.origin, self.policy = key, origin, policy
        self.witnesses: dict[str, int] = {}  # those of the policy that cosigned, and when
        self.problems: list[str] = []
        self.more = 0
        self.foreign: list[InputError] = []  # earlier checkpoints that are none of this ledger's
        self.process = rules.Process()
        self.tree = Tree(files, self.say)
        self.roots: dict[int, bytes] = {}  # of the sizes that earlier checkpoints ask for
        self.signed: dict[tuple[str, int], bytes] = {}  # the roots of earlier checkpoints, by name and size
        self.notes: list[str] = []
        self.changes: list[tuple[int, dict[str, object]]] = []  # of the ledger's key
        self.chain = rotation.Chain((rotation.Span(key),))

    def say(self, *problems: str) -> None:
        for problem in problems:
            if len(self.problems) < PROBLEMS_MAX:
                self.problems.append(problem)
            else:
                self.more += 1

    def run(self, earlier: Sequence[str]) -> AuditReport:
        try:
            return self.whole(earlier)
        except UnreachableError as trouble:
            if not self.problems:
                raise
            self.say(str(trouble).partition("\n")[0])  # what was found before stands
            return self.report(0, b"")

    def whole(self, earlier: Sequence[str]) -> AuditReport:
        kept = self.earlier(earlier)
        self.say(*self.files.odd)
        try:
            head = self.checkpoint(self.files.read("checkpoint", NOTE_MAX))
        except Unfit as problem:
            self.say(str(problem))
            return self.report(0, b"")
        size, root = head.size, head.root
        complete = self.walk(size, {one.size for _, one in kept})
        self.judge_keys(size)
        for raw, one in kept:
            self.judge_earlier(raw, one, size)
        if complete:
            if self.tree.root() != root:
                self.say("The entries do not give the root that the checkpoint is signed for.")
            self.tree.compare_upper()
            self.say(*self.process.finish())
            self.tree.leftovers(size)
        for error in self.foreign:
            if not self.problems:
                raise error
            self.say(str(error).partition("\n")[0])
        return self.report(size, root)

    def report(self, size: int, root: bytes) -> AuditReport:
        problems = [*self.problems, *([f"… and {self.more} more."] if self.more else [])]
        text, types = base64.b64encode(root).decode(), dict(self.process.types)
        return AuditReport(
            ok=not problems,
            size=size,
            root=text,
            problems=tuple(problems),
            origin=self.origin,
            types=types,
            witnesses=self.witnesses,
            gaps=tuple(gap.sentence for gap in self.process.gaps),
            compromised=tuple(one.sentence(self.signed_after(one, size)) for one in self.process.compromised),
            notes=tuple(self.notes),
        )

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
        gap = next((gap for gap in reversed(self.process.gaps) if not gap.corrects), None)
        if gap is not None and gap.vkey != self.chain.spans[0].key.vkey:
            self.say(f"Entry {gap.entry}: the key that the gap gives the ledger is not the one that signs since.")

    def signed_after(self, one: Compromise, size: int) -> str:
        """What a key of the ledger signed after an entry had called it compromised; "" for any other key."""
        names = (self.key.name, *(read_key(gap.previous).name for gap in self.process.gaps))
        for span in self.chain.spans if one.use == "ledger" else ():
            if one.key not in {Key(name, span.key.kind, span.key.raw).id.hex() for name in names}:
                continue
            stop = size if span.last is None else span.last - 1
            after = range(max(one.entry + 1, span.first), stop)
            many = f"{len(after)} more entries, {after[0]} to {after[-1]}" if after else "no other entry"
            many = f"1 more entry, {after[0]}" if len(after) == 1 else many
            if span.last is None:
                return f" It signed the checkpoint of this export, with {many}."
            if stop < one.entry:
                return f" Entry {stop} had changed it before."
            return f" It signed {many}, until entry {stop} changed it."
        return ""

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
                raise InputError(str(problem), "Name the file `checkpoint` of an earlier export.") from None
        return read

    def judge_earlier(self, note: bytes, head: Head, size: int) -> None:
        """Hold an earlier checkpoint against the entries; one of a part that is stated to be lost, against that."""
        gaps = self.process.gaps
        named = [(span.key, self.origin) for span in self.chain.spans]
        named += rotation.before_gaps(gaps, self.changes)
        keys = [(key, self.origin) for key in self.chain.at(head.size)]
        keys += rotation.before_gaps(gaps, self.changes, head.size)
        try:
            if rotation.is_signed(note, named, gaps):
                open_checkpoint(note, keys, "The earlier checkpoint")
        except Unfit as problem:
            self.say(str(problem))
            return
        except InputError as error:
            self.foreign.append(error)
            return
        if self.signed.setdefault((head.origin, head.size), head.root) != head.root:
            self.say(f"Two earlier checkpoints of {head.size} entries have different roots: two histories were signed.")
        lost = beyond(gaps, head)
        if lost is not None:
            self.say(*lost[:1] if lost[0] else ())
            self.notes += [lost[1]] if lost[1] and lost[1] not in self.notes else []
        elif head.size > size:
            self.say(f"An earlier checkpoint covers {head.size} entries, this export only {size}: entries are gone.")
        elif head.size in self.roots and self.roots[head.size] != head.root:
            self.say(f"An earlier checkpoint of {head.size} entries does not fit: the history was changed since.")

    # --- entries ---

    def walk(self, size: int, wanted: set[int]) -> bool:
        """Go through all entries; False where so much is missing that the rest cannot be judged.

        Remembers the roots of the trees of the sizes wanted.
        """
        self.roots[0] = EMPTY_ROOT
        index = 0
        while index < size:
            number, width = index // 256, min(256, size - index)
            entries, tile = self.tree.bundle(number, width), self.tree.tile(0, number, width)
            if entries is None and tile is None:
                self.say(f"From entry {index} on, nothing can be checked.")
                return False
            for at in range(width):
                hashed = self.entry(index, at, entries, tile)
                self.tree.push(hashed)
                index += 1
                if index in wanted:
                    self.roots[index] = self.tree.root()
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


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 whole, 1 not whole, 2 not to be used so, 130 broken off, 141 where nobody reads it."""
    try:
        told, code = _told(arguments)
        if sys.stdout is None:
            raise InputError("There is no standard output to write to.")
        _write(sys.stdout, told)
    except KeyboardInterrupt:
        return _ended("Broken off.", 130)
    except BrokenPipeError:
        return _ended("", 141)
    except MemoryError:
        return _ended("There is not enough memory.", 2)
    except (InputError, OSError, ValueError) as error:
        return _ended("\n  ".join(filter(None, (str(error), getattr(error, "do", "")))), 2)
    return code


def _ended(why: str, code: int) -> int:
    """Say why there is no finding. What is left of it in the buffer goes nowhere, not even into an exit code."""
    with suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with suppress(OSError, AttributeError):
        _write(sys.stderr, f"{why}\n" if why else "")
    return code


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"  # whose letters need not be those of a stranger's names
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _told(arguments: Sequence[str] | None) -> tuple[str, int]:
    """What is to be printed, and the exit code."""
    call = _parser().parse_args(arguments)
    report = _checked(call)
    if call.json:
        return json.dumps(report.as_dict(), indent=1) + "\n", 0 if report.ok else 1
    whole, stated = "sound", []
    if isinstance(report, AuditReport):
        whole, stated = "whole", [*report.gaps, *report.compromised, *report.notes]
    lines = [f"{report.origin}: {report.size} entries, root {report.as_dict()['root']}", *stated, *report.problems]
    return "\n".join([*lines, f"It is {whole}." if report.ok else f"It is NOT {whole}.", ""]), 0 if report.ok else 1


def _checked(call: argparse.Namespace) -> AuditReport | proof.ProofReport:
    vkey = given_text(call.vkey, NOTE_MAX) if Path(call.vkey).is_file() else call.vkey
    policy = None if call.witness_policy is None else given(call.witness_policy, POLICY_MAX)
    if Path(call.place).is_file():
        keys = None if call.keys is None else given(call.keys, BUNDLE_MAX)
        bundle = given(call.place, proof.BUNDLE_MAX)
        return proof.check_proof(bundle, vkey, origin=call.origin, witness_policy=policy, keys=keys)
    since = [given_text(file, NOTE_MAX) for file in call.since]
    return audit(call.place, vkey, origin=call.origin, since=since, witness_policy=policy)


def _parser() -> argparse.ArgumentParser:
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
    return parser


if __name__ == "__main__":
    sys.exit(main())
