"""The main job: a signed batch in, every deficiency found, two approvals, one bit each, a sealed answer, an audit."""

import pytest

from counterfoil import cases
from counterfoil.errors import HeldError, IntegrityError, NotAllowedError, OutOfTurnError
from tests.journey import STAY, asked, everything_stored, outcomes, person

pytestmark = pytest.mark.both_databases


def test_right_address_is_confirmed_and_another_is_not(journey):
    journey.load([person(n) for n in range(6)])
    wrong = asked(2, address_line1="999 Larkmoor Street")
    opened = journey.through([asked(0), asked(1), wrong])
    assert outcomes(opened) == {"r-00000": "CONFIRMED", "r-00001": "CONFIRMED", "r-00002": "NO_CONFIRMATION"}
    assert opened.problems == ()
    assert journey.audit().ok


def test_a_deficient_request_is_refused_beside_a_good_one_with_its_own_reasons(journey):
    journey.load([person(n) for n in range(4)])
    bad = asked(1, address_line1="Failed to Provide", city="", state="", tax_years="ALL")
    opened = journey.through([asked(0), bad])
    assert outcomes(opened) == {"r-00000": "CONFIRMED", "r-00001": "REFUSED"}
    assert {"ADDR_PLACEHOLDER", "PERIOD_VAGUE"} <= set(opened.rows[1].codes)
    assert set(opened.explanations) == set(opened.rows[1].codes)
    assert all(text["remedy"] and text["citation"] for text in opened.explanations.values())


def test_a_matching_tax_number_never_stands_in_for_the_address(journey):
    rows = [person(0), person(1)]
    journey.load(rows)
    other = asked(0, tin=rows[0]["tin"], address_line1=rows[1]["address_line1"])
    assert outcomes(journey.through([other])) == {"r-00000": "NO_CONFIRMATION"}


def test_each_step_refuses_out_of_turn(journey, tmp_path):
    journey.load([person(0)])
    batch = journey.receive([asked(0)]).id
    with pytest.raises(OutOfTurnError):
        cases.approve(journey.office, batch, "ana", journey.now)
    with pytest.raises(OutOfTurnError):
        cases.verify(journey.office, batch, journey.now)
    with pytest.raises(OutOfTurnError):
        cases.release(journey.office, batch, tmp_path / "a", journey.now)
    cases.examine(journey.office, batch, journey.now)
    with pytest.raises(OutOfTurnError):
        cases.examine(journey.office, batch, journey.now)
    cases.approve(journey.office, batch, "ana", journey.now)
    with pytest.raises(NotAllowedError):
        cases.approve(journey.office, batch, "ana", journey.now)
    with pytest.raises(OutOfTurnError):
        cases.verify(journey.office, batch, journey.now)
    assert not (tmp_path / "a").exists()


def test_the_same_bytes_twice_are_the_same_batch(journey):
    sealed = journey.sealed([asked(0)])
    first = cases.receive_bytes(journey.office, sealed, "api", journey.now)
    size = journey.office.ledger().size()
    again = cases.receive_bytes(journey.office, sealed, "api", journey.now)
    assert (again.id, again.again) == (first.id, True)
    assert journey.office.ledger().size() == size


def test_releasing_again_hands_out_the_same_bytes_and_records_nothing_new(journey):
    journey.load([person(0)])
    opened = journey.through([asked(0)])
    size = journey.office.ledger().size()
    output = journey.folder / "again"
    released = cases.release(journey.office, cases.list_batches(journey.office)[0].id, output, journey.now)
    assert released.again
    assert journey.open(output) == opened
    assert journey.office.ledger().size() == size


def test_an_unsigned_file_is_recorded_and_refused(journey):
    (journey.folder / "plain.csv").write_text("request_id,given_name\nr1,Ricarda\n")
    received = cases.receive(journey.office, journey.folder / "plain.csv", "api", journey.now)
    assert received.codes == ("NOT_IN_WRITING",)
    assert received.state == "refused"
    types = [entry.public["type"] for entry in journey.office.ledger().read_many(0, journey.office.ledger().size())]
    assert types[-1] == "receipt"


def test_an_unknown_columns_values_are_stored_nowhere(journey):
    journey.load([person(0)])
    opened = journey.through([asked(0, fingerprint_id="SYN-FP-PLANTED-4711")])
    assert opened.rows[0].codes == ("OVERSUPPLY",)
    assert b"SYN-FP-PLANTED-4711" not in everything_stored(journey.data)


def test_what_was_asked_is_stored_only_sealed(journey):
    journey.load([person(n) for n in range(3)])
    journey.through([asked(0, surname="Plantedsurname"), asked(1)])
    for path in journey.data.glob("counterfoil.sqlite3*"):
        assert b"Plantedsurname" not in path.read_bytes()
        assert b"Larkmoor" not in path.read_bytes()


def test_a_stay_holds_a_batch_at_once_and_lifting_it_asks_for_approvals_anew(journey):
    journey.load([person(0)])
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    assert "batch examine" in cases.show_batch(journey.office, examined.id, journey.now).facts["next"]
    with pytest.raises(HeldError):
        cases.verify(journey.office, examined.id, journey.now)
    held = cases.examine(journey.office, examined.id, journey.now)
    assert held.state == "held"
    assert held.examination.codes(0) == ("HELD_COURT_ORDER",)
    with pytest.raises(NotAllowedError):
        cases.lift_hold(journey.office, examined.id, "ana", "because", journey.now)
    cases.lift_stay(journey.office, "order-1", journey.now)
    assert cases.examine(journey.office, examined.id, journey.now).state == "examined"
    with pytest.raises(OutOfTurnError):
        cases.verify(journey.office, examined.id, journey.now)
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    assert outcomes(journey.release(examined.id)) == {"r-00000": "CONFIRMED"}
    report = journey.audit()
    assert report.ok, report.problems


def test_a_stay_between_verification_and_release_stops_the_answer(journey):
    journey.load([person(0)])
    examined = journey.examine([asked(0)])
    journey.approve(examined.id)
    cases.verify(journey.office, examined.id, journey.now)
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    with pytest.raises(HeldError):
        journey.release(examined.id)
    assert not list(journey.folder.glob("*.answer"))


def test_a_held_batch_can_be_returned_and_says_held(journey):
    (journey.folder / "stay.yaml").write_text(STAY)
    cases.enter_stay(journey.office, journey.folder / "stay.yaml", journey.now)
    held = journey.examine([asked(0), asked(1, reason="")])
    output = journey.folder / "letter"
    cases.return_batch(journey.office, held.id, "ana", output, journey.now)
    assert outcomes(journey.open(output)) == {"r-00000": "HELD", "r-00001": "REFUSED"}


def test_a_batch_with_valid_requests_cannot_be_returned_unanswered(journey):
    examined = journey.examine([asked(0)])
    with pytest.raises(NotAllowedError, match="must be answered"):
        cases.return_batch(journey.office, examined.id, "ana", journey.folder / "x", journey.now)


def test_an_answer_opens_for_a_roster_officer_and_for_nobody_else(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    from counterfoil import answer, request

    sealed = next(journey.folder.glob("*.answer")).read_bytes()
    with pytest.raises(IntegrityError):
        answer.open_answer(sealed, request.new_key(), journey.office.public_key)
    with pytest.raises(IntegrityError):
        answer.open_answer(sealed, journey.officer_key, request.public_of(request.new_key()))


def test_the_submitting_official_cannot_approve_under_another_id(journey):
    examined = journey.examine([asked(0)])
    cases.add_officer(journey.office, "mf", "Marguerite Fenwick", journey.now)
    with pytest.raises(NotAllowedError, match="submitted this batch"):
        cases.approve(journey.office, examined.id, "mf", journey.now)


def test_a_repeated_question_takes_the_earlier_answer_and_causes_no_look_up(journey):
    journey.load([person(0), person(1)])
    journey.through([asked(0), asked(1)])
    examined = journey.examine([asked(0, request_id="again")])
    journey.approve(examined.id)
    verified = cases.verify(journey.office, examined.id, journey.now)
    assert (verified.looked_up, verified.duplicates) == (0, 1)
    assert outcomes(journey.release(examined.id)) == {"again": "CONFIRMED"}


def test_the_same_payload_under_a_new_batch_id_is_refused(journey):
    journey.load([person(0)])
    journey.through([asked(0)])
    again = journey.receive([asked(0)], batch_id="another")
    examined = cases.examine(journey.office, again.id, journey.now)
    assert "BATCH_DUPLICATE" in [finding.code for finding in examined.examination.batch]


def test_a_hold_on_the_shape_of_a_batch_is_lifted_by_a_recorded_act_and_the_batch_goes_on(journey):
    journey.load([person(n) for n in range(104)])
    rows = [asked(n, recipients="o1" if n < 100 else "o2") for n in range(104)]  # nearly all for one officer
    rows[7]["reason"] = ""
    held = journey.examine(rows)
    assert held.state == "held"
    assert [finding.code for finding in held.examination.batch] == ["BATCH_DRAGNET"]
    with pytest.raises(OutOfTurnError):
        cases.approve(journey.office, held.id, "ana", journey.now)
    cases.lift_hold(journey.office, held.id, "ana", "Reviewed: one task force, a hundred open files.", journey.now)
    shown = cases.show_batch(journey.office, held.id, journey.now)
    assert (shown.state, shown.facts["passed"], shown.facts["hold_lifted_by"]) == ("examined", 103, "ana")
    with pytest.raises(NotAllowedError, match="must be answered"):
        cases.return_batch(journey.office, held.id, "ana", journey.folder / "x", journey.now)
    journey.approve(held.id)
    cases.verify(journey.office, held.id, journey.now)
    opened = journey.release(held.id)
    assert outcomes(opened)["r-00007"] == "REFUSED"
    assert sum(row.outcome == "CONFIRMED" for row in opened.rows) == 103
    assert journey.audit().ok
