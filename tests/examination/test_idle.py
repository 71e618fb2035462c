"""What is told of the office or of somebody else lends no facts: it mends no bare reason and harms no good one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.examination.reason.grammar import the_grammar
from counterfoil.examination.reason.idle import told
from tests.examination.world import REASON, judge

NAMES = st.sampled_from(["Ortiz", "Dana Whitfield", "Pell", "Orrin Vane", "Roe"])
PLACES = st.sampled_from(["Peoria", "Decatur", "Beardstown", "Laredo", "Washington"])
DAYS = st.sampled_from(["4 May 2025", "2025-09-08", "March 3, 2024", "5/6/2023", "September 2025"])
OFFICE = [
    "Special Agent {name} of the {place} office has carried this file since {day}.",
    "Pursuant to the Memorandum of Understanding of {day}, signed in {place} by {name}, ICE makes this request.",
    "Operation {name}, launched in {place} on {day}, has many targets.",
    "Agent {name} was trained in {place} on {day} and believes that the address matters.",
    "The task force of {place} and {name} met on {day} and will meet again.",
    "The initiative of {day} is run from {place} by Deputy Director {name}.",
    "In furtherance of its mission in {place}, the agency wrote to Supervisor {name} on {day}.",
]
BARE = [
    "The address is relevant to the charge.",
    "Residence at this address is evidence of the offense.",
    "The subject's address would show presence.",
    "Residence of the defendant is at issue in the prosecution.",
]
SAID = [
    REASON,
    "Wage records of a plant list this address under her name for 2023; it corroborates presence after the order.",
    "Agents saw her leave this house with a key on 2024-08-08; the 2022 address would show that she lived there.",
    "A deputy booked her on 2024-05-04 and she gave this address, which will show how long she stayed after the order.",
]
office = st.tuples(st.sampled_from(OFFICE), NAMES, PLACES, DAYS).map(
    lambda parts: parts[0].format(name=parts[1], place=parts[2], day=parts[3])
)
WORDS = [
    *("agent", "ortiz", "operation", "midway", "of", "#", "peoria", "and", ",", "|", "the", "subject", "saw", "lease"),
    *("her", "cousin", "arrested", "for", "fraud", "address", "pursuant", "to", "memorandum", "finds", "order", "who"),
]


def codes(reason):
    return judge({"request": {"reason": reason}})[0].codes(0)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(BARE), st.lists(office, max_size=3), st.integers(0, 3))
def test_a_bare_reason_stays_bare_whatever_is_told_of_the_office(reason, sentences, place):
    said = " ".join([*sentences[:place], reason, *sentences[place:]])
    assert codes(said) in (("REASON_GENERIC",), ("REASON_IRRELEVANT",)), said


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SAID), st.lists(office, max_size=3), st.integers(0, 3))
def test_a_specific_reason_passes_whatever_is_told_of_the_office_beside(reason, sentences, place):
    said = " ".join([*sentences[:place], reason, *sentences[place:]])
    assert codes(said) == (), said


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_what_is_left_is_part_of_the_text_and_nothing_more_can_be_left_out_of_it(words):
    grammar = the_grammar()
    said = grammar.text(" ".join(words))
    left = told(said, grammar)
    rest = iter(said.text.split())
    assert all(word in rest for word in left.text.split())  # the same words in their order
    assert left is said or len(left.text) < len(said.text)


def test_may_behind_a_year_is_a_verb_and_behind_a_day_a_month():
    for reason in (
        "The address of 2019 may be relevant: she told a deputy that she lived here after the order of 2024-01-15.",
        "The address of 4 May 2022 is relevant: she told a deputy that she lived here after the order of 2024-01-15.",
    ):
        assert codes(reason) == ()
