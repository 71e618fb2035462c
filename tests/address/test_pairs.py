"""The 11,700 labelled pairs: no false "same", and few true ones missed."""

import re

import pytest

from counterfoil.address import Places, compare, faults
from tests.address.pairs import group, is_same, label_errors, pairs, places, read


def missed(kind: str, book: Places | None) -> float:
    rows = [row for row in pairs() if group(row) == kind]
    wrong = sum(not compare(read()[row["a"]], read()[row["b"]], book).same for row in rows)
    return wrong / len(rows)


@pytest.mark.parametrize("known", [False, True])
def test_no_different_or_contradicting_pair_is_the_same(known: bool) -> None:
    book = places() if known else None
    false = [
        (row["a"], row["b"])
        for row in pairs()
        if not is_same(row)
        and compare(read()[row["a"]], read()[row["b"]], book).same
        and (row["a"], row["b"]) not in label_errors()
    ]
    assert false == []


def test_every_listed_label_error_is_a_pair_that_the_rules_accept() -> None:
    listed = {(row["a"], row["b"]) for row in pairs() if not is_same(row)}
    for a, b in label_errors():
        assert (a, b) in listed
        assert compare(read()[a], read()[b], places()).same


def test_plain_respellings_are_missed_in_at_most_one_of_twenty_with_the_street_book() -> None:
    assert missed("same_key", places()) <= 0.05


def test_plain_respellings_are_missed_in_at_most_one_of_ten_without_the_street_book() -> None:
    assert missed("same_key", None) <= 0.10


def test_edited_respellings_are_missed_in_at_most_one_of_two_hundred() -> None:
    assert missed("edited, same", None) <= 0.005
    assert missed("edited, same", places()) <= 0.005


def test_pairs_that_lack_an_element_are_found_where_the_file_shows_one_variant() -> None:
    rows = [row for row in pairs() if row["kind"] == "same_key_partial"]
    told = [r for r in rows if len(read()[r["a"]].units) == len(read()[r["b"]].units)]
    wrong = sum(not compare(read()[r["a"]], read()[r["b"]], places()).same for r in told)
    assert wrong / len(told) <= 0.15
    plain = [row for row in pairs() if group(row) == "same_key"]
    assert (wrong + missed("same_key", places()) * len(plain)) / (len(told) + len(plain)) <= 0.08
    alone = sum(compare(read()[r["a"]], read()[r["b"]]).same for r in rows)
    assert alone / len(rows) < 0.15  # nothing absent is supplied without the book, but a box beside a street


def test_comparison_of_every_pair_is_symmetric() -> None:
    for row in pairs():
        a, b = read()[row["a"]], read()[row["b"]]
        assert compare(a, b, places()).same == compare(b, a, places()).same


def test_real_complete_addresses_are_sufficient_but_for_a_documented_few() -> None:
    complete = [
        text
        for text in read()
        if re.match(r"#?\s*(\d|one |two |three )", text, re.I)
        and re.search(r",\s*[A-Za-z .'-]+,\s*[A-Z]{2}\s+\d{5}(-\d{4})?$", text)
    ]
    refused = {text: faults(read()[text]) for text in complete if faults(read()[text])}
    assert len(complete) > 8000
    assert set(refused) == {
        "114 WOODLAND STREET & 500 BLUE HILLS AVENUE, HARTFORD, CT 06105",  # two addresses
        "1653 West 43rd Street Building, CHICAGO, IL 60609",
        "8316 South Ellis Avenue Building, CHICAGO, IL 60619",
        "1001 W ROOSEVELT RD 606, CHICAGO, IL 81559",  # ZIP Code of Colorado
        "425 North Prairie Avenue Macomb, CHICAGO, IL 61455",  # two towns, and the other's ZIP Code
        "1800 College Road, Fairbanks, AK 99101",  # ZIP Code of Washington
        "1530 HAIGHT ST, SAN FRANCISCO, CA 92672",  # ZIP Code of San Clemente
        "1524 \\ AVE, SAN FRANCISCO, CA 94112",  # a broken character
    }
