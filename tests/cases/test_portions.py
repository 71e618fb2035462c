"""A large batch in portions, by worker processes: the same record, bits and answer; nothing where one of them died."""

import json
import os
import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil import cases, workers
from counterfoil.cases.batch.examine import load_requests
from counterfoil.cases.portions import stored, take
from counterfoil.cases.portions.ledger import Made
from counterfoil.errors import InputError, IntegrityError, UnavailableError
from counterfoil.ledger.canonical import canonical
from counterfoil.ledger.tree import leaf_hash
from counterfoil.office import models
from counterfoil.request import Request
from counterfoil.request.formats import csv_parts
from counterfoil.request.model import COLUMNS
from counterfoil.request.record import record_of, request_of
from tests.journey import asked, outcomes, person, write_csv

COUNT = 23


def rows():
    """Lawful ones, two that are deficient, a wrong address, a name beyond ASCII."""
    found = [asked(number) for number in range(COUNT)]
    found[3]["reason"] = ""
    found[5]["address_line1"] = "999 Larkmoor Street"
    found[7]["statute"] = "8 USC 1324d"
    found[9]["middle_name"] = "Ñandú"
    return found


@pytest.fixture
def small(monkeypatch):
    """A batch of a few requests counts as large, and takes several portions."""
    monkeypatch.setattr(stored, "ALONE", 2)
    monkeypatch.setattr(stored, "PORTION", 4)
    monkeypatch.setattr(take, "PORTION", 4)
    monkeypatch.setattr(stored, "cores", lambda: 2)


def recorded(journey, id):
    """What the ledger holds of a batch, entry by entry, opened."""
    ledger = journey.office.ledger()
    entries = list(ledger.read_many(0, ledger.size()))
    kinds = ("request", "answer")
    return [
        (entry.public, {name: value for name, value in entry.disclosed.items() if name != "time"})
        for entry in entries
        if entry.public["type"] in kinds and entry.public["batch"] == id
    ]


def test_the_record_and_the_answer_of_several_processes_are_those_of_one(journey, monkeypatch):
    journey.load([person(number) for number in range(COUNT)])
    alone = journey.through(rows())
    first = models.Batch.objects.get()
    told = recorded(journey, first.id)
    monkeypatch.setattr(stored, "ALONE", 2)
    monkeypatch.setattr(stored, "PORTION", 4)
    monkeypatch.setattr(take, "PORTION", 4)
    monkeypatch.setattr(stored, "cores", lambda: 2)
    other = [{**row, "investigation_id": row["investigation_id"] + "-B"} for row in rows()]
    together = journey.through(other)
    second = models.Batch.objects.exclude(id=first.id).get()
    assert outcomes(together) == outcomes(alone)
    assert together.problems == () and together.explanations == alone.explanations
    assert together.notice["statutes"] == alone.notice["statutes"]
    assert together.notice["tax_years"] == alone.notice["tax_years"]
    shift = second.first_request - first.first_request
    for (public, disclosed), (public_alone, disclosed_alone) in zip(recorded(journey, second.id), told, strict=True):
        assert {**public, "batch": first.id, **_moved(public, -shift)} == dict(public_alone)
        assert _same_case(disclosed) == _same_case(disclosed_alone)
    assert cases.ledger_verify(journey.office).ok and journey.audit().ok


def _moved(public, by):
    return {"request": public["request"] + by} if "request" in public else {}


def _same_case(disclosed):
    """Without what the two batches differ in."""
    return {
        name: {key: text for key, text in value.items() if key != "investigation_id"} if name == "request" else value
        for name, value in disclosed.items()
        if name != "purpose"
    }


def test_a_payload_that_seems_to_have_as_many_rows_and_has_others_is_read_from_its_beginning(
    journey, small, monkeypatch
):
    monkeypatch.setattr(csv_parts, "SIZE", 2_000)
    plain = write_csv(journey.folder / "plain.csv", rows()).read_bytes()
    lines = plain.splitlines(keepends=True)
    lines[18] = lines[18].replace(b"\r\n", b"\r")
    other = b"".join([*lines[:4], b"\r\n", *lines[4:]])
    for payload, right in ((plain, True), (other, False)):
        parts = csv_parts.divided(payload)
        assert len(parts) > 2 and sum(part.expected for part in parts) == COUNT
        assert all(csv_parts.values_of(part) for part in parts) == right
    monkeypatch.setattr("tests.journey.write_csv", lambda path, _: [path.write_bytes(other), path][1])
    received = journey.receive(rows())
    assert received.count == COUNT and received.codes == ()
    ids = [row.request_id for row in load_requests(journey.office, models.Batch.objects.get())]
    assert ids == [row["request_id"] for row in rows()]


@pytest.mark.parametrize("step", ["receive", "verify", "release"])
def test_a_worker_that_dies_leaves_everything_as_it_was_and_the_next_run_does_it_all(journey, small, monkeypatch, step):
    journey.load([person(number) for number in range(COUNT)])
    batch = None if step == "receive" else journey.examine(rows()).id
    if batch is not None:
        journey.approve(batch)
    if step == "release":
        cases.verify(journey.office, batch, journey.now)
    before = state(journey)
    start = workers._start

    def doomed():
        process = start()
        os.kill(process.pid, signal.SIGKILL)
        return process

    workers.dismiss()
    with monkeypatch.context() as patch:
        patch.setattr(workers, "_start", doomed)
        with pytest.raises(UnavailableError, match="ended before its time"):
            _do(journey, step, batch, "first")
    assert state(journey) == before
    _do(journey, step, batch, "second")
    assert cases.ledger_verify(journey.office).ok


def state(journey):
    """The ledger, and how much of each kind is stored."""
    ledger = journey.office.ledger()
    kept = (models.Batch, models.Examination, models.Verification, models.Release)
    return ledger.size(), ledger.root(), [model.objects.count() for model in kept]


def _do(journey, step, batch, name):
    if step == "receive":
        journey.receive(rows())
    elif step == "verify":
        cases.verify(journey.office, batch, journey.now)
    else:
        cases.release(journey.office, batch, journey.folder / name, journey.now)


def test_a_stored_request_that_is_gone_is_an_error_and_never_no_match(journey, small):
    journey.load([person(number) for number in range(COUNT)])
    batch = journey.examine(rows())
    journey.approve(batch.id)
    first = models.Batch.objects.get(id=batch.id).first_request
    whole = journey.office.ledger().store

    class Torn:
        def entries(self, start, stop):
            return [row for row in whole.entries(start, stop) if row[0] != first + 6]

        def entries_at(self, indices):
            return [row for row in whole.entries_at(indices) if row[0] != first + 6]

    with pytest.raises(IntegrityError, match=f"Entry {first + 6} of the ledger is missing"):
        list(stored.portions(Torn(), first, COUNT))
    with pytest.raises(IntegrityError, match=f"Entry {first + 6} of the ledger is missing"):
        list(stored.picked(Torn(), first, [2, 6, 7]))
    assert [index for (index, _, _), *_ in stored.picked(Torn(), first, [2, 7])] == [first + 2]


@pytest.mark.both_databases
def test_some_positions_are_read_as_all_are(journey, small):
    journey.receive(rows())
    first = models.Batch.objects.get().first_request
    store = journey.office.ledger().store
    every = [row for portion in stored.portions(store, first, COUNT) for row in portion]
    assert [index for index, _, _ in every] == [*range(first, first + COUNT)]
    for wanted in ([], [0], [COUNT - 1], [0, 1, 5, 11, 12, 22], [*range(COUNT)]):
        portions = list(stored.picked(store, first, wanted))
        assert [row for portion in portions for row in portion] == [every[position] for position in wanted]
        assert all(len(portion) <= stored.PORTION for portion in portions)


def test_entries_made_for_another_place_or_an_earlier_time_are_not_taken(journey):
    journey.load([person(0)])
    ledger = journey.office.ledger()
    size, sealing = ledger.next_index(), journey.office.sealing()
    assert size == ledger.size() and sealing.name == ledger.origin
    for start, time in ((size + 1, journey.now), (size, journey.now.replace(year=1990))):
        with pytest.raises(IntegrityError, match="Entries were made for index"):
            ledger.append_made(Made(start, time, [b"{}"], [b""], leaf_hash(b"{}")))
    assert journey.office.ledger().size() == size


cells = st.one_of(
    st.just(""), st.sampled_from(['"', "\\", "\x01", "\x7f", "\ud800", "Ñandú", "\U0001f600"]), st.text(max_size=8)
)
rows_of_any_kind = st.builds(
    Request,
    **dict.fromkeys((*COLUMNS, "malformed"), cells),
    oversupplied=st.lists(st.text(max_size=5), max_size=2).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(rows_of_any_kind)
def test_a_request_is_recorded_in_one_step_as_in_two_and_read_back(row):
    (_, packed), *_ = take.packed([row])
    (values,) = take.unpacked(packed)
    try:
        record = canonical(record_of(row))
    except InputError:  # half a character in the name of a column that nobody asked for
        return
    assert take.record_text(values).text.encode() == record == canonical(take.record_text(values))
    read = request_of(json.loads(record), 7)
    assert record_of(read) == record_of(row) and read.position == 7
