"""Release entries of the ledger redacted: recorded first, then written.

One named officer releases what says nothing about a person. Two different officers are asked for where a personal
field is shown: such a release is itself a disclosure (26 USC 6103(b)(8)), like an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.cases.batch.phase import find
from counterfoil.cases.office import Office, act, require_new, write_new
from counterfoil.cases.redaction.officers import personal_of, signed_by, who_shows
from counterfoil.cases.redaction.plan import Plan, applies, reason_for
from counterfoil.cases.witness.policy import policy_in_force, require_witnessed
from counterfoil.cases.witness.watch import require_current
from counterfoil.errors import InputError, NotAllowedError, NotFoundError
from counterfoil.ledger import Ledger
from counterfoil.ledger.redact import Choice, Content, content_of, release_of
from counterfoil.office import models
from counterfoil.office.database import reading, snapshot


@dataclass(frozen=True)
class Disclosed:
    """A release that was recorded and written."""

    id: str
    entry: int
    entries: int
    shown: tuple[str, ...]
    withheld: tuple[str, ...]
    personal: tuple[str, ...]
    output: str

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "id": self.id,
            "ledger_entry": self.entry,
            "entries": self.entries,
            "disclosed": list(self.shown),
            "withheld": list(self.withheld),
            "personal": list(self.personal),
            "output": self.output,
        }


def disclose(office: Office, plan: Plan, officer_ids: Sequence[str], output: Path, now: datetime) -> Disclosed:
    """Write a redacted release of the planned entries to `output`, and record who released what, and why not more.

    Raises InputError where a field would be kept back without a reason or the file cannot be made, NotAllowedError
    where a personal field is to be shown and fewer than two different officers release it, UnavailableError where
    witnesses are asked for and have not cosigned: then it is recorded, and not written.
    """
    require_current(office)
    require_new(output, "a release")
    with reading():
        content = _content(office.ledger(), plan)
        shown, withheld = _names(content.shown.values()), _names(content.withheld.values())
        officers = who_shows(office, officer_ids, shown, "The release")
    with act(office, now) as the_act:
        if _content(the_act.ledger, plan).sha256 != content.sha256:  # an entry was expunged meanwhile
            raise NotAllowedError("The entries changed meanwhile.", "Run the same command again.")
        record = the_act.record(
            "disclosure",
            {
                "entries": sorted(content.shown),
                "fields": list(shown),
                "withheld": list(withheld),
                "title": plan.title,
                "to": plan.to,
                "officers": [officer.id for officer in officers],
            },
            count=len(content.shown),
            sha256=content.sha256,
            **signed_by(office, officers),
        )
    with reading():
        policy = policy_in_force()
    require_witnessed(office, policy, record, "The release", _LATER)
    with snapshot():
        ledger = office.ledger()
        latest = ledger.store.latest_checkpoint()
        assert latest is not None  # the act has just signed one
        document = release_of(ledger, content, record, ledger.changes, latest[1])
    write_new(output, json.dumps(document, ensure_ascii=False, indent=1) + "\n", 0o600)
    return Disclosed(str(output), record, len(content.shown), shown, withheld, personal_of(shown), str(output))


_LATER = (
    "Run the same command again when they can be reached. Each try is an entry of its own, for each says who "
    "released what, and only the last is handed out."
)


def _content(ledger: Ledger, plan: Plan) -> Content:
    indices = _indices(ledger, plan)
    expunged = {row.index: row.entry for row in models.LedgerExpunction.objects.filter(index__in=indices)}
    used: set[str] = set()
    choices = [_choice(ledger, index, plan, used) for index in indices]
    unknown = sorted(plan.disclose - used)
    if unknown:
        raise NotFoundError(
            f"None of the entries has a sealed field {unknown[0][:80]!r} to show.",
            _fields_there(ledger, indices),
            [f"Entry {index} was expunged: nothing of it can be shown." for index in sorted(expunged)],
        )
    return content_of(ledger, choices, expunged, plan.title, plan.to)


def _fields_there(ledger: Ledger, indices: Sequence[int]) -> str:
    """What to name instead, of the first entries that a release is asked of."""
    names = sorted({name for index in indices[:1000] for name in ledger.read(index).disclosed})
    return f"Name fields that they have: {', '.join(names)}." if names else "Leave --fields out, or name other entries."


def _choice(ledger: Ledger, index: int, plan: Plan, used: set[str]) -> Choice:
    entry = ledger.read(index)
    kind = entry.public["type"]
    chosen = {name for name in entry.disclosed if any(applies(named, kind, name) for named in plan.disclose)}
    used |= {named for named in plan.disclose if any(applies(named, kind, name) for name in entry.disclosed)}
    reasons = {name: reason_for(plan.reasons, kind, name) for name in entry.disclosed if name not in chosen}
    return Choice(index, frozenset(chosen), reasons)


def _indices(ledger: Ledger, plan: Plan) -> list[int]:
    """The entries that a plan names. Raises NotFoundError where there is one that the ledger has not."""
    if bool(plan.entries) == bool(plan.batch):
        raise InputError("A release is of entries or of a batch.", "Give either --entries or --batch.")
    size = ledger.size()
    if plan.entries:
        beyond = [index for index in plan.entries if index >= size]
        if beyond:
            raise NotFoundError(f"There is no entry {beyond[0]}.", f"The ledger has {size:,} entries, from 0 on.")
        return sorted(plan.entries)
    batch = find(plan.batch)
    of_batch = [
        (index, leaf.public)
        for index, leaf in ledger.read_public(batch.receipt, size)
        if leaf.public.get("batch") == batch.id
    ]
    if not plan.request:
        return [index for index, _ in of_batch]
    asked = _request_entry(ledger, batch, plan.request)
    return [index for index, public in of_batch if index == asked or public.get("request") == asked]


def _request_entry(ledger: Ledger, batch: models.Batch, request_id: str) -> int:
    if batch.first_request is not None:
        for index in range(batch.first_request, batch.first_request + batch.count):
            if (ledger.read(index).disclosed.get("request") or {}).get("request_id") == request_id:
                return index
    raise NotFoundError(f"Batch {batch.id} has no request {request_id}.", "See `counterfoil batch show`.")


def _names(fields: object) -> tuple[str, ...]:
    return tuple(sorted({name for names in fields for name in names}))  # type: ignore[attr-defined]
