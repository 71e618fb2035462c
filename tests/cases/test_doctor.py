"""The doctor finds each fault of an installation, says what to do, and never breaks on what it finds."""

import json
import shutil
import sqlite3
from datetime import timedelta

import pytest

from counterfoil import cases
from counterfoil.cases.office import DATABASE
from counterfoil.errors import InputError
from counterfoil.ledger import new_ledger_key
from counterfoil.office import database
from tests.journey import Journey, person

KEYS = ("keys/custodian.jwk", "keys/ledger.key", "keys/data.key", "public/custodian.jwk", "public/ledger.vkey")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    journey = Journey(tmp_path_factory.mktemp("sound"))
    journey.load([person(0)])
    assert wrong(journey.data, journey.now) == {}
    return journey


@pytest.fixture
def data(sound, tmp_path):
    database.connect(tmp_path / "no-database-yet")  # let go of the one that is copied
    return shutil.copytree(sound.data, tmp_path / "data")


def wrong(data, now):
    """What the doctor finds wrong, by name; each with a remedy."""
    found = {check.name: check for check in cases.doctor(cases.open_office(data), now) if not check.ok}
    assert all(check.what and check.do for check in found.values())
    return found


def by_hand(data, *statements):
    """Change the database as somebody would who has the file, and takes the guards away first."""
    connection = sqlite3.connect(data / DATABASE, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("content", [None, b"", b"junk\n", bytes(range(128, 256)), b"[]", b"ab\n"])
@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_is_missing_or_damaged_is_found(sound, data, name, content):
    (data / name).unlink()
    if content is not None:
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
    assert f"key {name}" in wrong(data, sound.now)


@pytest.mark.parametrize("name", KEYS[:3])
def test_a_key_that_others_can_read_is_found(sound, data, name):
    (data / name).chmod(0o640)
    found = wrong(data, sound.now)
    assert "chmod 600" in found[f"key {name}"].do
    assert not [check.name for check in found.values() if "can be read" in check.what and "backup" in check.do]


def test_a_database_that_others_can_read_is_found(sound, data):
    (data / DATABASE).chmod(0o644)
    assert "database file" in wrong(data, sound.now)


def test_a_ledger_key_of_another_ledger_of_the_same_name_is_found(sound, data):
    private, _public = new_ledger_key(sound.office.origin)
    (data / "keys" / "ledger.key").write_text(private + "\n")
    assert "key public/ledger.vkey" in wrong(data, sound.now)


def test_swapped_keys_are_found(sound, data):
    for name in ("data.key", "ledger.key"):
        (data / "keys" / name).rename(data / "keys" / f"{name}.aside")
    (data / "keys" / "data.key.aside").rename(data / "keys" / "ledger.key")
    (data / "keys" / "ledger.key.aside").rename(data / "keys" / "data.key")
    assert {"key keys/data.key", "key keys/ledger.key"} <= set(wrong(data, sound.now))


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("PRAGMA journal_mode=DELETE", "database journal"),
        ("UPDATE office_ledgerleaf SET leaf = CAST(substr(leaf, 1, 20) || 'A' || substr(leaf, 22) AS BLOB)", "ledger"),
        ("UPDATE office_ledgerleaf SET leaf = ''", "ledger"),
        ('DELETE FROM office_ledgerleaf WHERE "index" = 2', "ledger"),
        ('DELETE FROM office_ledgersealed WHERE "index" = 2', "ledger"),
        ("UPDATE office_ledgersealed SET box = x'00'", "ledger"),
        ("UPDATE office_ledgertile SET hashes = zeroblob(length(hashes))", "ledger"),
        ("UPDATE office_ledgercheckpoint SET note = replace(note, 'A', 'B')", "ledger"),
        ("DELETE FROM office_ledgercheckpoint", "ledger"),
        ("DELETE FROM office_officer WHERE id = 'ana'", "officers"),
        ("DROP TABLE office_askrow", "database tables"),
        ("SELECT 1", "database tables"),  # the guards alone are gone
        ("UPDATE office_adoption SET text = '{'", "ledger"),
        ("UPDATE office_safeguards SET document = '[]'", "ledger"),
    ],
)
def test_a_database_changed_by_hand_is_found(sound, data, statement, name):
    by_hand(data, statement)
    assert name in wrong(data, sound.now)


def test_a_guard_of_a_file_that_was_hollowed_is_found(sound, data):
    connection = sqlite3.connect(data / DATABASE, isolation_level=None)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, sql in guards:
        connection.execute(f"DROP TRIGGER {name}")
        connection.execute(sql.replace("BEGIN", "WHEN (1 = 0) BEGIN") if name == "approval_kept" else sql)
    connection.close()
    told = wrong(data, sound.now)["database tables"].what
    assert told == "1 guards do not say what this version's say: approval_kept."


@pytest.mark.parametrize("content", [b"", b"junk" * 1000])
def test_a_file_that_is_no_database_is_found(sound, data, content):
    (data / DATABASE).write_bytes(content)
    assert wrong(data, sound.now)
    checks = cases.doctor(cases.open_office(data), sound.now)
    assert len(set(checks)) == len(checks)  # many looks meet the fault, and it is said once


def test_a_clock_that_was_set_back_is_found(sound, data):
    assert set(wrong(data, sound.now - timedelta(days=3))) == {"clock"}


def test_a_registry_older_than_the_agreement_asks_for_is_found(sound, data):
    assert "registry" in wrong(data, sound.now + timedelta(days=401))


def test_an_office_whose_database_is_gone_is_found_and_is_not_made_anew(sound, data):
    (data / DATABASE).unlink()
    from counterfoil.cases.health import nothing_here

    assert "backup" in nothing_here(data).do
    before = json.loads((data / "keys" / "custodian.jwk").read_text())
    with pytest.raises(InputError, match="database is gone"):
        cases.init(data, sound.now)
    assert json.loads((data / "keys" / "custodian.jwk").read_text()) == before


def test_an_office_among_other_files_shuts_nobody_out_of_them_and_the_doctor_says_so(sound, tmp_path):
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    (folder / "letter.txt").write_text("mine")
    cases.init(folder, sound.now)
    assert (folder / "letter.txt").read_text() == "mine"
    assert "data directory" in wrong(folder, sound.now)
    assert folder.stat().st_mode & 0o777 == 0o755
