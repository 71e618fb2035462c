"""The roster file: read strictly, every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.errors import InputError
from counterfoil.request import read_roster, write_key_pair
from tests.request.made import put

HEADER = "key,name,title,agency,email,role,engaged,public_key\n"
ROW = "off-1,Jo Example,Special Agent,ICE,jo@example.gov,investigator,yes,jo.pub\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_key_pair(tmp_path / "jo")
    write_key_pair(tmp_path / "al")
    return tmp_path


def test_a_roster_is_read_with_the_keys_beside_it(folder: Path):
    other = f'off-2,"Example, Al",Analyst,ICE,al@example.gov,analyst,no,{folder / "al.pub"}\r\n\r\n'
    one, two = read_roster(put(folder, "\ufeff" + HEADER.upper() + ROW + other, "roster.csv"))
    assert (one.key, one.title, one.engaged, one.public_key["kty"]) == ("off-1", "Special Agent", "yes", "EC")
    assert (two.name, two.engaged) == ("Example, Al", "no")
    assert one.public_key != two.public_key


def test_an_empty_roster_and_an_odd_one_are_the_examinations_to_refuse(folder: Path):
    assert read_roster(put(folder, HEADER, "roster.csv")) == ()
    (entry,) = read_roster(put(folder, HEADER + "t,ERO Team,,,ero@example.gov,,,jo.pub\n", "roster.csv"))
    assert (entry.name, entry.title, entry.engaged) == ("ERO Team", "", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key,name\nx,y\n", "public_key is missing"),
        (HEADER.replace("role", "phone") + ROW, "unknown column phone"),
        (HEADER.replace("role", "name") + ROW, "more than once"),
        (HEADER + ROW + ROW, "more than once"),
        (HEADER + ROW.replace("off-1", "off 1"), "blank"),
        (HEADER + ROW.replace("off-1", ""), "no key"),
        (HEADER + ROW.replace("jo.pub", "none.pub"), "does not exist"),
        (HEADER + ROW.replace("jo.pub", "jo"), "private key"),
        (HEADER + ROW.replace("jo.pub", "."), "directory"),
        (HEADER + ROW.replace("jo.pub", ""), "names no file"),
        (HEADER + ROW.replace("jo.pub", "roster.csv"), "not a JWK"),
        (HEADER + ROW.replace("jo.pub", "a\0b"), "control"),
        (HEADER + "off-1,Jo\n", "2 cells"),
        (HEADER + ROW.replace("Jo", "x" * 1_001), "longer"),
    ],
)
def test_each_fault_is_named(folder: Path, text: str, said: str):
    with pytest.raises(InputError) as caught:
        read_roster(put(folder, text, "roster.csv"))
    assert any(said in fault for fault in caught.value.details)


def test_all_faults_are_listed_at_once(folder: Path):
    with pytest.raises(InputError) as caught:
        read_roster(put(folder, HEADER + ROW.replace("jo.pub", "x") + "a\n" + ROW.replace("jo.pub", "y"), "roster.csv"))
    assert len(caught.value.details) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b'{"key":1}',
        b"PK\x03\x04",
        HEADER.encode() + b"\xe9,,,,,,,\n",
        HEADER.encode() + b'"a',
    ],
)
def test_a_roster_that_is_no_csv_is_refused(folder: Path, data: bytes):
    with pytest.raises(InputError) as caught:
        read_roster(put(folder, data, "roster.csv"))
    assert caught.value.do
    with pytest.raises(InputError):
        read_roster(folder)
