"""Record that a key is compromised: from then on it is refused, and what it did since is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from typing import Any

from counterfoil.cases.context import manifest_of
from counterfoil.cases.keys.state import (
    COMPROMISED,
    CUSTODIAN,
    LEDGER,
    OFFICER,
    OFFICIAL,
    SEALING,
    key_state,
)
from counterfoil.cases.office import Office, act
from counterfoil.cases.people import find_officer
from counterfoil.errors import InputError, NotFoundError
from counterfoil.ledger import Ledger
from counterfoil.ledger.auditor.files import Unfit
from counterfoil.ledger.auditor.note import Key, read_key, read_note
from counterfoil.ledger.sealed import key_id_of
from counterfoil.office import models
from counterfoil.office.database import reading

PORTION = 4_096


@dataclass(frozen=True)
class Compromised:
    """A key that is not trusted any more, and all that it signed, opened or sealed since."""

    id: str
    use: str
    since: datetime
    entry: int
    facts: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "use": self.use,
            "since": self.since.isoformat(),
            "ledger_entry": self.entry,
            **self.facts,
        }


def record_compromised(office: Office, key: str, officer_id: str, since: datetime, now: datetime) -> Compromised:
    """Record a key as compromised since an instant, and list what it did from then on.

    The key is known by its id: of the ledger's, the custodian's or a sealing key, of an enrolled official's, or of
    an officer's in the roster of any batch. Raises NotFoundError where it is none of them.
    """
    if since > now:
        raise InputError("A key cannot be compromised from a time on that is yet to come.", "Correct --since.")
    with reading():
        use = _use_of(office, key)
        facts = _LISTS[use](office, key, since)
    with act(office, now, despite_compromise=True) as the_act:
        officer = find_officer(office, officer_id)
        told = since.isoformat().replace("+00:00", "Z")
        entry = the_act.record(
            "key", {"officer": officer.id}, act=COMPROMISED, use=use, key=key, since=told,
            by=office.pseudonym(officer.id),
        )  # fmt: skip
        models.KeyEvent.objects.create(
            use=use, act=COMPROMISED, key=key, since=since, by=officer.id, entry=entry, at=the_act.time
        )
    return Compromised(key, use, since, entry, facts)


def _use_of(office: Office, key: str) -> str:
    ledger = office.ledger()
    known: dict[str, set[str]] = {
        LEDGER: {one.id.hex() for one in _ledger_keys(office, ledger)},
        CUSTODIAN: {office.public_key["kid"], *key_state().until},
        SEALING: {identifier.hex() for identifier in ledger.box().key_ids},
        OFFICIAL: {row.key.get("kid", "") for row in models.Official.objects.all()},
    }
    for use, ids in known.items():
        if key in ids:
            return use
    if any(key in _readers(batch) for batch in models.Batch.objects.exclude(manifest="")):
        return OFFICER
    raise NotFoundError(f"No key {key} is known here.", "See `counterfoil key list`, or the roster of the batch.")


def _readers(batch: models.Batch) -> set[str]:
    manifest = manifest_of(batch.manifest)
    return {entry.public_key["kid"] for entry in manifest.roster if entry.public_key} if manifest else set()


# --- what each use of a key did ---


def _of_official(_office: Office, key: str, since: datetime) -> dict[str, Any]:
    """Batches that it signed and that came in since, with their answers."""
    ids = [row.id for row in models.Official.objects.all() if row.key.get("kid") == key]
    batches = models.Batch.objects.filter(official__in=ids, signature="valid", at__gte=since).order_by("receipt")
    return {"batches": [_batch(batch) for batch in batches]}


def _of_officer(_office: Office, key: str, since: datetime) -> dict[str, Any]:
    """Answers sealed to it since; those sealed to it earlier open with it just as well."""
    batches = [batch for batch in models.Batch.objects.order_by("receipt") if key in _readers(batch)]
    answered = [(batch, _release(batch)) for batch in batches]
    earlier = [batch.id for batch, release in answered if release is not None and release.at < since]
    return {
        "batches": [_batch(batch) for batch, release in answered if release is None or release.at >= since],
        "answers_before": earlier,
    }


def _of_custodian(_office: Office, _key: str, since: datetime) -> dict[str, Any]:
    """Answers signed and batches received since."""
    came = models.Batch.objects.filter(at__gte=since).order_by("receipt")
    releases = models.Release.objects.filter(at__gte=since).order_by("entry")
    return {"batches": [_batch(batch) for batch in came], "answers": [_answer(release) for release in releases]}


def _of_ledger(office: Office, key: str, since: datetime) -> dict[str, Any]:
    """Checkpoints that it signed, and the entries that they were the first to cover, from the day of `since` on.

    The first checkpoint over a change of key bears both keys, so the entry of the change is listed for each of them.
    """
    ledger = office.ledger()
    mine = _under_every_name(office, ledger, key)
    sizes, entries = [], []
    before = first = _first_of_day(ledger, since)
    for size, note in ledger.store.checkpoints():
        if size > first and _signed_by(note, mine):
            sizes.append(size)
            entries.append(range(before, size))
        before = max(before, size)
    return {"entries": _ranges(chain.from_iterable(entries)), "checkpoints": sizes}


def _ledger_keys(office: Office, ledger: Ledger) -> set[Key]:
    """Every public key that the ledger has had, each under each name that it signed by."""
    return {*(span.key for span in ledger.chain().spans), *map(read_key, (office.vkey, *office.earlier_vkeys))}


def _under_every_name(office: Office, ledger: Ledger, key: str) -> list[Key]:
    """The key of this id; a stated gap gives the ledger another name, and so the same key another id."""
    known = _ledger_keys(office, ledger)
    raw = {one.raw for one in known if one.id.hex() == key}
    return [one for one in known if one.raw in raw]


def _signed_by(note: str, keys: Sequence[Key]) -> bool:
    """Whether a stored checkpoint bears a signature by one of the keys; what no longer fits was not signed by it."""
    try:
        read = read_note(note.encode())
        return any(read.signed_by(key) for key in keys)
    except Unfit:
        return False


def _of_sealing(office: Office, key: str, since: datetime) -> dict[str, Any]:
    """Entries whose disclosures it sealed, from the day of `since` on; and how many before."""
    ledger = office.ledger()
    first = _first_of_day(ledger, since)
    mine = [index for index, record in _records(ledger) if key_id_of(record).hex() == key]
    return {
        "entries": _ranges(index for index in mine if index >= first),
        "entries_before": sum(1 for index in mine if index < first),
    }


_LISTS: Mapping[str, Callable[[Office, str, datetime], dict[str, Any]]] = {
    OFFICIAL: _of_official,
    OFFICER: _of_officer,
    CUSTODIAN: _of_custodian,
    LEDGER: _of_ledger,
    SEALING: _of_sealing,
}


def _batch(batch: models.Batch) -> dict[str, Any]:
    release = _release(batch)
    return {
        "batch": batch.id,
        "received": batch.at.isoformat(),
        "receipt": batch.receipt,
        "requests": batch.count,
        "answer": _answer(release) if release else None,
    }


def _release(batch: models.Batch) -> models.Release | None:
    return models.Release.objects.filter(batch=batch).first()


def _answer(release: models.Release) -> dict[str, Any]:
    return {
        "batch": release.batch_id,
        "released": release.at.isoformat(),
        "entry": release.entry,
        "kind": release.kind,
        "outcomes": release.counts,
    }


def _records(ledger: Ledger) -> Iterator[tuple[int, bytes]]:
    size = ledger.size()
    for start in range(0, size, PORTION):
        yield from ledger.store.sealed(start, min(start + PORTION, size))


def _first_of_day(ledger: Ledger, since: datetime) -> int:
    """The first entry of the day of `since` or later: days never run back, so halving finds it."""
    day = since.date().isoformat()
    low, high = 0, ledger.size()
    while low < high:
        middle = (low + high) // 2
        (found,) = ledger.read_public(middle, middle + 1)
        low, high = (middle + 1, high) if found[1].public["day"] < day else (low, middle)
    return low


def _ranges(indices: Any) -> list[str]:
    """Indices as ranges: 3, 7-9."""
    runs = []
    for _, group in groupby(enumerate(indices), lambda pair: pair[1] - pair[0]):
        run = [index for _, index in group]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return runs
