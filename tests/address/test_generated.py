"""Generated neighbours are never the same; generated respellings always are. The generator knows no rule."""

from random import Random

from counterfoil.address import Places, compare, delivery_key, faults, parse, place_key, split_line
from tests.address.made_up import Place, neighbour, place, respelled

RUNS = 3_000


def text_of(it: Place | str) -> str:
    return it if isinstance(it, str) else it.line()


def test_other_spellings_of_an_address_are_the_same_delivery_point() -> None:
    rng = Random(20)
    for _ in range(RUNS):
        it = place(rng)
        a, b = parse(split_line(it.line())), parse(split_line(other := respelled(it, rng)))
        assert compare(a, b).same, (it.line(), other, compare(a, b).why)
        assert place_key(a) == place_key(b) != ""
        assert delivery_key(a) == delivery_key(b)
        assert faults(a) == faults(b) == (), other


def test_a_neighbour_is_never_the_same_delivery_point() -> None:
    rng = Random(21)
    for _ in range(RUNS):
        it = place(rng)
        near = neighbour(it, rng)
        near_text = respelled(near, rng) if isinstance(near, Place) else near
        a, b = parse(split_line(respelled(it, rng))), parse(split_line(near_text))
        assert not compare(a, b).same, (it.line(), near_text)


def test_a_neighbour_is_never_the_same_where_the_street_book_knows_both() -> None:
    """The book holds both and a house more on each street, as a custodian's file of a town would."""
    rng = Random(22)
    for _ in range(RUNS // 2):
        it = place(rng)
        near = neighbour(it, rng)
        book = Places()
        a, b = parse(split_line(it.line())), parse(split_line(text_of(near)))
        book.add(a)
        book.add(b)
        for known in (it, near):
            if isinstance(known, Place):
                book.add(parse(split_line(Place(**{**known.__dict__, "number": known.number + 40}).line())))
        assert not compare(a, b, book).same, (it.line(), text_of(near), compare(a, b, book).why)


def test_columns_and_one_line_are_read_alike() -> None:
    rng = Random(23)
    for _ in range(RUNS // 4):
        it = place(rng)
        street, town, last = (part.strip() for part in it.line().split(","))
        state, postal = last.split()
        columns = parse(split_line("")._replace(line1=street, city=town, state=state, postal_code=postal))
        assert compare(columns, parse(split_line(respelled(it, rng)))).same
        assert delivery_key(columns) == delivery_key(parse(split_line(it.line())))
