"""Words by which another place than the house is meant, alternatives, a private mailbox, and a line written twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.address import Address, Places, Written, addressee, compare, faults, parse
from counterfoil.address.tables import WORDS

HOUSE = "900 Oak St"


def read(line1: str, line2: str = "") -> Address:
    return parse(Written(line1, line2, "Springfield", "IL", "62701"))


def book() -> Places:
    """A street book in which the house is known, and without units."""
    places = Places()
    places.add(read(HOUSE))
    places.add(read("902 Oak St"))
    return places


def same(one: Address, other: Address, known: Places | None = None) -> bool:
    found = compare(one, other, known).same
    assert compare(other, one, known).same == found
    return found


BEFORE = """next door to; across from; behind; near; vicinity of; up the street from; trailer behind; house behind; not
approx; maybe; moved from; evicted from; last seen; works at; work; no longer at; cerca de; detras de; al lado de; quiza
"""
BEHIND = """lives in car; under bridge; next door; or nearby; vive en carro; maybe; not; approx; moved; down the street
across the street; behind; (nearby); (next); (around the corner); (detras)"""


def each(texts: str) -> list[str]:
    return [text.strip() for line in texts.strip().split("\n") for text in line.split(";")]


@pytest.mark.parametrize("words", each(BEFORE))
def test_words_before_the_number_that_mean_another_place_are_refused_and_never_supplied(words: str) -> None:
    asked = read(f"{words} {HOUSE}")
    assert faults(asked)
    assert not same(asked, read(HOUSE), book())
    assert not same(asked, read(f"{HOUSE} Apt 4"), book())


@pytest.mark.parametrize("words", each(BEHIND))
def test_words_behind_the_street_that_mean_another_place_are_refused_and_never_supplied(words: str) -> None:
    asked = read(f"{HOUSE}, {words}")
    assert faults(asked)
    assert not same(asked, read(HOUSE), book())


NAMES = st.lists(
    st.sampled_from("LARKSPUR BEACON ROSE COTTAGE MILL QUARRY MAPLE HARBOR CEDAR".split()),  # noqa: SIM905
    min_size=1,
    max_size=3,
).map(" ".join)


@given(NAMES, st.sampled_from(sorted(WORDS["estimate"] | WORDS["former"] | WORDS["work"] | {"NOT", "NEXT"})))
def test_a_word_that_is_no_preposition_is_part_of_a_name_where_the_name_goes_on(name: str, word: str) -> None:
    assert faults(read(f"{word} {name} Lofts", HOUSE)) == ()
    assert faults(read(f"900 {word} Ave")) == ()


@given(st.sampled_from(sorted(WORDS["leadsto"])), NAMES)
def test_a_phrase_that_ends_in_a_preposition_before_a_house_is_refused(preposition: str, name: str) -> None:
    assert "ADDR_INCOMPLETE" in faults(read(f"{name} {preposition} {HOUSE}"))


@given(NAMES)
def test_a_name_before_a_house_is_its_building(name: str) -> None:
    assert faults(read(f"{name} Hall", HOUSE)) == ()
    assert same(read(f"{name} Hall", HOUSE), read(HOUSE), book())


@pytest.mark.parametrize("line", ["900 Oak/Elm St", "900 Oak - Elm St", "900 Oak St/Elm St", "900 Oak St/Ave"])
def test_a_second_street_behind_a_slash_or_a_dash_is_an_alternative(line: str) -> None:
    assert not same(read(line), read(HOUSE), book())


def test_the_number_of_a_road_behind_a_slash_is_its_other_name() -> None:
    assert same(read(f"{HOUSE} / Hwy 50"), read(HOUSE))
    assert same(read(f"{HOUSE} & Elm St"), read(HOUSE))


def test_a_private_mailbox_is_no_unit_of_the_house() -> None:
    for line in ("PMB 5", "# PMB 5", "Apt 4 PMB 5"):
        assert not same(read(f"{HOUSE} {line}"), read(HOUSE), book())
        assert faults(read(f"{HOUSE} {line}")) == ()
    assert same(read(f"{HOUSE} PMB 5"), read(f"{HOUSE} # 5"))
    assert same(read(f"{HOUSE} Apt 5"), read(HOUSE), book())


@given(st.sampled_from(["", " Apt 4", " # 4", " Rear"]), st.sampled_from(["", " Apt 4", " # 4", " Rear"]))
def test_a_delivery_line_written_twice_is_one_with_the_unit_that_either_says(first: str, second: str) -> None:
    twice = read(HOUSE + first, HOUSE.upper() + second)
    if first and second and {first, second} & {" Rear"} and first != second:
        assert "ADDR_MULTIPLE" in faults(twice)
    elif not (first and second) or first == second:
        assert faults(twice) == ()
        assert same(twice, read(HOUSE + (first or second)))


def test_another_line_of_one_house_number_is_not_the_same_line() -> None:
    for other in ("900 Oak Ave", "900 N Oak St", "900 Elm St"):
        assert not same(read(HOUSE, other), read(HOUSE), book())
    assert "ADDR_MULTIPLE" in faults(read(HOUSE, "902 Oak St"))


def test_town_and_state_written_again_behind_the_street_are_the_columns() -> None:
    for line in ("900 Oak St Springfield IL", "900 Oak St, Springfield, IL", "900 Oak St Springfield IL 62701"):
        assert same(read(line), read(HOUSE))
    assert same(read("900 Oak St Apt 4 Springfield IL"), read("900 Oak St Apt 4"))
    for line in ("900 Oak St Chatham IL", "900 Oak St Springfield MO"):
        assert not same(read(line), read(HOUSE), book())


def test_whom_a_line_is_addressed_to_is_told() -> None:
    assert addressee(read("Attn: Ms. Jane Roe", HOUSE)) == ("JANE", "ROE")
    assert addressee(read(HOUSE, "c/o Jane Roe")) == ("JANE", "ROE")
    assert addressee(read("Attn:", HOUSE)) == addressee(read("Jane Roe", HOUSE)) == ()
