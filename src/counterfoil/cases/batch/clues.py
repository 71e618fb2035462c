"""The clues that an examination notes of a batch: one sealed file, until the batch is looked up, and a cache.

An examination reads each request; its clue (verification/clue.py) lets the look-up begin with the registry's sieve
instead of reading all of them again. A file that is lost, changed, another batch's or of other rules has every request
read. It goes when the batch waits for no look-up any more, so that it outlives no use (docs/decisions/0007).
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from counterfoil import law
from counterfoil.cases.batch.phase import Phase, phase_of
from counterfoil.cases.office import Office, write_new
from counterfoil.cases.portions import stored as portions
from counterfoil.errors import CounterfoilError, IntegrityError, UnavailableError
from counterfoil.examination import Noter
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.verification import CLUE_SIZE, UNKNOWN_CLUE, clue_of, rules_hash

FOLDER: Final = "clues"
SUFFIX: Final = ".clues"
WAITING: Final = frozenset({Phase.HELD, Phase.EXAMINED, Phase.APPROVED_ONCE, Phase.APPROVED})
"""Phases from which a batch may come to its look-up without another examination."""

_BOX: Final = 28  # bytes that sealing adds: a nonce and a tag


def noter(batch: models.Batch) -> Noter | None:
    """What the examination notes of each request; nothing of a batch so small that a sieve saves no time."""
    return Noter(clue_of, UNKNOWN_CLUE) if batch.count >= portions.ALONE else None


def keep(office: Office, examination: models.Examination, clues: bytes) -> None:
    """Keep the clues of all requests of the batch, in order, where enough of them may be looked up.

    The examination has committed. Where the file cannot be written it stands all the same, and the office is told.
    """
    batch = examination.batch
    path = _path(office, batch)
    try:
        if len(clues) != batch.count * CLUE_SIZE or examination.passed + examination.held_rows < portions.ALONE:
            path.unlink(missing_ok=True)  # an earlier examination's
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_new(path, office.seal(clues, _label(examination, rules_hash())), 0o600)
    except (UnavailableError, OSError) as error:
        reason = error.what if isinstance(error, UnavailableError) else f"{path.parent} cannot be made."
        office.tell(f"{reason} Verifying batch {batch.id} will take longer.")


def kept(office: Office, examination: models.Examination, rules: str) -> bytes | None:
    """The clues of all requests of the batch, in order, as this examination noted them by `rules`; None where not."""
    box = _read(_path(office, examination.batch), examination.batch.count * CLUE_SIZE + _BOX)
    try:
        return None if box is None else office.unseal(box, _label(examination, rules))
    except IntegrityError:
        return None


def sweep(office: Office) -> None:
    """Remove the clues of every batch that waits for no look-up: of what was cut short, those of before as well.

    No error: what could not be removed now is at the next step of any batch.
    """
    with suppress(CounterfoilError, OSError):
        found = [path for path in (office.data / FOLDER).iterdir() if SUFFIX in path.suffixes]
        for path in found:
            with suppress(OSError), reading():
                if not _waits(path.name.removeprefix(".").split(".")[0]):  # also what was being written (`write_new`)
                    path.unlink()


def _waits(batch_id: str) -> bool:
    batch = models.Batch.objects.filter(id=batch_id).first()
    return batch is not None and phase_of(batch) in WAITING


def _label(examination: models.Examination, rules: str) -> str:
    """What the file belongs to: this examination of this batch, the rules that read, and those that made the keys."""
    return f"clues/{examination.batch_id}/{examination.entry}/{law.rule_set().sha256}/{rules}"


def _path(office: Office, batch: models.Batch) -> Path:
    return office.data / FOLDER / (batch.id + SUFFIX)


def _read(path: Path, size: int) -> bytes | None:
    """The bytes of a plain file of that size; None of anything else that may stand there."""
    with suppress(OSError), open(path, "rb", opener=_not_waiting) as file:
        facts = os.fstat(file.fileno())
        if stat.S_ISREG(facts.st_mode) and facts.st_size == size:
            return file.read(size)
    return None


def _not_waiting(path: str, flags: int) -> int:
    """Open no link, and wait for nobody who writes into a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
