"""Receive a batch: open the seal, check signature, count and hash, and account for every request in it.

Nothing is examined here but what must hold before the rows may be read at all (26 USC 6103(i)(2)(B): in
writing; 6103(p)(3)(A): a permanent record of all requests, the refused ones too).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Literal

from django.db.models import Sum

from counterfoil import law
from counterfoil.cases.agreements import agreement_in_use
from counterfoil.cases.context import context_for, duplicate_of, manifest_of
from counterfoil.cases.keys import distrust
from counterfoil.cases.keys.state import key_state
from counterfoil.cases.office import Act, Office, act
from counterfoil.cases.portions import stored, take
from counterfoil.cases.portions.reply import AUTHORITY
from counterfoil.cases.rules.keep import keep
from counterfoil.errors import InputError, IntegrityError, NotFoundError
from counterfoil.examination import Context, Delivery, examine
from counterfoil.law import Finding
from counterfoil.ledger.auditor.kinds import is_text
from counterfoil.office import models
from counterfoil.office.database import reading
from counterfoil.office.folding import folded_beside
from counterfoil.progress import Tick
from counterfoil.request import Manifest, parts_of, read_bytes, verify

Signature = Literal["valid", "invalid", "absent"]

UNREADABLE = {"BATCH_COUNT", "BATCH_HASH", "BATCH_OVER_CAP", "BATCH_MALFORMED", "NOT_IN_WRITING"}
"""Codes with which the rows are not read: the whole batch is refused at the door."""

ROWS_MAX = 100_001  # an agreement's cap is at most 100,000
SIZE_MAX = 420_000_000  # bytes of a sealed batch, as many as can be opened; 100,000 rows take about 60 million


@dataclass(frozen=True)
class Received:
    """A batch as received. `again` says that these very bytes were here before."""

    id: str
    state: str
    count: int
    codes: tuple[str, ...]
    again: bool

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "state": self.state,
            "count": self.count,
            "codes": list(self.codes),
            "received_before": self.again,
        }


@dataclass(frozen=True)
class _Arrival:
    """What the door saw: the parts of a batch as far as they could be read."""

    manifest_jws: str
    manifest: Manifest | None
    delivery: Delivery
    portions: tuple[tuple[int, take.Portion], ...]  # of rows: how many, and they
    faults: tuple[str, ...]


def receive(
    office: Office, path: Path, channel: str, now: datetime, progress: Tick | None = None, *, workers: int = 0
) -> Received:
    """Receive the sealed batch at `path`; the same bytes twice give the same id and change nothing.

    Whatever arrives is recorded. `workers` is the number of processes that make the entries of a large batch, 0 for
    one a core; the record is the same for any number. Raises InputError only where there is nothing to record (no
    file, empty).
    """
    data = read_batch_file(path)
    return receive_bytes(office, data, channel, now, progress, workers=workers)


def receive_bytes(
    office: Office, data: bytes, channel: str, now: datetime, progress: Tick | None = None, *, workers: int = 0
) -> Received:
    """`receive` for bytes that are already here."""
    try:
        return _receive(office, data, channel, now, progress, workers, in_parts=True)
    except _OtherwiseError:
        return _receive(office, data, channel, now, progress, workers, in_parts=False)


class _OtherwiseError(Exception):
    """A part of the payload is not what it seemed to be: nothing is recorded, and it is read from its beginning."""


def _receive(
    office: Office, data: bytes, channel: str, now: datetime, progress: Tick | None, workers: int, *, in_parts: bool
) -> Received:
    digest = hashlib.sha256(data).hexdigest()
    batch_id = f"b-{digest[:16]}"
    with reading():
        earlier = models.Batch.objects.filter(sealed_sha256=digest).first()
        if earlier is not None:
            return _received(earlier, again=True)
        arrival = _look(office, data, channel, now, in_parts)
    with folded_beside(arrival.delivery.count >= stored.ALONE), act(office, now) as the_act:
        earlier = models.Batch.objects.filter(sealed_sha256=digest).first()
        if earlier is not None:  # another process received the same bytes meanwhile
            return _received(earlier, again=True)
        codes = _door_codes(office, batch_id, arrival, now)  # here: caps and duplicates count what others received
        public = {"batch": batch_id, "count": arrival.delivery.count}
        manifest = arrival.manifest
        receipt = the_act.record(
            "receipt",
            {
                "manifest": arrival.manifest_jws,
                "sealed_sha256": digest,
                "signature": arrival.delivery.signature,
            },
            **public,
            **_refused_by(the_act, codes),
            **_asked_by(office, arrival),
        )
        batch = models.Batch.objects.create(
            id=batch_id,
            sealed_sha256=digest,
            payload_sha256=arrival.delivery.sha256,
            manifest=arrival.manifest_jws,
            requester_batch=manifest.batch_id[:200] if manifest else "",
            agreement=manifest.agreement[:100] if manifest else "",
            official=manifest.official[:100] if manifest else "",
            channel=channel,
            signature=arrival.delivery.signature,
            count=arrival.delivery.count,
            at_door=list(codes),
            receipt=receipt,
            first_request=None if codes else receipt + 1,
            at=now,
        )
        if not codes:
            _record(the_act, batch, arrival, progress, workers)
    return _received(batch, again=False)


def _record(the_act: Act, batch: models.Batch, arrival: _Arrival, progress: Tick | None, workers: int) -> None:
    """One entry a request; of a large batch they are made by worker processes, and written here in their order."""
    count, sealing = arrival.delivery.count, the_act.office.sealing(the_act.keys)
    starts = accumulate((rows for rows, _ in arrival.portions), initial=the_act.ledger.next_index())
    places = zip(starts, arrival.portions, strict=False)
    tasks = ((sealing, start, the_act.time, batch.id, rows) for start, (_, rows) in places)
    done = 0
    with stored.team(count, workers) as team:
        for made in team.in_order(take.take, tasks):
            if made is None:
                raise _OtherwiseError
            the_act.ledger.append_made(made)
            done += len(made.leaves)
            if progress is not None:
                progress(done, count)


def _refused_by(the_act: Act, codes: tuple[str, ...]) -> dict[str, object]:
    """A batch refused at the door was decided on: the codes, and the rule set, which is kept."""
    if not codes:
        return {}
    keep(the_act)
    return {"codes": list(codes), "rule_set": law.rule_set().sha256}


def _asked_by(office: Office, arrival: _Arrival) -> dict[str, str]:
    """Who asks, and on what authority, where the signature shows it: the agency, and the official by pseudonym.

    An auditor can see by the pseudonym that this person did not approve.
    """
    manifest = arrival.manifest
    if manifest is None or arrival.delivery.signature != "valid":
        return {}
    asked = {"official": office.pseudonym(manifest.official), "authority": AUTHORITY}
    try:
        agency = agreement_in_use(manifest.agreement).requester
    except NotFoundError:  # the examination refuses it; what a stranger calls an agreement stays out of the ledger
        return asked
    return {**asked, "agency": agency} if is_text(agency) else asked


def read_batch_file(path: Path) -> bytes:
    """The bytes of a batch file. Raises InputError where there is nothing that could be a batch."""
    if path.is_dir():
        raise InputError(f"{path} is a directory, not a batch.", "Name the sealed file.")
    try:
        with path.open("rb") as file:  # a device has no size to ask for, and no end
            data = file.read(SIZE_MAX + 1) if path.stat().st_size <= SIZE_MAX else None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check the name and the permissions.") from error
    if data is None or len(data) > SIZE_MAX:
        raise InputError(
            f"{path} is larger than {SIZE_MAX:,} bytes.",
            "Split the requests into batches within the agreement's cap.",
        )
    if not data.strip():
        raise InputError(f"{path} is empty.", "Seal the requests with `counterfoil request seal`.")
    return data


def _look(office: Office, data: bytes, channel: str, now: datetime, in_parts: bool) -> _Arrival:
    """Open what came, as far as it opens. Never raises on what a stranger may send."""
    keys = distrust.opening_keys(office, now)  # outside: a key of ours that cannot be read refuses nobody's batch
    empty = Delivery(channel=channel, signature="absent", count=0, sha256="", duplicate_of=None, received_at=now)
    try:
        opened = distrust.opened(data, keys)
    except (IntegrityError, InputError) as error:
        return _Arrival("", None, empty, (), (str(getattr(error, "finding", "BATCH_MALFORMED")),))
    manifest = manifest_of(opened.manifest_jws)
    if manifest is None:
        return _Arrival("", None, empty, (), ("NOT_IN_WRITING",))
    signature = _signature(opened.manifest_jws, manifest, now)
    digest = hashlib.sha256(opened.payload).hexdigest()
    portions, faults = _rows(opened.payload, manifest, in_parts)
    count = sum(rows for rows, _ in portions)
    delivery = replace(empty, signature=signature, count=count, sha256=digest)
    return _Arrival(opened.manifest_jws, manifest, delivery, portions, faults)


def _signature(jws: str, manifest: Manifest, now: datetime) -> Signature:
    """Whether the manifest is signed by the enrolled official that it names, with a key that is trusted."""
    row = models.Official.objects.filter(id=manifest.official).first()
    if row is None or key_state().distrusted(row.key.get("kid", ""), now):
        return "invalid"
    try:
        verify(jws, row.key)
    except (IntegrityError, InputError):
        return "invalid"
    return "valid"


def _rows(
    payload: bytes, manifest: Manifest, in_parts: bool
) -> tuple[tuple[tuple[int, take.Portion], ...], tuple[str, ...]]:
    """The rows, one more than any agreement allows at most, and the fault that stopped their reading.

    The parts of a large payload are read where its entries are made.
    """
    try:
        parts = parts_of(payload, manifest.format) if in_parts and manifest.count >= stored.ALONE else []
        if parts and sum(part.expected for part in parts) == manifest.count < ROWS_MAX:
            return tuple((part.expected, part) for part in parts), ()
        portions = tuple(take.packed(read_bytes(payload, manifest.format, limit=ROWS_MAX)))
    except InputError:
        return (), ("BATCH_MALFORMED",)
    return portions, () if portions else ("BATCH_MALFORMED",)


def _door_codes(office: Office, batch_id: str, arrival: _Arrival, now: datetime) -> tuple[str, ...]:
    """Every code that shuts the door: what could not be read, then the batch rules on count, hash and cap."""
    if arrival.manifest is None:
        return tuple(dict.fromkeys(arrival.faults))
    manifest = arrival.manifest
    again = duplicate_of(batch_id, arrival.delivery.sha256, manifest.batch_id)
    delivery = replace(arrival.delivery, duplicate_of=again)
    context = context_for(office, batch_id, manifest, delivery, now)
    found = tuple(finding.code for finding in examine((), context).batch if finding.code in UNREADABLE)
    over = ("BATCH_OVER_CAP",) if _over_period_cap(context, arrival.delivery.count, now) else ()
    return tuple(dict.fromkeys((*arrival.faults, *found, *over)))


def _over_period_cap(context: Context, rows: int, now: datetime) -> bool:
    """Whether this batch takes the agreement's requests of the day, or of the year, over its caps."""
    live = models.Batch.objects.filter(agreement=context.agreement.id, signature="valid", at_door=[])
    for key, lookup in (("subjects_per_day", {"at__date": now.date()}), ("subjects_per_year", {"at__year": now.year})):
        asked = live.filter(**lookup).aggregate(sum=Sum("count"))["sum"] or 0
        if asked + rows > int(context.agreement.value(key)):
            return True
    return False


def door_findings(batch: models.Batch) -> tuple[Finding, ...]:
    """What was found at the door, as findings of the batch."""
    return tuple(Finding(code, "batch") for code in batch.at_door)


def _received(batch: models.Batch, *, again: bool) -> Received:
    from counterfoil.cases.batch.phase import phase_of

    return Received(batch.id, str(phase_of(batch)), batch.count, tuple(batch.at_door), again)
