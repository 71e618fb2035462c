"""A corner in Puerto Rico keeps what stands behind it, and a street goes on behind a comma in linear time."""

import itertools

import pytest

from counterfoil.address import Address, Places, compare, faults, read_line
from tests.address.test_linear import is_linear


def read(line: str) -> Address:
    return read_line(f"{line}, San Juan, PR 00901")


def same(one: str, other: str, book: Places | None = None) -> bool:
    found = compare(read(one), read(other), book).same
    assert compare(read(other), read(one), book).same == found
    return found


def without_units(line: str) -> Places:
    book = Places()
    book.add(read(line))
    return book


HOUSES = ("120 Calle Sol", "Calle Sol 120", "Calle 3 B14", "Carr 2 Km 4")
CORNERS = ("Esq Calle Luna", "and Calle Luna", "y Ave Luna", "Esquina con Calle Luna", "Esq Calle 5", "& Carr 10")
DWELLINGS = "Apt 4; Apt 5; Apt # 6; Altos; Bajos; Int 4; Int 5; Casa 7; Edif B; Edif C; Piso 2; Piso 3; B; Casa Azul; C"


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("corner", CORNERS)
def test_a_dwelling_behind_a_corner_tells_two_apart(house: str, corner: str) -> None:
    book = Places()
    for one, other in itertools.combinations(["", *DWELLINGS.split("; ")], 2):
        assert not same(f"{house} {corner} {one}", f"{house} {corner} {other}", book), (one, other)


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize("corner", CORNERS)
def test_a_corner_itself_is_left_out_and_the_dwelling_behind_it_kept(house: str, corner: str) -> None:
    assert same(f"{house} {corner}", house)
    for dwelling in ("Apt 4", "Altos", "Edif B", "Int 4"):
        assert same(f"{house} {corner} {dwelling}", f"{house} {dwelling}")


@pytest.mark.parametrize(
    "two", ["Calle Luna|Calle Fe", "Calle de la Luna|Calle de la Fe", "Calle 5|Calle 7", "Carr 10|Carr 11"]
)
@pytest.mark.parametrize("house", HOUSES)
def test_two_cross_streets_of_one_house_contradict(house: str, two: str) -> None:
    one, other = two.split("|")
    assert not same(f"{house} Esq {one}", f"{house} Esq {other}")
    assert same(f"{house} Esq {one}", f"{house} y {one}")


@pytest.mark.parametrize("house", HOUSES)
@pytest.mark.parametrize(
    "second",
    ["Calle Luna 45", "Calle Luna # 45", "Calle 5 C12", "Carr 10 Km 9", "Calle Fe y Calle Luna 3", "Calle 5 6"],
)
def test_a_number_behind_a_corner_is_a_second_house(house: str, second: str) -> None:
    found = read(f"{house} y {second}")
    assert "ADDR_MULTIPLE" in faults(found)
    assert not found.sure
    assert not same(f"{house} y {second}", house, without_units(house))


@pytest.mark.parametrize("words", ["Altos Izquierda", "Cond Rosa", "Cond Lila", "E", "B", "Two", "Atras", "Edif Rosa"])
def test_words_behind_a_corner_that_may_name_a_dwelling_are_compared(words: str) -> None:
    for corner in ("Esq Calle Luna", "Esq Calle 12"):
        line = f"120 Calle Sol {corner} {words}"
        assert not same(line, "120 Calle Sol", without_units("120 Calle Sol"))
        assert not same(line, f"120 Calle Sol {corner} Cond Verde", without_units("120 Calle Sol"))
        assert same(line, line)


def test_a_town_behind_a_corner_is_kept() -> None:
    found = read_line("120 Calle Sol Esq Calle Luna Apt 4 San Juan PR 00901")
    assert found.unknown == ("SAN", "JUAN")
    assert found.units == (("home", "4"),)


def test_a_house_of_a_block_is_read_behind_the_name_of_its_urbanization() -> None:
    found = read_line("Villa Carolina 19-8 Calle 22, Carolina, PR 00985")
    assert (found.number, found.street) == ("19-8", "CALLE 22ND")
    assert "ADDR_NO_NUMBER" not in faults(found)


@pytest.mark.parametrize("before", ["Calle Sol, ", "Calle Sol 120 y ", "120 Calle Sol, ", "PR "])
@pytest.mark.parametrize("piece", ["Km 3, ", "#, ", "No, ", "Altos, ", "Y Calle ", "Esq Calle 5 ", "Int, ", "Calle, "])
def test_a_street_that_goes_on_is_read_in_time_linear_in_the_length(before: str, piece: str) -> None:
    assert is_linear(piece, before)
    assert is_linear(piece, "PR 00901, " + before)
