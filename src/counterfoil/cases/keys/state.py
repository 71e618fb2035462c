"""Which keys are in use and which are compromised, as recorded: read anew for every act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.errors import NotAllowedError
from counterfoil.office import models
from counterfoil.office.ledger_store import DatabaseStore

LEDGER, CUSTODIAN, SEALING, OFFICIAL, OFFICER = "ledger", "custodian", "sealing", "official", "officer"
ROTATED, COMPROMISED = "rotated", "compromised"


@dataclass(frozen=True)
class KeyState:
    """The newest key of each use that was ever changed, and since when others are not to be trusted."""

    newest: Mapping[str, str] = field(default_factory=dict)
    compromised: Mapping[str, datetime] = field(default_factory=dict)
    until: Mapping[str, datetime] = field(default_factory=dict)  # earlier custodian's keys that still open
    changes: tuple[int, ...] = ()  # entries that change the ledger's key

    def distrusted(self, key: str, at: datetime | None = None) -> bool:
        """Whether a key is compromised; with `at`, whether it already was then."""
        since = self.compromised.get(key)
        return since is not None and (at is None or at >= since)


UNCHANGED = KeyState()
"""The state where no key was ever changed or found compromised, as nearly always."""


def key_state() -> KeyState:
    """The state of all keys, from the database's current transaction."""
    if not DatabaseStore().any_key_event():
        return UNCHANGED
    newest: dict[str, str] = {}
    compromised: dict[str, datetime] = {}
    until: dict[str, datetime] = {}
    changes: list[int] = []
    for event in models.KeyEvent.objects.order_by("id"):
        if event.act == COMPROMISED and event.since is not None:
            compromised[event.key] = min(event.since, compromised.get(event.key, event.since))
            continue
        newest[event.use] = event.key
        if event.use == LEDGER:
            changes.append(event.entry)
        if event.use == CUSTODIAN and event.until is not None:
            until[event.previous] = event.until
    return KeyState(newest, compromised, until, tuple(changes))


def refuse_compromised(state: KeyState, keys: Iterable[tuple[str, str]]) -> None:
    """Raise NotAllowedError where one of the office's own keys (use, id) is compromised: change it first."""
    for use, key in keys:
        if state.distrusted(key):
            raise NotAllowedError(
                f"The {use} key {key} is recorded as compromised and is not used any more.",
                f"Change it: `counterfoil key rotate {use} --as OFFICER`.",
            )
