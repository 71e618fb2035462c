"""Invariant 2: no row of the registry is read for a request before everything has passed; look-ups are counted."""

import pytest

from counterfoil import cases, verification
from counterfoil.errors import HeldError
from tests.journey import STAY, asked, person

DEFECTS = [
    {"address_line1": "Unknown Address"},
    {"address_line1": "", "address_line2": "", "city": "", "state": "", "postal_code": ""},
    {"given_name": "FNU"},
    {"tax_years": "last known"},
    {"statute": "8 USC 1324d"},
    {"reason": "To locate and remove"},
    {"investigation_status": "closed"},
    {"recipients": ""},
    {"removal_order_date": "2026-02-20"},
    {"tin": "000-00-0000"},
    {"fingerprint_id": "FP-1"},
]


@pytest.fixture
def reads(monkeypatch):
    """Every request that reached the registry, seen at the room's front door."""
    seen = []
    real = verification.verify

    def watched(registry, asked_rows, *rest, **how):
        rows = list(asked_rows)
        seen.extend(row.position for row in rows)
        return real(registry, rows, *rest, **how)

    monkeypatch.setattr("counterfoil.cases.batch.verify.ask_registry", watched)
    return seen


def test_refused_rows_cause_no_look_up_and_passed_rows_exactly_one_each(journey, reads):
    journey.load([person(n) for n in range(20)])
    rows = [asked(n, **(DEFECTS[n // 2] if n % 2 and n // 2 < len(DEFECTS) else {})) for n in range(20)]
    examined = journey.examine(rows)
    passed = set(examined.examination.passed)
    assert passed == {n for n in range(20) if n % 2 == 0}
    journey.approve(examined.id)
    verified = cases.verify(journey.office, examined.id, journey.now)
    assert verified.looked_up == len(passed)
    assert set(reads) == passed
    assert len(reads) == len(passed)


def test_a_batch_without_a_passed_row_never_opens_the_registry(journey, reads):
    # No registry is loaded at all: opening it would be an error.
    examined = journey.examine([asked(0, reason="")])
    journey.approve(examined.id)
    assert cases.verify(journey.office, examined.id, journey.now).looked_up == 0
    assert reads == []


@pytest.mark.parametrize("gate", ["stay", "safeguards"])
def test_a_closed_gate_keeps_the_registry_shut(journey, reads, gate):
    journey.load([person(0)])
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    path = journey.folder / "gate.yaml"
    if gate == "stay":
        path.write_text(STAY)
        cases.enter_stay(journey.office, path, journey.now)
    else:
        path.write_text(
            "agency: ICE\nreport: {period: 2024, approved: 2024-01-20}\nlast_review: 2025-06-01\nfindings: []\n"
            "overdue_disposals: 0\n"
        )
        cases.record_safeguards(journey.office, path, journey.now)
    with pytest.raises(HeldError):
        cases.verify(journey.office, examined.id, journey.now)
    assert reads == []


def test_the_fourth_address_for_one_person_is_probing_and_causes_no_look_up(journey, reads):
    journey.load([person(0)])
    streets = ["1 Tannery Street", "2 Ottery Street"]
    first = asked(0, request_id="first", tin=person(0)["tin"])
    others = [asked(0, request_id=f"v{i}", tin=person(0)["tin"], address_line1=line) for i, line in enumerate(streets)]
    examined = journey.examine([first, *others])
    assert [examined.examination.codes(n) for n in range(3)] == [(), ("PROBING",), ("PROBING",)]
    journey.approve(examined.id)
    assert cases.verify(journey.office, examined.id, journey.now).looked_up == 1
    later = journey.examine([asked(0, request_id="later", tin=person(0)["tin"], address_line1="77 Milldam Street")])
    assert later.examination.codes(0) == ("PROBING",)
    assert reads == [0]


def test_a_returned_batch_told_nothing_and_its_addresses_do_not_count_as_tries(journey):
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    held = journey.examine([asked(0)])
    cases.return_batch(journey.office, held.id, "ana", journey.folder / "letter", journey.now)
    cases.lift_stay(journey.office, "order-1", journey.now)
    later = journey.examine([asked(0, address_line1="77 Milldam Street")])
    assert later.examination.codes(0) == ()
