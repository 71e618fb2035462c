"""Check a redacted release with nothing but the ledger's public key. The file is taken for hostile.

Size and root come from the signed checkpoint alone. Of every digest of every entry it must be said what it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NoReturn

from counterfoil.errors import CounterfoilError, InputError, IntegrityError
from counterfoil.ledger.auditor import files
from counterfoil.ledger.auditor.kinds import DIGEST, NAME, RESERVED
from counterfoil.ledger.auditor.note import Head, Key, Note, open_checkpoint, read_key
from counterfoil.ledger.auditor.policy import Policy, read_policy
from counterfoil.ledger.auditor.proof import Change, chain_of, read_history, unwitnessed
from counterfoil.ledger.entry import Leaf, canonical, decoy, digest_of, disclosure_of, opened, read_leaf
from counterfoil.ledger.note import from_base64
from counterfoil.ledger.redact.make import ENTRIES_MAX, REASON_MAX, SCHEMA
from counterfoil.ledger.tree import leaf_hash, verify_inclusion

FILE_MAX = 256 << 20
PATH_MAX = 63
SEED = 16
_DO = "Do not rely on it, and ask who gave it to you for the file as the custodian released it."
_MEMBERS = {"schema", "content", "proofs", "record", "expunctions", "keys", "checkpoint"}


@dataclass(frozen=True)
class Shown:
    """One entry of a release: what it shows, and what it keeps back and why.

    `expunged` is the index of the entry that records the destruction of its values, None where they exist.
    """

    index: int
    leaf: bytes
    public: Mapping[str, Any]
    disclosed: Mapping[str, Any]
    withheld: Mapping[str, str]  # field -> reason
    digests: Mapping[str, str]  # field, shown or kept back -> its digest in the leaf
    decoys: int
    expunged: int | None = None


@dataclass(frozen=True)
class Release:
    """A release that holds: its entries, under one signed checkpoint."""

    origin: str
    size: int
    root: bytes
    title: str
    to: str
    sha256: str
    record: int
    entries: tuple[Shown, ...]
    witnesses: Mapping[str, int] = field(default_factory=dict)  # of the policy asked for, and when each cosigned


def read_release(data: bytes) -> object:
    """The JSON document of a release file. Raises IntegrityError where it is none."""
    if len(data) > FILE_MAX:
        raise _bad(f"The file has more than {FILE_MAX:,} bytes")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise _bad("The file is not JSON, or gives a member twice") from error


def check_release(document: object, vkey: str, keys: bytes | None = None) -> tuple[str, ...]:
    """What is wrong with a release, () if nothing is. Only a bad key or history of keys raises (InputError)."""
    _pinned(vkey)
    _known(keys)
    try:
        open_release(document, vkey, keys)
    except CounterfoilError as error:
        return (error.what,)
    return ()


def open_release(
    document: object, vkey: str, keys: bytes | None = None, witness_policy: bytes | None = None
) -> Release:
    """What a release shows under the key. Raises IntegrityError where anything in it does not hold.

    `keys` is the history of the ledger's keys, by which a release of before a change checks with a later key;
    `witness_policy` says whose cosignatures its checkpoint must bear. InputError where one of them is none.
    """
    pinned, known = _pinned(vkey), _known(keys)
    policy = None if witness_policy is None else read_policy(witness_policy)
    try:
        return _open(document, pinned, known, policy)
    except files.Unfit as error:
        raise IntegrityError(str(error), _DO) from error
    except InputError as error:
        raise IntegrityError(error.what, _DO) from error


def _pinned(vkey: str) -> Key:
    try:
        return read_key(vkey)
    except files.InputError as error:
        raise InputError(
            str(error), "Copy `public/ledger.vkey` of the custodian, over a way that you trust."
        ) from error


def _known(keys: bytes | None) -> tuple[Change, ...]:
    if keys is None:
        return ()
    try:
        return read_history(keys)
    except files.InputError as error:
        raise InputError(str(error), "Ask the custodian for it: `counterfoil key history`.") from error


def _open(document: object, pinned: Key, known: Sequence[Change], policy: Policy | None) -> Release:
    parts = _table(document, _MEMBERS, "The file")
    if parts["schema"] != SCHEMA:
        raise _bad(f"This is not a release of the form {SCHEMA}")
    content = _table(parts["content"], {"title", "to", "entries"}, "Its content")
    head, note = _head(parts["checkpoint"], pinned, known, _list(parts["keys"], "Its list of keys"))
    for evidence in parts["keys"]:
        _proven(evidence, head)
    record_index, record = _proven(parts["record"], head)
    digest = sha256(canonical(content)).hexdigest()
    if record.public.get("type") != "disclosure" or record.public["sha256"] != digest:
        raise _bad("The ledger does not record this release")
    expunctions = dict(_proven(evidence, head) for evidence in _list(parts["expunctions"], "Its expunctions"))
    entries = tuple(_entries(content["entries"], parts["proofs"], head, expunctions))
    if record.public["count"] != len(entries):
        raise _bad("The ledger records this release with another number of entries")
    title, to = (_line(content[name], name) for name in ("title", "to"))
    witnesses = {} if policy is None else _witnesses(policy, note, pinned)
    return Release(head.origin, head.size, head.root, title, to, digest, record_index, entries, witnesses)


def _witnesses(policy: Policy, note: Note, pinned: Key) -> dict[str, int]:
    """Those of the policy that cosigned. Raises IntegrityError where they are not enough."""
    witnesses = policy.cosigners(note)
    for problem in unwitnessed(policy, witnesses, policy.knows_log(pinned)):
        raise _bad(problem.rstrip("."))
    return witnesses


def _head(note: object, pinned: Key, known: Sequence[Change], keys: list[Any]) -> tuple[Head, Note]:
    """Size and root, from the checkpoint that the pinned key, or one that it leads to, has signed."""
    changes = []
    for evidence in keys:
        part = _table(evidence, {"index", "leaf", "proof"}, "A change of key")
        changes.append((_index(part["index"]), _raw(part["leaf"])))
    chain = chain_of(pinned, known, changes)
    if not isinstance(note, str):
        raise _bad("It has no checkpoint")
    raw = note.encode("utf-8", "surrogatepass")
    head, signed = open_checkpoint(raw, [(span.key, pinned.name) for span in chain.spans])
    if not chain.signed(signed, head.size):
        raise _bad("Its checkpoint is signed with a key of the ledger that was changed before")
    return head, signed


def _entries(given: object, proofs: object, head: Head, expunctions: Mapping[int, Leaf]) -> Iterator[Shown]:
    entries, paths = _list(given, "Its list of entries"), _list(proofs, "Its list of proofs")
    if not 0 < len(entries) <= ENTRIES_MAX or len(entries) != len(paths):
        raise _bad("It has not one proof for each entry")
    last = -1
    for part, path in zip(entries, paths, strict=True):
        if not isinstance(part, dict):
            raise _bad("An entry of it is no table")
        expunged = "expunged" in part
        wanted = {"index", "leaf", "disclosed", "withheld", "expunged" if expunged else "decoys"}
        entry = _table(part, wanted, "An entry of it")
        index, leaf = _proven({"index": entry["index"], "leaf": entry["leaf"], "proof": path}, head)
        if index <= last:
            raise _bad("Its entries do not stand in their order")
        last = index
        yield _destroyed(entry, index, leaf, expunctions) if expunged else _shown(entry, index, leaf)


def _shown(entry: Mapping[str, Any], index: int, leaf: Leaf) -> Shown:
    """An entry whose digests are fields shown, fields kept back and decoys, and nothing else."""
    texts = [disclosure_of(part) for part in _list(entry["disclosed"], "A list of disclosures")]
    disclosed = opened(leaf, texts)
    withheld: dict[str, str] = {}
    digests = dict(zip(disclosed, map(digest_of, texts), strict=True))
    for part in _list(entry["withheld"], "A list of fields kept back"):
        field, digest, reason = _withheld(part, index)
        if field in disclosed or field in withheld or field in leaf.public or field in RESERVED:
            raise _bad(f"Entry {index}: the name {field!r} is taken")
        withheld[field], digests[field] = reason, digest
    seed = _raw(entry["decoys"])
    decoys = len(leaf.digests) - len(disclosed) - len(withheld)
    if len(seed) != SEED or decoys < 0:
        raise _bad(f"Entry {index}: its decoys cannot be shown to be decoys")
    said = [*digests.values(), *(decoy(seed, number) for number in range(decoys))]
    if sorted(said) != sorted(leaf.digests):
        raise _bad(f"Entry {index}: something is hidden that is neither named with a reason nor a decoy")
    return Shown(index, _raw(entry["leaf"]), leaf.public, disclosed, withheld, digests, decoys)


def _withheld(part: object, index: int) -> tuple[str, str, str]:
    row = _table(part, {"field", "digest", "reason"}, "A field kept back")
    field, digest, reason = row["field"], row["digest"], row["reason"]
    if not isinstance(field, str) or not NAME.fullmatch(field):
        raise _bad(f"Entry {index}: a field kept back has no name")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise _bad(f"Entry {index}: a field kept back has no digest")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > REASON_MAX or not reason.isprintable():
        raise _bad(f"Entry {index}: the field {field!r} is kept back without a reason")
    return field, digest, reason


def _destroyed(entry: Mapping[str, Any], index: int, leaf: Leaf, expunctions: Mapping[int, Leaf]) -> Shown:
    at = _index(entry["expunged"])
    expunction = expunctions.get(at)
    if entry["disclosed"] != [] or entry["withheld"] != []:
        raise _bad(f"Entry {index}: it was expunged and cannot show anything")
    if expunction is None or expunction.public["type"] != "expunction" or expunction.public["entry"] != index:
        raise _bad(f"Entry {index}: no entry of the ledger records that it was expunged")
    return Shown(index, _raw(entry["leaf"]), leaf.public, {}, {}, {}, 0, at)


def _proven(evidence: object, head: Head) -> tuple[int, Leaf]:
    """An entry that is under the checkpoint: its index, and its leaf as read."""
    part = _table(evidence, {"index", "leaf", "proof"}, "A proof")
    index, leaf = _index(part["index"]), _raw(part["leaf"])
    path = [_raw(one) for one in _list(part["proof"], "A proof")[: PATH_MAX + 1]]
    if not verify_inclusion(leaf_hash(leaf), index, head.size, path, head.root):
        raise _bad(f"Entry {index} is not in the ledger that the checkpoint is of")
    return index, read_leaf(leaf)


# --- two releases ---


def compare(earlier: Release, later: Release) -> tuple[str, ...]:
    """What does not fit between two releases of one ledger, () where each entry of both is the same entry.

    A field that is kept back in one and shown in the other must be the field that it was said to be, and what was
    shown must not be said otherwise later.
    """
    if earlier.origin != later.origin:
        return ("The two releases are of different ledgers.",)
    problems = []
    if earlier.size == later.size and earlier.root != later.root:
        problems.append("The two releases are of different histories of one ledger.")
    before = {entry.index: entry for entry in earlier.entries}
    for now in later.entries:
        old = before.get(now.index)
        if old is not None:
            problems += _compare(old, now)
    return tuple(problems)


def in_both(earlier: Release, later: Release) -> tuple[list[int], list[int]]:
    """The entries that both releases have, which `compare` holds against each other, and those of the earlier alone."""
    now = {entry.index for entry in later.entries} if earlier.origin == later.origin else set()
    before = [entry.index for entry in earlier.entries]
    return [index for index in before if index in now], [index for index in before if index not in now]


def _compare(old: Shown, now: Shown) -> Iterator[str]:
    if old.leaf != now.leaf:
        yield f"Entry {now.index} is another entry in the earlier release."
        return
    if now.expunged is not None:
        return
    if old.expunged is not None:
        yield f"Entry {now.index} was expunged in the earlier release, and its fields are known in the later one."
    elif set(old.digests) != set(now.digests):
        yield f"Entry {now.index}: the two releases name different fields."
    else:
        for name, digest in old.digests.items():
            if now.digests[name] != digest:
                yield f"Entry {now.index}: what the one release calls {name!r} is another field in the other."


# --- reading ---


def _table(value: object, members: set[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != members:
        raise _bad(f"{what} is not of the form {SCHEMA}")
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _bad(f"{what} is no list")
    return value


def _index(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise _bad("An index in it is no whole number")
    return value


def _line(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _bad(f"Its {name} is no text")
    return value


def _raw(value: object) -> bytes:
    raw = from_base64(value) if isinstance(value, str) else None
    if raw is None:
        raise _bad("A part of it is not base64")
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _bad(what: str) -> IntegrityError:
    return IntegrityError(f"{what}.", _DO)
