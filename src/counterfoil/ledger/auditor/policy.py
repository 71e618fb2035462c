"""A witness policy (C2SP tlog-policy): which ledgers and witnesses one knows, and whose cosignatures are enough.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Standard library only; the auditor takes this file along.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

if __package__:
    from .files import InputError
    from .note import COSIGNATURE, ED25519, ML_DSA_44, Key, Note, read_key
else:  # taken along alone
    from files import InputError  # type: ignore[import-not-found,no-redef]
    from note import (  # type: ignore[import-not-found,no-redef]
        COSIGNATURE,
        ED25519,
        ML_DSA_44,
        Key,
        Note,
        read_key,
    )

POLICY_MAX = 1 << 20
NAMES_MAX = 256
NONE = "none"
DO = "Mend the policy file; docs/reference/witness-policy.md gives its form."


@dataclass(frozen=True)
class Witness:
    """A witness: its name in the policy, its key, and where it takes checkpoints ("" where that is not said)."""

    name: str
    key: Key
    url: str = ""


@dataclass(frozen=True)
class Policy:
    """A policy as read. `groups` has, in the order of the file, each group's threshold and members."""

    logs: tuple[tuple[Key, str], ...]
    witnesses: tuple[Witness, ...]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def enough(self, names: Collection[str]) -> bool:
        """Whether cosignatures of the witnesses with these names make the quorum."""
        have = {witness.name for witness in self.witnesses if witness.name in names}
        for group, (threshold, members) in self.groups.items():
            if sum(member in have for member in members) >= threshold:
                have.add(group)
        return self.quorum == NONE or self.quorum in have

    def knows_log(self, key: Key) -> bool:
        """Whether the policy lists the ledger's key, or lists none and so leaves it to the caller."""
        return not self.logs or any(log.raw == key.raw and log.name == key.name for log, _ in self.logs)

    def cosigners(self, note: Note) -> dict[str, int]:
        """The witnesses that cosigned a note, and when (seconds since 1970). Raises Unfit; see `note.py`."""
        times = {witness.name: note.cosigned_by(witness.key) for witness in self.witnesses}
        return {name: time for name, time in times.items() if time}


def read_policy(data: bytes) -> Policy:
    """Read a policy file. Raises InputError that tells every fault with its line."""
    if len(data) > POLICY_MAX:
        raise InputError("The witness policy is larger than a mebibyte.", DO)
    reading = _Reading()
    lines = data.split(b"\n")
    if any(line.endswith(b"\r") for line in lines):
        reading.faults.append("the lines end in CR LF (the byte 0x0d); in a policy they end in LF alone")
    for number, line in enumerate(lines, 1):
        reading.line(number, line.removesuffix(b"\r"))
    if not reading.asked:
        reading.faults.append("a policy needs exactly one quorum line, and there is none")
    if reading.faults:
        raise InputError("The witness policy cannot be used.", DO, reading.faults[:20])
    return Policy(tuple(reading.logs), tuple(reading.witnesses.values()), reading.groups, reading.quorum)


@dataclass
class _Reading:
    """What the lines have said so far."""

    logs: list[tuple[Key, str]] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str = ""
    asked: bool = False  # whether there is a quorum line, be it right or wrong
    broken: set[str] = field(default_factory=set)  # names of lines with a fault: using them is no second fault
    faults: list[str] = field(default_factory=list)

    def line(self, number: int, line: bytes) -> None:
        odd = next((byte for byte in line if (byte < 0x20 and byte != 9) or byte == 0x7F), None)
        if odd is not None:
            self.faults.append(f"line {number}: the byte 0x{odd:02x} may not stand in a policy")
            self.asked |= line.split()[:1] == [b"quorum"]
            return
        words = [word for word in line.decode("utf-8", "surrogateescape").replace("\t", " ").split(" ") if word]
        if not words or words[0].startswith("#"):
            return
        rule = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._quorum}.get(words[0])
        fault = rule(words[1:]) if rule else f"{_shown(words[0])} is none of log, witness, group and quorum"
        if fault:
            self.faults.append(f"line {number}: {fault}")
            self.broken.update(words[1:2] if words[0] in ("witness", "group") else ())
        self.asked |= words[0] == "quorum"

    def _log(self, words: Sequence[str]) -> str:
        if len(words) not in (1, 2):
            return "a log line is `log <vkey> [<url>]`"
        key, fault = _key(words[0], (ED25519, ML_DSA_44), "ledger's public key")
        if key is None:
            return fault
        if any(key.raw == other.raw for other, _ in self.logs):
            return "a log with this public key is listed before"
        self.logs.append((key, words[1] if len(words) == 2 else ""))
        return "there are too many logs" if len(self.logs) > NAMES_MAX else ""

    def _witness(self, words: Sequence[str]) -> str:
        if len(words) not in (2, 3):
            return "a witness line is `witness <name> <vkey> [<url>]`"
        name = words[0]
        key, fault = _key(words[1], (COSIGNATURE, ML_DSA_44), "witness's public key")
        taken = self._taken(name)
        if key is None or taken:
            return fault or taken
        if any(key.raw == other.key.raw for other in self.witnesses.values()):
            return "a witness with this public key is listed before"
        self.witnesses[name] = Witness(name, key, words[2] if len(words) == 3 else "")
        return "there are too many witnesses" if len(self.witnesses) > NAMES_MAX else ""

    def _group(self, words: Sequence[str]) -> str:
        if len(words) < 3:
            return "a group line is `group <name> all|any|<k> <name>...`"
        name, least, members = words[0], words[1], tuple(words[2:])
        taken = self._taken(name)
        if taken:
            return taken
        threshold = {"all": len(members), "any": 1}.get(least, _decimal(least))
        if not 1 <= threshold <= len(members):
            return f"{_shown(least)} is not `all`, `any` or a number from 1 to {len(members)}"
        for member in members:
            if not self._known(member):
                return f"{_shown(member)} is no witness or group of a line before"
            if member in self.members:
                return f"{_shown(member)} is a member more than once"
            self.members.add(member)
        self.groups[name] = (threshold, members)
        return "there are too many groups" if len(self.groups) > NAMES_MAX else ""

    def _quorum(self, words: Sequence[str]) -> str:
        if len(words) != 1:
            return "a quorum line is `quorum <name>` or `quorum none`"
        if self.asked:
            return "a policy needs exactly one quorum line"
        if words[0] != NONE and not self._known(words[0]):
            return f"{_shown(words[0])} is no witness or group of a line before"
        self.quorum = words[0]
        return ""

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups or name in self.broken

    def _taken(self, name: str) -> str:
        if name == NONE:
            return "the name `none` is reserved"
        return f"the name {_shown(name)} is taken" if name in self.witnesses or name in self.groups else ""


def _key(text: str, kinds: Sequence[int], what: str) -> tuple[Key | None, str]:
    try:
        return read_key(text, kinds, what), ""
    except InputError as error:
        return None, str(error)


def _decimal(text: str) -> int:
    """A number in decimal without sign or leading zero; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 5 else 0


def _shown(text: str) -> str:
    shown = ascii(text)
    return shown if len(shown) <= 60 else shown[:57] + "..."
