"""The sieve rules out nothing that a row is about, and nearly everything else; a clue says nothing but the keys."""

import os
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil import compiled
from counterfoil.errors import UnavailableError
from counterfoil.verification import CLUE_SIZE, UNKNOWN_CLUE, Registry, clue_of, keys, load_registry, rules_hash
from counterfoil.verification.clue import FORM, NOBODY, birth_mark, tin_mark
from counterfoil.verification.files import sieve as sieve_module
from counterfoil.verification.files.sieve import Sieve, SieveWriter

from .conftest import ask, row, write_csv
from .test_keys import ROWS, asked_of

PLACES = st.integers(0, (1 << 63) - 1)
NEAR = st.sampled_from([0, 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, 5 << 32, (1 << 63) - 1])
LETTERS = st.integers(0, keys.ANY)
FILED = st.tuples(PLACES | NEAR, st.integers(0, (1 << 63) - 1), LETTERS, LETTERS, st.text(), st.text())
TIN = st.sampled_from(["", "900701234", "900705678"])
BORN = st.sampled_from(["", "1980-02-03", "1999-01-01"])
USUAL = st.tuples(
    PLACES | NEAR,
    st.sets(st.integers(0, 62), max_size=3).map(lambda years: sum(1 << year for year in years)),
    st.sets(st.integers(0, 30), min_size=1, max_size=2).map(lambda letters: sum(1 << at for at in letters)),
    st.sampled_from([1, 1 << 25, 3, keys.ANY]),
    TIN,
    BORN,
)


def written(path, rows, size):
    """The sieve of these rows, which come in tables of so many."""
    rows = sorted(rows)
    with SieveWriter(path) as writer:
        for at in range(0, len(rows), size):
            some = list(zip(*rows[at : at + size], strict=True))
            names = ("place", "years", "surnames", "givens", "tin", "born")
            kinds = (pa.int64(), pa.int64(), pa.int32(), pa.int32(), pa.string(), pa.string())
            named = zip(names, some, kinds, strict=True)
            writer.write(pa.table({name: pa.array(column, kind) for name, column, kind in named}))
    return Sieve(path)


def clue(place, years, surnames, givens, tin="", born=""):
    return FORM.pack(place & 0xFFFFFFFF, place >> 32, years, surnames, givens, tin_mark(tin), birth_mark(born))


def clue_about(asked):
    return clue_of(asked.name, asked.address, asked.years, asked.date_of_birth, asked.tin)


def may_be(asked, filed):
    """Whether the rule would look at the row: all keys shared, and neither number nor birth contradicts."""
    (place, *masks, tin, born), (there, *others, number, birth) = asked, filed
    return place == there and all(map(int.__and__, masks, others)) and may(tin, number) and may(born, birth)


def may(said, on_file):
    return not said or not on_file or said == on_file


@pytest.fixture
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("sieve") / "sieve.arrow"


@given(st.lists(USUAL, min_size=1, max_size=40), st.lists(USUAL, max_size=20), st.integers(1, 9), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_whatever_a_row_shares_all_keys_with_passes(tmp_path_factory, rows, others, size, part):
    path = tmp_path_factory.mktemp("sieve") / "sieve.arrow"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve_module, "PART", part)
        sieve = written(path, rows, size)
    asked = [*others, *rows, *((place, *rest) for (place, *_), (_, *rest) in zip(rows, others, strict=False))]
    due = {at for at, one in enumerate(asked) if any(may_be(one, filed) for filed in rows)}
    passed = sieve.pass_through(b"".join(clue(*one) for one in asked))
    assert due <= set(passed) and passed == sorted(set(passed))
    sieve.close()


@given(FILED, st.lists(FILED, max_size=3))
@settings(max_examples=25, deadline=None)
def test_no_keys_are_too_many_for_it(tmp_path_factory, one, more):
    sieve = written(tmp_path_factory.mktemp("sieve") / "sieve.arrow", [one, *more], 10)
    assert sieve.pass_through(clue(*one)) == [0] or not may_be(one, one)
    sieve.close()


def test_of_a_hundred_thousand_rows_it_rules_out_nearly_all_that_nobody_is_about(path):
    random.seed(5)
    letters = [1 << at for at in range(26)]

    def some(place=None):
        place = random.getrandbits(63) if place is None else place
        born = random.choice(["", *(f"19{year}-02-03" for year in range(50, 90))])
        return place, random.choice([1, 3, 7]) << 32, random.choice(letters), random.choice(letters), "", born

    rows = [some() for _ in range(100_000)]
    at_place = {place: rest for place, *rest in rows}
    sieve = written(path, rows, 32_768)
    elsewhere = [some() for _ in range(20_000)]
    there = [
        one
        for one in (some(place) for place in list(at_place)[:20_000])
        if not may_be(one, (one[0], *at_place[one[0]]))
    ]
    for asked in (elsewhere, there):
        passed = sieve.pass_through(b"".join(clue(*one) for one in asked))
        assert len(passed) < len(asked) * 0.01
    assert path.stat().st_size < 5.2 * len(rows)  # four bytes, and where every fourth begins
    sieve.close()


def test_what_has_no_clue_passes_and_what_has_no_sure_address_does_not(path):
    sieve = written(path, [(5, 1, 1, 1, "", "")], 1)
    wide = clue(1 << 40, (1 << 63) - 1, keys.ANY, keys.ANY)
    assert sieve.pass_through(UNKNOWN_CLUE + NOBODY + clue(5, 1, 1, 1) + wide) == [0, 2, 3]
    assert clue_about(ask(line1="Failed to Provide")) == NOBODY
    assert sieve.pass_through(b"") == []
    sieve.close()


def test_an_empty_registry_lets_only_the_unknown_pass(path):
    sieve = written(path, [], 1)
    assert sieve.pass_through(clue(5, 1, 1, 1) + UNKNOWN_CLUE) == [1]
    sieve.close()


def test_a_clue_is_the_keys_and_nothing_else():
    asked = ask(years=(2021, 2023))
    low, high, *masks, number, birth = FORM.unpack(clue_about(asked))
    assert high << 32 | low == keys.place_of(asked.address)
    assert masks == [keys.year_bits(asked.years), keys.surname_mask(asked.name), keys.given_mask(asked.name)]
    assert number == birth == 0
    other = ask(name="Rosa||Sample", line1="123 N MAIN ST # 4", years=(2023, 2021))
    assert clue_about(other) == clue_about(asked) and len(clue_about(asked)) == CLUE_SIZE
    numbered = (ask(years=(2021, 2023), tin=tin) for tin in ("900-70-1234", "900701234"))
    assert len({clue_about(asked), *map(clue_about, numbered)}) == 2


def test_what_contradicts_number_or_birth_is_ruled_out_nearly_always(opened):
    registry = opened(row())
    for name, there, many in (
        ("tin", "900-70-1234", [f"9007{at:05}" for at in range(2000)]),
        ("date_of_birth", "1980-02-03", [f"19{at // 100:02}-0{1 + at % 9}-{10 + at % 17}" for at in range(2000)]),
    ):
        assert registry.sift(clue_about(ask(**{name: there}))) == [0]
        others = [ask(**{name: said}) for said in many if said.replace("-", "") != there.replace("-", "")]
        assert len(registry.sift(b"".join(map(clue_about, others)))) < len(others) / 30


@pytest.mark.parametrize("absent", ["tin", "date_of_birth"])
def test_what_one_side_leaves_out_rules_nothing_out_and_another_year_does(opened, absent):
    bare, whole = opened(row(**{absent: ""})), opened(row())
    said = {"tin": "900701234", "date_of_birth": "1980-02-03"}
    for registry, asked in ((bare, ask(**said)), (whole, ask(**{**said, absent: ""}))):
        assert registry.look_up([asked]) == registry.sift(clue_about(asked)) == [0]
        assert registry.sift(clue_about(ask(years=(2022,), **said))) == []


def test_of_very_many_rows_of_one_name_at_one_place_no_more_than_some_are_looked_at(path):
    rows = [(5, 1, 1, 1, f"9{at:08}", "") for at in range(5_000)]
    sieve = written(path, [*rows, (5, 2, 1, 2, "900701234", "")], 6_000)
    asked = [(5, 1, 1, 1, "900000001", ""), (5, 1, 1, 1, "x", ""), (5, 1, 2, 1, "", ""), (5, 2, 1, 2, "", "")]
    assert sieve.pass_through(b"".join(clue(*one) for one in asked)) == [0, 1, 3]
    sieve.close()


@given(ROWS, ROWS)
@settings(max_examples=25, deadline=None)
def test_what_the_rule_confirms_passes_and_every_request_counts_once(tmp_path_factory, rows, requests):
    folder = tmp_path_factory.mktemp("registry")
    load_registry([write_csv(folder / "file.csv", rows)], folder / "loaded")
    asked = [asked_of(at, said) for at, said in enumerate([*requests, *rows])]
    with Registry.open(folder / "loaded") as registry:
        confirmed = registry.look_up(asked)
        counted = registry.looked_up
        passed = registry.sift(b"".join(map(clue_about, asked)))
        assert set(confirmed) <= set(passed)
        assert registry.look_up([asked[at] for at in passed]) == confirmed
        assert counted == len(asked) and registry.looked_up == 2 * counted
        assert registry.rules == rules_hash()


def test_a_sieve_that_is_cut_off_or_replaced_while_it_is_open_is_said_and_never_no_match(opened):
    clues = clue_about(ask())
    for at, change in enumerate((lambda path: os.truncate(path, 100), lambda path: path.write_bytes(bytes(5000)))):
        registry = opened(row(date_of_birth=f"198{at}-02-03"))
        change(registry.opened.generation / "sieve.arrow")
        with pytest.raises(UnavailableError, match="changed"):
            registry.sift(clues)
        assert registry.looked_up == 0


def test_a_sieve_that_is_changed_while_it_is_asked_is_said_and_never_no_match(path, monkeypatch):
    if compiled.form()[0]:
        pytest.skip("a compiled class cannot be interrupted")
    sieve = written(path, [(5, 1, 1, 1, "", "")], 1)
    divided = sieve._divided

    def and_changed(clues):
        os.utime(path)
        path.write_bytes(bytes(path.stat().st_size))
        return divided(clues)

    monkeypatch.setattr(sieve, "_divided", and_changed)
    with pytest.raises(OSError, match=r"changed|not whole"):
        sieve.pass_through(clue(6, 1, 1, 1))
    sieve.close()


def test_a_clue_that_is_not_whole_is_refused(path):
    sieve = written(path, [(5, 1, 1, 1, "", "")], 1)
    with pytest.raises(ValueError, match="not whole"):
        sieve.pass_through(clue(5, 1, 1, 1) + clue(5, 1, 1, 1)[:25])
    sieve.close()


def words(*numbers):
    return b"".join(number.to_bytes(4, "little") for number in numbers)


@pytest.mark.parametrize(
    ("starts", "said"),
    [(b"", b""), (words(0), b""), (words(0, 1)[:7], words(9)), (words(0, 2), words(9)), (words(0, 1), b"")],
)
def test_a_part_that_is_not_whole_is_refused(starts, said):
    with pytest.raises(OSError, match="not whole"):
        sieve_module._let_through(starts, said, clue(5, 1, 1, 1), words(0))


@pytest.mark.parametrize("first", [2, 1 << 31, (1 << 32) - 1])
def test_what_a_part_that_is_astray_cannot_tell_passes(first):
    assert sieve_module._let_through(words(first, 1), words(9), clue(5, 1, 1, 1), words(0)) == [0]


def test_of_many_parts_and_many_clues_each_finds_its_own(path, monkeypatch):
    monkeypatch.setattr(sieve_module, "PART", 1)
    rows = [((at << 32) | at, 1, 1, 1, "", "") for at in range(1, 41)]
    sieve = written(path, rows, 1)
    asked = [clue(*rows[at % 40]) if at % 3 else clue(at << 32, 1, 1, 1) for at in range(70_000)]
    assert {at for at in range(70_000) if at % 3} <= set(sieve.pass_through(b"".join(asked)))
    absent = b"".join(clue((at << 32) | at, 2, 1, 1) for at in range(1, 41))
    assert sieve.pass_through(absent) == []
    sieve.close()


def test_the_same_rows_in_any_order_make_the_same_sieve(opened):
    rows = [row(tin=f"9{70000000 + at}", address_line1=f"{at} MAIN ST") for at in range(1, 90)]
    one, two = (opened(*some).opened.generation / "sieve.arrow" for some in (rows, rows[::-1]))
    assert one.read_bytes() == two.read_bytes()
