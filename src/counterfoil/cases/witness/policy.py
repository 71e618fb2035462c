"""The witness policy in force: whose cosignatures must stand under the ledger before an answer goes out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.cases.office import Office, act
from counterfoil.cases.people import find_officer
from counterfoil.errors import InputError, UnavailableError
from counterfoil.ledger.auditor.note import Key, Note, read_key, read_note
from counterfoil.ledger.auditor.policy import NONE, Policy, read_policy
from counterfoil.ledger.witness.client import address
from counterfoil.ledger.witness.collect import Collected, collect
from counterfoil.office import models
from counterfoil.office.database import reading, writing
from counterfoil.office.ledger_store import DatabaseStore


@dataclass(frozen=True)
class Witnessed:
    """The newest checkpoint with its cosignatures, and whether they make the quorum."""

    note: str
    size: int
    enough: bool
    collected: Collected

    @property
    def problems(self) -> list[str]:
        """One line for each witness that did not cosign."""
        return self.collected.details


def policy_text() -> str:
    """The text of the policy in force, "" where none was ever put in force."""
    newest = models.WitnessPolicy.objects.order_by("-id").first()
    return newest.text if newest else ""


def policy_in_force() -> Policy | None:
    """The policy in force, None where there is none or it asks for no witness."""
    text = policy_text()
    policy = read_policy(text.encode("utf-8", "surrogateescape")) if text else None
    return policy if policy is not None and policy.quorum != NONE else None


def adopt_policy(office: Office, text: str, officer_id: str, now: datetime) -> dict[str, Any]:
    """Put a witness policy in force: an entry of the ledger. Raises InputError where it cannot be kept."""
    policy = read_policy(text.encode("utf-8", "surrogateescape"))
    _reachable(policy)
    if not policy.knows_log(read_key(office.vkey)):
        raise InputError(
            "The policy lists logs, and this office's ledger is not among them.",
            f"Add the line `log {office.vkey}`, or leave the logs out.",
        )
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    with act(office, now, ask_witnesses=False) as the_act:  # else witnesses that are gone could never be replaced
        officer = find_officer(office, officer_id)
        entry = the_act.record("witnesses", {"policy": text}, by=office.pseudonym(officer.id), sha256=sha256)
        models.WitnessPolicy.objects.create(text=text, sha256=sha256, entry=entry, at=now)
    return {"id": sha256, "ledger_entry": entry, **_facts(policy)}


def show_policy() -> dict[str, Any]:
    """The policy in force, and what each of its witnesses cosigned last."""
    with reading():
        text = policy_text()
        sizes = DatabaseStore().cosigned() if text else {}
    if not text:
        return {"policy": "", "quorum": NONE, "witnesses": []}
    policy = read_policy(text.encode("utf-8", "surrogateescape"))
    facts = _facts(policy)
    for row, witness in zip(facts["witnesses"], policy.witnesses, strict=True):
        row["cosigned_size"] = sizes.get(signer(witness.key))
    return {"policy": text, **facts}


def gather(office: Office, policy: Policy, *, keep: bool = True) -> Witnessed:
    """Ask the policy's witnesses to cosign the newest checkpoint; `keep` what they give. In no transaction."""
    store = DatabaseStore()
    with reading():
        ledger = office.ledger()
        latest = store.latest_checkpoint()
        if latest is None:
            raise InputError("The ledger has no checkpoint yet.", "Run `counterfoil ledger checkpoint` first.")
        size, note = latest
        known = {name: at for name, at in _known(policy, store).items() if at <= size}
    collected = collect(policy, note, ledger.consistency_proof, known)
    lines = [
        (signer(witness.key), line)
        for witness in policy.witnesses
        for line in collected.lines.get(witness.name, ())[:1]
    ]
    if lines and keep:
        with writing():
            store.put_cosignatures(size, lines)
    with reading():
        note = "".join(_of_size(store, size))
    return Witnessed(note, size, policy.enough(policy.cosigners(read_note(note.encode()))), collected)


def require_witnessed(
    office: Office,
    policy: Policy | None,
    entry: int,
    what: str = "The answer",
    do: str = "Run the same command again when they can be reached: nothing is lost, and nothing is recorded twice.",
) -> None:
    """Return once a checkpoint that covers the entry is cosigned as the policy asks. Raises UnavailableError.

    `what` waits for it, and `do` says what its officer does then.
    """
    if policy is None or _covered(policy, entry):
        return
    witnessed = gather(office, policy)
    if not witnessed.enough:
        raise UnavailableError(
            f"{what} is recorded, but not handed out: the witnesses that the policy asks for have not cosigned.",
            do,
            witnessed.problems,
        )


def signer(key: Key) -> str:
    """A witness's key as stored: its name and id."""
    return f"{key.name} {key.id.hex()}"


def _covered(policy: Policy, entry: int) -> bool:
    store = DatabaseStore()
    with reading():
        notes: list[Note] = [
            read_note("".join(_of_size(store, size)).encode()) for size in store.cosigned_sizes(entry + 1)
        ]
    return any(policy.enough(policy.cosigners(note)) for note in notes)


def _of_size(store: DatabaseStore, size: int) -> list[str]:
    """The checkpoint of a size and its cosignatures."""
    return [store.checkpoint(size), *store.cosignatures(size)]


def _known(policy: Policy, store: DatabaseStore) -> dict[str, int]:
    sizes = store.cosigned()
    return {witness.name: sizes[signer(witness.key)] for witness in policy.witnesses if signer(witness.key) in sizes}


def _reachable(policy: Policy) -> None:
    """Refuse a policy that no set of reachable witnesses could satisfy: every answer would wait for ever."""
    for witness in policy.witnesses:
        if witness.url:
            address(witness.url)
    if not policy.enough([witness.name for witness in policy.witnesses if witness.url]):
        raise InputError(
            "The witnesses of the policy that have an address do not make its quorum.",
            "Write the submission address at the end of the witness lines.",
        )


def _facts(policy: Policy) -> dict[str, Any]:
    rows = [{"name": one.name, "vkey": one.key.vkey, "url": one.url} for one in policy.witnesses]
    return {"quorum": policy.quorum, "witnesses": rows}
