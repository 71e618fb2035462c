"""The way of a batch, as its entries tell of it: each step in its turn, and every request accounted for once.

    receipt ─ requests ─ examination ─ two approvals ─ verification ─ answers ─ release
       │                      │
    refused at the door     held or refused whole ─ answers without the file ─ return

An examination begins anew at its place, as often as it is made before the answers. A release or a return ends it.
Standard library only; the auditor takes this file along.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

if __package__:
    from .orders import Orders
else:  # taken along alone
    from orders import Orders  # type: ignore[import-not-found,no-redef]

TELLS = frozenset({"CONFIRMED", "NO_CONFIRMATION"})
"""Outcomes that disclose something; the others (REFUSED, HELD) speak of the request only."""
APPROVALS = 2
ENDING = frozenset({"answer", "release", "return"})

NO_REQUEST = -1
_ANSWERED = -2
"""An entry's place: a request's batch by its number, NO_REQUEST, or from here down an answered request's."""


class Facts:
    """What has to be entered before the custodian's file is asked for a batch: who asks, and under what.

    A ledger that tells of none of this, as one that is no office's, is not held to it.
    """

    KINDS: Mapping[str, tuple[str, str]] = {
        "official": ("official", "an official who was not enrolled before"),
        "agreement": ("agreement", "an agreement that was not put in use before"),
        "registry": ("", "no registry put in use before"),
    }
    """A type of entry, the public field of it that is named later ("" where none is), and what its lack means."""

    def __init__(self) -> None:
        self._entered: dict[str, set[str]] = {}

    def enter(self, kind: str, public: Mapping[str, Any]) -> None:
        """Take an entry of one of `KINDS`."""
        self._entered.setdefault(kind, set()).add(public.get(self.KINDS[kind][0], ""))

    def lacking_for(self, index: int, step: str, named: Mapping[str, str | None]) -> list[str]:
        """The problems of a step at `index` that rests on what is `named`, by type; None where nothing is."""
        if not self._entered and not any(named.values()):
            return []
        return [
            f"Entry {index}: {step} with {self.KINDS[kind][1]}."
            for kind, name in named.items()
            if name is not None and name not in self._entered.get(kind, ())
        ]


@dataclass(slots=True)
class _Batch:
    """What is known of a batch so far; from `examined` on, since its latest examination."""

    number: int
    name: str
    receipt: int
    expected: int  # entries of requests: none where it was refused at the door
    at_door: bool
    official: str | None
    agreement: str | None = None  # of its latest examination
    requests: int = 0
    examined: bool = False
    lifted: bool = False
    approvers: set[str] = field(default_factory=set)
    looked_up: int | None = None  # by the verification
    answers: int = 0
    told: int = 0  # answers that disclose something
    statutes: set[str | None] = field(default_factory=set)  # of those
    end: int | None = None  # the entry of its release or return


class Batches:
    """Follows every batch through its entries, and says what ought not to have happened."""

    def __init__(self, orders: Orders, facts: Facts) -> None:
        self._orders, self._facts = orders, facts
        self._batches: dict[str, _Batch] = {}
        self._all: list[_Batch] = []
        self._places = array("i")
        self._rules: Mapping[str, Callable[[int, _Batch, dict[str, Any]], list[str]]] = {
            "request": self._requested,
            "examination": self._examined,
            "hold_lifted": self._lifted,
            "approval": self._approved,
            "verification": self._verified,
            "answer": self._answered,
            "release": self._released,
            "return": self._returned,
        }
        self.kinds = frozenset({"receipt", *self._rules})

    def count(self, index: int) -> None:
        """Make a place for entry `index`, whatever it is."""
        self._places.extend([NO_REQUEST] * (index - len(self._places) + 1))

    def open_request(self, index: int) -> str:
        """The batch of the request at `index` if it is not finished yet; "" for any other entry."""
        place = self._places[index]
        if place == NO_REQUEST:
            return ""
        batch = self._all[place if place >= 0 else _ANSWERED - place]
        return batch.name if batch.end is None else ""

    def feed(self, index: int, kind: str, public: dict[str, Any]) -> list[str]:
        """Take entry `index` of one of `kinds`, in order: the problems it shows."""
        batch = self._batches.get(public["batch"])
        if kind == "receipt":
            return self._received(index, batch, public)
        if batch is None:
            return [f"Entry {index} ({kind}): batch {public['batch']} was not received before."]
        if batch.end is not None:
            return [f"Entry {index} ({kind}): batch {batch.name} was finished by entry {batch.end}."]
        if batch.answers and kind not in ENDING:
            return [f"Entry {index} ({kind}) stands between the answers to batch {batch.name} and their release."]
        return self._rules[kind](index, batch, public)

    def finish(self) -> list[str]:
        """The problems that only the whole ledger shows: requests missing, answers that nothing released."""
        problems = []
        for batch in self._all:
            if batch.requests < batch.expected:
                problems.append(
                    f"Batch {batch.name}: {batch.expected} requests received, but {batch.requests} accounted for."
                )
            if batch.answers and batch.end is None:
                problems.append(f"Batch {batch.name}: {batch.answers} answers stand there, but no release of them.")
        return problems

    def _received(self, index: int, batch: _Batch | None, public: dict[str, Any]) -> list[str]:
        if batch is not None:
            return [f"Entry {index}: batch {batch.name} is received again (first in entry {batch.receipt})."]
        at_door = bool(public.get("codes"))
        expected = 0 if at_door else public["count"]
        new = _Batch(len(self._all), public["batch"], index, expected, at_door, public.get("official"))
        self._batches[new.name] = new
        self._all.append(new)
        return []

    def _requested(self, index: int, batch: _Batch, _public: dict[str, Any]) -> list[str]:
        self._places[index] = batch.number
        batch.requests += 1
        if batch.requests == batch.expected + 1:
            return [f"Entry {index}: batch {batch.name} has more requests than its receipt tells ({batch.expected})."]
        return []

    def _examined(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        batch.examined, batch.lifted, batch.looked_up = True, False, None
        batch.agreement = public.get("agreement")
        batch.approvers = set()  # an officer approves what there was to see
        if batch.at_door:
            return [f"Entry {index}: batch {batch.name} is examined, but was refused at the door."]
        if not public["count"] == batch.requests == batch.expected:
            return [
                f"Entry {index}: {public['count']} requests of batch {batch.name} examined, but {batch.requests}"
                f" accounted for, and {batch.expected} received."
            ]
        return []

    def _lifted(self, index: int, batch: _Batch, _public: dict[str, Any]) -> list[str]:
        due = batch.examined and not batch.lifted and not batch.approvers and batch.looked_up is None
        batch.lifted = True
        if not due:
            return [f"Entry {index}: a hold of batch {batch.name} is lifted, but not after its examination."]
        return []

    def _approved(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        by, name = public["by"], batch.name
        if by == batch.official:
            return [f"Entry {index}: batch {name} is approved by the one who submitted it."]
        if not batch.examined:
            return [f"Entry {index}: batch {name} is approved before it is examined."]
        if batch.looked_up is not None:
            return [f"Entry {index}: batch {name} is approved after its verification."]
        if by in batch.approvers:
            return [f"Entry {index}: batch {name} is approved by {by} twice: approvals by different officers count."]
        batch.approvers.add(by)
        return []

    def _verified(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        again, batch.looked_up = batch.looked_up is not None, public["looked_up"]
        problems = self._unapproved(index, batch, "verified")
        if again:
            problems.append(f"Entry {index}: batch {batch.name} is verified again, and was not examined anew.")
        if public["looked_up"] > batch.requests:
            problems.append(
                f"Entry {index}: more look-ups ({public['looked_up']}) than batch {batch.name} has requests."
            )
        # Where every request was refused, or repeats an answered one, no registry is asked.
        rests_on = {"official": batch.official, "agreement": batch.agreement}
        rests_on |= {"registry": ""} if batch.looked_up else {}
        problems += self._facts.lacking_for(index, f"batch {batch.name} is verified", rests_on)
        against = self._orders.against_looking_up(public["day"])
        if against:
            problems.append(f"Entry {index} (verification): {against}.")
        return problems

    def _unapproved(self, index: int, batch: _Batch, step: str) -> list[str]:
        if not batch.examined:
            return [f"Entry {index}: batch {batch.name} is {step} before it is examined."]
        if len(batch.approvers) < APPROVALS:
            return [
                f"Entry {index}: batch {batch.name} is {step} with {len(batch.approvers)} approvals by different"
                f" officers since its examination, not {APPROVALS}."
            ]
        return []

    def _answered(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        request, problems = public["request"], []
        place = self._places[request] if request < index else NO_REQUEST
        if place == NO_REQUEST:
            return [f"Entry {index}: an answer to entry {request}, which is no earlier request."]
        if place <= _ANSWERED:
            return [f"Entry {index}: the request of entry {request} is answered twice."]
        if place != batch.number:
            asked = self._all[place].name
            return [f"Entry {index}: an answer of batch {batch.name} to a request of batch {asked}."]
        self._places[request] = _ANSWERED - batch.number
        batch.answers += 1
        if batch.answers == 1 and not batch.examined:
            problems.append(f"Entry {index}: batch {batch.name} is answered before it is examined.")
        if public["outcome"] in TELLS:
            batch.told += 1
            problems += self._told(index, batch, public)
        return problems

    def _told(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        problems, statutes = [], public.get("statute")
        batch.statutes.add(statutes)
        if batch.told == 1 and batch.looked_up is None:
            problems.append(
                f"Entry {index}: an answer from the file, but batch {batch.name} was"
                " not verified since its examination."
            )
        if batch.told == 1 and batch.looked_up == 0:  # it repeats one that came from a registry
            problems += self._facts.lacking_for(index, f"batch {batch.name} is answered", {"registry": ""})
        against = self._orders.against_answering(public["day"], statutes)
        if against:
            problems.append(f"Entry {index} (answer): {against}.")
        return problems

    def _released(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        problems, name = [], batch.name
        if batch.looked_up is None:
            problems += self._unapproved(index, batch, "released")
            problems.append(f"Entry {index}: batch {name} is released, but was not verified since its examination.")
        elif batch.looked_up > batch.told:
            problems.append(
                f"Entry {index}: {batch.looked_up} look-ups were made for batch {name}, but only {batch.told} of its"
                " answers come from the file."
            )
        for statutes in batch.statutes:
            against = self._orders.against_answering(public["day"], statutes)
            if against:
                problems.append(f"Entry {index} (release): {against}.")
                break
        return problems + self._ended(index, batch, public["count"], "released")

    def _returned(self, index: int, batch: _Batch, public: dict[str, Any]) -> list[str]:
        problems, name = [], batch.name
        if batch.told:
            problems.append(f"Entry {index}: batch {name} is returned, but with answers from the file.")
        elif batch.looked_up is not None:
            problems.append(f"Entry {index}: batch {name} is returned, but the file was asked since its examination.")
        if not batch.examined and not batch.at_door:
            problems.append(f"Entry {index}: batch {name} is returned before it is examined.")
        return problems + self._ended(index, batch, public.get("count", batch.answers), "returned")

    def _ended(self, index: int, batch: _Batch, count: int, how: str) -> list[str]:
        batch.end = index
        batch.approvers, batch.statutes = set(), set()
        if not count == batch.answers == batch.requests:
            return [
                f"Entry {index}: batch {batch.name} is {how} with {count} answers, but {batch.answers} of its"
                f" {batch.requests} requests are answered."
            ]
        return []
