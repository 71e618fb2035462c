"""Text for people and spreadsheets: nothing in it acts on who reads it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.cli.text import csv_text, pairs, plain, table


@pytest.mark.parametrize("bad", ["\x1b[2J", "\x07", "\x9b31m", "\u202egpj.exe", "\u2066", "\x00", "\r"])
def test_control_sequences_do_not_reach_the_terminal(bad: str) -> None:
    assert not set(plain(f"a{bad}b")) & {"\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\x00", "\r"}


@given(st.text())
def test_plain_text_never_holds_a_control_character_but_newline_and_tab(text: str) -> None:
    shown = plain(text)
    assert all(character in "\n\t" or ord(character) >= 32 for character in shown)
    shown.encode("utf-8")


def test_names_in_any_script_are_shown_as_they_are() -> None:
    assert plain("Nguyễn Ñuñoa O'Malley عمر") == "Nguyễn Ñuñoa O'Malley عمر"


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_no_cell_of_a_csv_is_a_formula(rows: list[tuple[str, str]]) -> None:
    text = csv_text(("a", "b"), rows)
    for row in csv.reader(io.StringIO(text, newline="")):
        for value in row:
            assert not value.lstrip(" ").startswith(("=", "+", "@", "\t", "\r"))
            assert not value.startswith("-") or value.lstrip("-").replace(".", "").isdigit()


@given(st.lists(st.tuples(st.text(), st.text())))
def test_a_cell_that_is_no_formula_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    harmless = [row for row in rows if not any(v.lstrip(" ")[:1] in tuple("=+-@\t\r") and v for v in row)]
    read = list(csv.reader(io.StringIO(csv_text(("a", "b"), harmless), newline="")))
    assert read[1:] == [list(row) for row in harmless]


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text(("n",), [("-12.5",)]) == "n\n-12.5\n"


def test_a_table_is_aligned_and_its_numbers_stand_to_the_right() -> None:
    assert table(("code", "n"), [("ADDR_MISSING", "1,200"), ("X", "3")], right=(1,)) == [
        "code              n",
        "ADDR_MISSING  1,200",
        "X                 3",
    ]


def test_a_cell_of_a_table_stays_on_its_line() -> None:
    assert table(("a",), [("one\ntwo",)])[1] == "one two"


def test_pairs_leave_out_what_is_empty() -> None:
    assert pairs([("id", "b-1"), ("to", ""), ("official", "x")]) == ["id        b-1", "official  x"]
