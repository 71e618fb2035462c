"""Nothing personal in what is published, and nothing readable in what is kept."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.conftest import entry, make_ledger
from tests.ledger.sqlite_store import SqliteStore


def planted(count):
    generator = random.Random(6)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return ["".join(generator.choices(alphabet, k=14)) for _ in range(count)]


def record(value):
    return {"surname": value, "address_line1": f"12 {value} ST", "reason": f"as told by {value}"}


def test_an_export_and_the_database_hold_none_of_a_thousand_planted_values(tmp_path):
    values = planted(1000)
    store = SqliteStore(tmp_path / "ledger.sqlite3")
    ledger = make_ledger(store)
    store.db.execute("BEGIN IMMEDIATE")
    ledger.append([entry("receipt", {"official": values[0]}, batch="b-1", count=999)])
    ledger.append(entry("request", {"request": record(value)}, batch="b-1") for value in values[1:])
    ledger.checkpoint()
    store.db.execute("COMMIT")
    assert ledger.read(500).disclosed["request"] == record(values[500])
    ledger.export(tmp_path / "export")
    store.db.close()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert len(written) > 500_000
    assert [value for value in values if value.encode() in written] == []
    assert b"surname" not in written


personal = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=8, max_size=20)


@settings(max_examples=30, deadline=None)
@given(first=personal, second=personal)
def test_two_ledgers_that_differ_only_in_what_is_sealed_look_alike(first, second):
    """The public part of one is the public part of the other, but for digests; lengths are the same."""
    looks = []
    for value in (first, second):
        ledger = make_ledger()
        ledger.append(
            [entry("receipt", batch="b-1", count=1), entry("request", {"request": record(value)}, batch="b-1")]
        )
        leaves = [leaf for _, leaf in ledger.read_public(0, 2)]
        looks.append(
            [(dict(leaf.public), len(leaf.digests), len(raw)) for leaf, raw in zip(leaves, raws(ledger), strict=True)]
        )
    assert looks[0] == looks[1]


def raws(ledger):
    return [leaf for _, leaf in ledger.store.leaves(0, 2)]
