"""JSON Lines: every line is a request, even one that cannot be read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.request import COLUMNS, Request, read_bytes, read_file, write_file
from tests.request.made import any_requests


def rows(*lines: str | dict[str, object]) -> list[Request]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(read_bytes(text.encode(), "jsonl"))


@settings(max_examples=60, deadline=None)
@given(any_requests())
def test_what_is_written_as_json_lines_is_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, made: list[Request]
):
    path = tmp_path_factory.mktemp("jsonl") / "r.jsonl"
    write_file(made, path)
    assert list(read_file(path)) == made


def test_numbers_lists_truth_values_and_null_become_text():
    (request,) = rows(
        {
            "request_id": 17,
            "tax_years": [2022, "2023"],
            "recipients": ["off-1", "off-2"],
            "postal_code": 62701,
            "judicial_review_decided": False,
            "middle_name": None,
        }
    )
    assert (request.request_id, request.tax_years, request.recipients) == ("17", "2022 2023", "off-1 off-2")
    assert (request.postal_code, request.judicial_review_decided, request.middle_name) == (
        "62701",
        "false",
        "",
    )
    assert request.malformed == ""


@pytest.mark.parametrize("first", COLUMNS)
def test_a_line_may_begin_with_any_member(first: str):
    (request,) = rows({first: "x"})
    assert getattr(request, first) == "x"


def test_a_number_keeps_its_digits_however_many():
    digits = "9" * 4_000
    (request,) = rows('{"request_id":"R-1","tin":' + digits + ',"tax_years":2022.0}')
    assert (request.tin, request.tax_years) == (digits, "2022.0")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"request_id":"R-2","city":{"name":"Salem"}}', "nested"),
        ('{"request_id":"R-2","city":["Salem","Boston"]}', "nested"),
        ('{"request_id":"R-2","tax_years":[[2022]]}', "list"),
        ('{"request_id":"R-2","city":"Salem","city":"Boston"}', "more than once"),
        ('{"request_id":"R-2","city":"Salem"', "not JSON"),
        ('{"request_id":"R-2","city":NaN}', "not JSON"),
        ('{"request_id":"R-2","city":"a\\u0000b"}', "NUL"),
        ('{"request_id":"R-2","city":"\\ud800"}', "half of a character"),
        ('{"request_id":"R-2","x":' + "[" * 100_000, "too deeply"),
        ('{"request_id":"R-2","x":' + '{"a":' * 100_000, "too deeply"),
        ('{"request_id":"R-2","city":"' + "x" * 4_097 + '"}', "4,096"),
        ('{"request_id":"R-2","reason":"' + "x" * 20_001 + '"}', "20,000"),
        ('{"request_id":"R-2","tin":' + "9" * 10_000 + "}", "4,096"),
    ],
)
def test_a_bad_line_is_a_malformed_request_with_the_id_that_can_be_read(line: str, said: str):
    one, two, three = rows({"request_id": "R-1"}, line, {"request_id": "R-3"})
    assert (one.malformed, three.malformed, three.position) == ("", "", 2)
    assert (two.request_id, two.position) == ("R-2", 1)
    assert said in two.malformed


@pytest.mark.parametrize("line", ["17", '"R-2"', "[1]", "null", "x,y", "}{"])
def test_a_line_that_is_no_object_is_counted(line: str):
    made = rows({"request_id": "R-1"}, line, {"request_id": "R-3"})
    assert [(r.request_id, bool(r.malformed)) for r in made] == [("R-1", False), ("", True), ("R-3", False)]


def test_a_line_of_twenty_million_bytes_is_counted_and_skipped():
    made = rows({"request_id": "R-1", "reason": "x" * 20_000_000}, {"request_id": "R-2"})
    assert [(r.request_id, bool(r.malformed)) for r in made] == [("R-1", True), ("R-2", False)]


def test_only_names_of_unknown_members_are_kept_and_only_where_a_value_is():
    one, two = rows(
        {"request_id": "R-1", "Fingerprint_ID": "FIN998877", "device": {"imei": "35123"}},
        {"request_id": "R-2", "fingerprint_id": None, "note": " ", "list": []},
    )
    assert one.oversupplied == ("fingerprint_id", "device")
    assert two.oversupplied == ()
    assert "998877" not in repr(one)
    assert "35123" not in repr(one)


def test_a_line_of_endless_members_is_noted_briefly():
    (request,) = rows('{"request_id":"R-1",' + ",".join(f'"k{chr(97 + i % 26)}{i}":1' for i in range(50_000)) + "}")
    assert len(request.oversupplied) <= 1_000
    (request,) = rows('{"request_id":"R-1"' + ',"city":"Salem"' * 50_000 + "}")
    assert (request.city, request.malformed) == ("", "city is given more than once")


def test_blank_lines_and_a_byte_order_mark_are_no_rows():
    made = list(read_bytes(b'\xef\xbb\xbf{"request_id":"R-1"}\r\n\r\n  \n{"request_id":"R-2"}\n\n', "jsonl"))
    assert [r.request_id for r in made] == ["R-1", "R-2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'[{"request_id":"R-1"}]', "JSON array"),
        (b'{\n  "request_id": "R-1"\n}\n', "many lines"),
        (b'{"request_id":"R-1"}\n{"request_id":"S\xe3o"}\n', "offset 37"),
    ],
)
def test_a_file_that_is_no_json_lines_is_refused_with_a_remedy(data: bytes, said: str):
    with pytest.raises(InputError) as caught:
        list(read_bytes(data, "jsonl"))
    assert said in caught.value.what
    assert caught.value.do


@settings(max_examples=100, deadline=None)
@given(st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists), max_size=5))
def test_any_json_at_all_gives_one_request_a_line(values: list[object]):
    made = rows({"request_id": "R-0"}, *[{"request_id": "R", "city": v, "tax_years": v, "other": v} for v in values])
    assert len(made) == len(values) + 1
