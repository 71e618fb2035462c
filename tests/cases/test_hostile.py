"""What strangers send: no text of theirs makes a batch unrecordable, and nothing half is entered."""

import hashlib
import zlib
from dataclasses import replace

import pytest

from counterfoil import answer, cases, request
from counterfoil.errors import CounterfoilError, InputError
from counterfoil.office import models
from tests.journey import asked, everything_stored, person, write_csv

OVERRIDE = {
    "id": "ov-1", "key": "ground_class", "authority": "8 USC 1227(a)", "entered_by": "Counsel",
    "starts": "2026-01-01", "ends": "2027-01-01",
}  # fmt: skip


@pytest.mark.both_databases
@pytest.mark.parametrize("member", ["agreement", "official", "channel"])
def test_a_text_longer_than_a_column_makes_no_batch_unrecordable(journey, member):
    record_with(journey, member, "x" * 1000)


@pytest.mark.parametrize("text", ["", "x" * 1000, "a\u2028b\u202e", "zero\u200bwidth", "'; DROP TABLE x"])
@pytest.mark.parametrize("member", ["agreement", "official", "certification", "storage", "channel"])
def test_no_text_of_a_manifest_makes_a_batch_unrecordable(journey, member, text):
    record_with(journey, member, text)


def record_with(journey, member, text):
    """Receive, examine and return a batch whose manifest holds `text`."""
    path = write_csv(journey.folder / "r.csv", [asked(0)])
    made = request.seal_batch(
        path, agreement="treasury-dhs-2025-04-07", official="official-1", roster=journey.roster,
        private_jwk=journey.official_key, custodian_jwk=journey.office.public_key, storage="case_system",
        signed_at=journey.now, channel="sdt",
    ).manifest  # fmt: skip
    payload = path.read_bytes()
    manifest = replace(made, sha256=hashlib.sha256(payload).hexdigest(), **{member: text})
    sealed = request.seal_manifest(manifest, payload, journey.official_key, journey.office.public_key)
    batch = cases.receive_bytes(journey.office, sealed, "sdt", journey.now).id
    examined = cases.examine(journey.office, batch, journey.now)
    if not examined.counts["PASSED"]:
        returned = cases.return_batch(journey.office, batch, "ana", journey.folder / "letter", journey.now)
        assert returned.state == "returned"
    assert text == "" or len(text) < 10 or text.encode() not in b"".join(bytes(leaf) for leaf in leaves())
    assert journey.office.ledger().verify(journey.office.vkey) == ()


def leaves():
    return models.LedgerLeaf.objects.values_list("leaf", flat=True)


def test_what_a_finding_quotes_of_a_request_is_not_stored_beside_the_ledger(journey):
    examined = journey.examine([asked(0, recipients="Quimperline-17", tax_years="sometime Ostrowski")])
    assert any("Quimperline" in finding.detail for finding in examined.examination.rows[0])
    kept = b"".join(
        zlib.decompress(bytes(box)) for box in models.Examination.objects.values_list("findings", flat=True)
    )
    for secret in (b"Quimperline", b"strowski"):
        assert secret not in kept
        assert secret not in everything_stored(journey.data)


@pytest.mark.parametrize(
    "value", ["[[]]", "{a: b}", "5", "1.5", "true", '""', '"a\\nb"', '"\\u202e"', "x" * 301, "null"]
)
@pytest.mark.parametrize("field", ["id", "key", "authority", "entered_by", "starts", "ends"])
def test_an_override_that_is_not_made_of_texts_is_refused_and_not_half_entered(journey, field, value):
    lines = {**OVERRIDE, field: value}
    (journey.folder / "o.yaml").write_text("".join(f"{name}: {text}\n" for name, text in lines.items()))
    size = journey.office.ledger().size()
    with pytest.raises(InputError, match=r"override cannot be used") as raised:
        cases.enter_override(journey.office, journey.folder / "o.yaml", journey.now)
    assert any(field in detail for detail in raised.value.details)
    assert journey.office.ledger().size() == size
    assert not models.Override.objects.exists()


@pytest.mark.parametrize(
    "value", ["!!timestamp 2025-06-01", "!!set {a}", "!!binary aGk=", ".nan", "2025-02-30", "1e400"]
)
def test_a_status_with_a_value_of_another_kind_is_refused_and_not_half_recorded(journey, value):
    (journey.folder / "s.yaml").write_text(
        f"agency: ICE\nreport: {{period: 2026, approved: 2026-01-20}}\nlast_review: {value}\n"
        "findings: []\noverdue_disposals: 0\n"
    )
    size = journey.office.ledger().size()
    with pytest.raises(InputError):
        cases.record_safeguards(journey.office, journey.folder / "s.yaml", journey.now)
    assert journey.office.ledger().size() == size
    assert models.Safeguards.objects.count() == 1


def test_a_signed_file_that_is_no_answer_is_said_to_be_none(journey):
    import json

    journey.load([person(0)])
    journey.through([asked(0), asked(1, reason="")])
    good = next(journey.folder.glob("*.answer")).read_bytes()
    body = json.loads(request.verify(request.unseal(good, journey.officer_key).decode(), journey.office.public_key))

    def opened(content):
        token = request.sign(content, journey.office.custodian_key).encode()
        sealed = request.seal(token, [request.public_of(journey.officer_key)])
        return answer.open_answer(sealed, journey.officer_key, journey.office.public_key, journey.office.vkey)

    assert len(opened(json.dumps(body).encode()).rows) == 2
    wrong = [{**body, name: value} for name in body for value in (None, 5, [1], [{}], {"a": None})]
    wrong += [{other: body[other] for other in body if other != name} for name in body]
    for document in (json.dumps(one).encode() for one in wrong):
        try:
            assert opened(document).rows is not None  # a member that opening does not need
        except CounterfoilError as error:
            assert "fault" not in error.what
    for content in (b"", b"null", b"\xff", b'{"a":' * 5000):
        with pytest.raises(InputError, match="no answer"):
            opened(content)


def test_a_changed_byte_of_an_answer_is_never_opened(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    good = next(journey.folder.glob("*.answer")).read_bytes()
    for at in range(0, len(good), 7):
        changed = bytearray(good)
        changed[at] ^= 1
        with pytest.raises(CounterfoilError):
            answer.open_answer(bytes(changed), journey.officer_key, journey.office.public_key, journey.office.vkey)
