"""The manifest: canonical bytes, and every fault at once."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.errors import InputError
from counterfoil.request import manifest_bytes, read_manifest
from counterfoil.request.manifest import instant
from tests.request.made import entry, key, manifest

_name = st.text(st.characters(min_codepoint=32, blacklist_categories=["Cs", "Cc"]), max_size=20)


def members(**changes: object) -> bytes:
    whole = json.loads(json.dumps(asdict(manifest())))
    whole.update(changes)
    return json.dumps({name: value for name, value in whole.items() if value != "GONE"}).encode()


@settings(max_examples=50, deadline=None)
@given(_name, _name, _name, st.integers(0, 10**9))
def test_what_is_written_is_read_back_equal(official: str, block: str, name: str, count: int):
    made = manifest(official=official, signature_block=block, count=count, roster=(replace(entry(), name=name),))
    assert read_manifest(manifest_bytes(made)) == made


def test_the_bytes_are_canonical_json():
    text = manifest_bytes(manifest()).decode()
    parsed = json.loads(text)
    assert text == json.dumps(parsed, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    assert read_manifest(json.dumps(parsed, indent=3).encode()) == manifest()


def test_what_the_examination_decides_is_not_decided_here():
    made = manifest(roster=(), certification="", storage="laptop", channel="fax", official="", agreement="none")
    assert read_manifest(manifest_bytes(made)) == made
    bare = json.loads(members())
    for name in ("roster", "certification", "storage", "channel", "signature_block"):
        del bare[name]
    assert read_manifest(json.dumps(bare).encode()).roster == ()


def test_a_signature_block_may_have_several_lines():
    made = manifest(signature_block="for the Director,\r\n\tby J. Example")
    assert read_manifest(manifest_bytes(made)) == made
    with pytest.raises(InputError):
        manifest_bytes(manifest(signature_block="for the\x1b[2K Director"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"batch_id": "GONE"}, "batch_id is missing"),
        ({"batch_id": ""}, "batch_id is not"),
        ({"batch_id": "a/b"}, "batch_id is not"),
        ({"batch_id": "x" * 65}, "batch_id is not"),
        ({"official": 7}, "official is not a text"),
        ({"official": "a\nb"}, "control"),
        ({"official": "x" * 1_001}, "longer"),
        ({"storage": None}, "storage is not a text"),
        ({"signed_at": "yesterday"}, "signed_at"),
        ({"signed_at": "2026-11-22"}, "signed_at"),
        ({"signed_at": "2026-11-22T10:00:00"}, "signed_at"),
        ({"signed_at": "2026-13-22T10:00:00Z"}, "signed_at"),
        ({"signed_at": "0001-01-01T00:00:00+23:59"}, "signed_at"),
        ({"count": "1"}, "count"),
        ({"count": True}, "count"),
        ({"count": -1}, "count"),
        ({"count": 1.0}, "count"),
        ({"count": 10**30}, "count"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"sha256": "a" * 63}, "sha256"),
        ({"format": "xlsx"}, "format"),
        ({"format": ["csv"]}, "format"),
        ({"note": "x"}, "unknown member 'note'"),
        ({"roster": {}}, "roster is not a list"),
        ({"roster": [7]}, "not a JSON object"),
        ({"roster": [{}]}, "key is not a text"),
        ({"roster": [{**asdict(entry()), "public_key": {}}]}, "public_key is not"),
        ({"roster": [{**asdict(entry()), "public_key": key("off-1")}]}, "private key"),
        ({"roster": [{**asdict(entry()), "phone": "1"}]}, "unknown member 'phone'"),
        ({"roster": [asdict(entry()), asdict(entry())]}, "more than once"),
        ({"roster": [{**asdict(entry()), "key": "a b"}]}, "blank"),
        ({"roster": [{**asdict(entry()), "key": ""}]}, "no key"),
    ],
)
def test_each_fault_of_form_is_named(changes: dict[str, object], said: str):
    with pytest.raises(InputError) as caught:
        read_manifest(members(**changes))
    assert any(said in fault for fault in caught.value.details)


def test_all_faults_are_listed_at_once():
    with pytest.raises(InputError) as caught:
        read_manifest(members(batch_id="GONE", count="x", sha256=0, note=1, roster=[{}, 7]))
    assert len(caught.value.details) >= 6


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b"7", b"\xff", b"[" * 99_999, b'{"a":1,"a":2}', b" " * 9_000_000])
def test_what_is_no_manifest_is_refused(data: bytes):
    with pytest.raises(InputError) as caught:
        read_manifest(data)
    assert caught.value.do


def test_a_manifest_with_faults_is_not_signed():
    with pytest.raises(InputError, match="signed_at"):
        manifest_bytes(manifest(signed_at="today"))


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*asdict(manifest()), "x"]),
        st.none()
        | st.integers()
        | st.text(max_size=3)
        | st.lists(st.dictionaries(st.sampled_from(["key", "public_key"]), st.text(max_size=3)), max_size=2),
    )
)
def test_any_members_at_all_are_read_or_refused(changes: dict[str, object]):
    try:
        read_manifest(members(**changes))
    except InputError as error:
        assert error.details


def test_an_instant_is_written_in_utc_and_needs_a_zone():
    moment = datetime(2026, 11, 22, 10, 0, 0, 999, tzinfo=timezone(timedelta(hours=-5)))
    assert instant(moment) == "2026-11-22T15:00:00Z"
    assert instant(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00Z"
    with pytest.raises(InputError):
        instant(datetime(2026, 1, 1))  # noqa: DTZ001
