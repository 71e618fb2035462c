"""CSV: strict where meaning could change, and no row is ever lost."""

from __future__ import annotations

import csv
import dataclasses
import io
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.request import COLUMNS, Request, read_bytes, read_file, write_file
from counterfoil.request.formats import csv_parts
from counterfoil.request.limits import TOO_LONG_REASON
from tests.request.made import any_requests, put, requests


def rows(text: str | bytes, **options: object) -> list[Request]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_bytes(data, "csv", **options))  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(any_requests())
def test_what_is_written_as_csv_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, made: list[Request]):
    path = tmp_path_factory.mktemp("csv") / "r.csv"
    write_file(made, path)
    assert list(read_file(path)) == made


def test_column_names_match_in_any_case_and_with_blanks_and_a_byte_order_mark_around():
    assert rows("\ufeff Request_ID , SURNAME\r\nR-1,Quill\r\n") == [Request(request_id="R-1", surname="Quill")]


def test_quoted_cells_hold_commas_quotes_and_line_ends():
    (request,) = rows('request_id,address_line1,city\r\nR-1,"12 ""Elm"" St,\r\nApt 4",Springfield\r\n')
    assert request.address_line1 == '12 "Elm" St,\r\nApt 4'
    assert request.city == "Springfield"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood_and_blank_lines_are_no_rows(end: str):
    text = end.join(["request_id,city", "R-1,A", "", "R-2,B", "", "  ", ""])
    assert [(r.position, r.request_id) for r in rows(text)] == [(0, "R-1"), (1, "R-2")]


def test_a_row_of_empty_cells_is_a_row():
    assert len(rows("request_id,city\nR-1,A\n,\n")) == 2


def test_missing_cells_are_blank_and_blank_cells_too_many_do_no_harm():
    short, long = rows("request_id,surname,city\nR-1,Quill\nR-2,Quill,Springfield,, \n")
    assert (short.city, short.malformed) == ("", "")
    assert (long.city, long.malformed) == ("Springfield", "")


def test_a_shifted_row_keeps_only_its_request_id():
    shifted, after = rows("request_id,address_line1,city\nR-1,12 Elm St, Apt 4,Springfield\nR-2,1 Oak St,Salem\n")
    assert shifted == Request(position=0, request_id="R-1", malformed=shifted.malformed)
    assert "4 cells" in shifted.malformed
    assert (after.position, after.city, after.malformed) == (1, "Salem", "")


def test_an_overlong_cell_is_emptied_and_named():
    (request,) = rows(f"request_id,given_name,city\nR-1,{'x' * 4097},Salem\n")
    assert (request.given_name, request.city) == ("", "Salem")
    assert "given_name" in request.malformed
    assert rows(f"request_id,given_name\nR-1,{'x' * 4096}\n")[0].malformed == ""


def test_a_reason_of_several_pages_is_read_and_one_of_a_book_is_named():
    assert rows(f"request_id,reason\nR-1,{'x' * 20_000}\n")[0].malformed == ""
    (request,) = rows(f"request_id,reason\nR-1,{'x' * 20_001}\n")
    assert (request.reason, request.malformed) == ("", TOO_LONG_REASON)


def test_a_cell_of_ten_million_characters_costs_its_own_row_only():
    one, two, three = rows(f'request_id,reason\nR-1,ok\nR-2,"{"x" * 10_000_000}"\nR-3,ok\n')
    assert (two.request_id, two.reason) == ("R-2", "")
    assert two.malformed
    assert (one.malformed, three.malformed, three.position) == ("", "", 2)


def test_a_line_longer_than_is_held_in_memory_costs_its_own_row_only():
    one, two = rows(f"request_id,reason\nR-1,{'x' * (17 * 1024 * 1024)}\nR-2,ok\n")
    assert (one.request_id, bool(one.malformed)) == ("R-1", True)
    assert (two.request_id, two.position, two.malformed) == ("R-2", 1, "")


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_after_it():
    made = rows('request_id,city,reason\nR-1,"Salem,x\nR-2,Salem,x\nR-3,"Salem, East",x\nR-4,Salem,x\n')
    assert [r.request_id for r in made] == ["R-1", "R-2", "R-3", "R-4"]
    assert [bool(r.malformed) for r in made] == [True, False, False, False]
    assert made[2].city == "Salem, East"


def test_an_unclosed_quotation_mark_in_the_last_row_is_that_rows_fault():
    made = rows('request_id,city\nR-1,Salem\nR-2,"Salem\n')
    assert [(r.request_id, bool(r.malformed)) for r in made] == [("R-1", False), ("R-2", True)]


def test_text_after_a_closing_quotation_mark_is_that_rows_fault():
    made = rows('request_id,given_name\nR-1,"Ana" Maria\nR-2,Ana\n')
    assert [(r.request_id, r.given_name, bool(r.malformed)) for r in made] == [
        ("R-1", "", True),
        ("R-2", "Ana", False),
    ]


def test_quotation_marks_inside_an_unquoted_cell_are_text():
    assert rows('request_id,given_name\nR-1,Ana "Annie"\n')[0].given_name == 'Ana "Annie"'


def test_unclosed_quotation_marks_in_every_row_cannot_make_the_reading_endless():
    made = rows("request_id,city\n" + 'a","c\n' * 1_000)
    assert len(made) == 1_000
    assert any(r.malformed for r in made)
    with pytest.raises(InputError, match="never closed"):
        rows("request_id,city\n" + 'a","c\n' * 200_000)


def test_a_nul_is_the_fault_of_its_row():
    one, two = rows(b"request_id,city\nR-1,Sa\0lem\nR-2,Salem\n")
    assert (one.city, two.city) == ("", "Salem")
    assert "city" in one.malformed
    assert two.malformed == ""


def test_only_names_of_unknown_columns_are_kept_and_only_where_a_value_is():
    one, two = rows("request_id,Fingerprint ID,note\nR-1,FIN998877, \nR-2,,\n")
    assert one.oversupplied == ("fingerprint id",)
    assert two.oversupplied == ()
    assert "998877" not in repr(one)


def test_a_number_in_an_unknown_columns_name_is_not_kept():
    (request,) = rows("request_id,123456789\nR-1,x\n")
    assert request.oversupplied == ("#",)


def test_a_formula_is_text():
    (request,) = rows('request_id,surname\nR-1,"=HYPERLINK(""http://x"",""y"")"\n')
    assert request.surname == '=HYPERLINK("http://x","y")'


def test_limit_stops_the_reading():
    assert len(rows("request_id\n" + "R\n" * 50, limit=7)) == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("surname,city\nQuill,Salem\n", "no column request_id"),
        ("R-1,Quill,123-45-6789\nR-2,Quill,987-65-4321\n", "no column request_id"),
        ("request_id,city,City \nR-1,a,b\n", "more than once"),
        ("request_id,extra,extra\nR-1,a,b\n", "more than once"),
        ("request_id,city\n", "no request in it"),
        ("request_id,city", "no request in it"),
        ("\n\n  \n", "blank"),
        ("request_id;city\nR-1;Salem\n", "semicolons"),
        ("request_id\tcity\nR-1\tSalem\n", "tabs"),
        ("request_id|city\nR-1|Salem\n", "vertical bars"),
        ('"request_id,city\nR-1,Salem\n', "header row"),
        ("request_id" + ",x" * 1_000 + "\nR-1\n", "1,001 columns"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_the_call_with_a_remedy(text: str, said: str):
    with pytest.raises(InputError) as caught:
        read_bytes(text.encode(), "csv")
    assert said in caught.value.what
    assert caught.value.do
    assert "6789" not in caught.value.what + caught.value.do


def test_a_byte_that_is_not_utf8_is_named_by_its_offset():
    before = "request_id,city\n" + "R-1,São Tomé\n" * 40_000
    with pytest.raises(InputError) as caught:
        rows(before.encode() + "R-2,S\xe3o Tom\xe9\n".encode("latin-1"))
    assert f"{len(before.encode()) + 5:,}" in caught.value.what


def test_a_character_cut_off_at_the_end_is_named_by_its_offset():
    with pytest.raises(InputError, match="offset 19 "):
        rows("request_id,city\nR-1é".encode()[:-1])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_read_or_refused_with_a_message(data: bytes):
    for head in (b"", b"request_id,city,reason\n", b'request_id,"city"\r\nR-1,"a'):
        try:
            made = list(read_bytes(head + data, "csv"))
        except InputError as error:
            assert error.what
            assert error.do
        else:
            assert [r.position for r in made] == list(range(len(made)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(['"', ",", "\n", "a", "R-1", '""', "\r\n", " "]), max_size=40))
def test_rows_that_plain_csv_reads_are_counted_the_same(pieces: list[str]):
    text = "request_id,city\n" + "".join(pieces)
    try:
        plain = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    except csv.Error:
        return
    expected = sum(1 for row in plain if len(row) > 1 or any(cell.strip() for cell in row))
    if expected:
        assert len(rows(text)) == expected


def test_a_hundred_thousand_rows_are_streamed(tmp_path: Path):
    path = tmp_path / "r.csv"
    write_file(requests(20_000), path)
    stream = read_file(path)
    assert next(stream).request_id == "R-0"
    assert sum(1 for _ in stream) == 19_999
    assert path.read_text(encoding="utf-8").startswith(",".join(COLUMNS))
    assert put(tmp_path, "request_id\nR\n", "upper.CSV").exists()
    assert len(list(read_file(tmp_path / "upper.CSV"))) == 1


cell = st.one_of(
    st.sampled_from(
        ["", "plain", "two words", 'a "quoted" word', "a, comma", "two\nlines", "two\r\nlines", "Ñandú", "\0"]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=6),
)


@st.composite
def payloads(draw):
    """A header and rows as a CSV library writes them, some of them broken."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])))
    for row in draw(st.lists(st.lists(cell, min_size=3, max_size=3), max_size=12)):
        writer.writerow(row)
    broken = draw(
        st.sampled_from(["", "", "", "\n", 'r,"never closed,x\n', "r,a\rs,b,c\n", 'r,"x"y,z\n', "r,b,c,d\n", "r"])
    )
    body = text.getvalue()
    at = draw(st.sampled_from([at for at in range(len(body) + 1) if at == 0 or body[at - 1] == "\n"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return (mark + "request_id,surname,colour" + end + body[:at] + broken + body[at:]).encode()


@settings(max_examples=400, deadline=None)
@given(payloads(), st.sampled_from([1, 8, 64, 1 << 20]))
def test_parts_that_are_what_they_seem_are_the_rows_of_the_whole(payload, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_parts, "SIZE", size)
        parts = csv_parts.divided(payload)
    assert all(b"".join(part.rows for part in parts) == payload[len(parts[0].header) :] for _ in parts[:1])
    found = [csv_parts.values_of(part) for part in parts]
    if parts and None not in found:
        whole = [_fields(request)[1:] for request in read_bytes(payload, "csv")]
        assert [values[1:] for part in found for values in part] == whole


def test_a_plain_payload_is_divided_and_every_part_is_what_it_seems():
    rows = "".join(f'r{number},"O\'Hara, the ""first""\n of them",blue\n' for number in range(500))
    payload = b"request_id,surname,colour\n" + rows.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_parts, "SIZE", 2_000)
        parts = csv_parts.divided(payload)
    assert len(parts) > 5 and sum(part.expected for part in parts) == 500
    assert all(csv_parts.values_of(part) is not None for part in parts)


@pytest.mark.parametrize(
    "header", ['"request_id",surname', "surname,colour", "request_id;surname", "", "request_id", "a,b" * 1_000]
)
def test_a_payload_whose_header_is_not_plain_is_read_from_its_beginning(header):
    assert csv_parts.divided(header.encode() + b"\nr1,Doe\n") == []


_fields = attrgetter(*(field.name for field in dataclasses.fields(Request)))
