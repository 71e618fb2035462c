"""An open office: a data directory with its keys, its database and its ledger.

DIR/counterfoil.sqlite3     cases and ledger, one transactional database; or instead of it
DIR/database.url            which database of a PostgreSQL server holds them (no password in it)
DIR/keys/                   custodian.jwk, ledger.key, data.key (0600); ledger.checkpoint, the last one signed
DIR/public/                 custodian.jwk, ledger.vkey: what others need
DIR/registry/               the custodian's file in its indexed form
DIR/rules/                  each rule set that decided here, one archive a hash
DIR/clues/                  of large batches that wait for their look-up: what spares it reading; a cache
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil import errors
from counterfoil.cases.keys import held
from counterfoil.cases.keys.state import UNCHANGED, KeyState, key_state, refuse_compromised
from counterfoil.keys.source import RESTORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.cases.portions.ledger import OfficeLedger
    from counterfoil.cases.portions.stored import Sealing
    from counterfoil.ledger import Entry, Ledger, LedgerSigner
    from counterfoil.office.look import Looked
    from counterfoil.request import PrivateKey

DATABASE = "counterfoil.sqlite3"
BEFORE_GAP = "ledger-until-"  # and the entry that states the gap: the public key that signed until then
DEFAULT_ORIGIN = "counterfoil.example/ledger"
SKEW = timedelta(minutes=5)
"""A clock further behind the ledger than this is entered; the act goes on at the last entry's time."""
IDLE = timedelta(days=7)
"""A longer time than this without an entry is entered: the clock may have leapt."""
UNFINISHED = "unfinished"  # stands in the data directory as long as `init` is at work
LOST_DATABASE = "{data} holds the keys of an office, but its database is gone."
RESTORE_DATABASE = (
    "Restore the database from a backup: a new ledger under the same key would contradict the one that was published. "
    "For a new office name another directory with --data."
)


def _to_nobody(_sentence: str) -> None:
    """Where nobody listens."""


@dataclass(frozen=True)
class Office:
    """A data directory. Open one with `open_office`; one at a time in a process.

    `tell` takes a sentence about what is not right, and stops no act, for whoever works here.
    """

    data: Path
    tell: Callable[[str], None] = field(default=_to_nobody, repr=False, compare=False)

    @property
    def registry_folder(self) -> Path:
        """Where the indexed registry stands."""
        return self.data / "registry"

    @cached_property
    def custodian_key(self) -> PrivateKey:
        """The custodian's private key (P-256), which may be in a token: opens batches, signs answers."""
        return held.custodian_key(self.data)

    @cached_property
    def public_key(self) -> dict[str, str]:
        """The custodian's public key."""
        return held.public_facts(self.custodian_key)

    @cached_property
    def signer(self) -> LedgerSigner:
        """The ledger's signing key, which may be in a token. Raises IntegrityError where it is another ledger's."""
        signer = held.ledger_signer(self.data, self.origin)
        if signer.verifier.vkey != self.vkey:
            raise errors.IntegrityError(
                f"The ledger's signing key is not the one of {self.data / 'public' / 'ledger.vkey'}.",
                "If the key was changed, let its source (file or environment) name the new one; run `doctor`.",
            )
        return signer

    @cached_property
    def vkey(self) -> str:
        """The ledger's public verifier key, in the signed-note text form."""
        return read_secret(self.data / "public" / "ledger.vkey")

    @cached_property
    def origin(self) -> str:
        """The ledger's name, which every checkpoint carries."""
        return self.vkey.split("+", 1)[0]

    @cached_property
    def gaps(self) -> tuple[tuple[int, str], ...]:
        """Gaps that were stated, by rising index: the entry, and the public key that the ledger had before."""
        found = {int(path.stem[13:]): path for path in (self.data / "public").glob(f"{BEFORE_GAP}*.vkey")}
        keys = [(index, read_secret(found[index])) for index in sorted(found)]
        # One that still has the present name was not stated to its end.
        return tuple((index, vkey) for index, vkey in keys if vkey.split("+", 1)[0] != self.origin)

    @cached_property
    def earlier_vkeys(self) -> tuple[str, ...]:
        """The public keys that the ledger had before: under the names of before each gap, and before each change."""
        retired = sorted((self.data / "public" / held.RETIRED).glob("ledger-*.vkey"))
        return (*(vkey for _, vkey in self.gaps), *map(read_secret, retired))

    @cached_property
    def asked(self) -> list[bool]:
        """Whether the witnesses were asked since this process began; empty if not."""
        return []

    def subkey(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, derived from the data key."""
        derived: bytes | None = self._subkeys.get(purpose)
        if derived is None:
            derived = self._subkeys[purpose] = held.derive(self.data, purpose)
        return derived

    @cached_property
    def _subkeys(self) -> dict[str, bytes]:
        return {}

    @cached_property
    def token(self) -> Callable[[str], str]:
        """Turn a folded value into a keyed token (16 bytes, hex): only equality shows."""
        from counterfoil.examination import KeyedToken

        return KeyedToken(self.subkey("token"))

    def pseudonym(self, person: str) -> str:
        """The name under which the ledger's public part speaks of a person of the office."""
        return "p-" + hmac.digest(self.subkey("pseudonym"), person.encode(), "sha256")[:8].hex()

    def seal(self, value: bytes, bound_to: str) -> bytes:
        """Encrypt a value for storage (AES-256-GCM); `bound_to` says what it belongs to."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self.subkey("storage")).encrypt(nonce, value, bound_to.encode())

    def unseal(self, box: bytes, bound_to: str) -> bytes:
        """Decrypt what `seal` stored. Raises IntegrityError if it is not that."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self.subkey("storage")).decrypt(box[:12], box[12:], bound_to.encode())
        except InvalidTag as error:
            raise errors.IntegrityError(
                f"A stored value of {bound_to} cannot be opened.", "Run `counterfoil doctor`."
            ) from error

    def ledger(self, state: KeyState | None = None) -> OfficeLedger:
        """The ledger, on the database's current transaction, with the keys that are in use."""
        from counterfoil.cases.portions.ledger import OfficeLedger
        from counterfoil.office.ledger_store import DatabaseStore

        state = state or key_state()
        ledger = OfficeLedger(DatabaseStore(), self.origin, self.signer, self._sealing_keys(state))
        ledger.changes, ledger.gaps = state.changes, self.gaps
        return ledger

    def sealing(self, state: KeyState | None = None) -> Sealing:
        """What worker processes open and seal the ledger's disclosures with."""
        from counterfoil.cases.portions.stored import Sealing
        from counterfoil.ledger.auditor.note import read_key

        first_name = read_key(self.gaps[0][1]).name if self.gaps else self.origin
        return Sealing(tuple(self._sealing_keys(state or key_state())), first_name)

    def _sealing_keys(self, state: KeyState) -> Sequence[bytes]:
        return held.sealing_keys(self.data, self.subkey("ledger"), state.newest.get("sealing"))

    def own_keys(self, ledger: Ledger) -> list[tuple[str, str]]:
        """The keys that an act of the office uses: (use, id).

        A stated gap gives the ledger's key another name, and so another id: it is the same key under each of them.
        """
        own = ledger.signer.verifier
        names = dict.fromkeys([own.name, *(vkey.split("+", 1)[0] for _, vkey in self.gaps)])
        ids = [("ledger", replace(own, name=name).key_id.hex()) for name in names]
        return [*ids, ("sealing", ledger.box().key_id.hex())]

    def forget_keys(self) -> None:
        """Read every key anew when it is needed next: one was changed."""
        for name in ("custodian_key", "public_key", "signer", "vkey", "origin", "gaps", "earlier_vkeys"):
            self.__dict__.pop(name, None)


class Act:
    """One durable act: what changes, and the ledger entries that account for it, in one transaction."""

    def __init__(self, office: Office, now: datetime, *, despite: bool = False, found: Looked | None = None) -> None:
        from counterfoil.office.ledger_store import DatabaseStore

        self.office = office
        self.now = now
        found = found or DatabaseStore().look()
        self.keys = key_state() if found.any_key_event else UNCHANGED
        self.ledger = office.ledger(self.keys)
        if self.keys.compromised and not despite:
            refuse_compromised(self.keys, office.own_keys(self.ledger))
        last = self.ledger.begin(found.end)
        self.time = now if last is None else max(now, last)  # never before the last entry's
        if last is not None and not -SKEW <= now - last <= IDLE:
            self.ledger.foremost = self._clock(last)

    def _clock(self, last: datetime) -> Entry:
        """What stands before the act's own entries where the clock contradicts the ledger, or has leapt."""
        seconds = int((self.now - last).total_seconds())
        said = {"clock": self.now.isoformat(), "last": last.isoformat(), "seconds": seconds}
        return self.entry("clock", said, state="behind" if seconds < 0 else "ahead")

    def entry(self, kind: str, disclosed: Mapping[str, Any], **public: Any) -> Entry:
        """An entry of this moment: the day is public, the exact time is a disclosure."""
        from counterfoil.ledger import Entry

        return Entry.at(self.time, kind, disclosed, **public)

    def record(self, kind: str, disclosed: Mapping[str, Any], **public: Any) -> int:
        """Append one entry; its index."""
        return self.ledger.append([self.entry(kind, disclosed, **public)])[0]

    def checkpoint(self) -> str:
        """Sign the tree as it stands now; done once at the end of every act in any case."""
        return self.ledger.checkpoint()


@contextmanager
def act(
    office: Office, now: datetime, *, ask_witnesses: bool = True, despite_compromise: bool = False
) -> Iterator[Act]:
    """Open the one transaction of an act. Write, then answer: nothing leaves before this has committed.

    Raises HeldError where the ledger is known to have lost entries; see `witness/watch.py`; NotAllowedError where
    a key that it needs is recorded as compromised, unless the act is about that (`despite_compromise`).
    """
    from counterfoil.cases.witness.watch import keep_record, require_asked, require_recorded
    from counterfoil.office import database

    if ask_witnesses:
        require_asked(office)
    with database.acting() as found:
        require_recorded(office, found.end.checkpoint)
        the_act = Act(office, now, despite=despite_compromise, found=found)
        yield the_act
        note = the_act.checkpoint()
    the_act.ledger.leave()
    keep_record(office, note)


def is_office(data: Path) -> bool:
    """Whether `counterfoil init` has been at the data directory, and finished."""
    from counterfoil.office import place

    return place.is_made(data)


def open_office(data: Path, tell: Callable[[str], None] = _to_nobody) -> Office:
    """Open the data directory `data`. Raises NotFoundError where `counterfoil init` has not been."""
    from counterfoil.office import database
    from counterfoil.office import place as places

    place = places.of(data)
    if place is None:
        raise errors.NotFoundError(
            f"There is no Counterfoil data in {data}.",
            "Make it with `counterfoil init`, or name another with --data.",
        )
    database.connect(place)
    from counterfoil.cases.keys.rotate import settle

    office = Office(data, tell)
    settle(office)
    return office


def require_new(path: Path, what: str) -> None:
    """Return where `what` ("an answer") can be written to `path` as a new file: asked before anything is recorded.

    Raises InputError where something stands there or the folder does not, UnavailableError where it takes no file.
    """
    if os.path.lexists(path):
        raise errors.InputError(f"{path} exists already; {what} overwrites nothing.", "Name another file with -o.")
    if not path.parent.is_dir():
        raise errors.InputError(
            f"There is no folder {path.parent}: nothing was recorded.",
            "Name a file in a folder that is there, with -o.",
        )
    part = _part_of(path)
    try:
        os.close(_begun(part, 0o600))
        part.unlink()
    except OSError as error:
        raise _not_written(path, error) from error


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _begun(part: Path, mode: int) -> int:
    part.unlink(missing_ok=True)  # never write into what someone else put there
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)


def _not_written(path: Path, error: OSError) -> errors.UnavailableError:
    return errors.UnavailableError(
        f"{path} cannot be written: {error.strerror}.", "Check that the place exists, is writable and has room."
    )


def write_new(path: Path, text: str | bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all: a temporary file beside it, flushed to the disk, then renamed."""
    content = text.encode() if isinstance(text, str) else text
    part = _part_of(path)
    try:
        with os.fdopen(_begun(part, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise _not_written(path, error) from error


def read_secret(path: Path) -> str:
    """A one-line file of the data directory. Raises IntegrityError where it is missing or empty.

    InputError where this account may not read it.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except PermissionError as error:
        raise errors.InputError(
            f"The key {path} cannot be read: {error.strerror}.", "Run this as the account that owns the data directory."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise errors.IntegrityError(f"The key {path} cannot be read: {reason}.", RESTORE) from error
    if not text:
        raise errors.IntegrityError(f"The key {path} is empty.", RESTORE)
    return text
