"""A text of any kind is read in time that grows no faster than its length, up to the longest that is read."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.address import Written, delivery_key, faults, one_line, parse, read_line
from counterfoil.address.text import LONGEST
from tests.address.test_properties import WORDS

MOMENT = 0.02  # seconds
PIECES = """
0|1|0A|1A|A1|0TH|1TH|A|X|XX|X1|0X|.|..|1.|1.1|1.111,|-|--|1-|A-|1-1|- |1 - |/|A/|1/|1/1/|'|"|A'|#|# |,|A,|1,|0, |ST,|
JR, |(|(A) |)|[0|{:|%|% |@|A@|A@A.|@.|A.|*|? |+|+1|2345678+23|°|1°|&|&A|12 & |<BR|_x00|_x000D_|é|½|東|\u202e|\u200b|
\t|1 |A |N |N E |ST |MAIN ST |1 MAIN ST |1 OAK ST, |THE |OAK, |AVE 0 |24 TH |TWENTY |TWENTY FIRST |ONE HUNDRED |
HUNDRED AND |M L KING |MLK |DR |AND |1 AND |OR 1 |TO 1 |O |Y |1/2 |12-1/2 |APT 1 |APT A |APT # |UNITS 1-2 |2ND FLOOR |
SECOND FL |FLOOR |REAR |NO |NO 1 |NEAR |AT |CORNER |HWY |HWY 1 |US |I-35 |I35 |COUNTY ROAD |CO RD A |KM 1 |CALLE |
CALLE 1 |URB |BO |CARR 2 KM 4 |ESQ |PO BOX |PO BOX 1 |BOX |BOX A |RR 1 BOX 2 |HC |PSC 3 |IL |IL 60608 |
CHICAGO, IL 60608, |NEW |NEW YORK, |USA, |USA |MEXICO, |K1A 0B6 |SW1A 1AA |60608-1234 |62704 1234 |000-00-|(000|C/O |
UNKNOWN |NO ADDRESS |SEE FILE |DOC # |JAIL |BED 1 |LAT |A123 |MILES N OF |RUE STE |E... |GARDEN APT |N0NE |
HIGHWAY 1, |ST MALL |MALL |JR AVE, |NO|NA|NOADDRESS|UNKNOWN|ESTATE OF
""".strip("\n").replace("|\n", "|").split("|")  # fmt: skip


def seconds(text: str) -> float:
    """Processor time to read a text, as columns and as a line, and to judge it."""
    began = time.process_time()
    for address in (parse(Written(text, "", "Dover", "DE")), read_line(text), read_line(f"{text}, Dover, DE")):
        faults(address)
        delivery_key(address)
        one_line(address)
    return time.process_time() - began


def is_linear(piece: str, before: str = "") -> bool:
    """Whether four times the text takes eight times as long at most; what takes a moment only is not measured twice."""
    text = before + piece * (LONGEST // len(piece) + 1)
    whole, part = text[: LONGEST - 20], text[: LONGEST // 4]
    return any(
        seconds(whole) < MOMENT or min(seconds(whole) for _ in range(3)) < 8 * min(seconds(part) for _ in range(3))
        for _ in range(4)
    )


@pytest.mark.parametrize("before", ["", "12 OAK ST ", "..."])
def test_a_piece_that_is_repeated_is_read_in_time_linear_in_the_length(before: str) -> None:
    assert [piece for piece in PIECES if not is_linear(piece, before)] == []


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), st.sampled_from(["", " ", ", "]))
def test_words_that_are_repeated_are_read_in_time_linear_in_the_length(words: str, between: str) -> None:
    assert is_linear(words + between)
