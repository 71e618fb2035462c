"""Make a redacted release: first its content, whose hash goes into the ledger, then the proofs around it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from counterfoil.errors import InputError, NotFoundError
from counterfoil.ledger.checkpoint import read_text
from counterfoil.ledger.entry import canonical, digest_of, read_leaf, triple
from counterfoil.ledger.sealed import DESTROYED
from counterfoil.ledger.tree import leaf_hash

if TYPE_CHECKING:
    from counterfoil.ledger.ledger import Ledger

SCHEMA = "counterfoil.redacted-release/1"
ENTRIES_MAX = 100_000
REASON_MAX = 500
EVERY = "*"
"""In place of a field's name: any field without a reason of its own."""


@dataclass(frozen=True)
class Choice:
    """What to show of one entry: the fields to disclose, and the reason for each of the others by its name.

    The reason for `*` counts for every field that has none of its own.
    """

    index: int
    disclose: frozenset[str]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Content:
    """What a release says, before proofs are put around it."""

    document: Mapping[str, Any]
    shown: Mapping[int, tuple[str, ...]]  # index -> names of the fields disclosed
    withheld: Mapping[int, tuple[str, ...]]

    @property
    def sha256(self) -> str:
        """The hash that the release's own ledger entry holds (hex, over the canonical JSON)."""
        return sha256(canonical(self.document)).hexdigest()


def content_of(
    ledger: Ledger, choices: Iterable[Choice], expunged: Mapping[int, int], title: str = "", to: str = ""
) -> Content:
    """The content of a release of these entries.

    `expunged`: for entries whose values were destroyed, the index of the entry that records it. Raises
    InputError where a field that is kept back has no reason (all of them named), NotFoundError where an entry
    lacks a field that is to be disclosed.
    """
    entries: list[dict[str, Any]] = []
    faults: list[str] = []
    by_index = {choice.index: choice for choice in choices}
    if not by_index or len(by_index) > ENTRIES_MAX:
        raise InputError(f"A release shows 1 to {ENTRIES_MAX:,} entries, not {len(by_index):,}.", "Choose others.")
    for index, choice in sorted(by_index.items()):
        entries.append(_entry(ledger, choice, expunged.get(index), faults))
    if faults:
        raise InputError(
            f"{len(faults)} fields would be kept back without a reason.",
            "Give each with --reason FIELD=TEXT, one for all others with --reason '*=TEXT', or disclose them.",
            faults[:20],
        )
    shown = {entry["index"]: tuple(part[1] for part in entry["disclosed"]) for entry in entries}
    withheld = {entry["index"]: tuple(part["field"] for part in entry["withheld"]) for entry in entries}
    return Content({"title": title, "to": to, "entries": entries}, shown, withheld)


def _entry(ledger: Ledger, choice: Choice, expunged: int | None, faults: list[str]) -> dict[str, Any]:
    index, leaf = choice.index, ledger.leaf(choice.index)
    record = dict(ledger.store.sealed(index, index + 1)).get(index, DESTROYED)
    entry: dict[str, Any] = {"index": index, "leaf": base64.b64encode(leaf).decode(), "disclosed": [], "withheld": []}
    if record == DESTROYED:
        if expunged is None:
            raise NotFoundError(f"The disclosures of entry {index} are missing.", "Run `counterfoil ledger verify`.")
        return {**entry, "expunged": expunged}
    unsealed = ledger.box().unseal(index, leaf_hash(leaf), record)
    fields = {triple(text)[1]: text for text in unsealed.disclosures}
    missing = sorted(choice.disclose - set(fields))
    if missing:
        raise NotFoundError(f"Entry {index} has no disclosed field {missing[0]!r}.", f"It has: {', '.join(fields)}.")
    for name, text in sorted(fields.items()):
        if name in choice.disclose:
            entry["disclosed"].append(list(triple(text)))
            continue
        reason = choice.reasons.get(name, choice.reasons.get(EVERY, "")).strip()
        if not reason:
            faults.append(f"Entry {index} ({read_leaf(leaf).public['type']}): {name}")
        elif len(reason) > REASON_MAX or not reason.isprintable():
            raise InputError(f"The reason for {name!r} is no line of at most {REASON_MAX} characters.", "Shorten it.")
        entry["withheld"].append({"field": name, "digest": digest_of(text), "reason": reason})
    return {**entry, "decoys": base64.b64encode(unsealed.seed).decode()}


def release_of(ledger: Ledger, content: Content, record: int, keys: Sequence[int], note: str) -> dict[str, Any]:
    """The document of a release under the checkpoint `note`.

    `record` is the index of the entry that records this release, `keys` those of changes of the ledger's key, by
    which a reader who pinned an earlier key is led to the one that signed.
    """
    size = read_text(note.rpartition("\n\n")[0] + "\n").size
    expunctions = sorted({entry["expunged"] for entry in content.document["entries"] if "expunged" in entry})
    return {
        "schema": SCHEMA,
        "content": content.document,
        "proofs": [_path(ledger, entry["index"], size) for entry in content.document["entries"]],
        "record": _evidence(ledger, record, size),
        "expunctions": [_evidence(ledger, index, size) for index in expunctions],
        "keys": [_evidence(ledger, index, size) for index in keys if index < size],
        "checkpoint": note,
    }


def _evidence(ledger: Ledger, index: int, size: int) -> dict[str, Any]:
    leaf = base64.b64encode(ledger.leaf(index)).decode()
    return {"index": index, "leaf": leaf, "proof": _path(ledger, index, size)}


def _path(ledger: Ledger, index: int, size: int) -> list[str]:
    return [base64.b64encode(part).decode() for part in ledger.inclusion_proof(index, size)]
