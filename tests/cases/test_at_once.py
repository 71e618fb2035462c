"""Two at once: nothing twice, no answer under an order, whatever comes between the look and the act."""

from datetime import timedelta

import pytest

from counterfoil import cases
from counterfoil.cases.batch import examine, receive, release, verify
from counterfoil.errors import HeldError, NotAllowedError, OutOfTurnError
from tests.journey import STAY, asked, person

pytestmark = pytest.mark.both_databases


def between(monkeypatch, room, name, what):
    """Let `what` happen once, right after the function `name` of a step has been called for the first time."""
    original = getattr(room, name)
    done = []

    def called(*arguments, **named):
        result = original(*arguments, **named)
        if not done:
            done.append(True)
            what()
        return result

    monkeypatch.setattr(room, name, called)


def enter_stay(journey, now=None):
    text = STAY.replace("2026-03-01T00:00:00Z", f"{now:%Y-%m-%dT%H:%M:%SZ}") if now else STAY
    (journey.folder / "order.yaml").write_text(text)
    cases.enter_stay(journey.office, journey.folder / "order.yaml", now or journey.now)


def entries(journey, kind):
    ledger = journey.office.ledger()
    return [entry for entry in ledger.read_many(0, ledger.size()) if entry.public["type"] == kind]


@pytest.fixture
def approved(journey):
    journey.load([person(0)])
    batch = journey.examine([asked(0)]).id
    journey.approve(batch)
    return batch


@pytest.mark.parametrize("later", [0, 40])
def test_an_order_entered_while_an_answer_is_made_stops_it(journey, approved, monkeypatch, later):
    cases.verify(journey.office, approved, journey.now)
    moment = journey.now + timedelta(seconds=later)
    between(monkeypatch, release, "_parcel", lambda: enter_stay(journey, moment))
    with pytest.raises(HeldError):
        cases.release(journey.office, approved, journey.folder / "out", journey.now)
    assert not (journey.folder / "out").exists()
    assert entries(journey, "answer") == []


def test_an_order_entered_while_the_registry_is_asked_leaves_no_verification(journey, approved, monkeypatch):
    between(monkeypatch, verify, "_look_up", lambda: enter_stay(journey))
    with pytest.raises(HeldError):
        cases.verify(journey.office, approved, journey.now)
    assert entries(journey, "verification") == []


def test_an_answer_does_not_go_out_again_under_an_order_and_does_after_it(journey, approved):
    cases.verify(journey.office, approved, journey.now)
    cases.release(journey.office, approved, journey.folder / "out", journey.now)
    enter_stay(journey)
    with pytest.raises(HeldError, match="not handed out again"):
        cases.release(journey.office, approved, journey.folder / "again", journey.now)
    assert not (journey.folder / "again").exists()
    cases.lift_stay(journey.office, "order-1", journey.now)
    later = journey.now + timedelta(seconds=1)
    assert cases.release(journey.office, approved, journey.folder / "again", later).again
    assert (journey.folder / "again").read_bytes() == (journey.folder / "out").read_bytes()


def test_the_same_bytes_received_by_two_processes_at_once_are_one_batch(journey, monkeypatch):
    sealed = journey.sealed([asked(0)])
    first = []
    between(
        monkeypatch, receive, "_look",
        lambda: first.append(cases.receive_bytes(journey.office, sealed, "api", journey.now)),
    )  # fmt: skip
    second = cases.receive_bytes(journey.office, sealed, "api", journey.now)
    assert second.again and second.id == first[0].id
    assert len(entries(journey, "receipt")) == len(entries(journey, "request")) == 1


def test_two_examinations_at_once_count_each_others_addresses_for_probing(journey, monkeypatch):
    batches = [
        journey.receive(
            [asked(0, address_line1=f"{700 + number} Quarry Street", investigation_id=f"HSI-2025-{number}")]
        )
        for number in range(2)
    ]
    between(monkeypatch, examine, "gates_of", lambda: cases.examine(journey.office, batches[1].id, journey.now))
    # The other batch is examined after this one was judged, before it is recorded: its address is the first.
    late = cases.examine(journey.office, batches[0].id, journey.now)
    assert late.examination.codes(0) == ("PROBING",)


def test_two_releases_at_once_make_one_answer(journey, approved, monkeypatch):
    cases.verify(journey.office, approved, journey.now)
    one, two = journey.folder / "one", journey.folder / "two"
    between(monkeypatch, release, "_parcel", lambda: cases.release(journey.office, approved, one, journey.now))
    with pytest.raises(OutOfTurnError, match="released"):
        cases.release(journey.office, approved, two, journey.now)
    assert len(entries(journey, "answer")) == len(entries(journey, "release")) == 1
    cases.release(journey.office, approved, two, journey.now)
    assert one.read_bytes() == two.read_bytes()


def test_one_officer_at_two_desks_is_one_approval(journey, monkeypatch):
    from counterfoil.cases.batch import approve

    batch = journey.examine([asked(0)]).id
    between(monkeypatch, approve, "_not_own", lambda: cases.approve(journey.office, batch, "ana", journey.now))
    with pytest.raises(NotAllowedError):
        cases.approve(journey.office, batch, "ana", journey.now)
    assert len(entries(journey, "approval")) == 1
