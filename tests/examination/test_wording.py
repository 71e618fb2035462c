"""A reason's normal form does not depend on how it is worked out: word by word where no word asks for more."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from counterfoil.examination.reason import wording as module
from counterfoil.examination.reason import words as kept_words
from counterfoil.examination.reason.grammar import the_grammar
from counterfoil.examination.reason.wording import names_of, wording
from tests.examination.world import REASON, judge

NAMES = names_of("Rita", "", "O'Ejemplo", lines=["14 Larkspur Ave Apt 3", "Dover"], years="2022, 2023")
PIECES = [
    "8", "18", "u", "s", "c", "u.", "s.", "c.", "u.s.c.", "usc", "U.S. Code", "§", "§§", "section",
    "sections", "sec.", "sec", "title", "Title", "ina", "i.n.a.", "Immigration and Nationality Act", "act",
    "1253", "1253(a)(1)", "(a)", "237", "of", ",", "a", "form", "I-9", "W-2", "1040", "can't", "cannot",
    "won't", "1990's", "the subject's", "subj.", "addr.", "(res)", "@", "apt", "may", "June", "in", "march",
    "2022", "for", "tax year", "14 Larkspur Ave Apt 3", "larkspur", "O'Ejemplo", "rita", "HSI-2026-1", ".",
    ";", "\n", "\t", "|", "#", "\0", "and", "saw", "him", "no-show", "showed up",
]  # fmt: skip
texts = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", " ", " ", "", ", ", "  "])), min_size=1, max_size=14
).map(lambda parts: "".join(piece + gap for piece, gap in parts))


CASE = "hsi-2026-1"


def kind(cited):
    return ("criminal", "civil", "tax", "law")[len(cited) % 4]


def read(text):
    found = wording(text, NAMES, CASE, kind)
    return found.said.text, found.mask


def spoken(words):
    return [word.text for word in words]


@settings(max_examples=800, deadline=None)
@given(texts)
def test_looking_at_the_text_only_where_a_word_asks_for_it_misses_nothing(text):
    low = " ".join(text.lower().replace("|", " ").replace("#", " ").replace("\n", " . ").split())
    low = module._hidden(low, NAMES, CASE)
    assert spoken(module._marked(low, NAMES, CASE, kind)) == spoken(module._looked_at(low, NAMES, CASE, kind))


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_a_reason_reads_the_same_whatever_was_read_before(several):
    fresh = []
    for text in several:
        module._ALONE.kept.clear()
        module._BESIDE.kept.clear()
        fresh.append(read(text))
    assert [read(text) for text in several] == fresh


def test_words_without_end_take_no_memory():
    for start in range(0, 3 * kept_words.WORDS_KEPT, 3000):
        read(" ".join(f"word{''.join(chr(97 + int(sign)) for sign in str(n))}" for n in range(start, start + 3000)))
        read("x" * 4000 + str(start))
    assert len(module._ALONE.kept) <= kept_words.WORDS_KEPT
    assert all(len(word) <= kept_words.LONGEST_KEPT for word in module._ALONE.kept)


def test_an_address_with_a_short_form_in_it_is_found_as_it_was_typed():
    assert "zaddr" in read("A neighbor at 14 Larkspur Ave Apt 3 saw him.")[0]


def test_a_purpose_behind_thousands_of_words_is_read_all_the_same():
    for filling in (
        " a" * 4100,
        " a b" * 2100,
        "".join(f" w{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)) * 7,
    ):
        long = f"{REASON}{filling}. "
        assert judge({"request": {"reason": long}})[0].codes(0) == ()
        civil = f"{long}The address will be used by officers to locate and detain her for removal."
        assert judge({"request": {"reason": civil}})[0].codes(0) == ("REASON_CIVIL",)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_every_word_is_that_of_the_normal_form_and_known_by_what_the_grammar_says_of_it(text):
    said = wording(text, NAMES, CASE, kind).said
    again = the_grammar().text(said.text)
    assert spoken(said.all) == said.text.split() == spoken(again.all)
    assert (said.classes, said.words, said.particulars) == (again.classes, again.words, again.particulars)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(
    ["for", "during", "tax", "calendar", "years", "periods", "ty", "of", "2021", "2022", "1999", "and", ",", "-", "/",
     "through", "before", "home", "20222023", "x2022", "2022,"]), max_size=16), st.booleans())  # fmt: skip
@example(["for", "2021", "2021"], False)
def test_the_years_asked_about_are_found_as_a_search_of_the_whole_text_finds_them(words, spaced):
    low = (" " if spaced else "").join(words)
    whole = module._YEARS_ASKED.sub(lambda match: module._asked(match, NAMES.years), low)
    assert module._years_named(low, NAMES.years) == whole
