"""A batch from the requester's file to the custodian's desk, and what may happen to it on the way."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from counterfoil.errors import InputError, IntegrityError
from counterfoil.request import (
    BrokenSealError,
    NotSealedError,
    NotSignedError,
    SealedBatch,
    open_batch,
    read_bytes,
    read_manifest,
    seal,
    seal_batch,
    seal_manifest,
    sign,
    unverified_manifest,
    verify,
    write_file,
)
from tests.request.made import entry, key, manifest, public, put, requests

ON = datetime(2026, 11, 22, 15, tzinfo=UTC)


def sealed(path: Path, **changes: object) -> SealedBatch:
    options: dict[str, object] = {
        "agreement": "treasury-dhs-2025-04-07",
        "official": "director-1",
        "roster": (entry(),),
        "private_jwk": key("director"),
        "custodian_jwk": public("custodian"),
        "storage": "case_system",
        "signed_at": ON,
        **changes,
    }
    return seal_batch(path, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl", "r.parquet"])
def test_the_custodian_reads_what_the_requester_sealed(tmp_path: Path, name: str):
    path = tmp_path / name
    write_file(requests(12), path)
    batch = sealed(path)
    opened = open_batch(batch, key("custodian"))
    assert opened.payload == path.read_bytes()
    made = read_manifest(verify(opened.manifest_jws, public("director")))
    assert made == batch.manifest == unverified_manifest(opened.manifest_jws)
    assert (made.count, made.sha256) == (12, hashlib.sha256(opened.payload).hexdigest())
    assert (made.signed_at, made.certification, made.channel) == (
        "2026-11-22T15:00:00Z",
        "use-only-2025",
        "api",
    )
    assert list(read_bytes(opened.payload, made.format)) == requests(12)
    assert batch.data == bytes(batch)


def test_the_batch_id_follows_from_name_and_content_or_is_given(tmp_path: Path):
    path = put(tmp_path, "request_id\nR-1\n", "Requests of März 2026 (final).csv")
    first, again = sealed(path).manifest.batch_id, sealed(path).manifest.batch_id
    assert first == again
    assert first.startswith("Requests-of-M-rz-2026-final-")
    assert sealed(path, batch_id="2026-017").manifest.batch_id == "2026-017"
    put(tmp_path, "request_id\nR-2\n", path.name)
    assert sealed(path).manifest.batch_id != first
    assert sealed(put(tmp_path, "request_id\nR\n", "….csv")).manifest.batch_id.startswith("batch-")


def test_broken_rows_are_counted_like_others(tmp_path: Path):
    path = put(tmp_path, 'request_id,city\nR-1,a\nR-2,"a\nR-3,a,b,c\n')
    assert sealed(path).manifest.count == 3


def test_nothing_of_the_file_can_be_read_in_the_sealed_batch(tmp_path: Path):
    path = put(tmp_path, "request_id,surname\nR-1,Quillfeather\n")
    assert b"Quillfeather" not in sealed(path)


@pytest.mark.parametrize("text", ["", "surname\nx\n", "request_id\n", "request_id;a\nR;b\n"])
def test_a_file_that_cannot_be_used_is_not_sealed(tmp_path: Path, text: str):
    with pytest.raises(InputError):
        sealed(put(tmp_path, text))


def test_faults_of_the_manifest_are_listed_at_once(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        sealed(put(tmp_path, "request_id\nR\n"), batch_id="a b", official="x\n", roster=(entry(), entry()))
    assert len(caught.value.details) >= 2


def test_a_wrong_kind_of_key_is_said_to_be_one(tmp_path: Path):
    path = put(tmp_path, "request_id\nR\n")
    with pytest.raises(InputError, match="official's key is a public"):
        sealed(path, private_jwk=public("director"))
    with pytest.raises(InputError, match="custodian's key is a private"):
        sealed(path, custodian_jwk=key("custodian"))


def zip_bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("batch", b"\0" * 50_000_000)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"request_id,surname\nR-1,Quill\n", "NOT_IN_WRITING"),
        (b'{"request_id":"R-1"}\n', "NOT_IN_WRITING"),
        ("request_id,surname\nR-1,Muñoz\n".encode(), "NOT_IN_WRITING"),
        (b"PAR1" + bytes(50), "NOT_IN_WRITING"),
        (zip_bomb(), "NOT_IN_WRITING"),
        (b"%PDF-1.7 ...", "NOT_IN_WRITING"),
        (b"", "BATCH_MALFORMED"),
        (b"\n\n", "BATCH_MALFORMED"),
        (hashlib.sha512(b"any").digest() + b"\0\xff", "BATCH_MALFORMED"),
        (sign(b"{}", key("director")).encode(), "BATCH_MALFORMED"),
    ],
)
def test_what_is_no_container_is_told_from_what_was_tampered_with(data: bytes, finding: str):
    with pytest.raises(NotSealedError) as caught:
        open_batch(data, key("custodian"))
    assert caught.value.finding == finding
    assert isinstance(caught.value, InputError)
    assert caught.value.do


def test_a_batch_to_another_custodian_and_a_tampered_one_are_refused():
    batch = seal_manifest(manifest(), b"request_id\nR-1\n", key("director"), public("custodian"))
    with pytest.raises(BrokenSealError, match="another key"):
        open_batch(batch, key("other"))
    with pytest.raises(IntegrityError):
        open_batch(batch[:-5] + b"AAAAA", key("custodian"))
    with pytest.raises((IntegrityError, InputError)):
        open_batch(batch + b"\n", key("custodian"))
    with pytest.raises(InputError, match="at most 100 "):
        open_batch(batch, key("custodian"), max_bytes=100)


def unsigned() -> list[bytes]:
    good = sign(b"{}", key("director"))
    none = good.replace(good.split(".")[0], "eyJhbGciOiJub25lIn0")
    return [
        b"request_id\nR-1\n",
        b"no line end at all",
        b"",
        b"\nrequest_id\nR-1\n",
        none.encode() + b"\nrequest_id\nR-1\n",
        (none.rsplit(".", 1)[0] + ".\nrequest_id\nR-1\n").encode(),
        (good.rsplit(".", 1)[0] + ".\nrequest_id\nR-1\n").encode(),
        b"a.b.c\nrequest_id\nR-1\n",
        good.encode() + b"\r\nrequest_id\nR-1\n",
    ]


@pytest.mark.parametrize("plaintext", unsigned(), ids=range(len(unsigned())))
def test_a_sealed_batch_without_a_signed_manifest_is_not_in_writing(plaintext: bytes):
    with pytest.raises(NotSignedError) as caught:
        open_batch(seal(plaintext, [public("custodian")]), key("custodian"))
    assert caught.value.finding == "NOT_IN_WRITING"
    assert isinstance(caught.value, InputError)


def test_a_manifest_signed_in_another_way_opens_but_does_not_verify():
    token = jws.serialize_compact({"alg": "HS256"}, b"{}", OctKey.import_key(b"x" * 32), ["HS256"])
    opened = open_batch(seal(token.encode() + b"\nrequest_id\nR\n", [public("custodian")]), key("custodian"))
    with pytest.raises(IntegrityError):
        verify(opened.manifest_jws, public("director"))


def test_the_unverified_manifest_says_who_claims_to_have_signed():
    forged = sign(b'{"batch_id":"b"}', key("other"))
    with pytest.raises(InputError, match="manifest"):
        unverified_manifest(forged)
    for text in ("", "a.b", "a.b.c.d", "eyJ.é.x", forged.replace(".", "=.", 1)):
        with pytest.raises(InputError):
            unverified_manifest(text)


def test_the_payload_is_not_tried_against_the_manifest_here():
    """A wrong count or hash is a finding of the examination (BATCH_COUNT, BATCH_HASH)."""
    batch = seal_manifest(manifest(count=10), b"request_id\nR-1\nR-2\n", key("director"), public("custodian"))
    opened = open_batch(batch, key("custodian"))
    assert read_manifest(verify(opened.manifest_jws, public("director"))).count == 10
    assert opened.payload == b"request_id\nR-1\nR-2\n"


def test_every_change_of_one_byte_of_a_batch_is_refused():
    batch = seal_manifest(manifest(), b"request_id\nR-1\n", key("director"), public("custodian"))
    for at in range(len(batch)):
        changed = batch[:at] + bytes([batch[at] ^ (1 << at % 8)]) + batch[at + 1 :]
        with pytest.raises((IntegrityError, InputError)):
            open_batch(changed, key("custodian"))
