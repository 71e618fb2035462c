"""What is no file of requests is named for what it is, with what to do."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from counterfoil.errors import CounterfoilError, InputError, NotFoundError
from counterfoil.request import format_of, read_bytes, read_file, seal, sign, write_file
from tests.request.made import key, public, put, requests


def zipped(name: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (gzip.compress(b"request_id\nR-1\n", mtime=0), "gzip"),
        (zipped("requests.csv"), "zip"),
        (zipped("xl/workbook.xml"), "Excel"),
        (zipped("[Content_Types].xml"), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel"),
        ("request_id,city\nR-1,Salem\n".encode("utf-16"), "UTF-16"),
        ("request_id,city\nR-1,Salem\n".encode("utf-16-le"), "NUL"),
        ("request_id,city\n".encode("utf-32"), "UTF-32"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><body>", "web page"),
        (b"-----BEGIN PUBLIC KEY-----\n", "PEM"),
        (b"0123456789abcdef\0\0\n", "NUL"),
    ],
)
def test_a_file_that_is_something_else_is_named_for_what_it_is(tmp_path: Path, data: bytes, said: str):
    for call in (
        lambda: read_file(put(tmp_path, data)),
        lambda: read_bytes(data, "csv"),
        lambda: format_of(put(tmp_path, data)),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert said in caught.value.what
        assert caught.value.do


def test_a_sealed_or_signed_batch_is_no_file_of_requests():
    for container in (
        seal(b"x", [public("custodian")]),
        seal(b"x", [public("custodian"), public("other")]),
        sign(b"x", key("director")).encode(),
    ):
        with pytest.raises(InputError, match="container"):
            read_bytes(container, "csv")


def test_a_missing_file_a_directory_and_a_pipe_are_refused(tmp_path: Path):
    with pytest.raises(NotFoundError):
        read_file(tmp_path / "none.csv")
    with pytest.raises(InputError, match="directory"):
        read_file(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="plain file"):
        read_file(tmp_path / "pipe.csv")
    with pytest.raises(CounterfoilError):
        read_file(Path("a\0b.csv"))
    with pytest.raises(CounterfoilError):
        read_file(Path("x" * 5_000 + ".csv"))


def test_a_file_over_the_cap_is_refused_unread(tmp_path: Path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(700 * 1024 * 1024)
    with pytest.raises(InputError, match="at most"):
        read_file(path)
    assert len(list(read_file(put(tmp_path, "request_id\nR\n"), max_bytes=100))) == 1
    with pytest.raises(InputError, match="at most 5 "):
        read_file(tmp_path / "requests.csv", max_bytes=5)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("r.csv", "csv"),
        ("r.CSV", "csv"),
        ("r.jsonl", "jsonl"),
        ("r.ndjson", "jsonl"),
        ("r.parquet", "parquet"),
    ],
)
def test_the_format_follows_the_extension(tmp_path: Path, name: str, format: str):
    made = {"csv": "a.csv", "jsonl": "a.jsonl", "parquet": "a.parquet"}[format]
    write_file(requests(3), tmp_path / made)
    (tmp_path / made).rename(tmp_path / name)
    assert format_of(tmp_path / name) == format


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("name", ["requests", "requests.txt", "requests.dat", "requests.2026"])
def test_without_a_known_extension_the_content_decides(tmp_path: Path, format: str, name: str):
    write_file(requests(3), tmp_path / f"a.{format}")
    (tmp_path / f"a.{format}").rename(tmp_path / name)
    assert format_of(tmp_path / name) == format
    assert list(read_file(tmp_path / name)) == requests(3)


def test_an_extension_that_contradicts_the_content_is_refused(tmp_path: Path):
    write_file(requests(3), tmp_path / "a.parquet")
    (tmp_path / "a.parquet").rename(tmp_path / "a.csv")
    with pytest.raises(InputError, match="content is Parquet"):
        read_file(tmp_path / "a.csv")
    with pytest.raises(InputError, match="content is CSV"):
        read_file(put(tmp_path, "request_id\nR-1\n", "a.jsonl"))


def test_an_unknown_format_is_refused(tmp_path: Path):
    with pytest.raises(InputError):
        read_bytes(b"request_id\nR\n", "xml")
    with pytest.raises(InputError):
        write_file([], tmp_path / "r.xlsx")
