"""Entries become leaves: what stands in public, and what is sealed beside it.

Entries come in hundreds with the same shape, so what they share is worked out once: the public fields but for
their numbers, the order in which a table of texts is written, one draw of random bytes and one pass of base64url
for all. The bytes are those of `entry.disclosure`, `entry.digest_of` and `entry.decoy`, entry by entry.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from counterfoil.errors import InputError
from counterfoil.ledger.auditor.kinds import (
    ENTRY_MAX,
    FORMAT,
    INTEGER_MAX,
    NAME,
    RESERVED,
    TYPES,
    fault_of,
)
from counterfoil.ledger.canonical import URLSAFE, b64_each, quote, utf8, written
from counterfoil.ledger.entry import SALT, Entry, utc_of

PORTION = 256
"""Entries that are built together."""


class Portion(NamedTuple):
    """Entries, the leaf of each, and what is sealed beside it: its disclosures and its decoys' seed."""

    entries: list[Entry]
    leaves: list[bytes]
    texts: list[bytes]


def build_all(entries: Iterable[Entry], draw: Callable[[int], bytes]) -> Iterator[Portion]:
    """Build entries in portions of some hundreds, taking them as they are needed.

    `draw(n)` gives n random bytes. Raises InputError where an entry is not of the published form.
    """
    waiting = iter(entries)
    while portion := list(islice(waiting, PORTION)):
        yield Portion(portion, *_built(portion, draw))


def _built(entries: list[Entry], draw: Callable[[int], bytes]) -> tuple[list[bytes], list[bytes]]:
    tails = _checked_all(entries)
    salted = sum([len(entry.disclosed) for entry in entries])
    drawn = draw(SALT * (salted + len(entries)))
    heads = _heads(_pieces(drawn[: SALT * salted]))
    seeds = _pieces(drawn[SALT * salted :])
    shown = b64_each(seeds)
    sealed: list[bytes] = []
    hashes: list[bytes] = []
    head = 0
    for at, entry in enumerate(entries):
        disclosures: list[bytes] = []
        for name, value in entry.disclosed.items():
            text = heads[head] + _said(name, value)
            head += 1
            disclosures.append(text)
            hashes.append(sha256(text).digest())
        seed = seeds[at]
        decoys = _DIGESTS[entry.public["type"]] - len(disclosures)
        hashes += [sha256(seed + number).digest() for number in _NUMBERS[:decoys]]
        disclosures.append(b"*" + shown[at].encode("ascii"))
        sealed.append(b"~".join(disclosures))
    return _leaves(entries, tails, b64_each(hashes)), sealed


_NUMBERS: Final = [bytes((number,)) for number in range(max([kind.digests for kind in TYPES.values()]))]
"""What follows the seed in each decoy."""
_DIGESTS: Final = {name: kind.digests for name, kind in TYPES.items()}


def _leaves(entries: list[Entry], tails: list[str], digests: list[str]) -> list[bytes]:
    leaves: list[bytes] = []
    first = 0
    for entry, tail in zip(entries, tails, strict=True):
        end = first + _DIGESTS[entry.public["type"]]
        # "_sd" sorts before every public name, since those begin with a small letter.
        leaf = utf8('{"_sd":["' + '","'.join(sorted(digests[first:end])) + '"],' + tail)
        if len(leaf) > ENTRY_MAX:
            raise InputError(f"An entry is larger than {ENTRY_MAX:,} bytes.", _ON_ENTRY)
        leaves.append(leaf)
        first = end
    return leaves


_ON_ENTRY = "This is a fault of the program: please report it. Nothing was recorded."


def _heads(drawn: list[bytes]) -> list[bytes]:
    """The beginnings of disclosures with these salts, `["` and the salt, in base64url.

    They are 24 bytes, a multiple of three: what follows is written in base64url by itself.
    """
    salts = b64_each(drawn)
    text = b2a_base64("".join(['["' + salt for salt in salts]).encode("ascii"), newline=False).translate(URLSAFE)
    return [text[at : at + _HEAD] for at in range(0, len(text), _HEAD)]


_HEAD: Final = 32


def _said(name: str, value: Any) -> bytes:
    """What follows the salt in a disclosure, in base64url; texts that most entries of a batch share are remembered."""
    if type(value) is str:
        return _said_alike(name, value) if len(value) <= _SHARED else _coded(name, value)
    if type(value) is tuple and all(type(one) is str for one in value):  # 1, 1.0 and True would be one and the same
        return _said_alike_of(name, *value)
    return _coded(name, value)


_SHARED: Final = 256  # characters; what is longer (a manifest, a reason) stands in one entry alone, and is not kept


@lru_cache(maxsize=1024)
def _said_alike(name: str, text: str) -> bytes:
    return _coded(name, text)


@lru_cache(maxsize=1024)
def _said_alike_of(name: str, *texts: str) -> bytes:
    return _coded(name, texts)


def _coded(name: str, value: Any) -> bytes:
    text = b2a_base64(utf8(f'",{quote(name)},{written(value, 0)}]'), newline=False)
    return text.replace(b"+", b"-").replace(b"/", b"_").rstrip(b"=")  # in a text of letters and digits hardly one


def _pieces(drawn: bytes) -> list[bytes]:
    return [drawn[at : at + SALT] for at in range(0, len(drawn), SALT)]


def _checked_all(entries: list[Entry]) -> list[str]:
    """Of each entry the public fields as they follow `_sd`; entries that share them are told by that very object."""
    tails: list[str] = []
    fault, said = "", ""
    public: Any = None
    time: Any = None
    names: tuple[str, ...] = ()
    for entry in entries:
        own, alike = tuple(entry.disclosed), entry.public is public
        if not alike:
            public = entry.public
            fault, said = _public(public)
        # The entries of a moment have that very time.
        if not alike or own != names or entry.disclosed["time"] is not time:
            fault = fault or _fault_of_disclosed(public, entry.disclosed, own)
            names, time = own, entry.disclosed.get("time")
        if fault:
            raise InputError("An entry cannot go into the ledger: " + fault + ".", _ON_ENTRY)
        tails.append(said)
    return tails


def _public(public: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with public fields, "" if nothing is; and they, with the version, as they follow `_sd`."""
    numbers = {name: value for name, value in public.items() if type(value) is int}
    if numbers and not 0 <= min(numbers.values()) <= max(numbers.values()) <= INTEGER_MAX:
        return fault_of(public) or "a number is too large", ""
    try:
        fault, pieces = _public_of(*chain.from_iterable({**public, **dict.fromkeys(numbers, 0)}.items()))
    except TypeError:  # a list or a table among them, which nothing can be remembered by
        fault = fault_of(public)
        return fault, "" if fault else written({**public, "v": FORMAT}, 0)[1:]
    return fault, "".join([str(numbers[piece]) if piece in numbers else piece for piece in pieces])


@lru_cache(maxsize=256, typed=True)
def _public_of(*names_and_values: Any) -> tuple[str, tuple[str, ...]]:
    """`_public` in pieces, remembered: the entries of a batch have the same public fields but for numbers.

    Where a number goes stands the name of its field, which is like no other piece: those hold quotation marks.
    """
    public = dict(zip(names_and_values[::2], names_and_values[1::2], strict=True))
    fault = fault_of(public)
    if fault:
        return fault, ()
    pieces: list[str] = []
    for name, value in sorted({**public, "v": FORMAT}.items()):
        number = type(value) is int and name != "v"
        pieces += [("," if pieces else "") + f"{quote(name)}:", name if number else written(value, 1)]
    return "", (*pieces, "}")


def _fault_of_disclosed(public: Mapping[str, Any], disclosed: Mapping[str, Any], names: tuple[str, ...]) -> str:
    fault = _fault_of_names(public["type"], tuple(public), names)
    if fault:
        return fault
    time = disclosed.get("time")
    if not isinstance(time, str) or utc_of(time) is None:
        return "it does not disclose its time (RFC 3339, with its offset)"
    return "" if _day_of(time) == public["day"] else "its day is not the day of its time in UTC"


@lru_cache(maxsize=64)
def _day_of(time: str) -> str:
    return utc_of(time).date().isoformat()  # type: ignore[union-attr]


@lru_cache(maxsize=256)
def _fault_of_names(kind: str, public: tuple[str, ...], disclosed: tuple[str, ...]) -> str:
    if len(disclosed) > TYPES[kind].digests:
        return f"it discloses {len(disclosed)} fields, more than its type {kind} has digests for"
    for name in disclosed:
        if NAME.fullmatch(name) is None or name in RESERVED:
            return f"{name!r} cannot name a disclosed field"
        if name in public:
            return f"{name!r} is both public and disclosed"
    return ""
