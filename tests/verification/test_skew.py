"""Buildings full of people, asked about many times: the work grows with rows and requests, not with their product."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil import address, compiled, person
from counterfoil.verification import Asked, Registry, block, confirms, load_registry, rule, search, verify, verify_one
from counterfoil.verification.block import Row, confirmed_at, given_ways, surname_ways, unit_ways, wanted_by
from counterfoil.verification.files.packed import pack
from counterfoil.verification.files.sorted import Records

from .conftest import row, write_csv
from .test_batches import question_of
from .test_keys import GIVEN, SURNAME

verify_module = sys.modules["counterfoil.verification.verify"]

counted = pytest.mark.skipif(compiled.form()[0], reason="functions of machine code cannot be replaced to be counted")

NAMES = st.builds(
    lambda given, surname, suffix: person.parse(person.Written(given, "", surname, suffix)),
    st.one_of(GIVEN, st.sampled_from(["", "Mary Ann", "MARYANN", "Mary", "M", "Md Rahim", "Rahim", "O Brien"])),
    st.one_of(SURNAME, st.sampled_from(["O'Brien", "OBRIEN", "GARCIALOPEZ", "Lopez", "van der Berg", "Berg"])),
    st.sampled_from(["", "", "JR"]),
)  # fmt: skip


@given(NAMES, NAMES)
@settings(max_examples=600, deadline=None)
def test_of_two_names_that_may_be_one_a_beginning_of_one_begins_the_other(one, other):
    if person.compare(one, other)[0] is person.Likeness.DIFFERENT:
        return
    for ways in (surname_ways, given_ways):
        assert any(a.startswith(b) or b.startswith(a) for a in ways(one) for b in ways(other))


def written(unit: int) -> address.Written:
    return address.Written(f"100 Tower Plaza Apt {unit}", "", "Springfield", "IL", "62701")


def tower(count: int, given: str, surname: str, tin: str = "") -> list[Row]:
    """A building with `count` people; {} in a text is replaced by a word that differs for each."""
    rows = []
    for at in range(count):
        name = (given.format(word(at)), "", surname.format(word(at)), "")
        asked = asked_of(at, given, surname)
        person_key = tin.format(at + 10_000_000) or f"?{at}"
        rows.append(
            Row(wanted_by(asked).bits, person_key, 0, tin.format(at + 10_000_000), "", *name, pack(asked.address))
        )
    return rows


def asked_of(at: int, given: str, surname: str, tin: str = "", unit: int | None = None) -> Asked:
    name = person.parse(person.Written(given.format(word(at)), "", surname.format(word(at)), ""))
    place = address.parse(written(at if unit is None else unit))
    return Asked(at, name, place, frozenset({2023}), "", tin.format(at + 10_000_000))


def word(at: int) -> str:
    return "A" + "".join("BCDEFGHIKL"[int(digit)] for digit in f"{at:04}")


@counted
@pytest.mark.parametrize(
    ("given", "surname", "tin"),
    [("Rita{}", "Samplez", ""), ("Rita", "Samplez{}", ""), ("Rita", "Samplez", "9{}"), ("Rita", "Samplez", "")],
    ids=["one surname", "one given name", "one name, each with a number", "one name, each in a unit"],
)
def test_a_building_is_gone_through_once_and_not_once_a_request(monkeypatch, given, surname, tin):
    looked = []
    real = rule._likeness
    monkeypatch.setattr(rule, "_likeness", lambda *pair: looked.append(1) or real(*pair))
    many = 600
    rows = tower(many, given, surname, tin)
    asked = [wanted_by(asked_of(at, given, surname, tin)) for at in range(many)]
    assert set(confirmed_at(asked, rows, address.Places())) == set(range(many))
    pairs = len(looked)
    monkeypatch.setattr(block, "SMALL", many)
    looked.clear()
    assert set(confirmed_at(asked[:40], rows, address.Places())) == set(range(40))
    assert len(looked) == 40 * many, "without an index every row is looked at"
    assert pairs <= 2 * many


@counted
def test_one_name_asked_for_without_number_ends_at_the_second_person(monkeypatch):
    looked = []
    real = rule._likeness
    monkeypatch.setattr(rule, "_likeness", lambda *pair: looked.append(1) or real(*pair))
    only = tower(1, "Rita", "Samplez")[0]
    bits = (only.year_bits, only.surnames, only.givens)
    rows = [Row(bits, str(at), 0, "", "", "Rita", "", "Samplez", "", only._packed)
            for at in range(500)]  # fmt: skip
    asked = [wanted_by(asked_of(at, "Rita", "Samplez", unit=0)) for at in range(500)]
    assert list(confirmed_at(asked, rows, address.Places())) == []
    assert len(looked) <= 2 * len(asked)


@counted
def test_a_request_in_the_words_of_another_is_not_gone_through_again(monkeypatch):
    looked = []
    real = rule._likeness
    monkeypatch.setattr(rule, "_likeness", lambda *pair: looked.append(1) or real(*pair))
    rows = tower(300, "Rita", "Samplez")
    nobody = address.parse(address.Written("100 Tower Plaza", "", "Springfield", "IL", "62701"))
    name = person.parse(person.Written("Rita", "", "Samplez", ""))
    asked = [wanted_by(Asked(at, name, nobody, frozenset({2023}))) for at in range(200)]
    assert list(confirmed_at(asked, rows, address.Places())) == []
    assert len(looked) <= len(rows)


UNITS = st.sampled_from(
    ["Apt 1", "Unit 1", "# 1", "Apt 2", "Ste 01", "Bldg 2 Apt 1", "Apt 1 Bldg 2", "Rear", "Fl 2", "", "Lot B"]
)


@given(UNITS, UNITS)
@settings(max_examples=300, deadline=None)
def test_of_two_addresses_with_units_that_are_the_same_a_unit_of_one_is_one_of_the_other(one, other):
    a, b = (
        address.parse(address.Written(f"100 Tower Plaza {unit}", "", "Springfield", "IL", "62701"))
        for unit in (one, other)
    )
    if address.compare(a, b, address.Places()).same and a.units and b.units:
        assert set(unit_ways(a)) & set(unit_ways(b))


@counted
def test_a_crowded_building_is_read_once_for_all_who_ask(tmp_path, monkeypatch):
    filed = [
        row(
            tin=f"9{70000000 + at}", surname=f"SAMPLE{'FGHIJKL'[at % 7]}", address_line1=f"100 TOWER PLAZA APT {at + 1}"
        )
        for at in range(300)
    ]
    load_registry([write_csv(tmp_path / "tower.csv", filed)], tmp_path / "index")
    asked = [question_of(at, row) for at, row in enumerate(filed)]
    with Registry.open(tmp_path / "index") as opened:
        alone = {one.position for one in asked[::7] if verify_one(opened, one)}
    reads = []
    real = Records.at
    monkeypatch.setattr(Records, "at", lambda self, *of: reads.append(of) or real(self, *of))
    monkeypatch.setattr(verify_module, "CHUNK", 10)
    monkeypatch.setattr(search, "CROWD", 20)
    for most, largest in ((100_000, 20), (10, 100)):  # kept, and too crowded to be kept
        monkeypatch.setattr(search, "MOST_KEPT", most)
        reads.clear()
        with Registry.open(tmp_path / "index") as opened:
            assert verify(opened, asked).confirmed >= alone
        assert len(reads) <= largest
    assert len(alone) > 40


PEOPLE = st.lists(st.tuples(NAMES, st.integers(0, 3), st.sampled_from(["", "9{}"])), min_size=1, max_size=12)


@given(PEOPLE, PEOPLE)
@settings(max_examples=150, deadline=None)
def test_the_index_changes_nothing(rows, requests):
    filed, asked = [], []
    for at, (name, unit, tin) in enumerate(rows):
        one = Asked(at, name, address.parse(written(unit)), frozenset({2023}), "", tin.format(10_000_000 + unit))
        packed = pack(one.address)
        filed.append(Row(wanted_by(one).bits, one.tin or str(at), 0, one.tin, "", *name.written, packed))
    for at, (name, unit, tin) in enumerate(requests):
        place = address.parse(written(unit))
        asked.append(wanted_by(Asked(at, name, place, frozenset({2023}), "", tin.format(10_000_000 + unit))))
    plain = {one.position for one, _ in asked if confirms(one, filed, address.Places())}
    before = block.SMALL
    try:
        for block.SMALL in (0, 16):
            assert set(confirmed_at(asked, filed, address.Places())) == plain
            assert {at for one in asked for at in confirmed_at([one], filed, address.Places())} == plain
    finally:
        block.SMALL = before
