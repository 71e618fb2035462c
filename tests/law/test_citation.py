import contextlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.law import Citation, citations_in

SECTIONS = st.sampled_from(
    ["1", "12", "408", "552a", "1253", "1324c", "1324d", "1028A", "2332b", "1320a-7b", "2000e-5", "7213A", "1440-1"]
)
STEPS = st.lists(st.sampled_from(["a", "b", "1", "2", "A", "i", "ii", "I", "7", "iii", "B"]), max_size=5)
CITATIONS = st.builds(
    lambda title, section, path: Citation(title, section, tuple(path)), st.integers(1, 54), SECTIONS, STEPS
)

SPELLINGS = [
    ("8 USC 1253(a)(1)(A)", "8 USC 1253(a)(1)(A)"),
    ("8 U.S.C. § 1253(a)(1)(A)", "8 USC 1253(a)(1)(A)"),
    ("8 U.S.C. §1253 (a) (1) (A).", "8 USC 1253(a)(1)(A)"),
    ("8 U. S. C. Sec. 1325 (a)", "8 USC 1325(a)"),
    ("8USC1253(a)(1)(A)", "8 USC 1253(a)(1)(A)"),
    ("8 usc 1253(A)(1)(a)", "8 USC 1253(a)(1)(A)"),
    ("title 8, section 1326", "8 USC 1326"),
    ("Title 8 U.S.C. Section 1326(a)", "8 USC 1326(a)"),
    ("Title 8, United States Code, Section 1253(a)(1)(A)", "8 USC 1253(a)(1)(A)"),
    ("section 1326 of title 8", "8 USC 1326"),
    ("§ 1326(a) of Title 8, United States Code", "8 USC 1326(a)"),
    ("8 U.S. Code § 1326", "8 USC 1326"),
    ("8 U.S.C.A. § 1326", "8 USC 1326"),
    ("8 USC 1253, subsection (a)(1)(A)", "8 USC 1253(a)(1)(A)"),
    ("8 U.S.C. § 1326 (2018)", "8 USC 1326"),
    ("8 USC sec. 1326", "8 USC 1326"),
    ("8 USC § 1253\u00a0(a)", "8 USC 1253(a)"),
    ("８ USC １３２６", "8 USC 1326"),
    ("8:1326(a)", "8 USC 1326(a)"),
    ("INA 243(a)", "8 USC 1253(a)"),
    ("INA § 243(a)(1)(A)", "8 USC 1253(a)(1)(A)"),
    ("I.N.A. Sec. 276", "8 USC 1326"),
    ("section 274C(e) of the Immigration and Nationality Act", "8 USC 1324c(e)"),
    ("INA 237(a)(2)(A)(iii)", "8 USC 1227(a)(2)(A)(iii)"),
    ("18 USC 1546", "18 USC 1546"),
    ("18 usc 1028a", "18 USC 1028A"),
    ("18 U.S.C. 2332B", "18 USC 2332b"),
    ("8 USC 1324D", "8 USC 1324d"),
    ("26 USC 7201", "26 USC 7201"),
    ("26 USC", "26 USC"),
    ("title 26", "26 USC"),
    ("42 U.S.C. 408(a)(7)(B)", "42 USC 408(a)(7)(B)"),
    ("42 USC 1320A-7B(a)", "42 USC 1320a-7b(a)"),
]


@pytest.mark.parametrize(("text", "printed"), SPELLINGS)
def test_a_citation_is_read_from_its_common_spellings(text: str, printed: str) -> None:
    assert str(Citation.parse(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "immigration laws",
        "Tex. Penal Code 37.10",
        "8 CFR 1003.1",
        "1326",
        "8 USC 1253(a)-(d)",
        "18 USC 1541-1546",
        "18 USC 1541-46",
        "8 USC 1326, 1325",
        "8 USC 1326 and 8 USC 1325",
        "8 USC 1326 et seq.",
        "99 USC 1",
        "0 USC 1",
        "INA 999",
        "8 USC 1326\x00",
        "8 USC " + "1" * 300,
        "8 USC 1253" + "(a)" * 500,
        "١ USC",
    ],
)
def test_what_is_not_one_provision_of_the_code_is_refused_with_a_message(text: str) -> None:
    with pytest.raises(InputError) as caught:
        Citation.parse(text)
    assert caught.value.what
    assert "8 USC 1253(a)(1)(A)" in caught.value.do


@settings(max_examples=200)
@given(CITATIONS)
def test_printing_and_reading_give_the_citation_back(citation: Citation) -> None:
    assert Citation.parse(str(citation)) == citation
    assert str(Citation.parse(str(citation).upper())) == str(citation)
    assert hash(Citation.parse(str(citation).lower())) == hash(citation)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_text_makes_the_reader_fail_otherwise_than_with_an_input_error(text: str) -> None:
    citations_in(text)
    with contextlib.suppress(InputError):
        Citation.parse(text)


def nearby(citation: Citation, steps: list[str], up: int) -> Citation:
    """A relative of a citation: some levels up, some down."""
    at: Citation = citation
    for _ in range(up):
        at = at.parent or at
    return Citation(at.title, at.section, at.path + tuple(steps) if at.section else ())


RELATIVES = st.builds(nearby, CITATIONS, STEPS, st.integers(0, 3))


@settings(max_examples=200)
@given(CITATIONS, st.lists(st.tuples(STEPS, st.integers(0, 4)), min_size=2, max_size=2))
def test_covers_is_a_partial_order(citation: Citation, moves: list[tuple[list[str], int]]) -> None:
    family = [citation, *(nearby(citation, steps, up) for steps, up in moves)]
    for a in family:
        assert a.covers(a)
        for b in family:
            if a.covers(b) and b.covers(a):
                assert a == b
            for c in family:
                if a.covers(b) and b.covers(c):
                    assert a.covers(c)


@settings(max_examples=100)
@given(CITATIONS)
def test_each_parent_covers_its_child_and_not_the_other_way(citation: Citation) -> None:
    child, parent = citation, citation.parent
    while parent is not None:
        assert parent.covers(child)
        assert parent.covers(citation)
        assert not child.covers(parent)
        child, parent = parent, parent.parent
    assert str(child) == f"{citation.title} USC"


@settings(max_examples=100)
@given(st.lists(CITATIONS, min_size=2, max_size=8))
def test_citations_sort_the_same_way_from_any_start(citations: list[Citation]) -> None:
    once = sorted(citations)
    backwards = citations[::-1]
    assert sorted(backwards) == once
    assert all(a <= b for a, b in pairwise(once))
    assert all((a < b) + (b < a) + (a == b) == 1 for a in once for b in once)


@pytest.mark.parametrize(
    ("title", "section", "path"),
    [(0, "1", ()), (55, "1", ()), (8, "abc", ()), (8, "1326 or more", ()), (8, "1326", ("a b",)), (8, "", ("a",))],
)
def test_parts_that_cannot_be_a_citation_are_refused(title: int, section: str, path: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        Citation(title, section, path)


def test_sections_sort_by_number_and_not_by_letter() -> None:
    texts = ["8 USC 1326", "8 USC 408", "8 USC 1253(a)(10)", "8 USC 1253(a)(2)", "8 USC 1253", "8 USC"]
    assert [str(c) for c in sorted(map(Citation.parse, texts))] == [
        "8 USC",
        "8 USC 408",
        "8 USC 1253",
        "8 USC 1253(a)(2)",
        "8 USC 1253(a)(10)",
        "8 USC 1326",
    ]


def test_a_section_does_not_cover_one_whose_number_begins_alike() -> None:
    assert not Citation.parse("8 USC 1324").covers(Citation.parse("8 USC 1324d"))
    assert not Citation.parse("8 USC 132").covers(Citation.parse("8 USC 1326"))
    assert not Citation.parse("8 USC 1253(a)").covers(Citation.parse("18 USC 1253(a)"))


def test_every_provision_within_a_text_is_found_once_in_order() -> None:
    text = "Removal under 8 USC 1227(a)(2) and INA 243(a)(1), section 1326 of title 8; 18 U.S.C. § 1546(a). 8 USC 1326"
    assert [str(c) for c in citations_in(text)] == [
        "8 USC 1227(a)(2)",
        "8 USC 1253(a)(1)",
        "8 USC 1326",
        "18 USC 1546(a)",
    ]


def test_a_dual_citation_is_one_provision() -> None:
    assert citations_in("8 U.S.C. 1253(a)(1)(A) (INA 243(a)(1)(A))") == (Citation.parse("8 USC 1253(a)(1)(A)"),)
