"""A packed address compares as the address that it was made of, with the same reasons."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil import address
from counterfoil.address.places import wanted
from counterfoil.verification.files.packed import pack, unpack

WORDS = (
    "123 12-34 N6W23001 1/2 N SW MAIN 7TH SEVENTH OAK ST AVE BLVD E BOULEVARD APT 4 #4B UNIT SUITE 200 FL 2 REAR PO"
    " BOX 77 NEAR AND RR 2 HC 1 PSC CMR GENERAL DELIVERY URB LAS FLORES CALLE 3 US HWY 35 CR 9 LOT TOWER BLDG C c/o PMB"
)
LINES = st.builds(" ".join, st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=8))
WRITTEN = st.builds(
    address.Written,
    LINES,
    st.sampled_from(["", "", "APT 4", "#4", "Bldg C Unit 9", "PO BOX 77"]),
    st.sampled_from(["SPRINGFIELD", "Saint Louis", "APO", "San Juan", ""]),
    st.sampled_from(["IL", "MO", "AE", "PR", ""]),
    st.sampled_from(["62701", "62702-1234", "63101", "09001", "00901", ""]),
)


@cache
def some_of_each_form() -> list[address.Address]:
    lines = [
        "123 N Main St Apt 4, Springfield, IL 62701", "123 Main #4, Springfield, IL 62701-1234",
        "12-34 56th St, Springfield, IL 62701", "PO Box 12, Springfield, IL 62701", "RR 2 Box 7, Springfield, IL 62701",
        "HC 1 Box 9, Springfield, IL 62701", "General Delivery, Springfield, IL 62701", "PSC 3 Box 45, APO AE 09001",
        "Urb Las Flores, 12 Calle 3, San Juan, PR 00901", "Sun Tower, 100 E Blvd Bldg C Unit 9, Springfield, IL 62702",
        "N6W23001 County Road 9, Springfield, IL 62701", "123 N Main St PO Box 5, Springfield, IL 62701",
        "5 Old US Hwy 35 Lot 3, Springfield, IL 62701", "123 N Main St at 5th Ave, Springfield, IL 62701",
        "123 N Main St near 9th, Springfield, IL 62701",
    ]  # fmt: skip
    return [address.parse(address.split_line(line)) for line in lines]


def same_result(one: address.Address, other: address.Address, places: address.Places | None) -> bool:
    packed = unpack(pack(other))
    assert packed.place == other.place and wanted(packed) == wanted(other)
    return address.compare(one, packed, places) == address.compare(one, other, places)


@pytest.mark.parametrize("one", some_of_each_form(), ids=address.one_line)
def test_each_form_is_packed_with_all_that_a_comparison_reads(one):
    assert one.sure and address.compare(one, unpack(pack(one))).same
    assert address.delivery_key(unpack(pack(one))) == address.delivery_key(one)
    assert address.reading_key(unpack(pack(one))) == address.reading_key(one)
    assert all(same_result(one, other, None) for other in some_of_each_form())


@given(st.lists(WRITTEN, min_size=2, max_size=6))
@settings(max_examples=300, deadline=None)
def test_comparing_with_a_packed_address_gives_the_same_with_the_same_reasons(written):
    read = [address.parse(one) for one in written]
    places = address.Places()
    for one in read:
        places.add(one)
    for other in read:
        if not other.sure:
            assert pack(other) == ""
            continue
        assert all(same_result(one, other, book) for one in read for book in (None, places))


@given(st.lists(WRITTEN, min_size=2, max_size=6))
@settings(max_examples=200, deadline=None)
def test_the_street_book_supplies_and_takes_nothing_back(written):
    """The rule reads it only where two addresses are not the same without it (rule.py)."""
    read = [address.parse(one) for one in written]
    places = address.Places()
    for one in read:
        places.add(one)
    for one in read:
        for other in read:
            assert not address.compare(one, other).same or address.compare(one, other, places).same
