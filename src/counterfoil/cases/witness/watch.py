"""Whether the stored ledger still holds all that was signed and cosigned before.

Asked before every act, and before anything of the ledger is handed out.

A database that was restored from an old backup is whole and verifies, but it has forgotten entries that others
may hold; going on would put other bytes in their places. Two things outside the database remember more than it:
the record `keys/ledger.checkpoint`, renewed after every act, and the witnesses. Where either shows entries that
the ledger has not, nothing is recorded and nothing handed out until an officer states the gap (`gap.py`).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.cases.witness.policy import Witnessed, gather, policy_in_force
from counterfoil.errors import HeldError, IntegrityError, UnavailableError
from counterfoil.ledger.auditor.files import Unfit, UnreachableError
from counterfoil.ledger.auditor.note import NOTE_MAX, Head, open_checkpoint, read_head, read_key, read_note
from counterfoil.ledger.auditor.policy import Policy
from counterfoil.ledger.auditor.remote import RemoteFiles
from counterfoil.office.database import reading
from counterfoil.office.ledger_store import DatabaseStore

if TYPE_CHECKING:
    from counterfoil.cases.office import Office

RECORD = "ledger.checkpoint"
UNKEPT = "As long as that is so, an older database that is put back in this one's place is not found out by it."
SECTOR = 512  # bytes that a disk writes whole or not at all
PAGE = 4096
GAP = (
    "Restore a backup that has these entries. If there is none, an officer states the loss with "
    "`counterfoil ledger gap`; until then nothing is recorded, answered, exported or proved."
)


@dataclass(frozen=True)
class Lost:
    """A checkpoint that this ledger signed and does not continue, and the entries that it has instead."""

    note: str
    head: Head
    size: int

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        if self.head.size > self.size:
            return (
                f"The ledger has {self.size:,} entries, but it signed {self.head.size:,} before: entries are lost, "
                "or an old backup was restored."
            )
        return (
            f"The ledger's first {self.head.size:,} entries are not those that it signed before: they were changed, "
            "or another database was restored."
        )


def require_current(office: Office) -> None:
    """Return where the ledger holds all that is known to have been signed. Raises HeldError, IntegrityError.

    The record is looked at each time, the witnesses of the policy in force are asked once in a process. A
    witness that cannot be reached stops no act; the answer waits for it.
    """
    require_recorded(office)
    require_asked(office)


def require_recorded(office: Office, newest: tuple[int, str] | None = None) -> None:
    """Return where the ledger holds what the record beside the keys says. Raises HeldError, IntegrityError.

    `newest`: the ledger's newest checkpoint, where the transaction has read it already.
    """
    lost = lost_by_record(office, newest)
    if lost is not None:
        raise HeldError(lost.sentence, GAP)


def require_asked(office: Office) -> None:
    """`require_current`, once in a process."""
    if office.asked:
        return
    witnessed = ask(office)
    if witnessed is not None:
        keep_record(office, witnessed.note)


def ask(office: Office, *, keep: bool = True) -> Witnessed | None:
    """The newest checkpoint as the witnesses of the policy in force cosign it now; None where none is asked for.

    The record is looked at before a witness is told anything. Raises HeldError where either shows that entries are
    lost: before anything is recorded, and before anything of the ledger is handed to someone outside. Without `keep`
    their cosignatures are not stored: nothing needs to be written.
    """
    require_recorded(office)
    with reading():
        policy = policy_in_force()
    witnessed = gather(office, policy, keep=keep) if policy is not None else None
    if policy is not None and witnessed is not None and (witnessed.collected.behind or witnessed.collected.denied):
        _judge_claims(office, policy, witnessed)
    office.asked.append(True)
    return witnessed


def lost_by_record(office: Office, newest: tuple[int, str] | None = None) -> Lost | None:
    """What the record beside the keys shows to be lost. Raises IntegrityError where it cannot be read.

    `newest`: the ledger's newest checkpoint, where it is at hand.
    """
    path = record_path(office)
    try:
        note = _content(path).decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IntegrityError(f"The record {path} cannot be read.", _RECORD_DO) from error
    if _kept.get(path) == note and note.startswith(newest[1] if newest else _stored_at(note) or "-"):
        return None
    note = _settled(path, note)
    if not note:  # a power cut right after a renewal may leave nothing of it
        return None
    try:
        body, head = _read(note)
    except Unfit as error:
        raise IntegrityError(f"The record {path} is no checkpoint.", _RECORD_DO) from error
    with reading():
        stored = DatabaseStore().checkpoint(head.size)
    if stored.encode().startswith(body + b"\n"):
        return None
    return judged(office, note)


_RECORD_DO = "Restore it, or the latest export's `checkpoint` in its place; see `counterfoil doctor`."


def _settled(path: Path, note: str) -> str:
    """The record as two readings in a row show it: another process may be overwriting it just now."""
    for _ in range(_READINGS):
        time.sleep(_BETWEEN)
        before, note = note, _content(path).decode(errors="replace")
        if note == before:
            break
    return note


_READINGS = 100
_BETWEEN = 0.001  # seconds; to overwrite it takes some microseconds


def _content(path: Path) -> bytes:
    """What stands in a small file, in few calls: the record is read before and after every act."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        parts = [os.read(descriptor, PAGE)]
        while len(parts[-1]) == PAGE:
            parts.append(os.read(descriptor, PAGE))
    finally:
        os.close(descriptor)
    return b"".join(parts)


_kept: dict[Path, str] = {}
"""Records that this process wrote itself, which need no reading again."""


def _stored_at(note: str) -> str:
    """The checkpoint that the database holds for the size that our own note speaks of."""
    with reading():
        return DatabaseStore().checkpoint(int(note.split("\n", 2)[1]))


@lru_cache(maxsize=8)
def _read(note: str) -> tuple[bytes, Head]:
    body = read_note(note.encode()).body
    return body, read_head(body)


def judged(office: Office, note: str) -> Lost | None:
    """What a checkpoint shows to be lost; None where the ledger holds it. Raises IntegrityError if it is not ours."""
    keys = [read_key(vkey) for vkey in (office.vkey, *office.earlier_vkeys)]
    try:
        head, _ = open_checkpoint(note.encode(), [(key, key.name) for key in keys])
    except Unfit as problem:
        raise IntegrityError(f"A checkpoint is not of this ledger: {problem}", _RECORD_DO) from problem
    with reading():
        ledger = office.ledger()
        size = ledger.size()
        held = head.size <= size and ledger.root(head.size) == head.root
    return None if held else Lost(note, head, size)


def lost_by_witnesses(office: Office, policy: Policy, names: list[str]) -> Lost | None:
    """The largest loss that the named witnesses can show: the checkpoint, signed by this ledger, that they hold."""
    found = []
    for witness in policy.witnesses:
        if witness.name in names:
            place = f"{sha256(office.origin.encode()).hexdigest()}/checkpoint"
            with contextlib.suppress(Unfit, UnreachableError, IntegrityError, UnicodeDecodeError):
                lost = judged(office, RemoteFiles(witness.url).read(place, NOTE_MAX).decode())
                if lost is not None:
                    found.append(lost)
    return max(found, key=lambda lost: lost.head.size, default=None)


def keep_record(office: Office, note: str) -> None:
    """Renew the record after an act. It is a lower bound: where it cannot be written, the act stands, and it is told.

    To refuse acts instead would keep a court order from being entered for want of a file's mode.
    It is not forced to the disk: that would cost more than the act, and an older record is still a bound. A note
    of the same length that fits a sector is written over the former; any other takes its place whole.
    """
    from counterfoil.cases.office import write_new

    path = record_path(office)
    new = note.encode()
    try:
        if len(new) > SECTOR or not _overwritten(path, new):
            write_new(path, new, 0o600)
        _kept[path] = note
    except (UnavailableError, OSError) as error:
        reason = error.what if isinstance(error, UnavailableError) else f"{path} cannot be written: {error.strerror}."
        office.tell(f"{reason} {UNKEPT} Run `counterfoil doctor`.")


def _overwritten(path: Path, new: bytes) -> bool:
    """Write over what stands in a file where that is as long; whether it was."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return False
    try:
        # The length by a seek: to ask for a file's times, as fstat does, has each write note a new one on the disk.
        if os.lseek(descriptor, 0, os.SEEK_END) != len(new):
            return False
        os.pwrite(descriptor, new, 0)
    finally:
        os.close(descriptor)
    return True


def record_faults(office: Office) -> Iterator[tuple[bool, str, str]]:
    """What keeps the record from being the newest checkpoint: (whether it lasts, what was seen, what to do)."""
    path = record_path(office)
    if not _takes_a_record(path):
        do = f"Let the account that works here write there: `chmod 700 {path.parent}` and `chmod 600 {path}`."
        yield True, f"{path} cannot be written: no act renews it. {UNKEPT}", do
    note = _content(path).decode() if path.is_file() else ""
    if not note:  # a power cut may leave nothing of it
        yield False, f"There is no {path}: a restored old backup would not be noticed by it.", _RENEWED
        return
    recorded = _read(note)[1].size
    with reading():
        latest = DatabaseStore().latest_checkpoint()
    if latest is not None and recorded < latest[0]:
        what = f"{path} is of {recorded:,} entries, and {latest[0]:,} are signed"
        yield False, f"{what}: it does not notice a restored backup of between.", _RENEWED


_RENEWED = "The next act writes it anew; `counterfoil ledger checkpoint` is one."


def _takes_a_record(path: Path) -> bool:
    """Whether this account can write over the record, and put another in its place."""
    return os.access(path.parent, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))


def record_path(office: Office) -> Path:
    """Where the record stands."""
    return _beside_the_keys(office.data)


@lru_cache(maxsize=8)
def _beside_the_keys(data: Path) -> Path:
    return data / "keys" / RECORD


def _judge_claims(office: Office, policy: Policy, witnessed: Witnessed) -> None:
    """A witness says that it has seen more, or something else. Its word alone stops nothing that the others allow;
    our signature under what it holds does.
    """
    behind = witnessed.collected.behind
    lost = lost_by_witnesses(office, policy, [*behind, *witnessed.collected.denied])
    if lost is not None:
        keep_record(office, lost.note)
        raise HeldError(lost.sentence, GAP, witnessed.problems)
    others = [witness.name for witness in policy.witnesses if witness.name not in behind]
    if behind and not policy.enough(others):
        raise HeldError(
            f"Witnesses say that they have cosigned what this ledger of {witnessed.size:,} entries does not continue.",
            "Ask them for that checkpoint and give it to `counterfoil ledger gap --checkpoint FILE`, or put another "
            "policy in force.",
            witnessed.problems,
        )
