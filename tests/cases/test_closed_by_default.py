"""Invariant 4: what is unknown, unreadable, expired or missing is a no."""

from datetime import date, timedelta

import pytest

from counterfoil import cases
from counterfoil.errors import CounterfoilError, IntegrityError
from tests.journey import AGREEMENT, STAY, Journey, asked, person

pytestmark = pytest.mark.both_databases


def state_of(journey, **changes):
    return journey.examine([asked(0, **changes)])


def test_without_recorded_safeguards_nothing_is_answered(tmp_path, monkeypatch):
    monkeypatch.setattr(cases, "record_safeguards", lambda *_rest: None, raising=False)
    journey = Journey(tmp_path)
    held = state_of(journey)
    assert held.state == "held"
    assert "SAFEGUARDS_NOT_MET" in held.examination.codes(0)


def test_without_a_registry_verification_stops_with_a_sentence(journey):
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    with pytest.raises(CounterfoilError, match="registry"):
        cases.verify(journey.office, examined.id, journey.now)


@pytest.mark.parametrize(
    "line",
    [
        "forbids: [something new]",
        "parties: [nobody known]",
        "effective: not a date",
    ],
)
def test_an_order_that_cannot_be_read_is_not_entered_silently(journey, line):
    key = line.split(":")[0]
    text = "\n".join(line if part.startswith(f"{key}:") else part for part in STAY.splitlines())
    (journey.folder / "order.yaml").write_text(text)
    try:
        cases.enter_stay(journey.office, journey.folder / "order.yaml", journey.now)
    except CounterfoilError as error:
        assert error.details or error.what
        return
    assert state_of(journey).state == "held"


def test_a_damaged_registry_is_never_read_as_no_match(journey):
    journey.load([person(0)])
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    files = [path for path in journey.office.registry_folder.rglob("*.parquet") if path.stat().st_size]
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(IntegrityError):
        cases.verify(journey.office, examined.id, journey.now)


def test_an_unknown_agreement_refuses_and_does_not_crash(journey):
    try:
        received = journey.receive([asked(0)], agreement="no-such-agreement")
    except CounterfoilError:
        return
    examined = cases.examine(journey.office, received.id, journey.now)
    assert examined.counts["PASSED"] == 0


def test_an_official_whose_days_have_ended_is_refused(journey):
    cases.enroll_official(
        journey.office, "official-1", AGREEMENT, "Marguerite Fenwick",
        "Acting Director, U.S. Immigration and Customs Enforcement", date(2025, 2, 1),
        (journey.now - timedelta(days=2)).date(), journey.folder / "official.key.pub", journey.now,
    )  # fmt: skip
    assert "SIGNER_EXPIRED" in state_of(journey).examination.codes(0)


def test_an_unenrolled_signer_is_refused(journey):
    received = journey.receive([asked(0)], official="official-unknown")
    examined = cases.examine(journey.office, received.id, journey.now)
    assert examined.counts["PASSED"] == 0
    codes = {finding.code for finding in examined.examination.batch}
    assert codes & {"SIGNER_NOT_AUTHORISED", "SIGNATURE_INVALID"}
