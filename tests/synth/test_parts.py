from __future__ import annotations

import ast
import random
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import counterfoil.synth
from counterfoil.synth.chance import data, in_proportion
from counterfoil.synth.country.names import Name, surname_list
from counterfoil.synth.country.place import Place, ordinal, zips_for
from counterfoil.synth.country.spelling import hand, write_address
from counterfoil.synth.country.tin import LAST, itin, ssn
from counterfoil.synth.grammar import expand, sentences
from counterfoil.synth.injury import INJURIES

HOUSE = Path(counterfoil.synth.__file__).parent


def test_the_room_knows_none_of_the_products_rules() -> None:
    for file in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("counterfoil."):
                continue
            module, names = node.module or "", {alias.name for alias in node.names}
            if module in ("counterfoil.address", "counterfoil.person"):
                assert names == {"Written"}, file
            else:
                room = module.split(".")[1]
                assert room in ("synth", "request", "errors", "progress", "beside"), (file, module)


@given(st.integers(0, LAST - 1), st.integers(0, LAST - 1))
def test_two_people_never_share_a_number(one: int, other: int) -> None:
    assert (ssn(one) == ssn(other)) == (one == other)
    if one < 10**6 and other < 10**6:
        assert (itin(one) == itin(other)) == (one == other)
    assert len(ssn(one)) == len(itin(one)) == 9


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 60), min_size=1))
@settings(max_examples=40)
def test_kinds_come_in_proportion_wherever_one_looks(weights: dict[str, int]) -> None:
    total = sum(weights.values())
    drawn = list(islice(in_proportion(weights), 3 * total))
    for key, weight in weights.items():
        assert drawn.count(key) == 3 * weight
        assert abs(drawn[:total].count(key) - weight) <= 1


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1ST"), (2, "2ND"), (3, "3RD"), (11, "11TH"), (12, "12TH"), (22, "22ND"), (113, "113TH")]
)
def test_ordinals_end_as_they_are_spoken(number: int, word: str) -> None:
    assert ordinal(number) == word


def test_neighbouring_counties_have_zip_codes_of_their_own() -> None:
    found = [z for county in range(30) for z in zips_for("RI", county)]
    assert len(found) == len(set(found)) == 180
    assert all(z.startswith("02") for z in found)


def test_a_grammar_chooses_and_fills() -> None:
    rng = random.Random(1)
    texts = {expand("[a|b] <word> {slot}", rng, {"word": ["x", "[y|z]"]}, {"slot": "s"}) for _ in range(80)}
    assert texts == {f"{a} {b} s" for a in "ab" for b in "xyz"}
    assert sentences("one.  two. three") == "One. Two. Three"


def test_every_line_of_the_grammars_can_be_expanded() -> None:
    rng = random.Random(2)
    reasons, defects = data("reasons"), data("defects")
    for kind in reasons["kinds"].values():
        for line in kind:
            for _ in range(20):
                assert "<" not in expand(line, rng, reasons["lists"])
    for lines in defects.values():
        for line in lines:
            assert "[" not in expand(line, rng, defects)


def test_every_defect_of_the_mixes_can_be_put_in() -> None:
    by_hand = {"REASON_BOILERPLATE", "REQUEST_ID_DUPLICATE", "INVESTIGATION_IMPLAUSIBLE", "PROBING"}
    for mix in data("mixes").values():
        codes = {item["defect"] for item in mix["items"] if "defect" in item}
        assert codes <= set(INJURIES) | by_hand


def test_the_exchange_adds_up_to_what_is_known() -> None:
    items = data("mixes")["exchange-2025"]["items"]
    assert sum(item["weight"] for item in items) == 1_280_000
    numbered = [item for item in items if item.get("tin") == "always"]
    assert sum(item["weight"] for item in numbered) == 42_695
    assert sum(item["weight"] for item in numbered if "defect" in item) == 2_364
    assert sum(item["weight"] for item in numbered if item.get("ask") not in (None, "with_number")) == 33_000


def test_a_place_is_written_in_many_ways() -> None:
    place = Place("street", "ordinal", "37", "N", "7TH", "AVE", "", "APT", "4", "", "", "", "Ostermere", "TX", "75001")
    rng = random.Random(3)
    written = {write_address(place, hand(rng)) for _ in range(400)}
    lines = {w.line1 for w in written}
    assert len(lines) > 40
    assert {"37 N 7TH AVE APT 4", "37 North 7th Avenue Apt 4"} <= lines
    assert any(w.line2 for w in written)
    assert any("SEVENTH" in line.upper() for line in lines)
    assert {w.postal_code[:5] for w in written} == {"75001"}


def test_surnames_look_like_names_and_are_no_fillers() -> None:
    fillers = {"DOE", "UNKNOWN", "NONE", "NULL", "TEST", "NA", "REFUSED", "PUBLIC"}
    for family in data("names")["families"]:
        listed = surname_list(family)
        assert len(listed) > 60 and len(set(listed)) == len(listed)
        for name in listed:
            assert name[0].isalpha() and not any(c.isdigit() for c in name)
            assert name.upper() not in fillers
            assert len(name) > 1
    assert Name("hispanic", "Noelia", "", ("Lobarza", "Marentez"), "", True).surname == "Lobarza-Marentez"


COMMON = {
    *("SMITH", "JOHNSON", "WILLIAMS", "BROWN", "JONES", "GARCIA", "MILLER", "DAVIS", "RODRIGUEZ", "MARTINEZ"),
    *("HERNANDEZ", "LOPEZ", "GONZALEZ", "WILSON", "ANDERSON", "THOMAS", "TAYLOR", "MOORE", "JACKSON", "MARTIN"),
    *("LEE", "PEREZ", "THOMPSON", "WHITE", "HARRIS", "SANCHEZ", "CLARK", "RAMIREZ", "LEWIS", "NGUYEN", "TRAN"),
    *("PHAM", "HOANG", "IVANOV", "PETROV", "PAVLOV", "KOWALSKI", "NOVAK", "AHMED", "HUSSEIN", "MOHAMMED", "HASSAN"),
}


def test_the_commonest_surnames_of_real_people_are_not_used() -> None:
    for family in data("names")["families"]:
        assert not {name.upper() for name in surname_list(family)} & COMMON
