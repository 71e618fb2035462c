"""The registry that is asked is the one that was loaded last, as the ledger has it; every other one is refused."""

import shutil
from datetime import timedelta

import pytest

from counterfoil import cases
from counterfoil.errors import IntegrityError
from counterfoil.office import models
from tests.journey import asked, outcomes, person

pytestmark = pytest.mark.both_databases

HELD = {**person(0), "tax_year": "2020", "hold": "informant"}


def load(journey, name, rows, **options):
    """Load a file of that name; the registry's id."""
    from tests.journey import REGISTRY_COLUMNS, write_csv

    path = write_csv(journey.folder / name, rows, REGISTRY_COLUMNS)
    return cases.load_registry(journey.office, [path], journey.now, **options).id


def approved(journey):
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    return examined.id


def entries(journey):
    """The registries of the ledger's entries, in order."""
    ledger = journey.office.ledger()
    found = [ledger.read(index) for index in range(ledger.size())]
    return [entry.disclosed["registry"] for entry in found if entry.public["type"] == "registry"]


def registry_checks(journey):
    return [check for check in cases.doctor(journey.office, journey.now) if check.name == "registry"]


@pytest.fixture
def rolled_back(journey):
    """An office in which a hold was loaded, and the registry of before was put back."""
    first = load(journey, "a.csv", [person(0)])
    shutil.copytree(journey.office.registry_folder, journey.folder / "old")
    second = load(journey, "b.csv", [HELD])
    assert entries(journey) == [first, second]
    shutil.rmtree(journey.office.registry_folder)
    shutil.copytree(journey.folder / "old", journey.office.registry_folder)
    return journey, first, second


def test_an_older_registry_put_back_is_neither_asked_nor_added_to_nor_called_sound(rolled_back):
    journey, first, second = rolled_back
    batch = approved(journey)
    with pytest.raises(IntegrityError, match=f"is {first}; the one that was loaded last is {second}") as error:
        cases.verify(journey.office, batch, journey.now)
    assert "--replace" in error.value.do
    assert any(check.level == "wrong" and second in check.what and check.do for check in registry_checks(journey))
    with pytest.raises(IntegrityError):
        load(journey, "c.csv", [person(1)])
    with pytest.raises(IntegrityError):
        load(journey, "a.csv", [person(0)])
    assert entries(journey) == [first, second]


def test_an_older_registry_is_in_use_again_when_a_load_says_so_and_that_is_an_entry(rolled_back):
    journey, first, second = rolled_back
    assert load(journey, "a.csv", [person(0)], replace=True) == first
    assert load(journey, "a.csv", [person(0)]) == first
    assert entries(journey) == [first, second, first]
    batch = approved(journey)
    cases.verify(journey.office, batch, journey.now)
    assert outcomes(journey.release(batch)) == {asked(0)["request_id"]: "CONFIRMED"}
    assert [check.level for check in registry_checks(journey)] == ["ok"]
    assert journey.audit().ok


def test_the_record_is_believed_only_where_the_ledger_says_the_same(rolled_back):
    journey, first, _second = rolled_back
    newest = max(int(row.registry.split("@")[1]) for row in models.RegistryLoaded.objects.all())
    models.RegistryLoaded.objects.create(registry=f"{first}@{newest}", at=journey.now + timedelta(days=1))
    with pytest.raises(IntegrityError, match="loaded last"):
        cases.verify(journey.office, approved(journey), journey.now)


def test_a_registry_whose_entry_was_expunged_is_still_the_one_in_use(journey):
    load(journey, "a.csv", [person(0)])
    size = journey.office.ledger().size()
    at = next(i for i, leaf in journey.office.ledger().read_public(0, size) if leaf.public["type"] == "registry")
    cases.expunge(journey.office, [at], "ana", "5 USC 552a(d)(2)", journey.now)
    assert not journey.office.ledger().read(at).disclosed
    batch = approved(journey)
    cases.verify(journey.office, batch, journey.now)
    load(journey, "b.csv", [person(1)])


def test_a_registry_that_is_gone_is_wrong_and_is_not_begun_anew_by_an_increment(journey):
    first = load(journey, "a.csv", [person(0)])
    shutil.rmtree(journey.office.registry_folder)
    (check,) = registry_checks(journey)
    assert check.level == "wrong" and first in check.what and "--replace" in check.do
    with pytest.raises(IntegrityError, match="is gone"):
        load(journey, "b.csv", [person(1)])
    assert load(journey, "a.csv", [person(0)], replace=True) == first
    assert entries(journey) == [first]


def test_a_registry_loaded_while_a_batch_is_verified_stops_its_record(journey, monkeypatch):
    from counterfoil.cases.batch import verify as module

    load(journey, "a.csv", [person(0)])
    batch = approved(journey)
    real = module._look_up

    def look_up(*said):
        found = real(*said)
        load(journey, "b.csv", [HELD])
        return found

    monkeypatch.setattr(module, "_look_up", look_up)
    with pytest.raises(IntegrityError, match="loaded last"):
        cases.verify(journey.office, batch, journey.now)
    monkeypatch.undo()
    cases.verify(journey.office, batch, journey.now)
    assert outcomes(journey.release(batch)) == {asked(0)["request_id"]: "NO_CONFIRMATION"}


def test_a_load_that_was_cut_off_before_its_entry_is_finished_by_the_same_load(journey, monkeypatch):
    from counterfoil.cases import registry as module

    first = load(journey, "a.csv", [person(0)])
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(module, "act", lambda *_said: (_ for _ in ()).throw(KeyboardInterrupt))
        load(journey, "b.csv", [HELD])
    batch = approved(journey)
    with pytest.raises(IntegrityError, match=f"loaded last is {first}"):
        cases.verify(journey.office, batch, journey.now)
    second = load(journey, "b.csv", [HELD])
    assert entries(journey) == [first, second] and second != first
    cases.verify(journey.office, batch, journey.now)
