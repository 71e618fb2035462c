"""In the light of what a batch is examined: law, agreement, who signed, what was delivered, what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal, Protocol

from counterfoil.agreement import Agreement, Official, Order, SafeguardStatus
from counterfoil.law import Law
from counterfoil.request import Manifest

Token = Callable[[str], str]


def plain(value: str) -> str:
    """The token of a value where none was given: the value itself."""
    return value


class KeyedToken:
    """A token that only who has the key can make: BLAKE2b with a key, 16 bytes as hex; "" of nothing."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._begun = blake2b(key=key, digest_size=16)

    def __call__(self, value: str) -> str:
        """The token of a value."""
        if not value:
            return ""
        token = self._begun.copy()
        token.update(value.encode())
        return token.hexdigest()

    def __reduce__(self) -> tuple[type[KeyedToken], tuple[bytes]]:
        return KeyedToken, (self._key,)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a batch arrived: by which channel, its signature, the rows and hash (lower-case hex) of its payload.

    `duplicate_of` is the id of an earlier live batch with the same payload or batch_id, None if there is none.
    """

    channel: str
    signature: Literal["valid", "invalid", "absent"]
    count: int
    sha256: str
    duplicate_of: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """Counsel's recorded act that lifts one check for a time: `delegate_signature`, `ground_class` or
    `complete_custody_to_review`. Without the text of an authority it lifts nothing.
    """

    key: str
    authority: str
    entered_by: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """That someone was asked about, as tokens that are compared for equality alone ("" where not given).

    `address` is one for all spellings of a delivery point; `question` one for all that the registry is asked with:
    the name and address as read, date of birth, tax number, years; and for the investigation. Years and investigation
    by themselves are what rule sets of before asked for.
    `answered` says that the batch was answered, `exceeded` that this request went over a probing budget.
    """

    given: str
    surnames: tuple[str, ...]
    dob: str
    tin: str
    address: str
    years: str
    investigation: str
    question: str
    at: datetime
    batch: str
    position: int
    answered: bool
    exceeded: bool


class History(Protocol):
    """What was asked before, in other batches."""

    def recall(self, asked: Sequence[Ask]) -> Sequence[Ask]:
        """Earlier asks that share a (given, first surname), a tin or an address with any of these."""
        ...


class _NoHistory:
    """Nothing was asked before: for a requester's own check, which has no memory."""

    def recall(self, asked: Sequence[Ask]) -> Sequence[Ask]:  # noqa: ARG002
        return ()


NO_HISTORY: History = _NoHistory()


@dataclass(frozen=True, slots=True)
class Context:
    """Everything an examination depends on beside the requests; nothing of it comes from the registry.

    `on` is the instant of the examination (with a zone). Without a manifest (a requester's own check) the
    rules that need one are skipped. `token` turns a folded value into the opaque form that asks are kept in.
    """

    law: Law
    agreement: Agreement
    on: datetime
    manifest: Manifest | None
    delivery: Delivery | None
    official: Official | None
    safeguards: SafeguardStatus | None
    orders: tuple[Order, ...]
    overrides: tuple[Override, ...]
    history: History
    batch_key: str
    token: Token = plain

    def lifted(self, key: str) -> bool:
        """Whether a recorded act of counsel, with its authority, lifts this check now."""
        return any(
            act.key == key and act.authority.strip() and act.starts <= self.on < act.ends for act in self.overrides
        )
