"""One bit a request, every look-up counted, and nothing else of the registry in the answer."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import UnavailableError
from counterfoil.verification import Registry, Verdict, block, book, load_registry, verify, verify_one
from counterfoil.verification.files.sorted import Streets

from .conftest import ask, row, write_csv

verify_module = sys.modules["counterfoil.verification.verify"]


def test_every_request_is_counted_once_whatever_becomes_of_it(opened):
    opened_registry = opened(row())
    asked = [
        ask(position=5),
        ask(position=6, line1="no place", city="", state="", postal_code=""),
        ask("Rosa||Other", position=9),
    ]
    assert verify(opened_registry, iter(asked)) == Verdict(frozenset({5}), 3)
    assert opened_registry.looked_up == 3
    assert verify(opened_registry, []) == Verdict(frozenset(), 0)
    assert verify_one(opened_registry, asked[0])
    assert opened_registry.looked_up == 4


def test_nothing_is_counted_before_something_is_asked(opened):
    opened_registry = opened(row())
    opened_registry.info()
    assert opened_registry.looked_up == 0


NOISE = st.lists(
    st.builds(
        lambda at, line, year, hold: row(
            tin=f"9{50_000_000 + at}", given_name="NOISE", address_line1=line, tax_year=str(year), hold=hold
        ),
        st.integers(0, 10_000),
        st.sampled_from(["9 ELM ST", "123 N MAIN ST APT 4", "123 N MAIN ST APT 5", "PO BOX 7"]),
        st.integers(2020, 2024),
        st.sampled_from(["", "protected"]),
    ),
    max_size=6,
)
QUESTIONS = [
    ask(position=0),
    ask("Rosa||Samplez", position=1),
    ask(position=2, line1="9 Elm St"),
    ask(position=3, years=(2019,)),
    ask(position=4, tin="900701234"),
]


@given(NOISE, NOISE)
@settings(max_examples=8, deadline=None)
def test_two_registries_with_the_same_bits_give_the_same_verdict(tmp_path_factory, one, other):
    verdicts = []
    for at, noise in enumerate((one, other)):
        folder = tmp_path_factory.mktemp(f"registry{at}")
        load_registry([write_csv(folder / "f.csv", [row(), *noise])], folder / "r")
        with Registry.open(folder / "r") as opened_registry:
            verdicts.append(verify(opened_registry, QUESTIONS))
    assert verdicts[0] == verdicts[1] == Verdict(frozenset({0, 4}), 5)


def test_a_building_full_of_people_asked_about_many_times_is_answered(opened, monkeypatch):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    building = [
        row(tin=f"9{10_000_000 + at}", given_name=f"{letters[at % 26]}ITA", surname=f"{letters[at // 26]}AMPLE",
            address_line1=f"100 TOWER PLZ APT {at}")
        for at in range(400)
    ]  # fmt: skip
    monkeypatch.setattr(block, "SMALL", 0)
    tower = opened(*building)
    asked = [
        ask(f"{letters[at % 26]}ita||{letters[at // 26]}ample", f"100 Tower Plaza #{at}", position=at)
        for at in range(400)
    ]
    assert verify(tower, asked).confirmed == set(range(400))
    neighbours = [
        ask(f"{letters[at % 26]}ita||{letters[at // 26]}ample", f"100 Tower Plaza #{at + 1}", position=at)
        for at in range(400)
    ]
    assert verify(tower, neighbours).confirmed == set()


OAK = [
    row(address_line1="12 N OAK ST"),
    row(tin="900700002", given_name="LENA", address_line1="40 S OAK ST", city=""),  # known by its ZIP Code alone
]


@pytest.mark.parametrize("kept", range(1, 7))
def test_a_twin_street_counts_however_full_the_memory_of_the_street_book_is(opened, monkeypatch, kept):
    monkeypatch.setattr(book, "_KEPT", kept)
    streets = [
        row(tin=f"9{10_000_000 + at}", address_line1=f"{at} N {name} ST") for at, name in enumerate(("ELM", "FIR"), 5)
    ]
    registry = opened(*OAK, *streets)
    assert verify(registry, [ask(line1="40 Oak St")]).confirmed == set()
    for before in ("5 Elm St", "6 Fir St", "", "5 Elm St"):
        verify_one(registry, ask(line1=before))
        verify_one(registry, ask(line1=before, city=""))
        assert not verify_one(registry, ask(line1="12 Oak St"))
    assert verify_one(registry, ask(line1="5 Elm St")) and verify_one(registry, ask(line1="12 N Oak St"))


def test_a_street_that_could_not_be_read_is_not_remembered_as_one_that_is_not_there(opened, monkeypatch):
    registry, read = opened(*OAK), Streets.rows
    for fault in (1, 2):  # the places that the ZIP Code and the town name
        calls: list[str] = []

        def rows(streets, kind, zone, key, calls=calls, fault=fault):
            calls.append(zone)
            if len(calls) == fault:
                raise OSError(5, "Input/output error")
            return read(streets, kind, zone, key)

        registry._book._forget()
        monkeypatch.setattr(Streets, "rows", rows)
        with pytest.raises(UnavailableError):
            verify_one(registry, ask(line1="12 Oak St"))
        monkeypatch.setattr(Streets, "rows", read)
        assert not verify_one(registry, ask(line1="12 Oak St"))
        assert verify_one(registry, ask(line1="12 N Oak St"))


def test_requests_are_held_in_chunks(opened, monkeypatch):
    monkeypatch.setattr(verify_module, "CHUNK", 3)
    seen: list[int] = []
    verdict = verify(opened(row()), (ask(position=at) for at in range(8)), lambda done, total: seen.append(done))
    assert verdict == Verdict(frozenset(range(8)), 8) and seen == [3, 6, 8]


def test_a_single_request_reads_rows_that_lie_across_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("counterfoil.verification.files.sorted.BATCH", 4)
    rows = [
        row(tin=f"9{10_000_000 + at}", given_name=f"RITA{'ABCDEFGHIJ'[at % 10]}{'KLMNOPQRST'[at // 10]}")
        for at in range(30)
    ]
    rows += [row(tin=f"9{20_000_000 + at}", address_line1=f"{at} N OAK ST") for at in range(1, 30)]
    load_registry([write_csv(tmp_path / "f.csv", [*rows, row(address_line1="???")])], tmp_path / "r")
    with Registry.open(tmp_path / "r") as opened_registry:
        asked = [
            ask(f"{said['given_name']}||Samplez", said["address_line1"], position=at) for at, said in enumerate(rows)
        ]
        single = {one.position for one in asked if verify_one(opened_registry, one)}
        assert single == verify(opened_registry, asked).confirmed == set(range(59))


def test_a_registry_whose_files_go_away_answers_from_those_it_opened_and_never_no_match(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(verify_module, "_ALONE", 1)
    opened_registry = opened(row())
    for path in tmp_path.rglob("records.arrow"):
        path.unlink()
    assert verify(opened_registry, [ask(), ask(position=1)]).confirmed == {0, 1}
    assert verify_one(opened_registry, ask())
    with pytest.raises(UnavailableError):
        verify(opened_registry, [ask()], workers=2)


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="the system does not tell what is mapped")
def test_nothing_of_the_registry_stays_mapped_however_much_is_asked(opened):
    registry = opened(*(row(tin=f"9{70000000 + at}", address_line1=f"{at} MAIN ST") for at in range(1, 400)))

    def mapped() -> bool:
        return str(registry.opened.generation) in Path("/proc/self/smaps").read_text(encoding="ascii", errors="replace")

    few = [ask(line1=f"{at} Main Street", position=at) for at in range(1, 400)]
    assert not mapped() and sorted(registry.look_up(few)) == list(range(1, 400))
    assert not mapped() and len(registry.look_up([*few, *few, *few])) == 3 * 399


@pytest.mark.parametrize("name", ["records.arrow", "streets.arrow"])
def test_a_file_that_is_cut_off_while_it_is_open_is_said_and_never_no_match(opened, name):
    registry = opened(row(), *(row(tin=f"9{70000000 + at}", address_line1=f"{at} MAIN ST") for at in range(1, 400)))
    asked = ask(line1="123 Main Street", city="Springfield")  # the book is read for what is absent
    os.truncate(registry.opened.generation / name, 100)
    with pytest.raises(UnavailableError, match="cut off"):
        verify_one(registry, asked)
