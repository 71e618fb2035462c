"""Check a proof bundle: that an entry is in a ledger, and which of its fields are disclosed. Offline.

A bundle is a C2SP tlog-proof text whose extra data are the entry, then `~` and a disclosure (RFC 9901) for
each field that is disclosed, then `^`, the index, `.` and the entry of each change of the ledger's key; or the same
as JSON (a receipt). Standard library and `cryptography` only; the auditor takes this file along. A bundle is taken
for hostile.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

if __package__:
    from . import kinds, rotation, rules
    from .files import InputError, Unfit, read_json
    from .note import Head, Key, Note, open_checkpoint, read_key
    from .policy import Policy, read_policy
else:  # taken along alone
    import kinds  # type: ignore[import-not-found,no-redef]
    import rotation  # type: ignore[import-not-found,no-redef]
    import rules  # type: ignore[import-not-found,no-redef]
    from files import InputError, Unfit, read_json  # type: ignore[import-not-found,no-redef]
    from note import Head, Key, Note, open_checkpoint, read_key  # type: ignore[import-not-found,no-redef]
    from policy import Policy, read_policy  # type: ignore[import-not-found,no-redef]

HEADER = b"c2sp.org/tlog-proof@v1"
RECEIPT = "counterfoil.receipt/1"
MEMBERS = frozenset({"schema", "index", "leaf", "proof", "checkpoint", "disclosures", "keys"})
TOLD = frozenset({"tlog_proof", "id", "ok", "problems", "ledger_entry", "output"})
"""What `ledger prove --json` prints beside a receipt; nothing here goes by it."""
HISTORY = "counterfoil.ledger-keys/1"
BUNDLE_MAX = 1 << 20
CHANGES_MAX = 32
"""Changes of the ledger's key that a bundle carries at most: its newest."""
HISTORY_MAX = 1000
"""Changes of the ledger's key that a history of its keys has at most."""
PATH_MAX = 63
DISCLOSURES_MAX = 200
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,18}", re.ASCII)
_ENTRY = re.compile(
    rb"(\{.*\})((?:~[A-Za-z0-9_-]+)*)((?:\^(?:0|[1-9][0-9]{0,18})\.[A-Za-z0-9_-]+)*)", re.ASCII | re.DOTALL
)

Change = tuple[int, bytes]
"""A change of the ledger's key: the index of its entry, and the entry."""


@dataclass(frozen=True)
class ProofReport:
    """What a bundle shows: an entry of the ledger `origin`, which had `size` entries, and its disclosed fields.

    `withheld` counts the entry's digests without a disclosure here: fields withheld, and decoys. `witnesses`
    has those of the policy that cosigned, and when (seconds since 1970). With problems it shows nothing.
    """

    ok: bool
    problems: tuple[str, ...]
    origin: str = ""
    index: int = -1
    size: int = 0
    root: bytes = b""
    public: Mapping[str, Any] = field(default_factory=dict)
    disclosed: Mapping[str, Any] = field(default_factory=dict)
    withheld: int = 0
    witnesses: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "index": self.index if self.ok else None,
            "size": self.size,
            "root": base64.b64encode(self.root).decode(),
            "public": dict(self.public),
            "disclosed": dict(self.disclosed),
            "withheld": self.withheld,
            "witnesses": dict(self.witnesses),
            "problems": list(self.problems),
        }


@dataclass(frozen=True)
class Bundle:
    """A bundle taken apart, UNCHECKED."""

    index: int
    leaf: bytes | None
    disclosures: tuple[str, ...]
    path: tuple[bytes, ...]
    checkpoint: bytes
    changes: tuple[Change, ...] = ()


def check_proof(
    bundle: bytes,
    vkey: str,
    *,
    origin: str | None = None,
    leaf: bytes | None = None,
    witness_policy: bytes | None = None,
    keys: bytes | None = None,
) -> ProofReport:
    """Check a bundle with nothing but a public key of the ledger, and the witness policy if one is given.

    The key may be one from before the one that signed, as far as the changes that the bundle carries lead from it;
    or, by the history of the ledger's keys (`keys`), one from after it. `leaf` is the entry where the bundle does
    not carry it. Raises InputError where key, policy or history cannot be used; all else is a problem in the report.
    """
    key = read_key(vkey)
    policy = None if witness_policy is None else read_policy(witness_policy)
    known = () if keys is None else read_history(keys)
    try:
        read = read_bundle(bundle)
        chain = chain_of(key, known, read.changes)
        head, note = _signed(read.checkpoint, key.name if origin is None else origin, chain)
        require_led(chain, read.changes, head.size)
        entry = read.leaf if leaf is None else leaf
        if entry is None:
            raise Unfit("The proof does not carry its entry; it has to be given apart.")
        if read.leaf not in (None, entry):
            raise Unfit("The proof carries another entry than the one that is given apart.")
        public, disclosed, withheld = _entry(entry, read, head)
        witnesses = {} if policy is None else policy.cosigners(note)
    except Unfit as problem:
        return ProofReport(False, (str(problem),))
    problems = () if policy is None else unwitnessed(policy, witnesses, policy.knows_log(key))
    whole = (head.origin, read.index, head.size, head.root, public, disclosed, withheld, witnesses)
    return ProofReport(not problems, problems, *whole)


def _signed(checkpoint: bytes, origin: str, chain: rotation.Chain) -> tuple[Head, Note]:
    """Size and root, signed by the key whose turn it was. Raises Unfit."""
    head, note = open_checkpoint(checkpoint, [(span.key, origin) for span in chain.spans])
    if not chain.signed(note, head.size):
        raise Unfit("The checkpoint is signed with a key of the ledger that was not its key at that size.")
    return head, note


def chain_of(pinned: Key, known: Sequence[Change], carried: Sequence[Change]) -> rotation.Chain:
    """The keys to which the changes lead from the pinned one. Raises Unfit where one of them does not hold.

    What is `known` leads back as well. What a bundle has `carried` leads on alone: a key that was given up signs
    again as soon as it is stolen, and it is not for the bundle to say that it is to be believed.
    """
    chain = _followed(pinned, (*known, *carried))
    vouched = {span.key for span in _followed(pinned, known).spans}
    first = [span.key for span in chain.spans].index(pinned)
    spans = [span for place, span in enumerate(chain.spans) if place >= first or span.key in vouched]
    return rotation.Chain(tuple(spans))


def require_led(chain: rotation.Chain, carried: Sequence[Change], size: int) -> None:
    """Return where the changes that a proof carries are all needed, or none is. Raises Unfit."""
    rotation.require_led(chain, [(index, rules.read_entry(entry)[0]) for index, entry in carried], size)


def _followed(pinned: Key, changes: Sequence[Change]) -> rotation.Chain:
    entries = [(index, rules.read_entry(entry)[0]) for index, entry in sorted(set(changes))]
    chain = rotation.follow(pinned, pinned.name, entries)
    if chain.problems:
        raise Unfit(chain.problems[0])
    return chain


def read_history(text: bytes) -> tuple[Change, ...]:
    """The changes that a history of a ledger's keys tells of, UNCHECKED. Raises InputError where it is none."""
    try:
        document = read_json(text)
        if isinstance(document, dict) and document.get("schema") == HISTORY and document.keys() == {"schema", "keys"}:
            return read_changes(document["keys"], HISTORY_MAX)
    except (ValueError, Unfit):
        pass
    raise InputError(f"This is not a history of a ledger's keys of the form {HISTORY}.")


def read_changes(value: object, most: int = CHANGES_MAX) -> tuple[Change, ...]:
    """The changes of key as JSON lists them, objects with `index` and `leaf`, UNCHECKED. Raises Unfit."""
    if not isinstance(value, list) or len(value) > most:
        raise Unfit("The changes of the ledger's key cannot be read.")
    return tuple(_change(one) for one in value)


def _change(value: object) -> Change:
    members = value if isinstance(value, dict) and value.keys() == {"index", "leaf"} else {}
    index, leaf = members.get("index"), members.get("leaf")
    if type(index) is not int or index < 0 or not isinstance(leaf, str):
        raise Unfit("A change of the ledger's key is not its index and its entry.")
    return index, _raw(leaf.encode("utf-8", "replace"))


def unwitnessed(policy: Policy, witnesses: Mapping[str, int], known: bool) -> tuple[str, ...]:
    """What the policy misses of the witnesses that cosigned; `known`: whether it lists the ledger's key."""
    if not known:
        return ("The witness policy does not list the ledger's key.",)
    if policy.enough(witnesses):
        return ()
    names = ", ".join(ascii(name) for name in witnesses) or "none"
    return (f"The checkpoint lacks the witnesses that the policy asks for; it is cosigned by: {names}.",)


def read_bundle(bundle: bytes) -> Bundle:
    """Take a bundle apart, of either form. Raises Unfit."""
    if len(bundle) > BUNDLE_MAX:
        raise Unfit("The proof is larger than a mebibyte.")
    return _read_receipt(bundle) if bundle.lstrip()[:1] == b"{" else _read_text(bundle)


def _read_text(bundle: bytes) -> Bundle:
    head, gap, checkpoint = bundle.partition(b"\n\n")
    lines = head.split(b"\n")
    if not gap or lines.pop(0) != HEADER or not lines:
        raise Unfit(f"This is not a proof of the form {HEADER.decode()}.")
    leaf: bytes | None = None
    disclosures: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    if lines[0].startswith(b"extra "):
        leaf, disclosures, changes = split_extra(_raw(lines.pop(0)[6:]))
    number = lines.pop(0)[6:] if lines and lines[0].startswith(b"index ") else b""
    if not _NUMBER.fullmatch(number):
        raise Unfit("The proof lacks its index.")
    return Bundle(int(number), leaf, disclosures, _path(lines), checkpoint, changes)


def _read_receipt(bundle: bytes) -> Bundle:
    try:
        receipt = read_json(bundle)
    except ValueError:
        raise Unfit("The receipt is not JSON, or gives a member twice.") from None
    if not isinstance(receipt, dict) or receipt.get("schema") != RECEIPT:
        raise Unfit(f"This is not a receipt of the form {RECEIPT}.")
    text, named = receipt.get("tlog_proof"), receipt.get("id")
    if isinstance(text, str):  # as `ledger prove --json` prints it
        receipt = {name: receipt[name] for name in receipt.keys() - TOLD}
    added = foreign(receipt)
    if added:
        raise Unfit(added)
    index, note, leaf = receipt.get("index"), receipt.get("checkpoint"), receipt.get("leaf")
    path, given = receipt.get("proof"), receipt.get("disclosures", [])
    if type(index) is not int or index < 0 or not isinstance(note, str) or not isinstance(leaf, str):
        raise Unfit("The receipt lacks its index, its entry or its checkpoint.")
    if not isinstance(path, list) or not all(isinstance(part, str) for part in path) or not isinstance(given, list):
        raise Unfit("The receipt's proof or its disclosures cannot be read.")
    hashes = _path([part.encode("utf-8", "replace") for part in path])
    disclosures = tuple(_encoded(part) for part in given[: DISCLOSURES_MAX + 1])
    entry, checkpoint = _raw(leaf.encode("utf-8", "replace")), note.encode("utf-8", "replace")
    read = Bundle(index, entry, disclosures, hashes, checkpoint, read_changes(receipt.get("keys", [])))
    if isinstance(text, str) and (_read_text(text.encode("utf-8", "replace")), named) != (read, str(index)):
        raise Unfit("The receipt, and the proof and number beside it, do not tell the same.")
    return read


def foreign(receipt: Mapping[str, Any]) -> str:
    """What is wrong with a receipt that has members which a receipt does not have, "" if it has none."""
    added = sorted(map(str, receipt.keys() - MEMBERS))
    return f"The receipt has members that a receipt does not have, such as {added[0]!a:.60}." if added else ""


def split_extra(extra: bytes) -> tuple[bytes, tuple[str, ...], tuple[Change, ...]]:
    """A bundle's extra data: the entry, and the disclosures and changes of key after it. Raises Unfit."""
    match = _ENTRY.fullmatch(extra)
    if match is None:
        raise Unfit("The proof's extra data are not an entry and its disclosures.")
    changes = match[3].split(b"^")[1:]
    if len(changes) > CHANGES_MAX:
        raise Unfit("The changes of the ledger's key cannot be read.")
    return match[1], tuple(match[2].decode().split("~")[1:]), tuple(map(_change_of, changes))


def _change_of(text: bytes) -> Change:
    index, _, leaf = text.partition(b".")
    return int(index), _raw(leaf.translate(_STANDARD) + b"=" * (-len(leaf) % 4))


_STANDARD = bytes.maketrans(b"-_", b"+/")


def _entry(entry: bytes, bundle: Bundle, head: Head) -> tuple[dict[str, Any], dict[str, Any], int]:
    """An entry's public and disclosed fields, once the proof shows it under the checkpoint. Raises Unfit."""
    if len(entry) > kinds.ENTRY_MAX:
        raise Unfit("The entry is larger than an entry can be.")
    if not included(sha256(b"\x00" + entry).digest(), bundle.index, head.size, bundle.path, head.root):
        raise Unfit("The proof does not show that the entry is in the ledger.")
    public, fault = rules.read_entry(entry)
    if fault:
        raise Unfit(f"The entry {fault}.")
    digests = frozenset(json.loads(entry)["_sd"])
    disclosed = opened(public, digests, bundle.disclosures)
    return public, disclosed, len(digests) - len(disclosed)


def opened(public: Mapping[str, Any], digests: frozenset[str], disclosures: Sequence[str]) -> dict[str, Any]:
    """The disclosed fields by name, each held against the entry's digests (RFC 9901, section 7.1). Raises Unfit."""
    if len(disclosures) > DISCLOSURES_MAX:
        raise Unfit("The proof discloses more fields than an entry can have.")
    values: dict[str, Any] = {}
    for text in disclosures:
        digest = base64.urlsafe_b64encode(sha256(text.encode("ascii", "replace")).digest()).decode().rstrip("=")
        if digest not in digests:
            raise Unfit("A disclosure does not belong to this entry.")
        name, value = _field(text)
        if name in values or name in public or name in kinds.RESERVED:
            raise Unfit(f"A disclosure takes the name {name!a}, which is taken.")
        values[name] = value
    return values


def _field(disclosure: str) -> tuple[str, Any]:
    try:
        raw = base64.b64decode(disclosure + "=" * (-len(disclosure) % 4), b"-_", validate=True)
        parts = read_json(raw)
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) for part in parts[:2]):
        raise Unfit("A disclosure is not a salt, a name and a value.")
    return parts[1], parts[2]


def _encoded(parts: object) -> str:
    """The disclosure of [salt, name, value] as a receipt lists them: written canonically (RFC 8785)."""
    if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) for part in parts[:2]):
        raise Unfit("A disclosure is not a salt, a name and a value.")
    try:
        text = json.dumps(_in_order(parts), ensure_ascii=False, separators=(",", ":"))
        raw = text.encode()
    except (ValueError, RecursionError):
        raise Unfit("A disclosure cannot be read.") from None
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _in_order(value: Any) -> Any:
    """A value with the names of its objects in the order of RFC 8785 (UTF-16). Raises ValueError on a fraction."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value, key=_utf16)}
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    if isinstance(value, float):
        raise ValueError("a ledger holds no fractions")
    return value


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def included(hashed: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from an entry's hash to the root (RFC 9162, section 2.1.3.2).

    Size and root must come from one signed checkpoint: a proof does not bind the one to the other.
    """
    if not 0 <= index < size:
        return False
    node, last = index, size - 1
    for part in path:
        if last == 0:
            return False
        if node % 2 or node == last:
            hashed = sha256(b"\x01" + part + hashed).digest()
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            hashed = sha256(b"\x01" + hashed + part).digest()
        node, last = node // 2, last // 2
    return last == 0 and hashed == root


def _path(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    hashes = tuple(_raw(line) for line in lines[: PATH_MAX + 1])
    if len(hashes) > PATH_MAX or any(len(part) != 32 for part in hashes):
        raise Unfit("The proof's hashes are too many, or not of 32 bytes.")
    return hashes


def _raw(text: bytes) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unfit("A part of the proof is not base64.") from None
    if base64.b64encode(raw) != text:
        raise Unfit("A part of the proof is not base64.")
    return raw
