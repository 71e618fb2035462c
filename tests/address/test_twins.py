"""Twins that really exist: two streets of one name, both with houses, as hard as a town can make it."""

from collections.abc import Callable
from random import Random

import pytest

from counterfoil.address import Address, Places, compare, parse, split_line

Line = Callable[[int], str]

LAST = ", Aldermere, IL 62704"
PAIRS: dict[str, tuple[Line, Line, Line]] = {  # what is asked, where it really is, and the twin that is on file
    "N and S": (lambda n: f"{n} Main St", lambda n: f"{n} N Main St", lambda n: f"{n} S Main St"),
    "N and none": (lambda n: f"{n} Main St", lambda n: f"{n} Main St", lambda n: f"{n} N Main St"),
    "N behind and none": (lambda n: f"{n} Main St", lambda n: f"{n} Main St", lambda n: f"{n} Main St N"),
    "suffixes": (lambda n: f"{n} Main", lambda n: f"{n} Main Ave", lambda n: f"{n} Main St"),
    "networks": (lambda n: f"{n} Highway 50", lambda n: f"{n} State Route 50", lambda n: f"{n} US Highway 50"),
}
ZIPS: tuple[Line, Line, Line] = (
    lambda n: f"{n} Main St, Aldermere, IL 62707",
    lambda n: f"{n} Main St, Aldermere, IL 62707",
    lambda n: f"{n} Main St, Aldermere, IL 62704",
)


def read(text: str) -> Address:
    return parse(split_line(text if "Aldermere" in text else text + LAST))


def taken_for_one(lines: tuple[Line, Line, Line], houses: int, on_file: float, towns: int) -> int:
    """How many of `towns` towns with two such streets, `houses` houses each, confirm the wrong street's house.

    Each house is on file with the probability `on_file`; the house on the wrong street is on file always.
    """
    asked, real, twin = lines
    rng = Random(f"{houses} {on_file}")
    wrong = 0
    for _ in range(towns):
        numbers = rng.sample(range(1, 100), houses)
        book = Places()
        book.add(read(twin(numbers[0])))
        book.add(read("1 Elsewhere Ct, Aldermere, IL 62707"))
        for number in numbers:
            for line in (real, twin):
                if rng.random() < on_file:
                    book.add(read(line(number)))
        wrong += compare(read(asked(numbers[0])), read(twin(numbers[0])), book).same
    return wrong


@pytest.mark.parametrize("kind", PAIRS)
def test_twin_streets_that_are_both_on_file_are_never_taken_for_one(kind: str) -> None:
    asked, real, twin = PAIRS[kind]
    book = Places()
    for number in (100, 200, 300):
        book.add(read(real(number)))
        book.add(read(twin(number)))
    for number in (100, 200, 300, 400):
        assert not compare(read(asked(number)), read(twin(number)), book).same
        assert not compare(read(asked(number)), read(real(number)), book).same or asked(number) == real(number)


@pytest.mark.parametrize("kind", PAIRS)
def test_twin_streets_of_a_usual_length_are_never_taken_for_one(kind: str) -> None:
    assert taken_for_one(PAIRS[kind], houses=10, on_file=0.9, towns=100) == 0


def test_a_street_in_two_zip_codes_with_different_houses_is_never_taken_for_one() -> None:
    assert taken_for_one(ZIPS, houses=10, on_file=0.9, towns=200) == 0


def test_one_house_on_file_shows_no_street_that_a_second_would() -> None:
    """The loosest rules of the page: what they let pass, and that one more house on file closes it."""
    book = Places()
    book.add(read("12 N Main St"))
    book.add(read("12 Main St"))
    assert compare(read("12 Main St"), read("12 N Main St"), book).same
    book.add(read("14 Main St"))
    assert not compare(read("12 Main St"), read("12 N Main St"), book).same

    here, there = read("12 Oak St"), read("12 Oak St, Aldermere, IL 62707")
    book = Places.from_rows([])
    book.add(here)
    book.add(there)
    assert compare(here, there, book).same
    book.add(read("14 Oak St"))
    assert compare(here, there, book).same
    book.add(read("16 Oak St, Aldermere, IL 62707"))
    assert not compare(here, there, book).same


def test_no_number_of_houses_on_file_makes_a_named_difference_one() -> None:
    for a, b in (("12 N Main St", "12 S Main St"), ("12 Main St", "12 Main Ave"), ("12 N Main St", "12 NE Main St")):
        book = Places()
        book.add(read(a))
        book.add(read(b))
        assert not compare(read(a), read(b), book).same
