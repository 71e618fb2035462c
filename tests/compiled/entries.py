"""A ledger of made-up entries with drawn salts, as hashes; run in either form and compared."""

import hashlib
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from counterfoil import compiled
from counterfoil.errors import CounterfoilError
from counterfoil.ledger import Entry, Ledger, build, new_ledger_key
from counterfoil.ledger.canonical import Json, b64, canonical, unb64
from counterfoil.ledger.store import MemoryStore
from counterfoil.ledger.tree import verify_consistency, verify_inclusion

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
NAMES = ("a", "b", "surname", "%s", "\u20ac", "\U0001f600", '"', "")
TEXTS = ("", "EXAMPLE", "1 Oak St", 'a "quoted" \\ one', "\u20ac\U0001f600", "x" * 400, "a~?>b", "\x00\x7f\n")
ODD = (1.5, b"x", {1: 2}, "\ud800", 2**60, object, [[[[]]]] * 3, {"a": {"b": ("c", None, True, -7)}}, Json('{"a":1}'))


def value(rng: random.Random, depth: int = 0) -> object:
    """A value of any shape that a disclosure may have."""
    kind = rng.randrange(6 if depth < 3 else 3)
    if kind == 0:
        return rng.choice((None, True, False, 0, -1, 2**53 - 1))
    if kind in (1, 2):
        return rng.choice(TEXTS)
    if kind == 3:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    names = rng.sample(NAMES, rng.randrange(len(NAMES)))
    return {name: rng.choice(TEXTS) if kind == 4 else value(rng, depth + 1) for name in names}


def entries(rng: random.Random, count: int, at: datetime) -> list[Entry]:
    """Entries of a moment, some of which share their public fields."""
    first = Entry.at(at, "answer", batch="b-1", request=7, outcome="HELD")
    made = [first.alike({"detail": value(rng)}) for _ in range(count)]
    made += [Entry.at(at, "request", {"request": value(rng)}, batch="b-1") for _ in range(count)]
    return [*made, Entry.at(at, "examination", batch="b", count=2, counts={"x": 1}, years=["2022"])]


def refusals() -> list[str]:
    """What is said of values and entries that cannot be written."""
    said = []
    for odd in ODD:
        made = Entry.at(NOW, "request", {"request": odd}, batch="b-1")
        wrong = (made, Entry({**made.public, "day": odd}, made.disclosed), Entry(made.public, {"time": odd, "x": ""}))
        for one in wrong:
            try:
                (portion,) = build.build_all([one], bytes)
                said.append(hashlib.sha256(b"".join([*portion.leaves, *portion.texts])).hexdigest())
            except CounterfoilError as error:
                said.append(f"{type(error).__name__} {error}")
    return said


def lines() -> Iterator[str]:
    """The form that runs, and a line for everything that it wrote."""
    rng = random.Random(5)
    private, _ = new_ledger_key("counterfoil.example/ledger", rng.randbytes)
    ledger = Ledger(MemoryStore(), "counterfoil.example/ledger", private, rng.randbytes(32), rng.randbytes)
    yield str(compiled.form()[0])
    for at, count in enumerate((0, 1, 3, 127, 400, 1, 1)):
        ledger.begin()
        ledger.append(entries(rng, count, NOW + timedelta(minutes=at)))
        note = ledger.checkpoint()
        stored = [*ledger.store.leaves(0, ledger.size()), *ledger.store.sealed(0, ledger.size())]
        yield hashlib.sha256(repr((note, stored)).encode()).hexdigest()
    size = ledger.size()
    for at in (0, 1, 255, 256, 700, size - 1):
        leaf = hashlib.sha256(b"\0" + ledger.leaf(at)).digest()
        proof, both = ledger.inclusion_proof(at), ledger.consistency_proof(at)
        held = verify_inclusion(leaf, at, size, proof, ledger.root())
        held = held and verify_consistency(at, size, ledger.root(at), ledger.root(), both)
        yield f"{held} {hashlib.sha256(b''.join([*proof, *both])).hexdigest()}"
    coded = canonical([value(rng) for _ in range(500)])
    yield f"{hashlib.sha256(coded).hexdigest()} {unb64(b64(coded)) == coded}"
    yield from refusals()


def main() -> None:
    sys.stdout.write("\n".join(lines()))


if __name__ == "__main__":
    main()
