"""The street book keeps what it was shown, in rows, in any order, alone or merged."""

from random import Random

from counterfoil.address import Places, compare, parse, split_line
from counterfoil.address.places import rows_of, wanted
from tests.address.made_up import place
from tests.address.pairs import pairs, places, read


def test_rows_give_an_equal_book_in_any_order_and_merged() -> None:
    rows = list(places().to_rows())
    assert len(rows) > 10_000
    assert len(set(rows)) == len(rows)
    Random(1).shuffle(rows)
    again = Places.from_rows(rows)
    halves = Places.from_rows(rows[: len(rows) // 2])
    halves.merge(Places.from_rows(rows[len(rows) // 2 :]))
    decide = [(read()[r["a"]], read()[r["b"]]) for r in pairs() if r["kind"].startswith("same_key")]
    for a, b in decide:
        assert compare(a, b, places()).same == compare(a, b, again).same == compare(a, b, halves).same


def test_the_wanted_rows_are_enough_for_a_comparison() -> None:
    rows = list(places().to_rows())
    by_key: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = {}
    for row in rows:
        by_key.setdefault(row[:3], []).append(row)
    for row in (r for r in pairs() if r["kind"].startswith("same_key")):
        a, b = read()[row["a"]], read()[row["b"]]
        keys = dict.fromkeys((*wanted(a), *wanted(b)))
        small = Places.from_rows(found for key in keys for found in by_key.get(key, ()))
        assert compare(a, b, small) == compare(a, b, places())


def test_an_address_that_is_not_sure_shows_nothing() -> None:
    assert rows_of(parse(split_line("Oak St, Chicago IL 60608"))) == ()
    book = Places()
    book.add(parse(split_line("7XX Oak St, Chicago IL 60608")))
    assert len(book) == 0


def test_the_book_holds_no_name_and_no_unit_number() -> None:
    rng = Random(2)
    book = Places()
    for _ in range(200):
        book.add(parse(split_line("Maria Lopez, " + place(rng).line())))
    assert not any("MARIA" in "".join(row) or "LOPEZ" in "".join(row) for row in book.to_rows())
    assert {row[3] for row in book.to_rows() if row[0] == "building"} <= {"0", "1"}
