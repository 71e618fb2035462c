import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counterfoil.ledger import Entry, Ledger, MemoryStore, new_ledger_key
from counterfoil.ledger.build import build_all

ORIGIN = "custodian.example/ledger"
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
PRIVATE, VKEY = new_ledger_key(ORIGIN, random.Random(1).randbytes)
OTHER_PRIVATE, OTHER_VKEY = new_ledger_key(ORIGIN, random.Random(2).randbytes)


def make_ledger(store=None, seed=3, private=PRIVATE):
    generator = random.Random(seed)
    key = random.Random(99).randbytes(32)
    return Ledger(MemoryStore() if store is None else store, ORIGIN, private, key, generator.randbytes)


def entry(kind, disclosed=None, minutes=0, **public):
    return Entry.at(NOW + timedelta(minutes=minutes), kind, disclosed, **public)


def build(made, draw):
    """The leaf of one entry, and what is sealed beside it as text."""
    (built,) = build_all([made], draw)
    return built.leaves[0], built.texts[0].decode()


def requests(count, batch="b-1"):
    return [entry("request", {"request": {"surname": f"Surname{n}"}}, batch=batch) for n in range(count)]


def fill(ledger, count):
    """A set-up, a receipt and `count` requests, under a checkpoint."""
    ledger.append([entry("setup"), entry("receipt", batch="b-1", count=count), *requests(count)])
    ledger.checkpoint()
    return ledger


BEGUN = [entry("setup"), entry("officer", by="p-1"), entry("officer", by="p-2")]
"""What a ledger begins with that is to tell of a batch."""


def whole_batch(ledger, count=3, batch="b-1", outcome="CONFIRMED"):
    """A batch from its receipt to its release, by the book; the officers are entered before it."""
    ledger.append([*BEGUN[1 if ledger.size() else 0 :], entry("receipt", batch=batch, count=count)])
    asked = ledger.append(requests(count, batch))
    ledger.append(
        [
            entry("examination", batch=batch, count=count, rule_set="a" * 64),
            entry("approval", batch=batch, by="p-1"),
            entry("approval", batch=batch, by="p-2"),
            entry("verification", batch=batch, looked_up=count if outcome == "CONFIRMED" else 0),
            *(entry("answer", batch=batch, request=index, outcome=outcome) for index in asked),
            entry("release", {"rows_sha256": "0" * 64}, batch=batch, count=count),
        ]
    )
    ledger.checkpoint()
    return ledger


@pytest.fixture
def ledger():
    return make_ledger()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A ledger of 600-odd entries with two levels of tiles, and its export."""
    ledger = whole_batch(fill(make_ledger(), 600), 4, "b-2")
    folder = tmp_path_factory.mktemp("large") / "export"
    ledger.export(folder)
    return ledger, folder


@pytest.fixture
def export(large, tmp_path):
    return Path(shutil.copytree(large[1], tmp_path / "export"))
