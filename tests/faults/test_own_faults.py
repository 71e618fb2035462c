"""What is wrong with the custodian's own machine is nobody else's deficiency: an error, and nothing recorded."""

import os
import time

import pytest

from counterfoil import cases
from counterfoil.errors import CounterfoilError, UnavailableError
from counterfoil.office import database, models, place
from counterfoil.office import postgresql as engine
from tests.journey import Journey, asked, outcomes, person


@pytest.mark.parametrize("damage", ["gone", "empty", "open to all", "nonsense"])
def test_a_batch_is_not_refused_because_the_custodians_key_cannot_be_read(tmp_path, damage):
    journey = Journey(tmp_path / "office")
    journey.load([person(n) for n in range(3)])
    sealed = journey.sealed([asked(n) for n in range(3)])
    key = journey.data / "keys" / "custodian.jwk"
    kept = key.read_bytes()
    harm(key, damage)
    office = cases.open_office(journey.data)
    size = office.ledger().size()
    with pytest.raises(CounterfoilError, match=r"key|JWK"):
        cases.receive_bytes(office, sealed, "api", journey.now)
    assert office.ledger().size() == size
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(kept)
    journey.office = cases.open_office(journey.data)
    batch = cases.receive_bytes(journey.office, sealed, "api", journey.now)
    cases.examine(journey.office, batch.id, journey.now)
    journey.approve(batch.id)
    cases.verify(journey.office, batch.id, journey.now)
    assert set(outcomes(journey.release(batch.id)).values()) == {"CONFIRMED"}


def harm(key, damage):
    if damage == "gone":
        key.unlink()
    elif damage == "open to all":
        key.chmod(0o644)
    else:
        key.write_bytes(b"" if damage == "empty" else b"[1, 2]")


def test_an_act_that_falls_silent_does_not_hold_the_writers_lock_for_ever(tmp_path, postgresql, monkeypatch):
    monkeypatch.setattr(engine, "_ALIVE", "-c idle_in_transaction_session_timeout=500ms")
    monkeypatch.setenv(place.VARIABLE, postgresql.office())
    journey = Journey(tmp_path / "office")
    size = journey.office.ledger().size()
    with pytest.raises(UnavailableError), database.writing():
        time.sleep(1.5)
        models.Officer.objects.count()
    cases.add_officer(journey.office, "cy", "Cy Example", journey.now)
    assert journey.office.ledger().size() == size + 1
