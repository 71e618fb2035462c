"""The whole way on a PostgreSQL server (docs/how-to/postgresql.md), and what the server then holds."""

from itertools import product

import pytest

from counterfoil import cases
from counterfoil.office import place
from tests.journey import Journey, asked, everything_stored, outcomes, person
from tests.postgres import APPLICATION, Server, binaries, disconnect

CANARIES = 1_000
BEGINNINGS = [
    "".join(parts) for parts in product(("Quor", "Zelb", "Vanth", "Ixmo", "Drof"), ("abb", "edd", "oss", "unn"))
]
NAMES = ["".join(parts) for parts in product(BEGINNINGS, "klmnprstwy", ("wick", "dane", "more", "lund", "gate"))]


@pytest.fixture
def own_server(monkeypatch):
    monkeypatch.delenv(place.VARIABLE, raising=False)
    running = Server(binaries(), ("log_statement=none",))
    yield running
    disconnect()
    running.remove()


def test_the_whole_way_from_init_to_audit(tmp_path, own_server, monkeypatch):
    monkeypatch.setenv(place.VARIABLE, own_server.office())
    journey = Journey(tmp_path / "office")
    journey.load([person(n) for n in range(6)])
    wrong, bad = asked(2, address_line1="999 Larkmoor Street"), asked(3, address_line1="Failed to Provide", city="")
    opened = journey.through([asked(0), asked(1), wrong, bad])
    assert outcomes(opened) == {
        "r-00000": "CONFIRMED", "r-00001": "CONFIRMED", "r-00002": "NO_CONFIRMATION", "r-00003": "REFUSED",
    }  # fmt: skip
    assert opened.problems == ()
    assert journey.audit().ok
    assert [check.name for check in cases.doctor(journey.office, journey.now) if not check.ok] == []


def test_a_dump_restored_elsewhere_is_the_same_ledger(tmp_path, own_server, monkeypatch):
    url = own_server.office()
    monkeypatch.setenv(place.VARIABLE, url)
    journey = Journey(tmp_path / "office")
    journey.load([person(0)])
    journey.through([asked(0)])
    root = cases.ledger_verify(journey.office).facts["root"]
    disconnect()
    copy = own_server.empty()
    own_server.restore(own_server.dump(url), copy)
    monkeypatch.setenv(place.VARIABLE, copy.replace("owner@", f"{APPLICATION}@"))
    (journey.data / place.RECORD).write_text(copy.replace("owner@", f"{APPLICATION}@"))
    restored = cases.open_office(journey.data)
    assert cases.ledger_verify(restored).facts["root"] == root
    assert {check.name: check.ok for check in cases.doctor(restored, journey.now)}["database tables"]
    cases.add_officer(restored, "cora", "Cora Restored", journey.now)


def test_neither_files_nor_log_nor_dump_of_the_server_hold_a_planted_value(tmp_path, own_server, monkeypatch):
    url = own_server.office()
    monkeypatch.setenv(place.VARIABLE, url)
    journey = Journey(tmp_path / "office")
    planted = NAMES[:CANARIES]
    assert len(set(planted)) == CANARIES
    rows = [
        asked(n, surname=name, reason=f"Investigation HSI-2025-{10_000 + n} concerns {name} alone.", recipients="o1")
        for n, name in enumerate(planted)
    ]
    examined = journey.examine(rows)
    assert len(examined.examination.rows) == CANARIES
    assert journey.office.ledger().read(journey.office.ledger().size() - 2).public["type"] == "request"
    cases.ledger_export(journey.office, tmp_path / "export")
    disconnect()
    own_server.sql("CHECKPOINT")
    dump = own_server.dump(url)
    stored = everything_stored(own_server.data) + (own_server.root / "log").read_bytes() + dump
    stored += everything_stored(tmp_path / "export")
    assert len(stored) > 10_000_000
    assert traces(stored) == []
    assert len(traces((journey.folder / "requests-1.csv").read_bytes())) == len(BEGINNINGS)


def traces(data):
    """The beginnings of planted names that stand in `data`."""
    return [beginning for beginning in BEGINNINGS if beginning.encode() in data]
