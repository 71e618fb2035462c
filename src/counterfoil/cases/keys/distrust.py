"""What a compromised key of somebody else means for a batch: its signature, its readers, its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from counterfoil.cases.keys import held
from counterfoil.cases.keys.state import KeyState, key_state
from counterfoil.cases.office import Office
from counterfoil.errors import IntegrityError, NotAllowedError, NotFoundError, OutOfTurnError
from counterfoil.office import models
from counterfoil.request import Manifest, OpenedBatch, PrivateKey, open_batch, recipients_of


def signature_of(batch: models.Batch) -> str:
    """What the batch's signature is worth now: `invalid` where its key was not to be trusted when it came in."""
    if batch.signature != "valid":
        return str(batch.signature)
    row = models.Official.objects.filter(id=batch.official).first()
    trusted = row is not None and not key_state().distrusted(row.key.get("kid", ""), batch.at)
    return "valid" if trusted else "invalid"


def readers_keys(manifest: Manifest, state: KeyState) -> list[Mapping[str, str]]:
    """The roster's keys that an answer may be sealed to. Raises OutOfTurnError where none is left."""
    keys = [entry.public_key for entry in manifest.roster if entry.public_key]
    trusted: list[Mapping[str, str]] = [key for key in keys if not state.distrusted(key["kid"])]
    if not trusted:
        raise OutOfTurnError(
            "Every key that this answer could be sealed to is recorded as compromised.",
            "The requester must send the requests anew, with keys that are sound.",
        )
    return trusted


def require_not_distrusted(batch: models.Batch, stored: models.Release) -> None:
    """Raise NotAllowedError where an answer that was made may not leave: for a key that is compromised since."""
    state = key_state()
    bad = sorted(kid for kid in recipients_of(bytes(stored.answer)) if state.distrusted(kid))
    if stored.kind == "answered" and signature_of(batch) != batch.signature:
        raise NotAllowedError(
            f"Batch {batch.id} was signed with a key that is recorded as compromised since before it came in.",
            "Its answer is not handed out; the official submits anew with a new key.",
        )
    if bad:
        raise NotAllowedError(
            f"The answer to batch {batch.id} was sealed to a key that is recorded as compromised: {', '.join(bad)}.",
            "It is not handed out; the requester must send the requests anew, without that key.",
        )


def opened(data: bytes, keys: Sequence[PrivateKey]) -> OpenedBatch:
    """Open a batch with one of these keys of the custodian. Raises as `open_batch` does, and where there is none."""
    problem: IntegrityError | None = None
    for key in keys:
        try:
            return open_batch(data, key)
        except IntegrityError as error:
            if getattr(error, "code", "") != "BROKEN_SEAL":
                raise
            problem = problem or error
    raise problem or IntegrityError(
        "The custodian's key is recorded as compromised and opens nothing any more.",
        "Change it: `counterfoil key rotate custodian --as OFFICER`.",
    )


def opening_keys(office: Office, now: datetime) -> list[PrivateKey]:
    """The custodian's key and the earlier ones in their time of grace; none that is compromised.

    Raises IntegrityError, InputError or UnavailableError where one cannot be read: no fault of what came.
    """
    state = key_state()
    keys: list[PrivateKey] = []
    if not state.distrusted(office.public_key["kid"]):
        keys.append(office.custodian_key)
    for kid, until in state.until.items():
        if now <= until and kid != office.public_key["kid"] and not state.distrusted(kid):
            with suppress(NotFoundError):  # it was held elsewhere, and nobody put it there
                keys.append(held.retired_custodian_key(office.data, kid))
    return keys
