"""What the entries of a ledger must obey, as far as their public fields tell.

Standard library only, and of Counterfoil only `kinds.py`: the auditor takes both along. It shares no code
with the writer of entries, so that a fault in the one does not hide in the other.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NoReturn

if __package__:
    from . import kinds
else:  # taken along alone
    import kinds  # type: ignore[import-not-found,no-redef]

TELLS = frozenset({"CONFIRMED", "NO_CONFIRMATION"})
"""Outcomes that disclose something; the others (REFUSED, HELD) speak of the request only."""

APPROVALS = 2


def _no_fractions(text: str) -> NoReturn:
    raise ValueError(text)


_decode = json.JSONDecoder(parse_float=_no_fractions, parse_constant=_no_fractions).decode
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def read_entry(entry: bytes) -> tuple[dict[str, Any], str]:
    """The public fields of an entry, and what is wrong with its form ("" if nothing is).

    The one canonical form of RFC 8785 is asked for. All names in a sound entry are ASCII and all numbers are
    small whole ones, so that writing it again with sorted names gives that form.
    """
    try:
        text = entry.decode("utf-8")
        parsed = _decode(text)
        canonical = isinstance(parsed, dict) and _encode(parsed) == text
    except (ValueError, RecursionError):
        return {}, "is not JSON"
    if not canonical:
        return {}, "is not canonical JSON"
    digests, version = parsed.pop("_sd", None), parsed.pop("v", None)
    if type(version) is not int or version != kinds.FORMAT:
        return {}, "is of another version of the format"
    fault = kinds.fault_of(parsed)
    if fault:
        return {}, f"is not of the published form: {fault}"
    if not isinstance(digests, list) or not all(
        isinstance(one, str) and kinds.DIGEST.fullmatch(one) for one in digests
    ):
        return {}, "has no list of digests"
    if digests != sorted(set(digests)) or len(digests) != kinds.TYPES[parsed["type"]].digests:
        return {}, "does not have the sorted digests that its type asks for"
    return parsed, ""


@dataclass
class _Batch:
    """What is known of a batch so far."""

    number: int
    receipt: int | None = None
    submitted_by: str | None = None
    received: int = 0
    requests: int = 0
    examined: int | None = None  # the count that the latest examination states
    approvers: set[str] = field(default_factory=set)  # since the latest examination
    answered: set[int] = field(default_factory=set)  # request entries answered since the latest release
    tells: bool = False  # whether one of those answers discloses something
    released: int | None = None  # the count of the latest release


@dataclass
class _Stay:
    entry: int
    day: str
    forbids: frozenset[str] | None  # None: everything
    effective: str  # "" at once
    carved_out: frozenset[str]
    lifted: str  # "" not by the order itself

    def halts(self, day: str, act: str, statute: object) -> bool:
        """Whether the stay halts an act of this day.

        A carve-out spares the statutes it names, and acts whose statute is not public: only the disclosures
        can tell of those. An entry tells its day only: a stay whose effect began on the day of its own entry
        or before counts from that entry on; one that begins later counts from the day after, its first day
        being undecidable. One whose beginning cannot be read counts at once. On the day on which it is
        lifted by its own terms, or superseded, it counts no more.
        """
        if self.forbids is not None and act not in self.forbids:
            return False
        if self.carved_out and (statute is None or all(map(self._spares, str(statute).split("; ")))):
            return False
        begins, ends = self.effective[:10], self.lifted[:10]
        if kinds.DAY_FORM.fullmatch(ends) and day >= ends:
            return False
        return not kinds.DAY_FORM.fullmatch(begins) or begins <= self.day or day > begins

    def _spares(self, statute: str) -> bool:
        """Whether a citation is one of those carved out, or a part of one: 8 USC 1326(a) is of 8 USC 1326."""
        return any(statute == spared or statute.startswith(f"{spared}(") for spared in self.carved_out)


@dataclass(frozen=True)
class Gap:
    """A loss that an officer stated: the key before, its last checkpoint known, and the first entry after it."""

    entry: int  # of the statement; entries of the old name from here on are lost
    day: str
    size: int
    root: str  # base64
    previous: str  # the key, and so the name, that the ledger had
    vkey: str

    @property
    def sentence(self) -> str:
        """What the entry states, for a person."""
        old = ascii(self.previous.rpartition("+")[0].rpartition("+")[0])[1:-1]
        if self.size > self.entry:
            what = f"{old}, which had signed {self.size} entries, lost those from {self.entry} on"
        else:
            what = f"{old} had signed {self.size} entries that are not the first {self.size} of this ledger"
        return f"Entry {self.entry} of {self.day} states that {what}; the ledger goes on under its present name."


class Process:
    """Follows the entries in their order, and says what ought not to have happened."""

    def __init__(self) -> None:
        self.types: Counter[str] = Counter()
        self.gaps: list[Gap] = []
        self._day = ""
        self._batches: dict[str, _Batch] = {}
        self._names: list[str] = []
        self._batch_of = array("q")  # for each entry: its batch's number if it is a request, else -1
        self._stays: dict[str, _Stay] = {}
        self._officers: set[str] = set()

    def feed(self, index: int, public: dict[str, Any]) -> list[str]:
        """Take entry `index`, in order (`{}` for one that could not be read): the problems it shows."""
        self._batch_of.extend([-1] * (index - len(self._batch_of) + 1))
        if not public:
            return []
        kind = public["type"]
        self.types[kind] += 1
        problems = []
        if public["day"] < self._day:
            problems.append(f"Entry {index} ({kind}) is of {public['day']}, earlier than an entry before it.")
        self._day = max(self._day, public["day"])
        rule = getattr(self, f"_on_{kind}", None)
        return problems + rule(index, public) if rule else problems

    def finish(self) -> list[str]:
        """The problems that only the whole ledger shows: counts that do not come out even."""
        problems = []
        for name, batch in self._batches.items():
            if batch.examined is not None and batch.examined != batch.requests:
                problems.append(
                    f"Batch {name}: {batch.examined} requests examined, but {batch.requests} accounted for."
                )
        return problems

    def _batch(self, public: dict[str, Any]) -> _Batch:
        name = public["batch"]
        if name not in self._batches:
            self._batches[name] = _Batch(len(self._names))
            self._names.append(name)
        return self._batches[name]

    def _on_officer(self, _index: int, public: dict[str, Any]) -> list[str]:
        self._officers.update(public[name] for name in ("officer", "by") if name in public)
        return []

    def _on_receipt(self, index: int, public: dict[str, Any]) -> list[str]:
        batch = self._batch(public)
        if batch.receipt is not None:
            return [f"Entry {index}: batch {public['batch']} is received again (first in entry {batch.receipt})."]
        batch.receipt, batch.received, batch.submitted_by = index, public["count"], public.get("official")
        return []

    def _on_request(self, index: int, public: dict[str, Any]) -> list[str]:
        batch = self._batch(public)
        self._batch_of[index] = batch.number
        batch.requests += 1
        if batch.receipt is None:
            return [f"Entry {index}: a request of batch {public['batch']}, which was not received before."]
        if batch.requests == batch.received + 1:
            return [f"Entry {index}: batch {public['batch']} has more requests than received ({batch.received})."]
        return []

    def _on_examination(self, _index: int, public: dict[str, Any]) -> list[str]:
        batch = self._batch(public)
        batch.examined = public["count"]
        batch.approvers = set()  # an officer approves what there was to see
        return []

    def _on_approval(self, index: int, public: dict[str, Any]) -> list[str]:
        batch = self._batch(public)
        if public["by"] == batch.submitted_by:
            return [f"Entry {index}: batch {public['batch']} is approved by the one who submitted it."]
        batch.approvers.add(public["by"])
        return self._known_officer(index, public)

    def _on_gap(self, index: int, public: dict[str, Any]) -> list[str]:
        gap = Gap(public["entry"], *(public[name] for name in ("day", "size", "root", "previous", "vkey")))
        self.gaps.append(gap)
        problems = self._known_officer(index, public)
        if gap.entry != index or gap.previous == gap.vkey:
            problems.append(f"Entry {index}: a gap that is not stated where it is, or without a new name.")
        return problems

    def _on_witnesses(self, index: int, public: dict[str, Any]) -> list[str]:
        return self._known_officer(index, public)

    def _on_hold_lifted(self, index: int, public: dict[str, Any]) -> list[str]:
        return self._known_officer(index, public)

    def _known_officer(self, index: int, public: dict[str, Any]) -> list[str]:
        if self._officers and public["by"] not in self._officers:
            return [f"Entry {index} ({public['type']}) is by {public['by']}, who is no officer entered before."]
        return []

    def _on_stay(self, index: int, public: dict[str, Any]) -> list[str]:
        forbids = public.get("forbids")
        stay = _Stay(
            index,
            public["day"],
            None if forbids is None else frozenset(forbids),
            public.get("effective", ""),
            frozenset(public.get("except", ())),
            public.get("lifted", ""),
        )
        if public["order"] in self._stays:
            return [f"Entry {index}: order {public['order']} is entered again while it is in force."]
        older = self._stays.get(public.get("supersedes", ""))
        if older is not None:
            older.lifted = max(stay.effective[:10], stay.day)
        self._stays[public["order"]] = stay
        return []

    def _on_stay_lifted(self, index: int, public: dict[str, Any]) -> list[str]:
        if self._stays.pop(public["order"], None) is None:
            return [f"Entry {index}: order {public['order']} is lifted, but was not in force."]
        return []

    def _stayed(self, index: int, public: dict[str, Any], act: str) -> list[str]:
        for order, stay in self._stays.items():
            if stay.halts(public["day"], act, public.get("statute")):
                return [f"Entry {index} ({public['type']}): order {order} (entry {stay.entry}) forbade it."]
        return []

    def _on_verification(self, index: int, public: dict[str, Any]) -> list[str]:
        # With a carve-out, only the answers show which requests were looked up.
        if any(stay.carved_out for stay in self._stays.values()):
            return []
        return self._stayed(index, public, "look_up")

    def _on_answer(self, index: int, public: dict[str, Any]) -> list[str]:
        batch, request = self._batch(public), public["request"]
        if request >= index or self._batch_of[request] < 0:
            return [f"Entry {index}: an answer to entry {request}, which is no earlier request."]
        problems = []
        if self._batch_of[request] != batch.number:
            asked = self._names[self._batch_of[request]]
            problems.append(f"Entry {index}: an answer of batch {public['batch']} to a request of batch {asked}.")
        if request in batch.answered:
            problems.append(f"Entry {index}: the request of entry {request} is answered twice in one release.")
        batch.answered.add(request)
        if public["outcome"] in TELLS:
            batch.tells = True
            problems += self._stayed(index, public, "disclose")
        return problems

    def _on_release(self, index: int, public: dict[str, Any]) -> list[str]:
        name, batch, problems = public["batch"], self._batch(public), []
        if len(batch.approvers) < APPROVALS:
            problems.append(
                f"Entry {index}: batch {name} is released with {len(batch.approvers)} approvals by different"
                f" officers since its examination, not {APPROVALS}."
            )
        again = not batch.answered and batch.released == public["count"]  # the same answer handed out once more
        if len(batch.answered) != public["count"] and not again:
            problems.append(
                f"Entry {index}: a release of batch {name} states {public['count']} answers,"
                f" but {len(batch.answered)} are accounted for."
            )
        batch.answered, batch.tells, batch.released = set(), False, public["count"]
        return problems

    def _on_return(self, index: int, public: dict[str, Any]) -> list[str]:
        batch = self._batch(public)
        told, batch.answered, batch.tells = batch.tells, set(), False
        if told:
            return [f"Entry {index}: batch {public['batch']} is returned, but with answers from the registry."]
        return []
