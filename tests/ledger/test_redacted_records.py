"""Every redaction of many records, and a guesser who has the whole list of values that a field can have."""

import base64
import gc
import random

import pytest

from counterfoil.ledger.entry import digest_of, disclosure
from counterfoil.ledger.redact import content_of, open_release, release_of
from tests.ledger.conftest import VKEY, entry, fill, make_ledger
from tests.ledger.redacted import NAMES, choice

FIELDS = [name for name in NAMES if name != "time"]
RECORDS, PARTS = 1_000, 8


def record(number):
    return {name: f"value {number * 7 + at}" for at, name in enumerate(FIELDS)}


def ledger_of(records):
    """A ledger with that many records of ten fields; the index of the first."""
    ledger = fill(make_ledger(), 3)
    first = ledger.append(entry("release", record(number), batch="b-2", count=0) for number in range(records))[0]
    return ledger, first


def try_redactions(records, masks):
    """Each of these redactions of each record, all under one checkpoint: how many verified, and against which roots."""
    ledger, first = ledger_of(records)
    chosen = [
        (first + number, {name for at, name in enumerate(FIELDS) if mask >> at & 1})
        for number in range(records)
        for mask in masks
    ]
    made = [content_of(ledger, [choice(index, shown)], {}) for index, shown in chosen]
    start = ledger.append(entry("disclosure", by="p-1", count=1, sha256=one.sha256) for one in made)[0]
    note, roots = ledger.checkpoint(), set()
    for number, ((index, shown), content) in enumerate(zip(chosen, made, strict=True)):
        release = open_release(release_of(ledger, content, start + number, (), note), VKEY)
        (one,) = release.entries
        assert one.leaf == ledger.leaf(index)
        values = record(index - first)
        assert one.disclosed == {name: values[name] for name in shown}
        assert set(one.withheld) == set(NAMES) - shown
        roots.add((release.size, release.root))
    return len(chosen), roots


@pytest.fixture(autouse=True)
def no_search_for_garbage():
    """A hundred thousand releases are held at once: looking for circles in them takes half of the time."""
    gc.disable()
    yield
    gc.enable()


def test_every_redaction_of_a_record_verifies_against_one_root():
    number, roots = try_redactions(1, range(1024))
    assert (number, len(roots)) == (1024, 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_redaction_of_a_thousand_records_verifies_against_one_root(part):
    number, roots = try_redactions(RECORDS // PARTS, range(1024))
    print(f"part {part}: {number} redactions, {len(roots)} root")  # noqa: T201 - shown by make soak
    assert (number, len(roots)) == (RECORDS // PARTS * 1024, 1)


def guess(candidates):
    """Releases of one record that keep every field back, and each of those that shows another: what a guesser finds.

    The guesser has every candidate value for every field, every salt that any release shows, and the seeds of decoys.
    """
    ledger, index = ledger_of(1)
    shown = [set(), *({name} for name in FIELDS[1:])]
    documents = [content_of(ledger, [choice(index, names)], {}).document["entries"][0] for names in shown]
    hidden = {part["digest"] for part in documents[0]["withheld"] if part["field"] == FIELDS[0]}
    assert len(hidden) == 1
    salts = {part[0] for one in documents for part in one["disclosed"]}
    known = [bytes(16), *(base64.urlsafe_b64decode(salt + "==") for salt in sorted(salts))]
    known += [base64.b64decode(documents[0]["decoys"])]
    assert record(0)[FIELDS[0]] in candidates
    tries, found = 0, 0
    for salt in known:
        for value in candidates:
            tries += 1
            found += digest_of(disclosure(FIELDS[0], value, salt)) in hidden
    return tries, found


def candidates(number):
    values = [f"value {at}" for at in range(number)]
    return random.Random(1).sample(values, number)


def test_a_guesser_with_the_whole_list_of_values_finds_nothing():
    tries, found = guess(candidates(2_000))
    assert tries > 20_000
    assert found == 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_guesser_with_ten_million_guesses_finds_nothing():
    tries, found = guess(candidates(1_000_000))
    print(f"{tries} guesses, {found} values found")  # noqa: T201 - shown by make soak
    assert tries > 10_000_000
    assert found == 0
