"""A PostgreSQL server holds what a file holds: durable, append-only for the application, and never in plain text."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from counterfoil import cases
from counterfoil.cases.office import UNFINISHED
from counterfoil.cli.main import run
from counterfoil.errors import InputError, IntegrityError, UnavailableError
from counterfoil.office import copying, database, models, place
from tests.postgres import APPLICATION, Server, binaries, disconnect

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TABLES = sorted(model._meta.db_table for model in copying.tables())


@pytest.fixture
def url(postgresql, monkeypatch):
    """A database with an office's tables, for the application's role."""
    monkeypatch.delenv(place.VARIABLE, raising=False)
    return postgresql.office()


@pytest.fixture
def own_server(monkeypatch):
    """A server of this test's own, which it may stop."""
    monkeypatch.delenv(place.VARIABLE, raising=False)
    running = Server(binaries())
    yield running
    disconnect()
    running.remove()


def made(tmp_path, url):
    cases.init(tmp_path / "data", NOW, database_url=url)
    return cases.open_office(tmp_path / "data")


def name_of(url):
    return url.split("@/")[1].split("?")[0]


# --- which database ---


def test_the_record_names_the_database_without_its_password(tmp_path, url, monkeypatch):
    with_password = url.replace(f"{APPLICATION}@", f"{APPLICATION}:hush@")
    monkeypatch.setenv(place.VARIABLE, with_password)
    cases.init(tmp_path / "data", NOW)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"hush" not in kept
    assert (tmp_path / "data" / place.RECORD).read_text() == url + "\n"
    cases.add_officer(cases.open_office(tmp_path / "data"), "ana", "Ana Thornquist", NOW)
    monkeypatch.delenv(place.VARIABLE)
    assert [one.id for one in cases.list_officers(cases.open_office(tmp_path / "data"))] == ["ana"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://u:p@h:5/d", "postgresql://u@h:5/d"),
        ("postgres://u:p%40x@h/d?sslmode=require&password=p", "postgres://u@h/d?sslmode=require"),
        ("postgresql://h1,h2/d?target_session_attrs=primary", "postgresql://h1,h2/d?target_session_attrs=primary"),
        ("postgresql:///d?host=/run/pg&user=u", "postgresql:///d?host=/run/pg&user=u"),
    ],
)
def test_a_password_is_taken_out_and_all_else_stays(given, shown):
    assert place.server(given).public == shown
    assert place.server(given).has_password is (given != shown)
    assert ":p" not in repr(place.server(given)) or given == shown


@pytest.mark.parametrize("text", ["", "x", "mysql://h/d", "postgresql://h", "postgresql://h/", "postgresql://h/d\n#x"])
def test_what_names_no_database_is_refused(text):
    with pytest.raises(InputError):
        place.server(text)


def test_an_environment_that_names_another_database_is_refused(tmp_path, url, postgresql, monkeypatch):
    made(tmp_path, url)
    monkeypatch.setenv(place.VARIABLE, postgresql.office())
    with pytest.raises(InputError, match="another database"):
        cases.open_office(tmp_path / "data")
    monkeypatch.delenv(place.VARIABLE)
    cases.init(tmp_path / "file", NOW)
    monkeypatch.setenv(place.VARIABLE, url)
    with pytest.raises(InputError, match="another database"):
        cases.open_office(tmp_path / "file")


def test_a_database_with_another_office_is_refused(tmp_path, url):
    made(tmp_path, url)
    with pytest.raises(InputError, match="another office"):
        cases.init(tmp_path / "second", NOW, database_url=url)


def test_an_init_that_was_cut_short_is_finished_by_the_next(tmp_path, url):
    office = made(tmp_path, url)
    size = office.ledger().size()
    (office.data / place.RECORD).unlink()  # as if killed between the first entries and the record
    (office.data / UNFINISHED).write_text("")
    assert made(tmp_path, url).ledger().size() == size


def test_a_role_that_owns_the_database_makes_its_own_tables(tmp_path, postgresql, monkeypatch):
    monkeypatch.delenv(place.VARIABLE, raising=False)
    office = made(tmp_path, postgresql.empty())
    told = {check.name: check for check in cases.doctor(office, NOW)}
    assert "owns the tables" in told["database role"].what
    assert database.missing() == []


def test_preparing_names_a_role_that_is_not_there(postgresql):
    with pytest.raises(InputError, match="no role"):
        cases.prepare_database(postgresql.empty(), "nobody_of_that_name")


# --- nothing is lost ---


def test_a_server_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnavailableError, match="cannot be reached"):
        cases.init(tmp_path / "data", NOW, database_url=f"postgresql:///d?host={tmp_path}")


def test_a_server_that_goes_and_comes_back_is_said_and_then_used_again(tmp_path, own_server):
    office = made(tmp_path, own_server.office())
    cases.add_officer(office, "ana", "Ana Thornquist", NOW)
    own_server.stop(signal.SIGQUIT)  # as in a crash: nothing is written on the way out
    with pytest.raises(UnavailableError, match="cannot be reached"):
        cases.add_officer(office, "ben", "Ben Castellane", NOW)
    own_server.start()
    cases.add_officer(office, "ben", "Ben Castellane", NOW)
    assert [one.id for one in cases.list_officers(office)] == ["ana", "ben"]
    assert cases.ledger_verify(office).ok


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_would_lose_what_it_acknowledged_is_refused(tmp_path, own_server, setting):
    office = made(tmp_path, own_server.office())
    own_server.stop()
    own_server.start(f"{setting}=off")
    size = office.ledger().size()
    with pytest.raises(UnavailableError, match=f"{setting} off"):
        cases.add_officer(office, "ana", "Ana Thornquist", NOW)
    assert office.ledger().size() == size
    assert not {check.name: check.ok for check in cases.doctor(office, NOW)}[f"database {setting}"]


def test_an_act_is_durable_whatever_the_servers_defaults(tmp_path, own_server):
    office = made(tmp_path, own_server.office())
    own_server.stop()
    own_server.start("synchronous_commit=off", "default_transaction_isolation=serializable")
    office = cases.open_office(tmp_path / "data")
    with database.writing(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('transaction_isolation')")
        assert cursor.fetchone() == ("on", "read committed")
    assert office.ledger().size() > 0


def test_another_writer_is_waited_for_and_then_named(tmp_path, url, monkeypatch):
    from counterfoil.office import postgresql as room
    from counterfoil.office.server.messages import LOCK

    monkeypatch.setattr(room, "LOCK_SECONDS", 0.2)
    office = made(tmp_path, url)
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        with pytest.raises(UnavailableError, match="Another process is writing"):
            cases.add_officer(office, "ana", "Ana Thornquist", NOW)
    cases.add_officer(office, "ana", "Ana Thornquist", NOW)


APPEND = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from counterfoil import cases
office = cases.open_office(Path(sys.argv[1]))
now, name = datetime(2026, 3, 2, 12, tzinfo=UTC), sys.argv[2]
for number in range(15):
    cases.add_officer(office, f"{name}-{number}", f"{name} {number}", now)
"""


def test_processes_that_write_at_once_wait_for_each_other(tmp_path, url):
    office = made(tmp_path, url)
    before = office.ledger().size()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND, str(office.data), name],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        for name in ("x", "y", "z")
    ]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert office.ledger().size() == before + 45
    assert cases.ledger_verify(office).ok


# --- the application's role ---


@pytest.mark.parametrize("table", TABLES)
def test_the_applications_role_may_change_no_record(url, postgresql, table):
    asked = ", ".join(
        f"has_{what}_privilege('{APPLICATION}', '{table}', '{verb}')"
        for what, verb in (("table", "INSERT"), ("any_column", "UPDATE"), ("table", "DELETE"), ("table", "TRUNCATE"))
    )
    (allowed,) = postgresql.sql(f"SELECT {asked}", database=name_of(url))
    assert allowed == (True, table == "office_ledgersealed", table == "office_askrow", False)
    statements = [f"TRUNCATE {table}", f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"DROP TABLE {table}"]
    statements += [f"DELETE FROM {table}"] if table != "office_askrow" else []
    with psycopg.connect(url, autocommit=True) as application:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)


def test_only_the_owner_gives_rights_and_never_to_itself(url):
    disconnect()
    with pytest.raises(InputError, match="application does not own the tables"):
        cases.prepare_database(url, APPLICATION)
    disconnect()
    with pytest.raises(InputError, match="could always change them"):
        cases.prepare_database(url.replace(f"{APPLICATION}@", "owner@"), "owner")
    disconnect()
    assert cases.prepare_database(url.replace(f"{APPLICATION}@", "owner@"), APPLICATION).granted


def test_the_owner_meets_the_guards(url, postgresql, tmp_path):
    made(tmp_path, url)
    disconnect()
    owner = url.replace(f"{APPLICATION}@", "owner@")
    database.connect(place.server(owner))
    for statement in (
        "UPDATE office_ledgerleaf SET leaf = leaf",
        "DELETE FROM office_ledgerleaf",
        "TRUNCATE office_ledgerleaf",
        "TRUNCATE office_approval CASCADE",
        "UPDATE office_ledgertile SET hashes = substr(hashes, 2)",
        "DELETE FROM office_ledgercheckpoint",
    ):
        with (
            pytest.raises(DatabaseError, match=r"never|only grows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert models.LedgerLeaf.objects.exists()


def test_a_guard_that_was_taken_away_is_found(url, postgresql, tmp_path):
    office = made(tmp_path, url)
    postgresql.sql("ALTER TABLE office_ledgerleaf DISABLE TRIGGER ledgerleaf_kept", database=name_of(url))
    assert database.missing() == ["ledgerleaf_kept"]
    assert (
        "Missing: ledgerleaf_kept" in {check.name: check.what for check in cases.doctor(office, NOW)}["database tables"]
    )


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("CREATE OR REPLACE FUNCTION counterfoil_refuse() RETURNS trigger LANGUAGE plpgsql AS "
         "$$ BEGIN RETURN coalesce(NEW, OLD); END $$", "adoption_kept"),
        ("CREATE OR REPLACE FUNCTION counterfoil_two_people() RETURNS trigger LANGUAGE plpgsql AS "
         "$$ BEGIN RETURN NEW; END $$", "release_two_people"),
        ("CREATE OR REPLACE TRIGGER approval_kept BEFORE DELETE ON office_approval FOR EACH ROW WHEN (OLD.slot > 2) "
         "EXECUTE FUNCTION counterfoil_refuse('a record is never deleted')", "approval_kept"),
        ("DROP TRIGGER askrow_asked ON office_askrow; CREATE TRIGGER askrow_asked BEFORE DELETE ON django_migrations "
         "FOR EACH ROW EXECUTE FUNCTION counterfoil_asked()", "askrow_asked"),
        ("ALTER FUNCTION counterfoil_asked() RESET search_path", "askrow_asked"),
        ("ALTER FUNCTION counterfoil_two_people() SET search_path = pg_temp, public", "verification_two_people"),
        ("DROP TRIGGER approval_kept_whole ON office_approval", "approval_kept_whole"),
        ("CREATE SCHEMA other; CREATE FUNCTION other.counterfoil_refuse() RETURNS trigger LANGUAGE plpgsql AS "
         "$$ BEGIN RETURN coalesce(NEW, OLD); END $$; "
         "CREATE OR REPLACE TRIGGER batch_kept BEFORE DELETE ON office_batch "
         "FOR EACH ROW EXECUTE FUNCTION other.counterfoil_refuse('a record is never deleted')", "batch_kept"),
    ],
)  # fmt: skip
def test_a_guard_that_was_hollowed_is_found(url, postgresql, tmp_path, statement, guard):
    office = made(tmp_path, url)
    assert database.altered() == []
    postgresql.sql(statement, database=name_of(url))
    assert (guard in database.altered(), database.missing()) == (True, [])
    told = {check.name: check.what for check in cases.doctor(office, NOW) if not check.ok}
    assert "do not say what this version's say: " in told["database tables"]


def test_entries_changed_by_the_servers_master_are_found(url, postgresql, tmp_path):
    office = made(tmp_path, url)
    postgresql.sql(
        "SET session_replication_role = replica",
        "UPDATE office_ledgerleaf SET leaf = overlay(leaf PLACING '~'::bytea FROM 50) WHERE index = 0",
        database=name_of(url),
    )  # fmt: skip
    assert not cases.ledger_verify(office).ok
    with pytest.raises(IntegrityError):
        office.ledger().read(0)


# --- the commands ---

COMMANDS = (
    "officer list", "officer add x --name X", "official list", "batch list", "batch show b-1", "batch examine b-1",
    "batch release b-1 -o out", "stay list", "override list", "safeguard show", "agreement list", "report funnel",
    "ledger verify", "ledger checkpoint", "ledger export out", "ledger prove 0", "database show", "doctor",
)  # fmt: skip


def test_every_command_says_that_the_server_is_away(tmp_path, own_server, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    made(tmp_path, own_server.office())
    own_server.stop(signal.SIGQUIT)
    disconnect()
    said = {}
    for command in COMMANDS:
        code = run(["--data", str(tmp_path / "data"), *command.split()])
        told = "".join(capsys.readouterr())
        if code not in (1, 2) or "cannot be reached" not in told or "Traceback" in told or "fault of" in told:
            said[command] = (code, told)
    assert said == {}


def test_the_commands_make_an_office_and_show_it_without_a_password(tmp_path, postgresql, monkeypatch, capsys):
    monkeypatch.delenv(place.VARIABLE, raising=False)
    data = ["--data", str(tmp_path / "data")]
    owner = postgresql.empty()
    url = owner.replace("owner@", f"{APPLICATION}@")
    assert run(["database", "prepare", "--database", owner, "--role", APPLICATION]) == 0
    assert run([*data, "init", "--database", url.replace("@", ":hush@")]) == 2
    assert "~/.pgpass" in "".join(capsys.readouterr())
    assert run([*data, "init", "--database", url]) == 0
    capsys.readouterr()
    assert run([*data, "database", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == url


def test_every_command_says_that_the_server_finds_its_database_damaged(tmp_path, own_server, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    url = own_server.office()
    made(tmp_path, url)
    name = url.split("@/")[1].split("?")[0]
    (row,) = own_server.sql("SELECT pg_relation_filepath('pg_namespace_nspname_index')", database=name)
    own_server.stop()
    disconnect()
    file = own_server.data / row[0]
    file.write_bytes(bytes(b ^ 0xFF for b in file.read_bytes()))
    own_server.start()
    said = {}
    for command in COMMANDS:
        code = run(["--data", str(tmp_path / "data"), *command.split()])
        told = "".join(capsys.readouterr())
        if code != 1 or "database is damaged" not in told or "Traceback" in told or "fault of" in told:
            said[command] = (code, told)
    assert said == {}
