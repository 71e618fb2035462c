"""A pattern that is not tried could not have matched: what a match needs is read off the pattern."""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from counterfoil.examination.reason.grammar import the_grammar
from counterfoil.examination.reason.needs import beginnings, needs
from counterfoil.examination.reason.trying import choices, quick

GRAMMAR = the_grammar()
GROUPS = (
    "place",
    "link",
    "link_weak",
    "link_stage",
    "crime",
    "civil_colour",
    "civil_waiting",
    "offence",
    "pasted",
    "civil_topic",
)
FORMS = [
    form for name in ("tax", "civil", "seizing", "civil_aim", "other", *GROUPS) for form in getattr(GRAMMAR, name).each
]


def met(need, text):
    return any(start in need for word in text.split() for start in beginnings(word))


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"\b(?:arrest|detain)\w* (?:him|her)", [{"arrest", "detain"}, {"him", "her"}]),
        (r"\b(?:can|may) (?:then )?be (?:\S+ )?held", [{"can", "may"}, {"be"}, {"held"}]),
        (r"\bfor (?:the )?removal(?: of)?", [{"for"}, {"removal"}]),
        (r"arrest", []),  # it may stand within a word: nothing can be said of beginnings
        (r"\b(?:re)?arrest", [{"arrest", "rearrest"}]),
        (r"\b\w+ing", []),
        (r"\bno(?:t|ne)\b", [{"not", "none"}]),
        (r"(?:^|\b(?:for|of) |\| )removing", [{"removing"}]),
        (r"(?<!not )\bseen(?! by)", [{"seen"}]),
        (r"\ba{2,3} b", [{"b"}]),
    ],
)
def test_needs_are_the_words_that_no_match_can_lack(pattern, wanted):
    found = needs(pattern)
    for need in wanted:
        assert any(need >= told or need == told for told in found), found
    assert len(found) >= len(wanted)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.source[:40])
def test_a_text_in_which_a_form_fits_meets_its_needs(form):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.from_regex(re.sub(r"\(\?<!.*?\)", "", form.source), fullmatch=True))
    def holds(fitting):
        text = " ".join((fitting if form.source.startswith("^") else f"he {fitting} so").split())
        assume(form.compiled.search(text))
        assert [need for need in needs(form.source) if not met(need, text)] == []

    holds()


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*sorted(GRAMMAR._meets), "the", "of", "|", "#", "@", "zcase", "x-ray", "co,op", "-to", "\u2022for"]
        ),
        max_size=25,
    )
)
def test_phrases_are_found_as_the_whole_pattern_finds_them(words):
    said = GRAMMAR.text(" ".join(words))
    for name in GROUPS:
        phrases = getattr(GRAMMAR, name)
        assert said.has(phrases) == bool(phrases.together.compiled.search(said.text))
    for name in ("tax", "civil", "seizing", "civil_untold", "seizing_untold", "civil_aim", "other"):
        forms = getattr(GRAMMAR, name)
        found = {(hit.re, hit.span()) for hit in said.hits(forms)}
        assert found == {
            (form.compiled, hit.span()) for form in forms.each for hit in form.compiled.finditer(said.text)
        }


@pytest.mark.parametrize(
    ("pattern", "each"),
    [
        (r"\b(?:a|b (?:c|d)|e\||[|)]f)", [r"\b(?:a)", r"\b(?:b (?:c|d))", r"\b(?:e\|)", r"\b(?:[|)]f)"]),
        (r"\b(?:a|b) c|^d", [r"\b(?:a|b) c", "^d"]),
        (r"(?:^|\| )a", [r"(?:^|\| )a"]),
        (
            r"\bto (?:go|be out|is sent|is told|is (?:a|b) c) (?:d|e f)?(?! g)",  # of one word: together
            [rf"\bto (?:{part}) (?:d|e f)?(?! g)" for part in ("be out", "is sent", "is told", "is (?:a|b) c", "go")],
        ),
        (r"\bto (?:be out|is sent|is told|is c)? g", [r"\bto (?:be out|is sent|is told|is c)? g"]),
    ],
)
def test_a_choice_is_taken_apart_where_no_group_holds_it(pattern, each):
    assert choices(pattern) == each


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        (r"\b(?:a|bc?)\w* d", True),
        (r"\b(?:the )?a(?<!of a)", True),
        (r"\b(?:\S+ )?a", False),  # may begin with a sign
        (r"\b(?:a)?", False),  # may match nothing
        (r"\b(?:^|for )a", False),
        (r"\ba(?<! a)", False),  # sees the space before the text
        (r"a", False),
    ],
)
def test_only_what_begins_with_a_word_is_looked_for_from_the_space_before_it(pattern, same):
    assert (quick(pattern) is not None) == same
