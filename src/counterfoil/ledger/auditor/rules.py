"""What the entries of a ledger must obey, as far as their public fields tell.

Standard library only; the auditor takes this file along. It shares no code with the writer of entries but the
form (`kinds.py`), so that a fault in the one does not hide in the other. Batches are followed in `batches.py`,
court orders in `orders.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NoReturn

if __package__:
    from . import kinds
    from .batches import Batches, Facts
    from .orders import Orders
    from .statements import Compromise, Gap
else:  # taken along alone
    import kinds  # type: ignore[import-not-found,no-redef]
    from batches import Batches, Facts  # type: ignore[import-not-found,no-redef]
    from orders import Orders  # type: ignore[import-not-found,no-redef]
    from statements import Compromise, Gap  # type: ignore[import-not-found,no-redef]

LASTING = frozenset({"setup", "key", "expunction", "disclosure"})
"""Types that tell of the ledger itself, and are never expunged."""


IDLE = 7
"""Days that may pass between two entries before an entry of type `clock` has to come first."""


def _days(before: str, day: str) -> int:
    return (date.fromisoformat(day) - date.fromisoformat(before)).days


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
    fault = kinds.fault_of(parsed) or kinds.stray_of(parsed)
    if fault:
        return {}, f"is not of the published form: {fault}"
    if not isinstance(digests, list) or not all(
        isinstance(one, str) and kinds.DIGEST.fullmatch(one) for one in digests
    ):
        return {}, "has no list of digests"
    if digests != sorted(set(digests)) or len(digests) != kinds.TYPES[parsed["type"]].digests:
        return {}, "does not have the sorted digests that its type asks for"
    return parsed, ""


class Process:
    """Follows the entries in their order, and says what ought not to have happened."""

    def __init__(self) -> None:
        self.types: Counter[str] = Counter()
        self.gaps: list[Gap] = []
        self.compromised: list[Compromise] = []
        self._day = ""
        self._officers: set[str] = set()
        self._lasting: set[int] = set()
        self._expunged: set[int] = set()
        self._rule_sets: set[str] = set()
        self._orders = Orders()
        self._facts = Facts()
        self._batches = Batches(self._orders, self._facts)
        self._rules: Mapping[str, Callable[[int, dict[str, Any]], list[str]]] = {
            "officer": self._on_officer,
            "stay": self._orders.enter,
            "stay_lifted": self._orders.lift,
            "gap": self._on_gap,
            "key": self._on_key,
            "disclosure": self._on_disclosure,
            "expunction": self._on_expunction,
        }

    def feed(self, index: int, public: dict[str, Any]) -> list[str]:
        """Take entry `index`, in order (`{}` for one that could not be read): the problems it shows."""
        self._batches.count(index)
        if not public:
            return []
        kind, day = public["type"], public["day"]
        self.types[kind] += 1
        problems = []
        problems += self._on_day(index, kind, day)
        if (kind == "setup") != (index == 0):
            problems.append(f"Entry {index} ({kind}): a ledger begins with an entry of type setup, and only once.")
        if "by" in public and kind != "officer":
            problems += self._acted(index, kind, public["by"])
        if "rule_set" in public and kind != "answer":
            problems += self._decided(index, kind, public["rule_set"])
        if kind in LASTING:
            self._lasting.add(index)
        if kind in Facts.KINDS:
            self._facts.enter(kind, public)
        if kind in self._batches.kinds:
            return problems + self._batches.feed(index, kind, public)
        rule = self._rules.get(kind)
        return problems + rule(index, public) if rule else problems

    def finish(self) -> list[str]:
        """The problems that only the whole ledger shows."""
        return self._batches.finish()

    def _on_day(self, index: int, kind: str, day: str) -> list[str]:
        """Days never run back; where more than a week passed with no entry, one of type `clock` says so first.

        A gap stands right where entries are lost, so that what is missing of the days before it is those.
        """
        before, self._day = self._day, max(day, self._day)
        if day < before:
            return [f"Entry {index} ({kind}) is of {day}, earlier than an entry before it."]
        if day != before and before and kind not in ("clock", "gap") and _days(before, day) > IDLE:
            return [
                f"Entry {index} ({kind}) is of {day}, {_days(before, day)} days after the last: no clock entry says so."
            ]
        return []

    def _acted(self, index: int, kind: str, by: str) -> list[str]:
        if by in self._officers:
            return []
        return [f"Entry {index} ({kind}) is by {by}, who is no officer entered before."]

    def _decided(self, index: int, kind: str, rule_set: str) -> list[str]:
        """A rule set is kept before it decides, but for those of before any was kept. Each is told once.

        An answer is none of these steps: an older office wrote it without keeping the rule set that ran by then.
        """
        known = rule_set in self._rule_sets
        self._rule_sets.add(rule_set)
        if known or kind == "rules" or not self.types["rules"]:
            return []
        return [f"Entry {index} ({kind}) names the rule set {rule_set[:12]}, which no entry before it keeps."]

    def _on_officer(self, _index: int, public: dict[str, Any]) -> list[str]:
        self._officers.update(public[name] for name in ("officer", "by") if name in public)
        return []

    def _on_gap(self, index: int, public: dict[str, Any]) -> list[str]:
        gap = Gap.of(index, public)
        fault = gap.fault(self.gaps)
        if fault:
            return [f"Entry {index}: {fault}."]
        self.gaps.append(gap)
        return []

    def _on_key(self, index: int, public: dict[str, Any]) -> list[str]:
        if public["act"] == "compromised":
            self.compromised.append(Compromise.of(index, public))
        return []

    def _on_disclosure(self, index: int, public: dict[str, Any]) -> list[str]:
        second = public.get("officer")
        if second is None:
            return []
        if second == public["by"]:
            return [f"Entry {index} (disclosure) names one officer as two."]
        return self._acted(index, "disclosure", second)

    def _on_expunction(self, index: int, public: dict[str, Any]) -> list[str]:
        gone = public["entry"]
        if gone >= index:
            return [f"Entry {index}: entry {gone} is expunged, which is no earlier one."]
        if gone in self._lasting:
            return [f"Entry {index}: entry {gone} is expunged, which tells of the ledger itself and stays."]
        if gone in self._expunged:
            return [f"Entry {index}: entry {gone} is expunged a second time."]
        self._expunged.add(gone)
        unfinished = self._batches.open_request(gone)
        if unfinished:
            return [f"Entry {index}: entry {gone} is expunged, while batch {unfinished} is not finished."]
        return []
