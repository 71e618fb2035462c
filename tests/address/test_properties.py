"""What must hold for any text, and for any address."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.address import (
    Places,
    Written,
    compare,
    delivery_key,
    faults,
    one_line,
    parse,
    place_key,
    split_line,
)  # fmt: skip
from counterfoil.address.text import LONGEST
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


@settings(max_examples=400, deadline=None)
@given(REAL, REAL)
def test_what_is_the_same_has_the_same_place_key(a: object, b: object) -> None:
    book = Places()
    book.add(a)
    book.add(b)
    for known in (None, book):
        if compare(a, b, known).same:
            assert place_key(a) == place_key(b) != ""


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
