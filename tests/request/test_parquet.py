"""Parquet: types become text, and a file made to explode does not."""

from __future__ import annotations

import contextlib
import datetime as dt
import resource
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from counterfoil.errors import InputError, UnavailableError
from counterfoil.request import Request, read_bytes, read_file, write_file
from tests.request.made import any_requests, requests


def rows(folder: Path, **columns: object) -> list[Request]:
    path = folder / "r.parquet"
    pq.write_table(pa.table(columns), path)
    return list(read_file(path))


@settings(max_examples=30, deadline=None)
@given(any_requests())
def test_what_is_written_as_parquet_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, made: list[Request]):
    path = tmp_path_factory.mktemp("pq") / "r.parquet"
    write_file(made, path)
    assert list(read_file(path)) == made


def test_the_three_formats_give_equal_requests(tmp_path: Path):
    made = requests(5_000)
    for name in ("r.csv", "r.jsonl", "r.parquet"):
        write_file(made, tmp_path / name)
        assert list(read_file(tmp_path / name)) == made


def test_dates_numbers_lists_and_truth_values_become_text(tmp_path: Path):
    one, two = rows(
        tmp_path,
        request_id=[1, 2],
        tax_years=[[2022, 2023], None],
        removal_order_date=[dt.date(2024, 1, 2), None],
        entry_date=[dt.datetime(2024, 1, 2), dt.datetime(2024, 1, 2, 3, 4)],  # noqa: DTZ001
        postal_code=[62701.0, None],
        tin=[Decimal("123456789"), None],
        judicial_review_decided=[True, False],
    )
    assert (one.request_id, one.tax_years, one.removal_order_date) == ("1", "2022 2023", "2024-01-02")
    assert (one.entry_date, two.entry_date) == ("2024-01-02", "2024-01-02T03:04:00")
    assert (one.postal_code, one.tin, one.judicial_review_decided) == ("62701", "123456789", "true")
    assert (two.tax_years, two.removal_order_date, two.postal_code, two.malformed) == ("", "", "", "")


def test_a_column_that_cannot_be_text_makes_its_rows_malformed(tmp_path: Path):
    one, two = rows(tmp_path, request_id=["R-1", "R-2"], surname=[b"Quill", None], city=[{"a": 1}, None])
    assert "surname" in one.malformed
    assert "city" in one.malformed
    assert two.malformed == ""


def test_only_names_of_unknown_columns_are_kept_and_only_where_a_value_is(tmp_path: Path):
    one, two = rows(tmp_path, request_id=["R-1", "R-2"], secret=["998877", " "], number=[5, None], none=[None, None])
    assert (one.oversupplied, two.oversupplied) == (("secret", "number"), ())
    assert "998877" not in repr(one)


def test_a_huge_value_repeated_in_every_row_is_not_unpacked(tmp_path: Path):
    count = 20_000
    huge = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["x" * 1_000_000]))
    lists = pa.ListArray.from_arrays(pa.array(range(count + 1), pa.int32()), huge)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made = rows(tmp_path, request_id=["R"] * count, reason=huge, recipients=lists, other=huge)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(made) == count
    assert "reason" in made[0].malformed
    assert made[0].oversupplied == ("other",)
    assert grown < 400 * 1024  # KiB; unpacked it would be 60 GB


def test_endless_lists_are_refused_by_the_footer(tmp_path: Path):
    with pytest.raises(InputError, match="lists"):
        rows(tmp_path, request_id=["R-1"], tax_years=[[2022] * 100_000])


def test_a_file_cut_short_or_changed_is_refused_or_read_never_a_crash(tmp_path: Path):
    path = tmp_path / "r.parquet"
    write_file(requests(50), path)
    whole = path.read_bytes()
    for cut in range(4, len(whole) - 1, 97):
        with pytest.raises(InputError):
            list(read_bytes(whole[:cut], "parquet"))
    for at in range(4, len(whole), 61):
        changed = whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :]
        try:
            made = list(read_bytes(changed, "parquet"))
        except InputError as error:
            assert error.do
        else:
            assert len(made) <= 5_000


@pytest.mark.parametrize("columns", [{"surname": ["Quill"]}, {}, {"request_id": []}])
def test_a_parquet_file_without_request_ids_or_rows_is_refused(tmp_path: Path, columns: dict[str, list[str]]):
    with pytest.raises(InputError):
        rows(tmp_path, **columns)


def test_a_damaged_footer_of_lists_is_refused_and_the_process_lives_on(tmp_path: Path):
    rows(tmp_path, request_id=["R-1", "R-2"] * 20, tax_years=[["2022"], ["2023", "2024"]] * 20)
    whole = (tmp_path / "r.parquet").read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    for at in range(footer, len(whole) - 8, max(1, (len(whole) - footer) // 8)):
        changed = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        with contextlib.suppress(InputError):
            assert len(list(read_bytes(changed, "parquet", limit=100))) <= 100


def test_a_full_disk_is_said_to_be_one(tmp_path: Path):
    full = tmp_path / "full.csv"
    full.symlink_to("/dev/full")
    with pytest.raises(UnavailableError, match="No space left"):
        write_file(requests(5_000), full)
    with pytest.raises(UnavailableError, match="cannot be written"):
        write_file(requests(1), tmp_path / "none" / "r.csv")
