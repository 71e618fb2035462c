"""A database that an older version left: every command that meets it says so, and what to do."""

import pytest

from counterfoil import cases
from counterfoil.cli.main import run
from counterfoil.errors import InputError, IntegrityError
from counterfoil.office import database
from tests.cases.test_standing import unguarded
from tests.journey import asked
from tests.office.test_postgresql import COMMANDS

pytestmark = pytest.mark.both_databases
OLDER = "The database is of an older version."
AGED = {
    "0011": ("ALTER TABLE office_officer DROP COLUMN entry", "ALTER TABLE office_examination DROP COLUMN asked"),
    "0010": ("DROP TABLE office_ending",),
}


def aged(since, *further):
    """The database as before that migration, in what it has not."""
    earlier = f"DELETE FROM django_migrations WHERE app = 'office' AND substr(name, 1, 4) >= '{since}'"
    unguarded(*AGED[since], earlier, *further)


@pytest.mark.parametrize("since", AGED)
def test_every_command_says_that_the_database_is_of_an_older_version_and_what_to_do(
    journey, since, capsys, monkeypatch
):
    batch = journey.examine([asked(0)]).id
    monkeypatch.chdir(journey.folder)
    aged(since)
    others, told_so = {}, set()
    for command in (*COMMANDS, "batch approve b-1 --as ana", "batch verify b-1"):
        words = [batch if word == "b-1" else word for word in command.split()]
        code = run(["--data", str(journey.data), *words])
        told = "".join(capsys.readouterr())
        if OLDER in told:
            told_so.add(command)
            do = "database prepare` as the role that owns it" if database.is_server() else "database upgrade`"
            assert f"counterfoil {do}" in told
        if any(fault in told for fault in ("refused the change", "lacks a", "fault of", "Traceback")):
            others[command] = (code, told)
    assert others == {}
    assert told_so >= {"batch show b-1", "batch approve b-1 --as ana", "doctor"}


def test_an_act_that_meets_an_older_database_changes_nothing(journey):
    size = journey.office.ledger().size()
    aged("0011")
    with pytest.raises(InputError, match=OLDER):
        cases.add_officer(journey.office, "cyr", "Cyril Weatherby", journey.now)
    assert journey.office.ledger().size() == size


def test_a_database_of_a_newer_version_that_lacks_a_column_says_so(journey):
    later = "INSERT INTO django_migrations (app, name, applied) VALUES ('office', '0999_later', '2030-01-01')"
    aged("0011", later)
    with pytest.raises(InputError, match="A newer version of Counterfoil made this database"):
        cases.list_officers(journey.office)


def test_a_column_that_was_taken_from_this_versions_database_is_no_older_version(journey):
    unguarded("ALTER TABLE office_officer DROP COLUMN entry")
    with pytest.raises(IntegrityError, match="lacks a table or a column"):
        cases.list_officers(journey.office)
