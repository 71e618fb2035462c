"""Whatever an office does, an outsider's audit of the export finds it in order; and planted disorder is found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil import agreement, cases, law
from counterfoil.cases.entered.standing import Standing
from counterfoil.cases.rules import keep
from counterfoil.office import models
from tests.journey import STAY, asked, outcomes, person
from tests.ledger.resigned import found

OVERRIDE = """\
id: ground-1
key: ground_class
authority: Opinion of counsel of 2 February 2026, 8 USC 1253(a)(1)
entered_by: Casilda Northway
starts: 2026-02-01T00:00:00Z
ends: 2026-06-01T00:00:00Z
"""


def test_an_office_that_did_a_bit_of_everything_is_in_order(journey):
    office, now = journey.office, journey.now
    journey.load([person(n) for n in range(4)])
    (journey.folder / "plain.csv").write_text("request_id,given_name\nr1,Ricarda\n")
    cases.receive(office, journey.folder / "plain.csv", "api", now)
    cases.receive_bytes(office, b"\x00garbage" * 50, "desk", now)
    (journey.folder / "override.yaml").write_text(OVERRIDE)
    cases.enter_override(office, journey.folder / "override.yaml", now)
    lifted = journey.examine([asked(3, removal_ground="8 USC 1182(a)(6)(A)(i)")])
    assert lifted.examination.codes(0) == ()
    cases.end_override(office, "ground-1", now)
    again = cases.examine(office, lifted.id, now)
    assert again.examination.codes(0) == ("STATUTE_FACTS_CLASS",)
    cases.return_batch(office, lifted.id, "ana", journey.folder / "letter-1", now)
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(office, journey.folder / "stay.yaml", now)
    held = journey.examine([asked(0), asked(1, reason="")])
    cases.return_batch(office, held.id, "ben", journey.folder / "letter-2", now)
    cases.lift_stay(office, "order-1", now)
    journey.through([asked(0), asked(2, tax_years="ALL")])
    cases.ledger_checkpoint(office, now)
    report = journey.audit()
    assert report.ok, report.problems
    assert cases.ledger_verify(office).ok
    sums = cases.funnel(office)
    assert sums.received == sums.refused + sums.held + sums.confirmed + sums.no_confirmation + sums.open
    assert (sums.confirmed, sums.held) == (1, 1)


def test_an_approval_by_the_same_person_twice_is_seen_from_outside(journey, monkeypatch):
    # The code and the database refuse this; here both are led astray by giving two officers one pseudonym.
    journey.load([person(0)])
    kind, one = type(journey.office), journey.office.pseudonym("ana")
    real = kind.pseudonym
    monkeypatch.setattr(kind, "pseudonym", lambda self, id: one if id == "ben" else real(self, id))
    monkeypatch.setattr(Standing, "require_officer", lambda _self, row: row.entry)  # which sees ben entered otherwise
    journey.through([asked(0)])
    report = journey.audit()
    assert not report.ok
    assert any("officer" in problem or "approv" in problem for problem in report.problems)
    assert models.Approval.objects.count() == 2


@pytest.mark.parametrize("terms", ["lifted: 2026-{:%m-%dT%H:%M:%SZ}", "effective: 2026-{:%m-%dT%H:%M:%SZ}"])
def test_an_order_that_has_ended_or_waits_for_its_hour_stops_nothing_inside_or_outside(journey, terms):
    office, now = journey.office, journey.now
    journey.load([person(0)])
    at = now + timedelta(hours=2) if terms.startswith("effective") else now - timedelta(hours=2)
    assert at.date() == now.date()
    order = "\n".join(line for line in STAY.splitlines() if not line.startswith(("lifted", "effective")))
    begins = "" if terms.startswith("effective") else f"effective: {now - timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}\n"
    (journey.folder / "stay.yaml").write_text(f"{order}\n{begins}{terms.format(at)}\n")
    cases.enter_stay(office, journey.folder / "stay.yaml", now)
    assert outcomes(journey.through([asked(0)])) == {"r-00000": "CONFIRMED"}
    assert journey.audit().problems == ()
    assert cases.ledger_verify(office).ok


def test_an_order_that_exempts_a_statute_holds_only_the_other_rows(journey):
    office, now = journey.office, journey.now
    journey.load([person(n) for n in range(3)])
    order = STAY.replace("carve_out: null", "carve_out: {text: trials in hand, statutes: ['8 USC 1326']}")
    (journey.folder / "stay.yaml").write_text(order)
    cases.enter_stay(office, journey.folder / "stay.yaml", now)
    exempt = asked(
        0,
        statute="8 USC 1326(a)",
        prior_removal_date="2018-04-02",
        found_date="2022-06-01",
        reason="Found in Springfield on 1 June 2022 after removal in 2018; the address on the 2022 return would show "
        "when the subject of HSI-2025-10000 came back and lived here before being found.",
    )
    opened = journey.through([exempt, asked(1)])
    assert [(row.outcome.value, row.codes) for row in opened.rows] == [
        ("CONFIRMED", ()),
        ("HELD", ("HELD_COURT_ORDER",)),
    ]
    report = journey.audit()
    assert report.ok, report.problems


def test_a_receipt_names_the_agency_and_the_authority_where_its_signature_shows_them(journey):
    journey.load([person(0)])
    journey.receive([asked(0)])
    (journey.folder / "garbage").write_bytes(b"\x00garbage" * 50)
    cases.receive(journey.office, journey.folder / "garbage", "api", journey.now)
    ledger = journey.office.ledger()
    receipts = [leaf.public for _, leaf in ledger.read_public(0, ledger.size()) if leaf.public["type"] == "receipt"]
    known, unknown = receipts
    assert known["agency"] == agreement.built_in()["treasury-dhs-2025-04-07"].requester
    assert (known["authority"], known["count"]) == ("26 USC 6103(i)(2)", 1)
    assert not {"agency", "authority", "official"} & set(unknown)
    assert journey.audit().ok


def test_a_rule_set_that_decided_and_is_not_named_before_is_seen_from_outside(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    assert journey.audit().problems == ()
    ledger = journey.office.ledger()
    public = [dict(leaf.public) for _, leaf in ledger.read_public(0, ledger.size())]
    (kept,) = [at for at, one in enumerate(public) if one["type"] == "rules"]
    (examined,) = [at for at, one in enumerate(public) if one["type"] == "examination"]
    other = [*public[:kept], {**public[kept], "rule_set": "0" * 64}, *public[kept + 1 :]]
    name = public[kept]["rule_set"][:12]
    told = f"Entry {examined} (examination) names the rule set {name}, which no entry before it keeps."
    assert found(journey.folder / "other", other) == (told,)
    older = [*public[:kept], {"type": "clock", "state": "ok", "day": public[kept]["day"]}, *public[kept + 1 :]]
    assert found(journey.folder / "older", older) == ()  # of before rule sets were kept


def test_an_answer_by_another_version_than_verified_names_its_rule_set_in_the_ledger(journey, monkeypatch):
    journey.load([person(0)])
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    newer = replace(law.rule_set(), sha256="f" * 64)
    monkeypatch.setattr(law, "rule_set", lambda: newer)
    monkeypatch.setattr(keep, "running_archive", lambda: b"the archive of another version")
    journey.release(examined.id)
    assert journey.audit().problems == ()
    assert cases.ledger_verify(journey.office).ok
    ledger = journey.office.ledger()
    public = [leaf.public for _, leaf in ledger.read_public(0, ledger.size())]
    by_newer = [one["type"] for one in public if one.get("rule_set") == newer.sha256]
    assert by_newer == ["rules", "answer"]


def test_a_batch_that_asks_nothing_of_the_file_needs_no_registry(journey):
    assert outcomes(journey.through([asked(0, reason="")])) == {"r-00000": "REFUSED"}
    assert journey.audit().problems == ()
    assert cases.ledger_verify(journey.office).ok
