"""What must hold for any text, and for any address."""

import time
from dataclasses import replace
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from counterfoil.address import (
    Address,
    Places,
    Written,
    compare,
    delivery_key,
    faults,
    one_line,
    parse,
    place_key,
    read_line,
    split_line,
)  # fmt: skip
from counterfoil.address.keys import place_key_of
from counterfoil.address.tables import OMITTED
from counterfoil.address.text import LONGEST
from tests.address.made_up import place, respelled
from tests.address.pairs import read

TEXT = st.text(max_size=80)
VOCABULARY = """
1 12 12A 12-34 1/2 60608 606081234 N NE NORTH MAIN OAK 7TH SEVENTH ONE TWENTY ST AVE CT DR APT # 4B FL PO BOX RR HC
PSC URB CALLE KM 2.5 HWY US I 35 COUNTY ROAD GENERAL DELIVERY APO AE IL CHICAGO NEW YORK , ; ( ) / & OR AND - * ? %
REFUSED UNKNOWN NO JAIL COURT C/O USA MEXICO \x00 \u202e \u200b é １ № ½
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\u2028", "\t"])
TYPED = st.lists(WORDS, max_size=14).map(" ".join)
WRITTEN = st.one_of(
    st.builds(Written, TEXT, TEXT, TEXT, TEXT, TEXT),
    st.builds(Written, TYPED, TYPED, TYPED, TYPED, TYPED),
    TYPED.map(split_line),
    TYPED.map(Written),
)
REAL = st.sampled_from(sorted(read().values(), key=lambda address: address.written))


@settings(max_examples=400, deadline=None)
@given(WRITTEN, WRITTEN)
def test_any_text_is_read_judged_and_compared(a: Written, b: Written) -> None:
    one, two = parse(a), parse(b)
    assert faults(one) == faults(parse(a))
    assert isinstance(one_line(one), str)
    assert compare(one, two).same == compare(two, one).same
    if one.sure:
        assert compare(one, one).same
        assert place_key(one)
    else:
        assert not compare(one, one).same
        assert not place_key(one)


@settings(max_examples=600, deadline=None)
@given(st.one_of(TEXT, TYPED, REAL.map(one_line)))
def test_a_line_is_read_as_its_columns_are(text: str) -> None:
    one, two = read_line(text), parse(split_line(text))
    assert [getattr(one, name) for name in Address.__annotations__] == [
        getattr(two, name) for name in Address.__annotations__
    ]


@settings(max_examples=400, deadline=None)
@given(REAL, REAL)
def test_what_is_the_same_has_the_same_place_key(a: object, b: object) -> None:
    book = Places()
    book.add(a)
    book.add(b)
    for known in (None, book):
        if compare(a, b, known).same:
            assert place_key(a) == place_key(b) != ""


CONTRADICTION = st.sampled_from(
    ["number", "predirectional", "suffix", "postdirectional", "road", "units", "box", "route", "town", "zip4", "stem"]
)


@settings(max_examples=600, deadline=None)
@given(REAL, CONTRADICTION)
def test_an_address_with_one_element_contradicting_is_never_the_same(address: Address, element: str) -> None:
    assume(address.sure and getattr(address, element))
    assume(element != "suffix" or address.suffix in OMITTED)  # another suffix stands in the name
    changed: dict[str, object] = {"units": (("home", "OTHER"),), "suffix": "CT" if address.suffix == "WAY" else "WAY"}
    other = parse(address.written)
    setattr(other, element, changed.get(element, "OTHER"))
    other.place = place_key_of(other.form, other.number, other.stem, other.box, other.route, other.region)
    book = Places()
    book.add(address)
    for known in (None, book):
        assert compare(address, address, known).same
        assert not compare(address, other, known).same
        assert not compare(other, address, known).same
    book.add(other)
    assert not compare(address, other, book).same


@settings(max_examples=600, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["", "suffix", "before", "unit", "postal", "town"]))
def test_the_access_path_loses_no_pair_that_is_the_same_with_the_street_book(seed: int, absent: str) -> None:
    rng = Random(seed)
    it = place(rng)
    less = replace(it, **{absent: ""}) if absent else it
    on_file = parse(split_line(it.line()))
    text = respelled(less, rng) if absent in ("", "before", "unit", "postal", "town") else less.line()
    asked = parse(split_line(text))
    book = Places()
    book.add(on_file)
    assert compare(asked, on_file, book).same == compare(on_file, asked, book).same
    if compare(asked, on_file, book).same:
        assert place_key(asked) == place_key(on_file) != ""
    if not absent:
        assert compare(asked, on_file, book).same


@settings(max_examples=600, deadline=None)
@given(WRITTEN)
def test_the_standard_line_of_what_is_sure_reads_as_itself(written: Written) -> None:
    address = parse(written)
    if address.sure and address.zip5 and address.town and address.state and not (address.unknown or address.marks):
        again = parse(split_line(one_line(address)))
        assert again.sure
        assert (delivery_key(again), one_line(again)) == (delivery_key(address), one_line(address))


def test_all_that_the_labelled_pairs_find_the_same_has_one_place_key() -> None:
    from tests.address.pairs import pairs, places

    for row in pairs():
        a, b = read()[row["a"]], read()[row["b"]]
        if compare(a, b, places()).same:
            assert place_key(a) == place_key(b) != ""


def test_the_standard_line_of_a_real_address_reads_as_the_same_address() -> None:
    unstable = []
    for text, address in read().items():
        if address.sure:
            line = one_line(address)
            again = parse(split_line(line))
            if (delivery_key(again), one_line(again)) != (delivery_key(address), line):
                unstable.append(text)
    assert set(unstable) <= {
        "12101 Route 108 Clarksville Pike, Clarksville, MD 21029",  # a road's number and its name
        "1980 UNION ST UPPER STREET LEVEL, SAN FRANCISCO, CA 94123",
    }


def test_very_long_and_repetitive_text_is_read_at_once() -> None:
    began = time.perf_counter()
    for piece in ("1 ", "A-", "PO BOX ", "12 & ", "APT ", ",", "X", "1.1.", "RR 1 ", "@", "(", "no ", "N ", "ST "):
        address = parse(Written(line1=piece * 200_000, city=piece * 2_000))
        assert not address.sure
        assert faults(address)
    assert time.perf_counter() - began < 5
    assert "ADDR_MALFORMED" in faults(parse(Written(line1="12 Oak St " + "x" * LONGEST, city="Dover", state="DE")))
