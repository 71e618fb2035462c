"""An office moves between its file and a server whole, is written to in one place at any moment, and is upgraded."""

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from counterfoil import cases
from counterfoil.cases.setup import move
from counterfoil.errors import CounterfoilError, InputError, NotFoundError, UnavailableError
from counterfoil.office import copying, database, guards, migrations, models, place
from tests import postgres
from tests.journey import OVERRIDE, STAY, Journey, asked, outcomes, person

NEWEST = len(list(Path(migrations.__path__[0]).glob("0*.py")))


@pytest.fixture
def server(postgresql):
    return postgresql


@pytest.fixture
def journey(tmp_path, monkeypatch):
    monkeypatch.delenv(place.VARIABLE, raising=False)
    return Journey(tmp_path)


@pytest.fixture
def worked(journey):
    """An office that has answered a batch."""
    journey.load([person(number) for number in range(3)])
    journey.through([asked(0), asked(1)])
    return journey


def owner_of(url):
    return url.replace(f"{postgres.APPLICATION}@", f"{postgres.OWNER}@")


def contents():
    """What the office knows, as it is asked for it."""
    office_rows = copying.sums(lambda _: None)
    return {name: count for name, (count, _) in office_rows.items()}, office_rows


def reopened(journey):
    journey.office = cases.open_office(journey.data)
    return journey.office


def test_an_office_moves_to_a_server_and_back_and_works_on_in_each(worked, server):
    journey = worked
    before = contents()[1]
    size, root = journey.office.ledger().size(), journey.office.ledger().root()
    url = server.empty()
    moved = cases.move_to_server(journey.data, url, postgres.APPLICATION)
    assert (moved.size, sum(moved.rows.values())) == (size, sum(count for count, _ in before.values()))
    assert f"{postgres.APPLICATION}@" in moved.id
    assert not (journey.data / "counterfoil.sqlite3").exists()
    kept = journey.data / "counterfoil.sqlite3.moved"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    office = reopened(journey)
    assert database.is_server()
    assert contents()[1] == before
    assert office.ledger().root() == root
    assert cases.ledger_verify(office).facts["problems"] == []
    assert list(outcomes(journey.through([asked(2)]))) == ["r-00002"]

    on_server = contents()[1]
    with pytest.raises(InputError, match="on a server already"):
        cases.move_to_server(journey.data, server.empty())
    back = cases.move_to_file(journey.data, owner_of(moved.id))
    assert back.size == office.ledger().size()
    reopened(journey)
    assert not database.is_server()
    assert contents()[1] == on_server
    assert list(outcomes(journey.through([asked(0)]))) == ["r-00000"]
    assert cases.ledger_verify(journey.office).facts["problems"] == []
    assert journey.audit().problems == ()
    assert not [check.what for check in cases.doctor(journey.office, journey.now) if not check.ok]


def test_what_was_moved_takes_no_further_entry(journey, server):
    path = journey.data / "counterfoil.sqlite3"
    other = sqlite3.connect(path)  # a process that has the file open all the while
    url = server.empty()
    cases.move_to_server(journey.data, url)
    with pytest.raises(sqlite3.Error, match="was moved"):
        other.execute("INSERT INTO office_ledgerleaf (\"index\", leaf) VALUES (99999, x'00')")
    with pytest.raises(sqlite3.Error, match="was moved"):  # an answer that is fetched writes no entry
        other.execute("INSERT INTO office_handedout (release_id, at) VALUES (1, '2026-05-04 10:00:00')")
    with pytest.raises(sqlite3.Error, match="was moved"):
        other.execute("INSERT INTO office_ledgercosignature (size, signer, line) VALUES (1, 'w', 'l')")
    other.close()
    shutil.copytree(journey.data, journey.folder / "old")
    (journey.folder / "old" / place.RECORD).unlink()
    (kept,) = (journey.folder / "old").glob("counterfoil.sqlite3*")
    kept.chmod(0o600)
    kept.rename(journey.folder / "old" / "counterfoil.sqlite3")
    with pytest.raises(UnavailableError, match="was moved"):
        cases.add_officer(cases.open_office(journey.folder / "old"), "eve", "Eve", journey.now)
    cases.move_to_file(journey.data)
    with pytest.raises(UnavailableError, match="was moved"):
        database.connect(place.server(url))
        with database.writing():
            models.LedgerLeaf.objects.create(index=99_999, leaf=b"x")
    with pytest.raises(UnavailableError, match="was moved"), database.writing():
        models.HandedOut.objects.create(release_id=1, at=journey.now)


def test_a_database_that_is_not_empty_is_refused_and_nothing_changes(journey, server):
    url = server.office()
    database.connect(place.server(url))
    with database.writing():
        models.Officer.objects.create(id="x", name="X", at=journey.now)
    with pytest.raises(InputError, match="holds an office already"):
        cases.move_to_server(journey.data, owner_of(url))
    cases.add_officer(reopened(journey), "eve", "Eve", journey.now)


@pytest.mark.parametrize("at", ["the copy", "the comparison", "the record"])
def test_a_move_that_is_cut_short_is_finished_by_the_same_command_or_cancelled(journey, server, monkeypatch, at):
    size, url = journey.office.ledger().size(), server.empty()

    def cut(*_, **__):
        raise KeyboardInterrupt

    room, name = {
        "the copy": (copying, "_count_on"),
        "the comparison": (copying, "compare"),
        "the record": (move, "write_new"),
    }[at]
    with monkeypatch.context() as patch:
        patch.setattr(room, name, cut)
        with pytest.raises(KeyboardInterrupt):
            cases.move_to_server(journey.data, url)
    office = reopened(journey)
    assert not database.is_server()
    if at == "the record":  # both have committed, and the directory still names the file: it takes no entry
        with pytest.raises(UnavailableError, match="was moved"):
            cases.add_officer(office, "eve", "Eve", journey.now)
        cases.cancel_move(journey.data)
    cases.add_officer(reopened(journey), "eve", "Eve", journey.now)
    if at == "the record":  # what is there is now not what is here
        with pytest.raises(InputError, match="already"):
            cases.move_to_server(journey.data, url)
        url = server.empty()
    assert cases.move_to_server(journey.data, url).size == size + 1


def test_a_move_that_was_killed_before_its_record_is_finished(journey, server, monkeypatch):
    url = server.empty()
    with monkeypatch.context() as patch:
        patch.setattr(move, "write_new", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            cases.move_to_server(journey.data, url)
    moved = cases.move_to_server(journey.data, url)
    assert reopened(journey).ledger().size() == moved.size
    assert database.is_server()


def test_what_arrives_otherwise_than_it_left_is_found(journey, server, monkeypatch):
    put = copying._put

    def bent(model, rows):
        put(model, [(*row[:-1], b"other") for row in rows] if model is models.LedgerSealed else rows)

    monkeypatch.setattr(copying, "_put", bent)
    with pytest.raises(CounterfoilError, match="does not hold what was copied"):
        cases.move_to_server(journey.data, server.empty())
    monkeypatch.undo()
    cases.add_officer(reopened(journey), "eve", "Eve", journey.now)


def test_a_server_waits_while_the_other_database_is_read_through(journey, server, monkeypatch):
    compare, waits = copying.compare, []

    def waiting(*given):
        for alias in ("default", copying.OTHER):
            if copying.connections[alias].vendor == "postgresql":
                with copying.connections[alias].cursor() as cursor:
                    cursor.execute("SHOW idle_in_transaction_session_timeout")
                    waits.append((alias, cursor.fetchone()[0]))
        compare(*given)

    monkeypatch.setattr(copying, "compare", waiting)
    cases.move_to_server(journey.data, server.empty())
    cases.move_to_file(journey.data)
    assert waits == [(copying.OTHER, "0"), ("default", "0")]


def test_a_role_that_the_server_has_not_is_said_before_anything_is_copied(journey, server):
    with pytest.raises(InputError, match="no role nobody"):
        cases.move_to_server(journey.data, server.empty(), "nobody")
    cases.add_officer(reopened(journey), "eve", "Eve", journey.now)


def test_there_has_to_be_an_office_and_another_place(tmp_path, journey):
    with pytest.raises(NotFoundError):
        cases.move_to_file(tmp_path / "nowhere")
    with pytest.raises(InputError, match="a file already"):
        cases.move_to_file(journey.data)


# --- upgrade ---


def aged(journey, migration):
    """The office's file as the version that had `migration` last would have left it."""
    path = journey.data / "counterfoil.sqlite3"
    database.close()
    once = sqlite3.connect(path, isolation_level=None)
    for table in ("office_ledgerleaf", "office_ledgersealed", "office_ledgercheckpoint"):
        triggers = [
            sql for (sql,) in once.execute("SELECT sql FROM sqlite_master WHERE type='trigger' AND tbl_name=?", [table])
        ]
        (sql,) = once.execute("SELECT sql FROM sqlite_master WHERE name=?", [table]).fetchone()
        once.execute(sql.replace(table, "old").replace(" integer NOT NULL PRIMARY KEY", " bigint NOT NULL PRIMARY KEY"))
        once.execute(f"INSERT INTO old SELECT * FROM {table}")
        once.execute(f"DROP TABLE {table}")
        once.execute(f"ALTER TABLE old RENAME TO {table}")
        for trigger in triggers:
            once.execute(trigger)
    _without_later_tables(once)
    if migration < "0007":
        once.execute("DROP INDEX ask_person")
        once.execute('CREATE INDEX "ask_name" ON "office_askrow" ("given", "first_surname")')
    if migration < "0005":
        for trigger in ("ledgersealed_kept", "ledgersealed_narrow"):
            once.execute(f"DROP TRIGGER {trigger}")
        for table in (
            "keyevent",
            "ledgerexpunction",
            *(() if migration >= "0004" else ("ledgercosignature", "witnesspolicy")),
        ):
            once.execute(f"DROP TABLE office_{table}")
    once.execute("DELETE FROM django_migrations WHERE app = 'office' AND substr(name, 1, 4) > ?", [migration])
    once.close()
    return path


def _without_later_tables(once):
    """As before migrations 0008 to 0011: liftings and ends are columns, and what is entered has no guards."""
    newer = ("batch_unchanged", "askrow_unchanged", "askrow_asked")
    for (name,) in once.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
        if name in newer or name.rpartition("_")[0] in guards.ENTERED:
            once.execute(f"DROP TRIGGER {name}")
    for table, column in (("courtorder", "lifted_at"), ("override", "ended_at")):
        once.execute(f'ALTER TABLE office_{table} ADD COLUMN "{column}" datetime NULL')
        once.execute(
            f"UPDATE office_{table} SET {column} = (SELECT at FROM office_ending WHERE of = office_{table}.id)"
        )
    for table in ("adoption", "courtorder", "override", "official", "officer", "safeguards"):
        once.execute(f"ALTER TABLE office_{table} DROP COLUMN entry")
    once.execute("ALTER TABLE office_examination DROP COLUMN asked")
    once.execute("ALTER TABLE office_askrow DROP COLUMN question")
    once.execute(
        'CREATE TABLE "office_rulesetkept" ("rule_set" varchar(64) NOT NULL PRIMARY KEY, '
        '"version" varchar(40) NOT NULL, "archive" varchar(64) NOT NULL, '
        '"entry" bigint NOT NULL, "at" datetime NOT NULL)'
    )
    once.execute("INSERT INTO office_rulesetkept SELECT rule_set, version, archive, entry, at FROM office_rulearchive")
    for table in ("handedout", "ending", "rulearchive"):
        once.execute(f"DROP TABLE office_{table}")


@pytest.mark.parametrize("migration", ["0003", "0004", "0005"])
def test_a_file_of_an_older_version_is_upgraded_behind_a_backup(worked, migration):
    journey = worked
    enter_and_end(journey)
    before = contents()[1]
    before["office_handedout"] = (0, 0)  # the older versions did not keep this
    lacking = ("official", "officer", "adoption", "examination", "askrow")  # an entry's number, a question's token
    unnamed = {name: before.pop(name)[0] for name in [f"office_{name}" for name in lacking]}
    root = journey.office.ledger().root()
    aged(journey, migration)
    reopened(journey)
    told = [check.do for check in cases.doctor(journey.office, journey.now) if check.name == "database tables"]
    assert told == ["An older version made it: run `counterfoil database upgrade`."]
    done = cases.upgrade_database(journey.data, journey.now)
    assert [name[7:11] for name in done.applied] == [f"{at:04}" for at in range(int(migration) + 1, 1 + NEWEST)]
    reopened(journey)
    after = contents()[1]
    assert {name: after.pop(name)[0] for name in unnamed} == unnamed
    assert after == before
    assert [stay.facts["in_force"] for stay in cases.list_stays(journey.office, journey.now)] == [False]
    assert [act.facts["in_force"] for act in cases.list_overrides(journey.office, journey.now)] == [False]
    assert [one.facts["to"] for one in cases.list_officials(journey.office)] == [None]
    assert journey.office.ledger().root() == root
    assert (database.unapplied(), database.missing(), database.altered()) == ([], [], [])
    assert "INTEGER PRIMARY KEY" in plan()
    newer = [
        f"The database says that batch {row.batch_id} was examined so, and the ledger does not."
        for row in models.Examination.objects.order_by("id")
    ]  # their entries, which nothing ages, say how many tokens there are, and the rows do not
    assert list(outcomes(journey.through([asked(2)]))) == ["r-00002"]
    assert cases.ledger_verify(journey.office).facts["problems"] == newer
    backup = sqlite3.connect(done.backup)
    assert backup.execute("SELECT COUNT(*) FROM django_migrations WHERE name LIKE '0006%'").fetchone() == (0,)
    assert backup.execute("SELECT COUNT(*) FROM office_ledgerleaf").fetchone()[0] == before["office_ledgerleaf"][0]
    backup.close()
    again = cases.upgrade_database(journey.data, journey.now)
    assert (again.applied, again.backup) == ((), "")


def enter_and_end(journey):
    """An order that was lifted, and an override that was ended."""
    (journey.folder / "stay.yaml").write_text(STAY)
    (journey.folder / "override.yaml").write_text(OVERRIDE)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    cases.lift_stay(journey.office, "order-1", journey.now)
    cases.enter_override(journey.office, journey.folder / "override.yaml", journey.now)
    cases.end_override(journey.office, "ov-1", journey.now)


def plan():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute('EXPLAIN QUERY PLAN SELECT leaf FROM office_ledgerleaf WHERE "index" = 1')
        return str(cursor.fetchall())


def test_an_upgrade_that_cannot_be_backed_up_changes_nothing(journey, tmp_path):
    path = aged(journey, "0004")
    (tmp_path / "taken").write_text("")
    for backup in (tmp_path / "taken", tmp_path / "no" / "folder"):
        with pytest.raises(UnavailableError, match="backup"):
            cases.upgrade_database(journey.data, journey.now, backup)
    database.connect(path)
    assert len(database.unapplied()) == NEWEST - 4


def test_an_upgrade_that_fails_says_how_to_go_back(journey, monkeypatch):
    aged(journey, "0004")
    monkeypatch.setattr(database, "missing", lambda: ["ledgerleaf_kept"])
    with pytest.raises(CounterfoilError, match="upgrade failed") as caught:
        cases.upgrade_database(journey.data, journey.now)
    assert ".backup" in caught.value.do


def test_a_database_of_a_newer_version_is_left_alone(journey):
    path = journey.data / "counterfoil.sqlite3"
    database.close()
    once = sqlite3.connect(path, isolation_level=None)
    once.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('office', '0999_later', '2030-01-01')")
    once.close()
    with pytest.raises(InputError, match="newer version"):
        cases.upgrade_database(journey.data, journey.now)


def test_a_new_file_and_an_upgraded_one_have_the_same_tables(journey, tmp_path):
    aged(journey, "0003")
    cases.upgrade_database(journey.data, journey.now)
    database.create(tmp_path / "new.sqlite3")
    database.close()

    def schema(path):
        once = sqlite3.connect(path)
        rows = once.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        once.close()
        return rows

    assert schema(journey.data / "counterfoil.sqlite3") == schema(tmp_path / "new.sqlite3")
